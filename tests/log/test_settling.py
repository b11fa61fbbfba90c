"""Which way an interaction ran: as docs/facts.md says, the same on both engines, whenever the rule of staff is told."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import cluster
from tests.examples import few
from tests.written import interactions, open_new, take, when
from ziggurat.asking.crowd import Crowd
from ziggurat.asking.spark_crowd import SparkCrowd
from ziggurat.base import kinds, schema
from ziggurat.log.buckets import Buckets
from ziggurat.log.settling import SETTLED
from ziggurat.people.ids import person_of
from ziggurat.people.resolve import hash_of
from ziggurat.people.staff import Agents, Staff, StaffRule
from ziggurat.settings import config

KINDS = kinds.load()
PEOPLE = [
    "email:sam@ours.org",
    "github:sam",
    "github:bot",
    "github:theirs",
    "email:ana@a.org",
    "github:ana",
    "user:bea",
]
PEOPLE += ["user:bo", "anon:1"]
LINKED = [("email:sam@ours.org", "github:sam"), ("email:ana@a.org", "github:ana")]
TRAITS = [("user:bo", "team", "core"), ("user:bea", "team", "none")]
RULES = [
    (Staff(), Agents()),
    (Staff(domains=("ours.org",), identities=("github:bot",)), Agents(identities=("github:bot", "github:theirs"))),
    (Staff(rules=(StaffRule("team", ("core",)),)), Agents(domains=("a.org",))),
]


def drawn(seed: int, size: int = 60) -> list[dict[str, Any]]:
    """Rows of every sort: towards somebody, nobody or oneself; in reply to what is there, comes later or never came."""
    draw = random.Random(seed)
    return [
        {
            "interaction_id": f"i{number}",
            "source": draw.choice(["shop", "blog"]),
            "at": when("01-01"),
            "actor": draw.choice(PEOPLE),
            "channel": "forum",
            "kind": draw.choice(["posted", "replied", "liked", "emailed", "thanked"]),
            "direction": draw.choice([None, None, None, "in", "out", "among"]),
            "counterpart": draw.choice([None, None, *PEOPLE, "email:only@named.org"]),
            "in_reply_to": draw.choice([None, f"i{draw.randrange(size + 5)}"]),
        }
        for number in range(size)
    ]


def twin(rows: list[dict[str, Any]], staff: Staff, agents: Agents) -> list[tuple[Any, ...]]:
    """Every row as the table of docs/facts.md has it: id, whose life, which way, actor and counterpart."""
    one = {other: first for first, other in LINKED}
    person = {name: one.get(name, name) for name in [*PEOPLE, "email:only@named.org"]}

    def told(rule: Staff, name: str) -> bool:
        return (
            name in rule.identities
            or any(name.startswith("email:") and name.endswith("@" + domain) for domain in rule.domains)
            or any((name, each.trait, value) in TRAITS for each in rule.rules for value in each.values)
        )

    ours, robots = ({person[name] for name in person if told(rule, name)} for rule in (staff, agents))
    robots -= ours
    by_id = {(row["source"], row["interaction_id"]): row for row in rows}
    found = []
    for row in rows:
        who, other, way = row["actor"], row["counterpart"], row["direction"]
        if way is None:
            replied = by_id.get((row["source"], row["in_reply_to"]))
            toward = other
            if other is None and replied is not None:
                sent = replied["direction"] or KINDS.direction_of[replied["kind"]]
                toward = None if sent == "out" else replied["actor"]
            mine, theirs = person[who] in ours, toward is not None and person[toward] in ours
            if mine and theirs:
                way = "inside"
            elif mine and toward is not None:
                way, who, other = "out", toward, who
            elif mine or KINDS.direction_of[row["kind"]] == "out":
                way = "out"
            else:
                alone = toward is None or theirs or person[toward] in robots or person[toward] == person[who]
                way = "in" if alone else "among"
        found.append((row["interaction_id"], person[who], way, who, other))
    return sorted(found, key=str)


def told(rows: pa.Table, whose: dict[int, str]) -> list[tuple[Any, ...]]:
    names = ("interaction_id", "person", "direction", "actor", "counterpart")
    found = [tuple(row[name] for name in names) for row in rows.to_pylist() if row["kind"] >= 0]
    return sorted(((one, whose[who], SETTLED[way], *ends) for one, who, way, *ends in found), key=str)


def given_to(engine: type, rows: list[dict[str, Any]], staff: Staff, agents: Agents) -> Any:
    at = when("01-01")
    log = pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)
    links = pa.Table.from_pylist([{"a": a, "b": b, "evidence": "row", "source": "s", "at": at} for a, b in LINKED])
    traits = [
        {"identity": who, "trait": trait, "value": value, "source": "s", "at": at} for who, trait, value in TRAITS
    ]
    frames = (log, pa.Table.from_pylist(traits))
    if engine is SparkCrowd:
        frames = tuple(cluster.session().createDataFrame(frame) for frame in frames)
    return engine(frames[0], links=links, traits=frames[1], staff=staff, agents=agents)


def whose(crowd: Any) -> dict[int, str]:
    people = crowd.people()
    rows = (people if isinstance(people, pa.Table) else people.toArrow()).to_pylist()
    firsts = {other: first for first, other in LINKED}
    return {person_of(row["person_id"]): firsts.get(row["identities"][0], row["identities"][0]) for row in rows}


@settings(max_examples=few(6), deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(RULES))
def test_a_row_is_settled_by_who_did_it_and_towards_whom(seed, rules) -> None:
    rows = drawn(seed)
    crowd = given_to(Crowd, rows, *rules)
    columns = ("person", "kind", "interaction_id", "direction", "actor", "counterpart")
    buckets: Buckets = crowd.derived.buckets()
    found = pa.concat_tables([read(columns) for read in buckets.readers])
    assert told(found, whose(crowd)) == twin(rows, *rules)


def test_spark_settles_the_same_and_knows_the_same_people() -> None:
    rows = drawn(7, 150)
    crowd, spread = (given_to(engine, rows, *RULES[1]) for engine in (Crowd, SparkCrowd))
    found = spread.histories.toArrow()
    assert told(found, whose(spread)) == twin(rows, *RULES[1])
    both = (one.sort_by("person_id").to_pylist() for one in (crowd.people(), spread.people().toArrow()))
    here, there = ([{**row, "identities": sorted(row["identities"])} for row in rows] for rows in both)
    assert here == there
    assert {row["identities"][0]: (row["staff"], row["agent"]) for row in here if row["agent"]} == {
        "github:bot": (True, True), "github:theirs": (False, True),
    }  # fmt: skip
    spread.close()


HELP = """
    interaction_id  actor                kind     counterpart          in_reply_to
    ask             email:ana@a.org      asked    -                    -
    answer          email:sam@ours.org   replied  -                    ask
    note            email:sam@ours.org   posted   email:bo@ours.org    -
    mail            email:sam@ours.org   emailed  email:ana@a.org      -
    thanks          email:ana@a.org      replied  -                    answer
    aside           email:bea@a.org      replied  email:ana@a.org      -
"""
WITHOUT = {"ask": "in", "answer": "among", "note": "among", "mail": "out", "thanks": "among", "aside": "among"}
WITH = {"ask": "in", "answer": "out", "note": "inside", "mail": "out", "thanks": "in", "aside": "among"}


def ways(space: Any) -> dict[str, str]:
    rows = space.sql("SELECT interaction_id, direction FROM interactions").to_pylist()
    return {row["interaction_id"]: row["direction"] for row in rows}


def test_a_rule_of_staff_that_comes_late_turns_the_past_right(tmp_path) -> None:
    """Told after the import, or before it: the same people, lives and directions, by SQL too; and back again."""
    log = interactions(HELP, direction=None)
    late, early = (open_new(tmp_path / name) for name in ("late", "early"))
    path = early.folder / config.FILE
    take(late, interactions=log)
    late.refresh()
    assert ways(late) == WITHOUT
    plain = (late.folder / config.FILE).read_text("utf-8")
    ruled = tomlkit.parse(plain)
    ruled["staff"] = {"domains": ["ours.org"]}
    for folder in (late.folder, early.folder):
        (folder / config.FILE).write_text(tomlkit.dumps(ruled), "utf-8")
    take(early, interactions=log)
    assert late.stale()
    counts = [space.refresh() for space in (late, early)]
    assert counts[0] == counts[1]
    assert ways(late) == ways(early) == WITH
    ana = late.story(late.people(search="ana").rows[0]["person_id"])
    assert {row["interaction_id"] for row in ana.timeline if row["direction"] == "out"} == {"answer", "mail"}
    (late.folder / config.FILE).write_text(plain, "utf-8")
    late.refresh()
    assert ways(late) == WITHOUT
    assert path.exists()


def test_what_is_stated_stays_as_it_is(tmp_path) -> None:
    stated = interactions(HELP)
    assert not stated["direction"].null_count
    space = open_new(tmp_path / "space", staff={"domains": ("ours.org",)})
    take(space, interactions=stated)
    space.refresh()
    assert ways(space) == dict(
        zip(*(stated[name].to_pylist() for name in ("interaction_id", "direction")), strict=True)
    )
    assert space.people(search="bo@", kind="all").total == 0  # nobody is known because a row names them


def test_a_row_that_stated_its_usual_direction_is_known_when_it_comes_without_one(tmp_path) -> None:
    """As an export does that an earlier version imported."""
    space = open_new(tmp_path / "space")
    take(space, interactions=interactions(HELP))
    taken = take(space, interactions=interactions(HELP, direction=None))
    assert (taken["counts"]["interactions"]["known"], taken["counts"]["interactions"]["new"]) == (6, 0)


@pytest.mark.parametrize("kind", ["visited", "emailed"])
def test_an_answer_that_comes_before_its_question_is_turned_by_it(tmp_path, kind) -> None:
    """In its life as soon as it is known whose question it was; taken back, it is as if that had never been."""
    space = open_new(tmp_path / "space", staff={"domains": ("ours.org",)})
    answer = "interaction_id  actor  kind  in_reply_to\nanswer  email:sam@ours.org  replied  ask"
    take(space, interactions=interactions(answer, direction=None))
    space.refresh()
    assert space.people(kind="known").total == 0
    taken = take(
        space, interactions=interactions(f"interaction_id  actor  kind\nask  user:ana  {kind}", direction=None)
    )
    counts = space.refresh()
    assert (counts["people"], counts["staff"]) == (1, 1)
    ana = space.story(space.people().rows[0]["person_id"])
    assert len(ana.timeline) == (2 if kind == "visited" else 1)  # what we sent to Ana is not theirs
    space.undo(taken["import_id"])
    assert space.refresh()["people"] == 0
    assert hash_of("user:ana") == person_of(f"p{hash_of('user:ana'):016x}")
