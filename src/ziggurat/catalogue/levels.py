"""Which questions can be asked of people and their levels?"""

from __future__ import annotations

from ziggurat.catalogue.study import AT, LIMIT, SINCE, UNTIL, Option, Study, optional
from ziggurat.levels.calendar import PERIODS
from ziggurat.levels.causes import Causes, causes
from ziggurat.levels.flagging import Flagging, flagging
from ziggurat.levels.moves import Moves, moves
from ziggurat.levels.pace import Pace, pace
from ziggurat.levels.passage import Passage, passage
from ziggurat.levels.pyramid import Pyramid, pyramid
from ziggurat.levels.retention import Retention, retention
from ziggurat.levels.returners import Returners, returners
from ziggurat.levels.rising import Rising, rising

HISTORY = ("levels", "people")
STATE = ("standings", "levels", "people")

LISTED = (
    Study(
        "pyramid",
        "How many people stand on each level?",
        pyramid,
        Pyramid,
        HISTORY,
        (AT, optional("compare_at", "instant", "an earlier instant to compare with", None)),
    ),
    Study("moves", "Who climbed, who slipped, and who is new?", moves, Moves, HISTORY, (SINCE, UNTIL)),
    Study("causes", "What tipped the climbs?", causes, Causes, HISTORY, (SINCE, UNTIL, LIMIT)),
    Study(
        "returners",
        "Who came back up to a level that she had slipped from?",
        returners,
        Returners,
        HISTORY,
        (SINCE, UNTIL),
    ),
    Study(
        "passage",
        "Of the people who ever reached one level, how many had reached another one before, and how long before?",
        passage,
        Passage,
        HISTORY,
        (
            Option("first", "level", "the level that may have been reached before; a number or name"),
            Option("then", "level", "the level that all of them reached; a number or name"),
            AT,
        ),
    ),
    Study("pace", "How fast do people climb on from each level?", pace, Pace, HISTORY, (AT,)),
    Study(
        "rising",
        "Who is on the way up: just climbed, or close to the next level?",
        rising,
        Rising,
        STATE,
        (
            AT,
            optional("days", "days", "how long ago a climb may be", 30),
            optional("nearness", "share", "the least share of what the next level needs that counts as near", 0.5),
            LIMIT,
        ),
    ),
    Study(
        "flagging",
        "Whose engagement is flagging?",
        flagging,
        Flagging,
        STATE,
        (AT, optional("days", "days", "how long ago a slip may be to count as recent", 90), LIMIT),
    ),
    Study(
        "retention",
        "Of those who reached a level in one month, how many are still there later?",
        retention,
        Retention,
        HISTORY,
        (
            AT,
            Option("level", "level", "the level to be held; a number or name"),
            optional("period", "choice", "the length of a period", "month", tuple(PERIODS)),
            optional("periods", "count", "how many periods to follow at most", 12),
        ),
    ),
)
