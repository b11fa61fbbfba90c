"""Standing in the conversation, against a naive reading of the same log, and for one person."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pytest

from tests.roles import talks
from tests.stats.test_pagerank import solved
from tests.written import interactions, micros, when
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY
from ziggurat.facts.given import Talk
from ziggurat.log.histories import COLUMNS
from ziggurat.people.ids import person_of
from ziggurat.roles import communities
from ziggurat.roles.conversation import conversation
from ziggurat.roles.near import of_person
from ziggurat.stats import betweenness

LOG = talks.chatter()
TABLES = talks.tables(LOG)
KNOWN = talks.ids(TABLES)
END = micros("2026-07-01") - 1
DAYS = 200


def of(text: str, silent: str = "", **options):
    """Person → row. silent: identities of those who visited once, long ago, and say nothing."""
    before = "\n".join(["actor", *(f"user:{name}" for name in silent.split())])
    there = interactions(before, at=when("2025-01-01"), source="before")
    given = talks.tables(pa.concat_tables([interactions(text, kind="replied", direction="among"), there]))
    found = talks.ask(conversation, given, **({"at": "2026-12-31", "draws": 9} | options))
    whose = {one: identity for identity, one in talks.ids(given).items()}
    return {whose[row["person_id"]]: row for row in found.rows()}


def test_it_agrees_with_reading_row_by_row():
    rows = talks.ask(conversation, TABLES, at="2026-06-30", days=DAYS, half_life_days=50).rows()
    acts = talks.turned(LOG, KNOWN, END - DAYS * DAY, END, talks.TURNS)
    assert len(acts) > 60
    people = sorted({person for one, other, _ in acts for person in (one, other)})
    by, to, weight = defaultdict(set), defaultdict(set), defaultdict(float)
    for one, other, at in acts:
        by[other].add(one)
        to[one].add(other)
        weight[one, other] += 0.5 ** ((END - at) / (50 * DAY))
    place = {person: number for number, person in enumerate(people)}
    ends = np.array([[place[one], place[other]] for one, other in weight]).T
    standing = len(people) * solved(*ends, np.array(list(weight.values())), len(people))
    assert {row["person_id"] for row in rows} == set(people)
    first = [(-row["turned_to_by"], -round(row["standing"], 9)) for row in rows]
    assert first == sorted(first)
    for row in rows:
        person = row["person_id"]
        assert row["standing"] == pytest.approx(standing[place[person]], abs=1e-8)
        assert row["standing_low"] <= row["standing"] <= row["standing_high"]
        assert row["turned_to_by"] == len(by[person])
        assert row["turns_to"] == len(to[person])
        assert row["times"] == sum(other == person for _, other, _ in acts)
        assert row["reach"] == len({*by[person], *(far for one in by[person] for far in by[one])} - {person})
        last = max((at for _, other, at in acts if other == person), default=None)
        assert (None if row["last_at"] is None else int(row["last_at"].timestamp() * 1e6)) == last


def test_kinds_can_be_chosen():
    acts = talks.turned(LOG, KNOWN, END - DAYS * DAY, END, {"mentored", "visited"})
    rows = talks.ask(conversation, TABLES, at="2026-06-30", days=DAYS, turning="mentored, visited").rows()
    assert {row["person_id"]: row["times"] for row in rows if row["times"]} == Counter(other for _, other, _ in acts)
    with pytest.raises(QuestionError, match="`turning` names 'mentord', which is no kind; did you mean 'mentored'"):
        talks.ask(conversation, TABLES, at="2026-06-30", turning="mentord")


@pytest.mark.parametrize("option", ["days", "half_life_days", "ways", "draws", "limit"])
def test_numbers_that_are_too_small_are_refused(option):
    with pytest.raises(QuestionError, match=f"`{option}` is 0, but must be a .* from"):
        talks.ask(conversation, TABLES, at="2026-06-30", **{option: 0})


def test_what_is_drawn_of_much_is_said(monkeypatch):
    asked = {"at": "2026-06-30", "days": DAYS, "ways": 4000}
    whole = talks.ask(conversation, TABLES, **asked)
    assert whole.notes == ()
    assert all(row["between_low"] is None for row in whole.rows())
    monkeypatch.setattr(betweenness, "AFFORDED", 0)
    monkeypatch.setattr(communities, "AFFORDED", 0)
    drawn = talks.ask(conversation, TABLES, **asked)
    assert "betweenness is told from 4,000 ways drawn" in drawn.notes[0]
    assert "tried in 3 graphs" in drawn.notes[1]
    inside = [
        few["between_low"] <= all_["between"] <= few["between_high"]
        for few, all_ in zip(drawn.rows(), whole.rows(), strict=True)
    ]
    assert np.mean(inside) > 0.85
    assert [row["standing"] for row in drawn.rows()] == [row["standing"] for row in whole.rows()]


def test_the_first_rows_are_those_of_the_whole_table():
    asked = {"at": "2026-06-30", "days": DAYS, "draws": 9}
    few = talks.ask(conversation, TABLES, **asked, limit=5)
    assert few.rows() == talks.ask(conversation, TABLES, **asked).rows()[:5]
    assert len(few.people().collect()) > 5


def test_a_reply_goes_to_who_wrote_it_in_another_life_and_a_counterpart_goes_first():
    rows = of("""
        interaction_id  at     actor     counterpart  in_reply_to
        1               01-05  user:ana  -            -
        2               01-06  user:bea  -            1
        3               01-07  user:cia  user:bea     1
        4               01-08  user:dan  -            3
    """)
    assert {who: row["times"] for who, row in rows.items()} == {
        "user:ana": 1,
        "user:bea": 1,
        "user:cia": 1,
        "user:dan": 0,
    }


def test_whoever_is_turned_to_by_those_who_are_turned_to_stands_higher():
    rows = of(
        """
        at     actor     counterpart
        01-01  user:a    user:hub
        01-01  user:b    user:hub
        01-01  user:c    user:hub
        01-01  user:hub  user:star
        01-01  user:d    user:minor
        01-01  user:e    user:minor
        01-01  user:f    user:minor
        01-01  user:g    user:alone
        """,
        silent="star minor alone",
    )
    assert rows["user:star"]["standing"] > rows["user:alone"]["standing"] * 2
    assert rows["user:hub"]["standing"] > 1 > rows["user:a"]["standing"]
    assert rows["user:star"]["reach"] == 4


def test_what_lies_back_counts_less():
    text = """
        at     actor   counterpart
        01-01  user:a  user:past
        12-30  user:a  user:now
    """
    rows = of(text, "past now", half_life_days=90)
    assert rows["user:now"]["standing"] > 1.5 * rows["user:past"]["standing"]
    long = of(text, "past now", half_life_days=1e6)
    assert long["user:now"]["standing"] == pytest.approx(long["user:past"]["standing"], rel=1e-3)
    assert "user:past" not in of(text, "past now", days=30)


def test_staff_visitors_and_the_organisation_tie_nobody():
    assert (
        of("""
        at     actor              counterpart
        01-01  user:ana           email:sam@ours.org
        01-01  email:sam@ours.org  user:ana
        01-01  user:ana           anon:1
        01-01  anon:1             user:ana
        01-01  user:ana           user:ana
        01-01  user:ana           user:who
    """)
        == {}
    )


@pytest.mark.parametrize("identity", ["user:1", "user:5", "user:9"])
def test_one_persons_ties_are_those_of_the_study(identity):
    person = KNOWN[identity]
    _, history, _ = TABLES["crowd"].derived.one(person_of(person), END)
    assert history.schema == COLUMNS.append(pa.field("tone", pa.int8()))
    found = of_person(Talk(TABLES["buckets"], TABLES["people"], TABLES["kinds"]), history, at=END, days=DAYS)
    acts = talks.counted(talks.turned(LOG, KNOWN, END - DAYS * DAY, END, talks.TURNS))
    expected = {
        other: (acts[person, other], acts[other, person])
        for other in KNOWN.values()
        if (person, other) in acts or (other, person) in acts
    }
    assert {tie.person_id: (tie.turned_to, tie.turned_by) for tie in found.ties} == expected
    for tie in found.ties:
        assert [act.at for act in tie.acts] == sorted((act.at for act in tie.acts), reverse=True)
        assert tie.last_at == tie.acts[0].at
