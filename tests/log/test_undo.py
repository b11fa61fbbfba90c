"""An import that is taken back has never been: whatever was told before and after it, and by whom.

The twin is a list of imports. What holds follows from those that are left, told one after the other.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.written import interactions, levels, links, open_new, people, take, traits, when
from ziggurat.base import schema
from ziggurat.base.engine import duckdb as engine
from ziggurat.log.log import Log
from ziggurat.sources.batch import Batch

AT = when("2026-01-01")
SOURCES = ("shop", "list")
MADE = "c" + "0" * 24
ROWS = st.lists(
    st.tuples(st.sampled_from(["i1", "i2", MADE, "i3"]), st.sampled_from(["ana", "bo"]), st.integers(1, 2)), max_size=4
)
TRAITS = st.lists(st.tuples(st.sampled_from(["ana", "bo"]), st.sampled_from(["Ulm", "Bonn"])), max_size=3)
LINKS = st.lists(st.sampled_from(["ana", "bo", "cy"]), max_size=2)
COSTS = st.lists(st.tuples(st.sampled_from(["fair", "ad"]), st.integers(1, 2)), max_size=3)
REJECTED = st.lists(st.sampled_from(["bad", "worse"]), max_size=3)
IMPORT = st.tuples(st.sampled_from(SOURCES), st.booleans(), ROWS, TRAITS, LINKS, COSTS, REJECTED)
STEPS = st.lists(st.one_of(IMPORT, IMPORT, IMPORT, st.integers(0, 5)), min_size=2, max_size=7)


def batch(source: str, rows: Any, told: Any, joined: Any, spent: Any, bad: Any) -> Batch:
    """An import's tables."""
    same = {"source": source, "at": AT}
    made = {
        "interactions": [
            {**same, "interaction_id": one, "actor": f"user:{actor}", "channel": "web", "kind": "donated",
             "direction": "in", "amount": float(amount), "received_at": AT}
            for one, actor, amount in rows
        ],
        "traits": [{**same, "identity": f"user:{one}", "trait": "city", "value": value} for one, value in told],
        "links": [{**same, "a": f"user:{one}", "b": f"email:{one}@x.org", "evidence": "same row"} for one in joined],
        "costs": [{"activity": one, "day": AT.date(), "money": float(money)} for one, money in spent],
        "rejected": [
            {"source": source, "file": "f", "line": n, "reason": one, "row": "{}"} for n, one in enumerate(bad)
        ],
    }  # fmt: skip
    return Batch({name: pa.Table.from_pylist(some, schema=schema.LOGGED[name]) for name, some in made.items()})


def twin(imports: list[Any]) -> dict[str, Counter[Any]]:
    """What holds after imports, by what the docs say of each table."""
    acts: dict[Any, Any] = {}
    cities: dict[Any, Any] = {}
    spent: dict[Any, Any] = {}
    joined: set[Any] = set()
    bad: Counter[Any] = Counter()
    for source, whole, rows, told, names, costs, rejected in imports:
        seen: Counter[str] = Counter(one for one, *_ in rows if one == MADE)
        made = iter([MADE, *(f"{MADE}-{n}" for n in range(2, seen[MADE] + 1))])
        ids = [next(made) if one == MADE else one for one, *_ in rows]
        now = {(source, one): values for one, (_, *values) in zip(ids, rows, strict=True)}
        if whole:
            acts = {key: values for key, values in acts.items() if key[0] != source}
            cities = {key: values for key, values in cities.items() if key[0] != source}
            spent = {key: values for key, values in spent.items() if key[0] != source}
            joined = {(where, one) for where, one in joined if where != source}
        acts |= now
        for mine, key, value in ((cities, 0, told), (spent, 0, costs)):
            fresh: dict[Any, Any] = {}
            for one in value:
                fresh.setdefault((source, one[key]), []).append(one[1])
            mine.update(fresh)
        joined |= {(source, one) for one in names}
        for reason, times in Counter((source, one) for one in rejected).items():
            bad[reason] = max(bad[reason], times)
    return {
        "interactions": Counter((*key, f"user:{actor}", float(amount)) for key, (actor, amount) in acts.items()),
        "traits": Counter((f"user:{one}", value) for (_, one), values in cities.items() for value in set(values)),
        "links": Counter((f"user:{one}", source) for source, one in joined),
        "costs": Counter((one, float(money)) for (_, one), values in spent.items() for money in values),
        "rejected": bad,
    }


SHOWN = {
    "interactions": "source, interaction_id, actor, amount",
    "traits": "DISTINCT identity, value, source",
    "links": "a, source",
    "costs": "activity, money",
    "rejected": "source, reason",
}


def held(log: Log) -> dict[str, Counter[Any]]:
    """What the log shows."""
    snapshot = log.snapshot()
    with engine.connect() as connection:
        return {
            table: Counter(
                row[:2] if table == "traits" else row
                for row in connection.sql(f"SELECT {columns} FROM {snapshot.scan(table)}").fetchall()
            )
            for table, columns in SHOWN.items()
        }


@given(STEPS)
@settings(max_examples=few(5))
def test_what_is_taken_back_has_never_been(tmp_path_factory: pytest.TempPathFactory, steps: list[Any]) -> None:
    """Imports of two sources, some of them whole exports, that overlap in every table, and undos among them."""
    log = Log(tmp_path_factory.mktemp("log"))
    living: dict[int, Any] = {}
    for step in steps:
        if not isinstance(step, int):
            source, whole, *tables = step
            made = log.append([batch(source, *tables)], source=source, file="f", at=AT, whole=whole)
            living[made.import_no] = step
            assert sum(made.counts.get("interactions", {}).values()) == len(tables[0])
        elif living:
            chosen = sorted(living)[step % len(living)]
            log.undo(chosen, at=AT)
            del living[chosen]
        assert held(log) == twin([living[number] for number in sorted(living)])


def test_a_refresh_after_each_step_says_what_one_of_all_would(tmp_path: Path) -> None:
    """Rows that are replaced, by another actor's too, deleted and brought back; people who are known by them alone."""
    space = open_new(tmp_path / "steps")
    rows = ["i1  ana  5", "i2  bo  7", "i3  cy  9"]

    def bring(*lines: str, whole: bool = False, **more: pa.Table) -> str:
        gifts = interactions("\n".join(["interaction_id  actor  amount", *lines]), kind="donated")
        told = space.import_batches([Batch({"interactions": gifts, **more})], source="test", name="f", whole=whole)
        return str(told["import_id"])

    city = {"traits": traits("identity  trait  value\nuser:dee  city  Ulm")}
    steps = (
        lambda: bring(*rows, links=links("a  b\nana  email:ana"), **city),
        lambda: bring("i1  ana  50", "i2  eve  7"),
        lambda: bring("i3  cy  9", "i4  fay  1", whole=True),
        lambda: bring("i1  ana  6"),
        lambda: space.undo(3),
        lambda: space.undo(2),
        lambda: bring(*rows),
        lambda: space.undo(1),
    )
    for number, step in enumerate(steps):
        step()
        space.refresh()
        again = open_new(tmp_path / str(number))
        shutil.copytree(space.folder / "log", again.folder / "log")
        again.refresh()
        assert people(space) == people(again), number
        assert levels(space) == levels(again), number


def test_what_two_imports_told_stays_with_the_other(space) -> None:
    """A link and a name that two imports tell; whichever is taken back, they stay, and then they go."""
    tables = {"links": links("a  b\nana  email:ana"), "traits": traits("identity  trait  value\nana  name  Ana")}
    for first, second in ((1, 2), (6, 5)):
        take(space, **tables)
        take(space, **tables)
        space.undo(first)
        space.refresh()
        assert [(row["name"], len(row["identities"])) for row in people(space)] == [("Ana", 2)]
        space.undo(second)
        space.refresh()
        assert people(space) == []


def test_a_trait_goes_back_to_an_earlier_value(space) -> None:
    """The latest import of a source holds, at equal times too."""
    for city, undone in (("Ulm", None), ("Bonn", None), ("Ulm", None), ("Ulm", 3), ("Bonn", None)):
        if undone:
            space.undo(undone)
            space.refresh()
            assert people(space)[0]["traits"] == '{"city":"Bonn"}'
            continue
        told = take(space, traits=traits(f"identity  trait  value\nana  city  {city}"))
        space.refresh()
        assert people(space)[0]["traits"] == f'{{"city":"{city}"}}'
    assert told["counts"]["traits"] == {"new": 0, "known": 1}
