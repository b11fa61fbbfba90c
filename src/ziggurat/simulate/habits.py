"""What do people do by themselves, how often, by how near they are to us and by what they are like?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ziggurat.base.instant import DAY
from ziggurat.simulate.community import Community
from ziggurat.simulate.draws import Flags, Floats, Ints, pick, stream
from ziggurat.simulate.people import STYLES, People
from ziggurat.simulate.rows import Rows
from ziggurat.simulate.texts import Texts, question_topics, text_tones


@dataclass(frozen=True)
class Habit:
    """rates: times in 30 days by stage. by: factor of a style, 1 where none is said. scale: the knob that scales it."""

    channel: str
    rates: tuple[float, ...]
    by: tuple[tuple[str, float], ...] = ()
    scale: str = ""
    minutes: float = 0.0  # median
    amount: float = 0.0  # median, in euros
    text: str = ""  # purpose
    about: bool = False  # whether it names a guide that we published


# by stage:                 gone  obs.  foll. end.  contr. own. lead.
HABITS = {
    "saw": Habit("web", (0.02, 0.10, 0.08, 0.06, 0.05, 0.05, 0.05)),
    "visited": Habit("web", (0.02, 0.55, 0.85, 1.30, 2.10, 2.40, 2.80)),
    "searched": Habit("web", (0.01, 0.10, 0.15, 0.18, 0.25, 0.25, 0.25)),
    "read": Habit("web", (0.01, 0.20, 0.35, 0.50, 0.90, 1.00, 1.20), (("spectator", 1.3),), about=True),
    "liked": Habit("forum", (0, 0.01, 0.08, 0.70, 0.70, 0.60, 0.70), (("collector", 2.0), ("spectator", 0.1))),
    "recommended": Habit("web", (0, 0, 0.008, 0.15, 0.10, 0.14, 0.18), (), "advocacy", text="review"),
    "reviewed": Habit("web", (0, 0.002, 0.01, 0.02, 0.09, 0.09, 0.10), (("critic", 6.0),), text="review"),
    "contributed": Habit("web", (0, 0, 0, 0.005, 0.14, 0.16, 0.25), (("creator", 3.0),), minutes=70),
    "volunteered": Habit("event", (0, 0, 0, 0.003, 0.09, 0.12, 0.20), (("joiner", 2.0),), minutes=180),
    "spoke": Habit("event", (0, 0, 0, 0, 0.015, 0.03, 0.08), minutes=40),
    "sponsored": Habit("event", (0, 0, 0, 0, 0.008, 0.03, 0.03), amount=250),
    "donated": Habit("web", (0, 0.002, 0.006, 0.015, 0.07, 0.12, 0.12), amount=25),
    "invested": Habit("web", (0, 0, 0, 0, 0, 0.08, 0.03), amount=500),
    "maintained": Habit("web", (0, 0, 0, 0, 0, 0.30, 0.20), minutes=90),
    "served": Habit("event", (0, 0, 0, 0, 0, 0.12, 0.06), minutes=120),
    "organised": Habit("event", (0, 0, 0, 0, 0, 0, 0.35), minutes=240),
    "led": Habit("event", (0, 0, 0, 0, 0, 0, 0.18), minutes=150),
}
AMONG = {"mentored": (0, 0, 0, 0, 0, 0, 0.30), "recruited": (0, 0, 0, 0, 0, 0, 0.12)}  # done to one of her ties
RATED = (0.003, 0.015, 0.03, 0.09, 0.11, 0.11, 0.12)  # answers to our survey
SCORES = ((0.05, 6), (7, 8), (9, 10))  # by mood, the lowest and the highest score
SLIP_OF_MOOD = 0.07  # chance that a score is given in a mood other than her own
GUIDE_DAYS = 10
LIKELY = 4  # the ceiling from which people are heard
UNNAMED = ("saw", "visited", "searched", "read")  # what one does without saying who one is


def rates(people: People, by_stage: tuple[float, ...], by: dict[str, float], scale: float = 1.0) -> Floats:
    """Return how often each person does a thing in each period."""
    factor = np.array([by.get(style, 1.0) for style in STYLES])[people.style] * people.activity * scale
    found: Floats = np.append(by_stage, 0.0)[people.stage] * factor[:, None]  # stage -1, not there yet, is the last
    return found


def live(community: Community, rows: Rows, people: People, texts: Texts) -> None:
    """Add all that is neither conversation nor purchase, nor follows from what we do."""
    for kind, habit in HABITS.items():
        draw = stream(community, f"habit {kind}")
        scale = getattr(community.customers, habit.scale) if habit.scale else 1.0
        often = rates(people, habit.rates, dict(habit.by), scale)
        if habit.scale:
            often *= np.array([0.02, 0.6, 1.8])[people.mood][:, None]
        who, at = rows.clock.happen(draw, often, people.shift)
        who, at = there(people, who, at)
        add(draw, rows, (people, texts), habit, (kind, who, at))
    score(community, rows, people)
    belong(community, rows, people)


def there(people: People, who: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Leave out what would happen before the person arrived."""
    kept = at > people.arrive[who]
    return who[kept], at[kept]


def add(
    draw: np.random.Generator, rows: Rows, those: tuple[People, Texts], habit: Habit, done: tuple[str, Ints, Ints]
) -> None:
    """Add the rows of one habit. done: its kind, who did it, and when."""
    people, texts = those
    kind, who, at = done
    more: dict[str, Any] = {}
    actor = people.mail[who]
    if habit.channel == "web":
        mobile = draw.random(who.size) < people.mobile[who]
        actor = visit_identities(draw, people, who, mobile) if kind in UNNAMED else actor
        more["device"] = mobile.astype(np.int64)
    elif habit.channel == "forum":
        actor = people.address(who, np.ones(who.size, np.int64))
    if habit.minutes:
        more["minutes"] = np.maximum(1, np.rint(np.exp(draw.normal(np.log(habit.minutes), 0.5, who.size))))
    if habit.amount:
        more["amount"] = np.maximum(1, np.rint(np.exp(draw.normal(np.log(habit.amount), 0.6, who.size))))
    if habit.text:
        topic = question_topics(draw, people.group[who], at, 0)
        more["text"] = texts.write(draw, habit.text, topic, text_tones(draw, people.mood[who]))
    if habit.about:
        more["object"] = guides(rows)[lately(draw, rows, at)]
    rows.add(at, actor, habit.channel, kind, **more)


def guides(rows: Rows) -> Ints:
    """Return the codes of the guides that we publish, one every ten days from the first on."""
    known = rows.words["object"]
    if "guide 1" not in known:
        days = (rows.clock.end - rows.clock.start) // DAY
        return rows.names("object", [f"guide {number}" for number in range(1, days // GUIDE_DAYS + 2)])
    first = known.index("guide 1")
    return np.array([place for place in range(first, len(known)) if known[place].startswith("guide ")], np.int64)


def lately(draw: np.random.Generator, rows: Rows, at: Ints) -> Ints:
    """Return which guide each is about: rather one of the latest by then."""
    latest = np.clip(at - rows.clock.start, 0, rows.clock.end - rows.clock.start - 1) // (GUIDE_DAYS * DAY)
    found: Ints = np.maximum(0, latest - draw.geometric(0.5, at.size) + 1)
    return found


def visit_identities(draw: np.random.Generator, people: People, who: Ints, mobile: Flags) -> Ints:
    """Return the identity of each visit: her cookie, or her address where she has signed in."""
    signed_in = draw.random(who.size) < 0.4 * people.linked[who]
    return np.where(signed_in, people.mail[who], np.where(mobile, people.mobile_cookie[who], people.cookie[who]))


def score(community: Community, rows: Rows, people: People) -> None:
    """Let people answer the survey: 0 to 10, would you recommend us?"""
    draw = stream(community, "survey")
    who, at = there(people, *rows.clock.happen(draw, rates(people, RATED, {"critic": 2.0}), people.shift))
    other = draw.random(who.size) < SLIP_OF_MOOD
    mood = np.where(other, draw.integers(0, 3, who.size), people.mood[who])
    low, high = np.array([0, 7, 9])[mood], np.array([6, 8, 10])[mood]
    given = np.maximum(low, high - draw.geometric(0.6, who.size) + 1)
    rows.add(at, people.mail[who], "survey", "rated", score=given.astype(np.float64))


def belong(community: Community, rows: Rows, people: People) -> None:
    """Let people register, subscribe, follow and join as they come nearer, and leave as they are gone."""
    draw, clock, size = stream(community, "belonging"), rows.clock, people.size
    begun = people.stage >= 2
    begins = np.where(begun.any(axis=1), begun.argmax(axis=1), -1)
    who = np.flatnonzero(begins >= 0)
    at = np.maximum(people.arrive[who] + 1_000_000, clock.moments(draw, begins[who], people.shift[who]))
    rows.add(at, people.mail[who], "web", "registered", device=(draw.random(who.size) < people.mobile[who]).astype(int))
    kinds, times = ("subscribed", "followed", "joined"), (0.75, 0.3, 0.25)
    more = np.array([[1, 1, 1], [1, 1, 2.5], [1, 2.5, 1], [1, 1, 1], [1, 1, 1.5], [1, 1, 1.2]])[people.style[who]]
    for place, (kind, channel) in enumerate(zip(kinds, ("email", "web", "forum"), strict=True)):
        some = draw.random(who.size) < np.minimum(1, times[place] * more[:, place])
        later = at[some] + draw.integers(60, 5 * 86_400, some.sum()) * 1_000_000
        named = people.forum if channel == "forum" else people.mail
        actor = np.where(named[who[some]] >= 0, named[who[some]], people.mail[who[some]])
        group = rows.names("object", [f"group {number + 1}" for number in range(int(people.group.max()) + 1)])
        rows.add(later, actor, channel, kind, object=group[people.group[who[some]]] if kind == "joined" else -1)
    ends = np.zeros(people.stage.shape, np.bool_)
    ends[:, 1:] = (people.stage[:, 1:] == 0) & (people.stage[:, :-1] > 0)
    last = ends.argmax(axis=1)  # the first period in which she is gone; 0 where there is none
    gone = np.flatnonzero((begins >= 0) & (last > begins) & (draw.random(size) < 0.6))
    way = pick(draw, (0.7, 0.2, 0.1), gone.size)
    for place, (kind, channel) in enumerate((("unsubscribed", "email"), ("unfollowed", "web"), ("left", "forum"))):
        some = gone[way == place]
        rows.add(clock.moments(draw, last[some]), people.mail[some], channel, kind)


def visitors(community: Community, rows: Rows, people: People) -> None:
    """Let strangers come by, who never say who they are."""
    draw = stream(community, "strangers")
    who = np.repeat(people.strangers, draw.geometric(0.5, people.strangers.size))
    at = rows.clock.moments(draw, draw.integers(0, rows.clock.periods, who.size))
    kinds = np.where(draw.random(who.size) < 0.7, "visited", "read")
    for kind in ("visited", "read"):
        some = kinds == kind
        rows.add(at[some], who[some], "web", kind, device=(draw.random(some.sum()) < 0.5).astype(np.int64))
