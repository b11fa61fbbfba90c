"""Which questions can be asked of the social customer?"""

from __future__ import annotations

from ziggurat.catalogue.study import AT, LIMIT, SINCE, UNTIL, YEAR, Study, optional
from ziggurat.facts.waits import WHO
from ziggurat.roles import adoption as taking_up
from ziggurat.roles.accounts import Accounts, accounts
from ziggurat.roles.adoption import Adoption, adoption
from ziggurat.roles.answering import Answering, answering
from ziggurat.roles.consumption import BY as WHOSE
from ziggurat.roles.consumption import Consumption, consumption
from ziggurat.roles.conversation import Conversation, conversation
from ziggurat.roles.expectations import Expectations, expectations
from ziggurat.roles.groups import Groups, groups
from ziggurat.roles.habits import BY as CELLS
from ziggurat.roles.habits import Habits, habits
from ziggurat.roles.hosts import Hosts, hosts
from ziggurat.roles.mood import Mood, mood
from ziggurat.roles.nps import BY as RATED_BY
from ziggurat.roles.nps import Nps, nps
from ziggurat.roles.places import PlacesOfBoth, places
from ziggurat.roles.stance import HALF_LIFE_DAYS, TOP, Stances, stance
from ziggurat.roles.topics import TopicsOfBoth, topics
from ziggurat.roles.unanswered import FIRST, Unanswered, unanswered
from ziggurat.speech.sentiment import VADER

ASKED = ("buckets", "people", "levels", "targets")
ANSWERS = optional("answers", "choice", "whose answers count", "anyone", WHO)
SCORER = optional("scorer", "text", "by what sentiment is scored, as it is registered", VADER)
QUARTER = 90  # days
READ = (
    optional("topics", "count", "how many topics at most, 1 to 50", 8),
    optional("sample", "count", "most texts of either side that are read", 20_000),
    optional("seed", "count", "of the draw, and of where the search for topics begins", 1),
)

TALK = ("buckets", "people", "kinds")
TURNING = optional(
    "turning", "text", "kinds by which one turns to another, parted by commas; the usual if left out", ""
)
SEED = optional("seed", "count", "of what is drawn by chance", 1)

LISTED: tuple[Study, ...] = (
    Study(
        "consumption",
        "How do people consume: who creates, converses, judges, collects, joins or only watches?",
        consumption,
        Consumption,
        ("buckets", "people", "levels", "kinds"),
        (SINCE, UNTIL, optional("by", "choice", "whose roles: of everyone, or by level", WHOSE[0], WHOSE)),
        days=QUARTER,
    ),
    Study(
        "habits",
        "When and where are people active: at which hours, on which channels, on which devices?",
        habits,
        Habits,
        ("buckets", "people", "zone"),
        (SINCE, UNTIL, optional("by", "choice", "what is down and what across", CELLS[0], CELLS)),
        days=QUARTER,
    ),
    Study(
        "stance",
        "Who speaks for us, who against us, and who neither?",
        stance,
        Stances,
        ("buckets", "people", "levels", "kinds", "languages"),
        (
            AT,
            optional("by", "choice", "whose stance: of everyone, or by level", WHOSE[0], WHOSE),
            optional("half_life_days", "days", "after how long evidence is worth half", HALF_LIFE_DAYS),
            optional("top", "number", "the top of the scale on which people rate", TOP),
            SCORER,
        ),
    ),
    Study(
        "nps",
        "How likely are people to recommend us: what is the net promoter score?",
        nps,
        Nps,
        ("buckets", "people", "levels"),
        (
            SINCE,
            UNTIL,
            optional("by", "choice", "what is told apart", RATED_BY[0], RATED_BY),
            optional("survey", "text", "the channel on which the question is asked; * stands for any text", "*"),
        ),
        days=YEAR,
    ),
    Study(
        "mood",
        "How does what people write about us sound, month by month and channel by channel?",
        mood,
        Mood,
        ("buckets", "people", "kinds", "languages"),
        (SINCE, UNTIL, SCORER),
        days=YEAR,
    ),
    Study(
        "answering",
        "How fast are people answered, by channel and by level, against what is promised and what they are used to?",
        answering,
        Answering,
        ASKED,
        (SINCE, UNTIL, ANSWERS),
        days=QUARTER,
    ),
    Study(
        "unanswered",
        "Which questions are still open, whose are they, and how long overdue is an answer?",
        unanswered,
        Unanswered,
        ASKED,
        (
            AT,
            optional("days", "days", "how long ago a question may have been asked", 90),
            ANSWERS,
            optional("first", "choice", "which come first: those of the highest level, or the oldest", FIRST[0], FIRST),
            LIMIT,
        ),
    ),
    Study(
        "accounts",
        "How do we stand with each organisation, and does all of it hang on one person?",
        accounts,
        Accounts,
        ("buckets", "people", "levels", "kinds"),
        (
            AT,
            optional("days", "days", "how far back deeds and money count", 365.0),
            optional("outcome", "text", "kinds of interaction parted by commas that bring money", "purchased, donated"),
            optional("private", "text", "further e-mail domains parted by commas that are no organisation's", ""),
            optional("least", "count", "people of an account that is listed", 1),
            LIMIT,
        ),
    ),
    Study(
        "topics",
        "What do people ask and talk about, and do we publish about it?",
        topics,
        TopicsOfBoth,
        ("buckets", "people"),
        (SINCE, UNTIL, *READ),
        days=YEAR,
    ),
    Study(
        "conversation",
        "Who is turned to in the conversation, and who joins those who would not meet otherwise?",
        conversation,
        Conversation,
        TALK,
        (
            AT,
            optional("days", "days", "how far back acts count", 365),
            optional("half_life_days", "days", "after how long an act counts half", 90),
            TURNING,
            optional("ways", "count", "shortest ways that are drawn where there are too many for all", 20_000),
            optional("draws", "count", "draws for the bounds of standing", 100),
            SEED,
            LIMIT,
        ),
    ),
    Study(
        "groups",
        "Which groups do people form by turning to each other, and who joins them?",
        groups,
        Groups,
        TALK,
        (
            AT,
            optional("days", "days", "how far back acts count", 365),
            TURNING,
            optional("resolution", "number", "higher gives more and smaller groups", 1.0),
            optional("draws", "count", "graphs that chance makes, to compare with; at least 5", 20),
            SEED,
            LIMIT,
        ),
    ),
    Study(
        "hosts",
        "Who answers newcomers, and do those who are answered come back more?",
        hosts,
        Hosts,
        TALK,
        (
            AT,
            optional("days", "days", "how long ago a newcomer's first word may be", 365),
            optional("first_days", "days", "after the first word, in which an answer counts", 14),
            optional("back_days", "days", "after those, in which doing anything is coming back", 30),
            LIMIT,
        ),
    ),
    Study(
        "adoption",
        "Do people take up a thing soon after those they are tied to, more than chance would have it?",
        adoption,
        Adoption,
        TALK,
        (
            SINCE,
            UNTIL,
            optional("by", "choice", "what makes a thing", "activity", taking_up.BY),
            optional("thing", "text", "one of them; those taken up by most if left out", None),
            optional("things", "count", "how many things at most", 10),
            optional("within_days", "days", "how long after someone she is tied to", 30),
            optional("tied", "choice", "to whom she is tied", taking_up.TIED[0], taking_up.TIED),
            TURNING,
            optional("strata", "count", "parts of people by how busy they were, within which times are exchanged", 5),
            optional("draws", "count", "times that all is shuffled", 999),
            SEED,
        ),
        days=YEAR // 2,
    ),
    Study(
        "places",
        "Where are our people, and where are we?",
        places,
        PlacesOfBoth,
        ("buckets", "people"),
        (SINCE, UNTIL),
        days=QUARTER,
    ),
    Study(
        "expectations",
        "Where do we fall short of what people expect, and how many of them does it concern?",
        expectations,
        Expectations,
        ASKED,
        (SINCE, UNTIL, ANSWERS, *READ),
        days=QUARTER,
    ),
)
