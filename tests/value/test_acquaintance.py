"""How well people are known, and whom to ask what: held against a plain reading of a log that is written out."""

import datetime as dt

import pyarrow as pa
import pytest

from tests import community
from tests.channels import lives
from tests.levels.tables import ON
from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds, schema
from ziggurat.base.instant import instant
from ziggurat.catalogue import find
from ziggurat.people.staff import Staff
from ziggurat.settings.declared import Declared
from ziggurat.value.knowing import ask_next, lacking

DAY = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
ALIVE = []
LOG = [  # day of June, who, kind, channel, way, more
    (1, "email:ana@x.org", "posted", "forum", "in", {"text": "It is wonderful, I love it"}),
    (2, "email:ana@x.org", "responded", "forum", "out", {"counterpart": "email:sam@ours.org"}),
    (3, "email:ana@x.org", "replied", "forum", "among", {"counterpart": "user:ben"}),
    (4, "user:ben", "replied", "forum", "among", {"counterpart": "email:ana@x.org"}),
    (5, "user:ben", "purchased", "shop", "in", {"amount": 40.0, "object": "lamp"}),
    (6, "user:ben", "replied", "forum", "among", {"counterpart": "email:cleo@x.org"}),
    (7, "email:cleo@x.org", "liked", "forum", "in", {"object": "post 1"}),
    (8, "email:cleo@x.org", "unsubscribed", "email", "in", {}),
    (9, "email:cleo@x.org", "responded", "forum", "out", {"counterpart": "user:ben"}),
    (10, "email:dora@x.org", "purchased", "shop", "in", {"amount": 10.0, "object": "lamp"}),
    (11, "email:dora@x.org", "met", "office", "out", {"counterpart": "email:sam@ours.org"}),
]
TRAITS = [("email:ana@x.org", "name", "Ana"), ("email:ana@x.org", "city", "Graz"), ("user:ben", "name", "Ben"),
          ("email:dora@x.org", "interests", "lamps"), ("email:sam@ours.org", "name", "Sam")]  # fmt: skip
KNOWN = {  # by a person's reading
    "email:ana@x.org": {"name", "address", "likes", "background", "friends", "talk"},
    "user:ben": {"name", "friends"},
    "email:cleo@x.org": {"likes"},
    "email:dora@x.org": {"address", "likes", "talk"},
}


@pytest.fixture(scope="module")
def tables():
    rows = [
        {"interaction_id": f"i{day}", "source": "a", "at": DAY.replace(day=day), "received_at": DAY.replace(day=day)}
        | {"actor": who, "kind": kind, "channel": channel, "direction": way} | more
        for day, who, kind, channel, way, more in LOG
    ]  # fmt: skip
    told = [
        {"identity": who, "trait": trait, "value": value, "source": "crm", "at": DAY} for who, trait, value in TRAITS
    ]
    crowd = Crowd(
        pa.Table.from_pylist(rows, schema=schema.INTERACTIONS),
        traits=pa.Table.from_pylist(told, schema=schema.TRAITS),
        staff=Staff(identities=("email:sam@ours.org",)),
    )
    ALIVE.append(crowd)
    return {
        "buckets": crowd.derived.buckets(),
        "people": crowd.people(),
        "levels": crowd.levels(lives.ladder()),
        "kinds": kinds.load().table(),
        **Declared({}, {}, {"*": "en"}, {}).tables(),
    }


def called(tables):
    return dict(zip(tables["people"]["person_id"].to_pylist(), tables["people"]["identities"].to_pylist(), strict=True))


def members(result):
    return result.members.collect(backend="pyarrow").to_native().to_pylist()


def test_each_part_is_known_of_whom_the_log_tells_it(tables):
    result = find("acquaintance").ask(tables, **ON, at="2026-06-30")
    who, found = called(tables), {}
    for row in members(result):
        found.setdefault(who[row["person_id"]][0], {})[row["part"]] = row
    assert {one: {part for part, row in parts.items() if row["known"]} for one, parts in found.items()} == KNOWN
    talk, like = found["email:ana@x.org"]["talk"], found["email:ana@x.org"]["likes"]
    assert (talk["by"], talk["at"]) == ("email:sam@ours.org", instant(DAY.replace(day=2)))
    assert like["at"] == instant(DAY.replace(day=1))
    assert found["email:ana@x.org"]["friends"]["at"] == instant(DAY.replace(day=4))
    for row in result.rows():
        here = [parts[row["part"]] for parts in found.values() if parts[row["part"]]["level"] == row["level"]]
        assert (row["people"], row["known"]) == (len(here), sum(one["known"] for one in here))


def test_what_came_later_or_long_ago_is_not_known(tables):
    early = find("acquaintance").ask(tables, **ON, at="2026-06-03")
    who = called(tables)
    known = {(who[row["person_id"]][0], row["part"]) for row in members(early) if row["known"]}
    assert ("email:ana@x.org", "friends") not in known and ("email:ana@x.org", "talk") in known
    late = find("acquaintance").ask(tables, **ON, at="2026-08-30", days=30)
    assert not {row["part"] for row in members(late) if row["known"]} & {"friends", "talk"}


def test_who_gives_much_and_is_little_known_comes_first(tables):
    rows = find("strangers").ask(tables, **ON, at="2026-06-30", value="money").rows()
    who = called(tables)
    assert [(who[row["person_id"]][0], row["gave"], row["known"]) for row in rows] == [
        ("user:ben", 40.0, 2),
        ("email:dora@x.org", 10.0, 3),
    ]
    assert rows[0]["lacks"] == "address, talk, likes, background"
    assert rows[0]["ask"] == "Where may we write to you, and about what?"
    assert (rows[1]["talked_by"], rows[1]["ask"]) == (
        "email:sam@ours.org",
        "What is your name, and what shall we call you?",
    )
    assert all(who[row["person_id"]][0] != "email:ana@x.org" for row in rows)  # of whom nothing is left


def test_the_score_is_what_they_gave_times_what_is_not_known_of_them():
    tables = community.tables()
    rows = find("strangers").ask(tables, **ON, at=community.AT, days=365).rows()
    known = {}
    for row in members(find("acquaintance").ask(tables, **ON, at=community.AT, days=365)):
        known[row["person_id"]] = known.get(row["person_id"], 0) + row["known"]
    ledger = find("mutual-value").ask(tables, **ON, since="2025-06-30", until=community.AT, by="entry")
    given = sum(row["acts"] for row in ledger.rows() if row["side"] == "gave")
    assert len(rows) > 20
    scores = [row["gave"] * (6 - row["known"]) for row in rows]
    assert scores == sorted(scores, reverse=True) and sum(row["gave"] for row in rows) <= given
    assert all(row["known"] == known.get(row["person_id"], row["known"]) < 6 for row in rows)


def test_one_question_for_the_first_gap():
    assert ask_next([True] * 6) is None and lacking([True] * 6) == []
    assert lacking([True, True, False, False, True, False]) == ["talk", "likes", "background"]
