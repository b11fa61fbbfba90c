"""Which questions can be asked of where the organisation stands?"""

from __future__ import annotations

from ziggurat.catalogue.study import LIMIT, SINCE, UNTIL, Study, optional
from ziggurat.scenario.behind import BEHIND
from ziggurat.scenario.evidence import Interactions, scenario_evidence
from ziggurat.scenario.parts import Parts, scenario_parts
from ziggurat.scenario.responding import BY, Responding, responding
from ziggurat.scenario.scenario import PERIODS, Scenario, scenario

ASSESSED = ("buckets", "people", "levels", "stances", "kinds", "targets", "questionnaire", "criteria")
MEASURED = tuple(need for need in ASSESSED if need != "questionnaire")
QUARTER = 91  # days
PART = (
    optional("channel", "text", "only what happened there; all of it if left out", ""),
    optional("department", "text", "only its staff and those they dealt with; all if left out", ""),
)

LISTED = (
    Study(
        "scenario",
        "In which of four scenarios of social engagement does the organisation stand, as it acts and as people see it?",
        scenario,
        Scenario,
        ASSESSED,
        (
            SINCE,
            UNTIL,
            *PART,
            optional("periods", "count", "windows of this length that the path shows, 1 to 24", PERIODS),
        ),
        days=QUARTER,
    ),
    Study(
        "scenario-parts",
        "In which scenario is each channel and each department?",
        scenario_parts,
        Parts,
        ASSESSED,
        (SINCE, UNTIL),
        days=QUARTER,
    ),
    Study(
        "scenario-evidence",
        "Which interactions are behind an indicator, and what is each of them to it?",
        scenario_evidence,
        Interactions,
        MEASURED,
        (
            SINCE,
            UNTIL,
            optional("indicator", "choice", "its name in the criteria", "answered", tuple(BEHIND)),
            *PART,
            LIMIT,
        ),
        days=QUARTER,
    ),
    Study(
        "responding",
        "At which hours do we answer, how many and how fast?",
        responding,
        Responding,
        ("buckets", "people", "zone"),
        (
            SINCE,
            UNTIL,
            optional("by", "choice", "what is told apart: hours, weekdays, channels or departments", BY[0], BY),
            *PART,
        ),
        days=QUARTER,
    ),
)
