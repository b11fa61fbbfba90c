"""Every sentence of each level of the shipped ladders has somebody who must stand there, and somebody who must not.

The same sentences are the rows of the table in docs/ladders.md.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds
from ziggurat.levels import ladder as declared

KINDS = kinds.load()
LADDERS = {path.stem: declared.load(path, KINDS) for path in sorted(declared.SHIPPED.glob("*.toml"))}
END = dt.datetime(2026, 6, 30, 23, tzinfo=dt.UTC)
PAGE = Path(__file__).parents[2] / "docs" / "ladders.md"
Event = tuple[str, int, dict[str, Any]]  # kind, days before the end, further columns
Life = list[Event]


def did(kind: str, *days: int, **more: Any) -> Life:
    """The same kind of act on some days, counted back from the end."""
    return [(kind, day, more) for day in days]


def told(**traits: str) -> Life:
    """Traits that were told long ago."""
    return [("trait", 300, {"trait": name, "value": value}) for name, value in traits.items()]


def helped(*days: int, thanks: str = "Thanks, that worked great!") -> Life:
    """Answers to somebody else's question, each followed by who asked."""
    return [("help", day, {"thanks": thanks}) for day in days]


WEEKS = (3, 10, 17, 24, 31, 38, 45)
NAMED = told(name="Ana Ng", city="Bern", likes="roses")
SCAM, NEVER, LOVE = {"text": "what a scam"}, {"text": "never buy from them"}, {"text": "I love it, great people"}
CASES: list[tuple[str, str, str, Life, Life]] = [
    # ladder, level, words of the text, somebody who must stand there, somebody who must not
    ("six-level", "Observing", "aware of the company", did("purchased", 9, 40), did("thanked", 9, 40)),
    ("six-level", "Observing", "periodically looks at its messages", did("opened", 3, 40), did("opened", 3)),
    ("six-level", "Following", "lets us use an address", did("subscribed", 50),
     did("registered", 50, actor="customer:17")),
    ("six-level", "Following", "so that they can learn about our offerings", did("followed", 50, actor="mastodon:ana"),
     did("subscribed", 50) + did("unsubscribed", 40) + did("opened", 3)),
    ("six-level", "Endorsing", "endorses our products", did("rated", 3, 9, 20, score=10.0),
     did("rated", 3, 9, 20, score=1.0)),
    ("six-level", "Endorsing", "endorses our products, in words", did("mentioned", 3, 9, 20, **LOVE),
     did("mentioned", 3, 9, 20, **NEVER)),
    ("six-level", "Endorsing", "endorses our products, to others", did("shared", 3), did("shared", 3, **SCAM)),
    ("six-level", "Endorsing", "endorses our products, and is no detractor", did("recommended", 3),
     did("recommended", 3) + did("complained", 5, 8, 11, 14)),
    ("six-level", "Endorsing", "allows us to identify them as an advocate",
     did("contacted", 3, 9, **LOVE) + told(may_be_named="yes"), did("contacted", 3, 9, **LOVE)),
    ("six-level", "Endorsing", "allows us to identify them, and may take it back",
     did("rated", 9, score=10.0) + told(testimonial="yes"), did("rated", 9, score=10.0) + told(testimonial="no")),
    ("six-level", "Contributing", "actively spends time to help", did("volunteered", 3, 40), did("volunteered", 3)),
    ("six-level", "Contributing", "or money", did("donated", 3, 40, amount=10.0), did("purchased", 3, 40, amount=10.0)),
    ("six-level", "Contributing", "might participate in forums", helped(3, 9, 20),
     did("posted", 3, 5, 9, 12, 20, text="I hate this company")),
    ("six-level", "Contributing", "participates, and it helps", helped(3, 9, 20),
     did("asked", 3, 5, 9, 12, 20, text="Where is my parcel?")),
    ("six-level", "Contributing", "or sponsor events", did("sponsored", 3, 90, amount=500.0),
     did("reviewed", 3, 90, score=1.0)),
    ("six-level", "Owning", "a deep commitment: invests", did("invested", 90, amount=500.0), did("donated", 90)),
    ("six-level", "Owning", "or joins the board", did("served", 90), did("attended", 9, 90)),
    ("six-level", "Leading", "volunteers to lead initiatives", did("led", 9, 90), did("volunteered", 9, 90)),
    ("six-level", "Leading", "that support our major goals", did("organised", 9) + did("mentored", 90),
     did("organised", 9)),
    ("five-level", "Evangelism", "its attention is captured, it is interested", did("clicked", 9),
     did("emailed", 9)),
    ("five-level", "Evangelism", "and won over", did("purchased", 9, 300, amount=9.0), did("purchased", 500)),
    ("five-level", "Education", "learns what we do", did("read", 3, 40), did("purchased", 3, 40)),
    ("five-level", "Education", "our heritage, values and stories", did("taught", 3, 40, actor="email:us@ours.example"),
     did("asked", 3, 40, text="Where is my parcel?")),
    ("five-level", "Education", "and lets us tell them", did("subscribed", 90) + did("opened", 3),
     did("subscribed", 90) + did("unsubscribed", 80) + did("opened", 3)),
    ("five-level", "Engagement", "regulars whom we know by name, likes and background",
     did("purchased", *WEEKS) + NAMED, did("purchased", *WEEKS)),
    ("five-level", "Engagement", "known by name, likes and background", did("purchased", *WEEKS) + NAMED,
     did("purchased", *WEEKS) + told(name="Ana Ng")),
    ("five-level", "Engagement", "a relationship, friendships", did("replied", *WEEKS, text="good to see you all")
     + told(name="Bo"), did("replied", *WEEKS, text="good to see you all")),
    ("five-level", "Engagement", "recommends us to family and friends", did("recommended", 90) + told(name="Bo"),
     did("recommended", 90, **SCAM) + told(name="Bo")),
    ("five-level", "Empowerment", "openly shares why they love our brand", did("shared", 3, 20, 40, **LOVE),
     did("shared", 3, 20, 40, **SCAM)),
    ("five-level", "Empowerment", "vocal in what they like or dislike, to make it better",
     did("reviewed", 3, 20, **LOVE) + did("rated", 30, 40, score=10.0) + did("posted", 50, text="the lid is bad"),
     did("complained", 3, 20, 40, 50, text="the lid is bad")),
    ("five-level", "Enlistment", "shares our gospel at the drop of a hat", did("shared", *WEEKS, **LOVE),
     did("shared", *WEEKS)),
    ("five-level", "Enlistment", "volunteers", did("volunteered", 3, 90), did("attended", 3, 90)),
    ("five-level", "Enlistment", "helps with customer research", did("answered", 3, 90, activity="Spring survey"),
     did("answered", 3, 90, activity="Spring fair")),
    ("five-level", "Enlistment", "an unpaid sales force", did("referred", 3, 20, 90),
     did("referred", 3, 20, 90) + did("rewarded", 50)),
    ("five-level", "Enlistment", "behaves like our staff", did("organised", 3, 90), did("organised", 400, 500)),
    ("community", "Visitor", "reads along", did("read", 3), did("read", 200)),
    ("community", "Member", "has joined, and still comes by", did("joined", 300) + did("visited", 3),
     did("joined", 300)),
    ("community", "Participant", "takes part", did("posted", 3, 9, 20), did("posted", 3)),
    ("community", "Contributor", "answers that help", helped(3, 9, 20), helped(3, 9, 20, thanks="that did not help")),
    ("community", "Contributor", "reviews, work, on several days", did("contributed", 3, 9, 20, 30, 40),
     did("reviewed", 3, 9, 20, 30, 40, **SCAM)),
    ("community", "Leader", "hosts, mentors, maintains", did("mentored", 3, 9, 20), did("mentored", 3)),
    ("nonprofit", "Aware", "has come across the cause", did("saw", 90), did("emailed", 90)),
    ("nonprofit", "Subscriber", "lets us write to them, at an address", did("subscribed", 500),
     did("subscribed", 500, actor="donor:17")),
    ("nonprofit", "Donor", "has given money", did("donated", 300, amount=5.0), did("donated", 600, amount=5.0)),
    ("nonprofit", "Donor", "or a voice that speaks for the cause", did("shared", 3, 9, 20),
     did("shared", 3, 9, 20, **SCAM)),
    ("nonprofit", "Volunteer", "gives their time", did("volunteered", 90, minutes=700.0),
     did("volunteered", 90, minutes=60.0)),
    ("nonprofit", "Sustainer", "gives again and again", did("donated", *WEEKS, amount=5.0),
     did("donated", *[3] * 7, amount=5.0)),
    ("nonprofit", "Sustainer", "or much", did("donated", 90, amount=1000.0), did("donated", 90, amount=999.0)),
    ("nonprofit", "Champion", "brings others, leads, serves on the board", did("recruited", 3) + did("served", 90),
     did("attended", 3, 40, 90)),
    ("shopper", "Buying", "has bought in the last quarter", did("purchased", 80), did("purchased", 100)),
    ("shopper", "Responding", "has redeemed a coupon", did("purchased", 80) + did("redeemed", 80),
     did("purchased", 80) + did("redeemed", 130)),
    ("shopper", "Regular", "comes about once a week", did("purchased", 3, 10, 17, 24) + did("redeemed", 80),
     did("purchased", 3, 10, 17)),
    ("shopper", "Main store", "a good part of the shopping",
     did("purchased", 3, 80, amount=300.0) + did("redeemed", 3),
     did("purchased", 3, 80, amount=200.0) + did("redeemed", 3)),
    ("shopper", "Devoted", "nearly all of the shopping",
     did("purchased", 3, 80, amount=600.0),
     did("purchased", 3, amount=100.0) + did("redeemed", 3, 5, 9)),
    ("shopper", "Partner", "answers what we send, beside nearly all of the shopping",
     did("purchased", 3, 80, amount=600.0) + did("redeemed", 9), did("redeemed", 3, 9, 20)),
    ("shopper", "Partner", "brings others to us", did("referred", 90),
     did("referred", 90, **SCAM)),
]  # fmt: skip
PEOPLE = [
    (f"c{number}{side}", case[place]) for number, case in enumerate(CASES) for side, place in (("y", 3), ("n", 4))
]


def rows_of(person: str, life: Life) -> list[dict[str, Any]]:
    """Interactions of one life, and of those whom they helped."""
    rows: list[dict[str, Any]] = []
    own = f"email:{person}@example.org"
    for number, (kind, day, more) in enumerate(life):
        at = END - dt.timedelta(days=day, minutes=number)
        if kind == "help":
            ids = [f"{person}-{number}-{step}" for step in ("q", "a", "t")]
            asker = f"email:asker-{person}-{number}@example.org"
            words = ("How do I open it?", "Turn it to the left.", more["thanks"])
            for step, (who, said) in enumerate(zip((asker, own, asker), ("asked", "answered", "replied"), strict=True)):
                rows.append({"at": at + dt.timedelta(minutes=step), "actor": who, "kind": said, "direction": "among",
                             "interaction_id": ids[step], "in_reply_to": ids[step - 1] if step else None,
                             "text": words[step]})  # fmt: skip
        elif kind != "trait":
            way = KINDS.direction_of[kind]
            # what we do stands in the life of whom we do it to
            plain = {name: value for name, value in more.items() if name != "actor" or way == "in"}
            actor = plain.pop("actor", own)
            rows.append({"at": at, "actor": actor if actor == own else f"{actor}{person}", "kind": kind,
                         "direction": way, "interaction_id": f"{person}-{number}", **plain})  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def stands() -> dict[str, dict[str, str]]:
    """Where each of these people stands at the end: ladder → person → name of the level."""
    rows = [row for person, life in PEOPLE for row in rows_of(person, life)]
    rows.append({"at": END, "actor": "email:last@example.org", "kind": "visited", "direction": "in",
                 "interaction_id": "last"})  # fmt: skip
    names = ("at", "actor", "kind", "direction", "interaction_id", "in_reply_to", "text", "score", "amount", "minutes",
             "activity")  # fmt: skip
    table = pa.Table.from_pylist([{"channel": "web", **{name: row.get(name) for name in names}} for row in rows])
    traits = [
        {"identity": f"email:{person}@example.org", "at": END - dt.timedelta(days=day), **more}
        for person, life in PEOPLE
        for kind, day, more in life
        if kind == "trait"
    ]
    crowd = Crowd(table, traits=pa.Table.from_pylist(traits))
    identity = {row["person_id"]: row["identities"] for row in crowd.people().to_pylist()}
    found: dict[str, dict[str, str]] = {}
    for name, ladder in LADDERS.items():
        for row in crowd.standings(ladder, at="2026-06-30").to_pylist():
            for one in identity[row["person_id"]]:
                person = re.search(r"c\d+[yn]", one)
                if person and not one.startswith("email:asker"):
                    found.setdefault(name, {})[person.group()] = ladder.names[row["level"]]
    return found


@pytest.mark.parametrize(
    ("number", "case"), list(enumerate(CASES)), ids=[f"{case[0]}, {case[1]}: {case[2]}" for case in CASES]
)
def test_who_must_stand_there_does_and_who_must_not_does_not(stands, number: int, case) -> None:
    ladder, level, *_ = case
    assert stands[ladder][f"c{number}y"] == level
    names = LADDERS[ladder].names
    assert names.index(stands[ladder][f"c{number}n"]) < names.index(level)


def test_every_level_has_its_people_and_the_page_its_sentences() -> None:
    assert {(ladder, level) for ladder, level, *_ in CASES} == {
        (name, level) for name, ladder in LADDERS.items() for level in ladder.names[1:]
    }
    page = PAGE.read_text("utf-8")
    for name, level, words, *_ in CASES:
        section = page.partition(f"### {name}\n")[2].partition("\n### ")[0]
        assert re.search(rf"\| {level} \|[^\n]*{re.escape(words)}", section), (name, level, words)
