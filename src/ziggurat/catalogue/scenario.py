"""Which questions can be asked of where the organisation stands?"""

from __future__ import annotations

from ziggurat.catalogue.study import SINCE, UNTIL, Study, optional
from ziggurat.scenario.parts import Parts, scenario_parts
from ziggurat.scenario.scenario import PERIODS, Scenario, scenario

ASSESSED = ("buckets", "people", "levels", "stances", "kinds", "targets", "questionnaire", "criteria")
QUARTER = 91  # days

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
            optional("channel", "text", "only what happened there; all of it if left out", ""),
            optional("department", "text", "only its staff and those they dealt with; all if left out", ""),
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
)
