"""The histories: what a refresh adds equals what building all anew gives."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.written import EPOCH, Workspace, levels, open_new, people, standings, take, when
from ziggurat import schema
from ziggurat.log import histories

WHO = ("email:a", "email:b", "email:c", "github:a", "github:b", "anon:1", "email:x@ours.org")
HALF = 43_200_000_000
LATE = 200 * 2 * HALF
DAYS = st.integers(0, 60)

acts = st.fixed_dictionaries(
    {
        "interaction_id": st.integers(1, 25).map(str),
        "source": st.sampled_from(["shop", "blog"]),
        "at": DAYS,
        "actor": st.sampled_from(WHO),
        "kind": st.sampled_from(["visited", "subscribed", "unsubscribed", "posted", "donated", "organised", "emailed"]),
        "channel": st.sampled_from(["web", "forum"]),
        "activity": st.sampled_from([None, "Fair"]),
        "amount": st.sampled_from([None, 0.1, 20.0, 30.0]),
    }
)
pairs = st.fixed_dictionaries({"a": st.sampled_from(WHO), "b": st.sampled_from(WHO), "at": DAYS})
told = st.fixed_dictionaries(
    {
        "identity": st.sampled_from(WHO),
        "trait": st.sampled_from(["name", "city"]),
        "value": st.sampled_from(["Ana", "Bea", "Chidi"]),
        "at": DAYS,
    }
)
files = st.tuples(st.lists(acts, max_size=8), st.lists(pairs, max_size=2), st.lists(told, max_size=2))
steps = st.one_of(
    st.tuples(st.just("import"), files),
    st.tuples(st.just("import"), files),
    st.tuples(st.just("undo"), st.integers(0, 5)),
    st.tuples(st.just("decide"), st.tuples(st.sampled_from(WHO), st.sampled_from(WHO), st.booleans())),
)


def day(half: int) -> Any:
    return EPOCH.replace(year=2026) + half * (when("01-02") - when("01-01")) / 2


def rows(given: list[dict[str, Any]], to: pa.Schema, **same: Any) -> pa.Table:
    return pa.Table.from_pylist([{**same, **row, "at": day(row["at"])} for row in given], schema=to)


def do(space: Workspace, step: str, what: Any) -> None:
    if step == "import":
        some, pairs, told = what
        for row in some:
            row["direction"] = "out" if row["kind"] == "emailed" else "in"
        take(
            space,
            interactions=rows(some, schema.INTERACTIONS, received_at=EPOCH),
            links=rows(pairs, schema.LINKS, evidence="same row", source="test"),
            traits=rows(told, schema.TRAITS, source="test"),
        )
    elif step == "undo":
        standing = [one["import_id"] for one in space.imports() if not one["undone"]]
        if standing:
            space.undo(standing[what % len(standing)])
    else:
        one, other, same = what
        space.state.decide(one, other, same=same, why="", at=EPOCH)


def everything(space: Workspace, at: int) -> dict[str, Any]:
    return {"people": people(space), "levels": levels(space), "standings": standings(space, at)}


def built_anew(space: Workspace) -> Workspace:
    """The same log and decisions in another folder, nothing derived yet."""
    copy = Path(tempfile.mkdtemp(dir=space.folder.parent)) / "copy"
    shutil.copytree(space.folder, copy, ignore=shutil.ignore_patterns("histories", "results", ".staging"))
    anew = Workspace.open(copy)
    anew.refresh()
    return anew


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(steps, min_size=1, max_size=3), min_size=2, max_size=5), st.integers(0, 80))
def test_refreshing_step_by_step_equals_building_all_anew(tmp_path_factory, turns, at) -> None:
    """Late arrivals, merges by links and by hand, partings, undone imports, and buckets that are built anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(histories, "BUCKET_ROWS", 3)
        patch.setattr(histories, "MOST_SEGMENTS", 3)
        space = open_new(tmp_path_factory.mktemp("steps") / "space", staff={"domains": ("ours.org",)})
        for turn in turns:
            for step, what in turn:
                do(space, step, what)
            space.refresh()
            instant = (day(at) - EPOCH) // (when("01-02") - when("01-01")) * 2 * HALF
            assert everything(space, instant) == everything(built_anew(space), instant)
        shutil.rmtree(space.folder.parent)
