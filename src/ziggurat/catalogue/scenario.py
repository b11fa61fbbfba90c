"""Which questions can be asked of where the organisation stands?"""

from __future__ import annotations

from ziggurat.catalogue.study import Study

LISTED = (
    Study(
        "scenario",
        "Scenario",
        "In which of four scenarios of social engagement does the organisation stand, as it acts and as people see it?",
        "scenario.scenario:scenario",
    ),
    Study(
        "scenario-parts",
        "Scenario by part",
        "In which scenario is each channel and each department?",
        "scenario.parts:scenario_parts",
    ),
    Study(
        "scenario-evidence",
        "Evidence of an indicator",
        "Which interactions are behind an indicator, and what is each of them to it?",
        "scenario.evidence:scenario_evidence",
    ),
    Study(
        "responding",
        "Responsiveness by hour",
        "At which hours do we answer, how many and how fast?",
        "scenario.responding:responding",
    ),
)
