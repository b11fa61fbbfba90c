"""Which questions can be asked of people and their levels?"""

from __future__ import annotations

from ziggurat.catalogue.study import Study

LISTED = (
    Study(
        "pyramid",
        "Pyramid",
        "How many people stand on each level?",
        "levels.pyramid:pyramid",
    ),
    Study(
        "moves",
        "Climbs and slips",
        "Who climbed, who slipped, and who is new?",
        "levels.moves:moves",
    ),
    Study(
        "causes",
        "Causes of climbs",
        "What tipped the climbs?",
        "levels.causes:causes",
    ),
    Study(
        "returners",
        "Returners",
        "Who came back up to a level that they had slipped from?",
        "levels.returners:returners",
    ),
    Study(
        "passage",
        "Order of levels",
        "Of the people who ever reached one level, how many had reached another one before, and how long before?",
        "levels.passage:passage",
    ),
    Study(
        "pace",
        "Time to climb",
        "How fast do people climb on from each level?",
        "levels.pace:pace",
    ),
    Study(
        "rising",
        "On the way up",
        "Who is on the way up: picking up, just climbed, or close to the next level?",
        "levels.rising:rising",
    ),
    Study(
        "flagging",
        "At risk",
        "Whose engagement is flagging?",
        "levels.flagging:flagging",
    ),
    Study(
        "forecast",
        "Forecast",
        "Who will climb, slip, fall silent or reach a level within the next days, how likely is it, and why?",
        "levels.forecast:forecast",
    ),
    Study(
        "forecast-quality",
        "Forecasts judged",
        "Would the same forecasts, made at the beginning of each past period, have come true?",
        "levels.forecast_quality:forecast_quality",
    ),
    Study(
        "act-paths",
        "Paths of acts",
        "Who is at which step of a chain of acts, how long does a step take, by what, and who is due now?",
        "levels.act_paths:act_paths",
    ),
    Study(
        "retention",
        "Retention",
        "Of those who reached a level in one month, how many are still there later?",
        "levels.retention:retention",
    ),
)
