"""The histories: what a refresh adds equals what building all anew gives."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.written import EPOCH, Workspace, interactions, levels, links, open_new, people, standings, take, traits, when
from ziggurat.base import schema
from ziggurat.log import histories, segments
from ziggurat.people import people as who
from ziggurat.settings import config

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
        "direction": st.sampled_from([None, None, None, "in", "out"]),
        "counterpart": st.sampled_from([None, None, *WHO, "email:only@named.org"]),
        "in_reply_to": st.integers(1, 25).map(str) | st.none(),
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
some = st.lists(st.sampled_from(["github:a", "github:b", "anon:1", "email:x@ours.org"]), max_size=2)
steps = st.one_of(
    st.tuples(st.just("import"), files),
    st.tuples(st.just("import"), files),
    st.tuples(st.just("undo"), st.integers(0, 5)),
    st.tuples(st.just("rule"), some, some),
    st.tuples(st.just("decide"), st.tuples(st.sampled_from(WHO), st.sampled_from(WHO), st.booleans())),
)


def day(half: int) -> Any:
    return EPOCH.replace(year=2026) + half * (when("01-02") - when("01-01")) / 2


def rows(given: list[dict[str, Any]], to: pa.Schema, **same: Any) -> pa.Table:
    return pa.Table.from_pylist([{**same, **row, "at": day(row["at"])} for row in given], schema=to)


def lives(space: Workspace) -> list[dict[str, Any]]:
    """Every row of the histories, in order: whose it is, who did it towards whom, and which way it ran."""
    manifest = histories.load(space.folder / "histories")
    columns = ("person", "at", "interaction_id", "actor", "counterpart", "direction", "import_no", "amount")
    read = (histories.read(space.folder / "histories", manifest, bucket, columns) for bucket in manifest.buckets())
    return sorted((row for table in read for row in table.to_pylist()), key=repr)


def do(space: Workspace, step: str, what: Any, more: Any = ()) -> None:
    if step == "import":
        some, pairs, told = what
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
    elif step == "rule":
        settings = tomlkit.parse((space.folder / config.FILE).read_text("utf-8"))
        settings["staff"] = {"identities": list(what)}
        settings["agents"] = {"identities": list(more)}
        (space.folder / config.FILE).write_text(tomlkit.dumps(settings), "utf-8")
    else:
        one, other, same = what
        space.state.decide(one, other, same=same, why="", at=EPOCH)


def everything(space: Workspace, at: int) -> dict[str, Any]:
    found = {"people": people(space), "levels": levels(space), "standings": standings(space, at)}
    return found | {
        "lives": lives(space),
        "log": space.sql("FROM interactions ORDER BY source, interaction_id").to_pylist(),
    }


def built_anew(space: Workspace) -> Workspace:
    """The same log and decisions in another folder, nothing derived yet."""
    copy = Path(tempfile.mkdtemp(dir=space.folder.parent)) / "copy"
    shutil.copytree(space.folder, copy, ignore=shutil.ignore_patterns("histories", "results", ".staging"))
    anew = Workspace.open(copy)
    anew.refresh()
    return anew


@settings(max_examples=few(8), deadline=None)
@given(
    st.lists(st.lists(steps, min_size=1, max_size=3), min_size=2, max_size=5),
    st.integers(0, 80),
    st.sampled_from([0, 3, histories.FEW_ROWS]),
)
def test_refreshing_step_by_step_equals_building_all_anew(tmp_path_factory, turns, at, few) -> None:
    """Late arrivals, merges by links and by hand, partings, undone imports, changed rules of who is ours, and buckets
    that are built anew; what is added has a segment for each bucket, or one for all. Most rows state no direction."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(histories, "BUCKET_ROWS", 3)
        patch.setattr(histories, "MOST_SEGMENTS", 3)
        patch.setattr(histories, "FEW_ROWS", few)
        patch.setattr(who, "MOST", 2)
        space = open_new(tmp_path_factory.mktemp("steps") / "space", staff={"domains": ("ours.org",)})
        for turn in turns:
            for step, *what in turn:
                do(space, step, *what)
            space.refresh()
            instant = (day(at) - EPOCH) // (when("01-02") - when("01-01")) * 2 * HALF
            assert everything(space, instant) == everything(built_anew(space), instant)
        shutil.rmtree(space.folder.parent)


def refreshed(space: Workspace, **tables: pa.Table) -> histories.Manifest:
    take(space, **tables)
    space.refresh()
    manifest = histories.load(space.folder / "histories")
    assert manifest is not None
    return manifest


def everybody(count: int) -> pa.Table:
    lines = "\n".join(f"i{n}  user:{n}  visited" for n in range(count))
    return interactions(f"interaction_id  actor  kind\n{lines}")


@pytest.fixture
def many_buckets(monkeypatch) -> None:
    monkeypatch.setattr(histories, "BUCKET_ROWS", 10)


def test_a_refresh_leaves_the_files_of_other_buckets_alone(space, many_buckets) -> None:
    before = refreshed(space, interactions=everybody(160))
    assert len(before.segments) == 16
    times = {file.name: file.stat().st_mtime_ns for file in (space.folder / "histories").glob("segment-*")}
    after = refreshed(space, interactions=interactions("interaction_id  actor\nnew  user:3"))
    changed = [bucket for bucket in after.segments if after.segments[bucket] != before.segments[bucket]]
    assert changed == [before.bucket(space.derived.whose("user:3"))]
    assert after.segments[changed[0]][0] == before.segments[changed[0]][0]
    assert after.rows[changed[0]] == [before.rows[changed[0]][0], 1]
    assert all((space.folder / "histories" / name).stat().st_mtime_ns == time for name, time in times.items())


def test_a_merge_builds_only_the_buckets_of_those_who_moved(space, many_buckets) -> None:
    before = refreshed(space, interactions=everybody(160))
    one, other = (before.bucket(space.derived.whose(f"user:{n}")) for n in (1, 2))
    space.merge("user:1", "user:2")
    space.refresh()
    after = histories.load(space.folder / "histories")
    kept = {bucket for bucket in before.segments if after.segments.get(bucket) == before.segments[bucket]}
    assert set(before.segments) - kept == {one, other}
    assert space.find("user:1") == space.find("user:2")


def test_undoing_an_import_builds_only_the_buckets_that_held_it(space, many_buckets) -> None:
    refreshed(space, interactions=everybody(160))
    before = refreshed(space, interactions=interactions("interaction_id  actor\nnew  user:3"))
    space.undo(2)
    space.refresh()
    after = histories.load(space.folder / "histories")
    changed = [bucket for bucket in before.segments if after.segments[bucket] != before.segments[bucket]]
    assert changed == [before.bucket(space.derived.whose("user:3"))]
    assert len(after.segments[changed[0]]) == 1


def test_a_bucket_of_many_segments_becomes_one_again(space) -> None:
    for number in range(12):
        manifest = refreshed(space, interactions=interactions(f"interaction_id  actor\ni{number}  user:1"))
        assert all(len(files) <= histories.MOST_SEGMENTS for files in manifest.segments.values())
    assert sum(sum(rows) for rows in manifest.rows.values()) == 12
    assert people(space)[0]["interactions"] == 12


def test_codes_never_change(space) -> None:
    first = refreshed(space, interactions=interactions("channel  kind  activity\nweb  posted  Fair\nforum  visited  -"))
    second = refreshed(
        space,
        interactions=interactions("interaction_id  channel  kind  activity\nx  app  asked  Ball\ny  web  posted  Fair"),
    )
    for column, values in first.codes.items():
        assert second.codes[column][: len(values)] == values
    assert second.codes["channel"] == ["forum", "web", "app"]
    assert second.codes["activity"] == ["Fair", "Ball"]


def test_segments_with_ties_are_put_together_in_order_of_id_and_source(space) -> None:
    take(space, interactions=interactions("interaction_id  source\nb  shop\nd  shop\na  shop"))
    space.refresh()
    manifest = refreshed(space, interactions=interactions("interaction_id  source\nc  blog\na  blog\nb  zoo\nb  app"))
    bucket = manifest.buckets()[0]
    table = histories.read(space.folder / "histories", manifest, bucket, ["interaction_id", "source"])
    names = [manifest.codes["source"][code] for code in table["source"].to_pylist()]
    assert list(zip(table["interaction_id"].to_pylist(), names, strict=True)) == [
        ("a", "blog"),
        ("a", "shop"),
        ("b", "app"),
        ("b", "shop"),
        ("b", "zoo"),
        ("c", "blog"),
        ("d", "shop"),
    ]


def test_of_two_at_one_instant_under_one_id_the_source_first_in_the_alphabet_is_the_cause(space) -> None:
    """Whichever came in first: what is told must not depend on the order of imports."""
    take(space, interactions=interactions("interaction_id  source  kind\n1  shop  posted"))
    space.refresh()
    take(space, interactions=interactions("interaction_id  source  kind\n1  blog  posted"))
    space.refresh()
    assert levels(space)[0]["cause_source"] == "blog"
    assert levels(built_anew(space)) == levels(space)
    assert [row["source"] for row in space.story("email:ana@example.org").timeline] == ["shop", "blog"]


def test_a_reader_of_the_refresh_before_still_finds_its_files(space) -> None:
    folder = space.folder / "histories"
    before = refreshed(space, interactions=everybody(3))
    space.merge("user:1", "user:2")
    space.refresh()
    rows = sum(histories.read(folder, before, bucket, ["person"]).num_rows for bucket in before.buckets())
    assert rows == 3
    assert duckdb.sql(f"SELECT count(*) FROM {before.layers['people'].query(folder)}").fetchall() == [(3,)]
    after = histories.load(folder)
    assert duckdb.sql(f"SELECT count(*) FROM {after.layers['people'].query(folder)}").fetchall() == [(2,)]
    assert not set(before.tables.values()) & set(after.tables.values())


def test_what_was_killed_in_a_refresh_is_made_good_by_the_next(space, monkeypatch) -> None:
    refreshed(space, interactions=everybody(5))
    before = people(space)
    take(space, interactions=interactions("interaction_id  actor\nx  user:9"))
    with monkeypatch.context() as patch:
        patch.setattr(histories, "store", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            space.refresh()
    assert people(space) == before
    assert space.stale()
    space.refresh()
    assert not space.stale()
    assert len(people(space)) == 6
    assert sum(row["interactions"] for row in people(space)) == 6


def test_who_is_known_without_having_done_anything_has_no_interactions(space) -> None:
    refreshed(
        space,
        traits=traits("identity  trait  value  at\nuser:1  name  Ana  01-05\nuser:1  city  Porto  01-03"),
        links=links("a  b  at\nuser:2  user:3  01-04"),
    )
    found = [(row["identities"], row["interactions"], row["last_at"]) for row in people(space)]
    assert found == [(["user:1"], 0, None), (["user:2", "user:3"], 0, None)]
    assert [(row["level"], row["cause"]) for row in levels(space)] == [(0, None), (0, None)]


def test_undoing_what_first_made_somebody_known_moves_her_first_day(space) -> None:
    """The import that brought the earliest word of her is not the one that its row names."""
    refreshed(space, traits=traits("identity  trait  value  at\nuser:1  name  Ana  01-20"))
    take(space, traits=traits("identity  trait  value  at\nuser:1  city  Porto  01-03"))
    shutil.rmtree(space.folder / "histories")
    again = Workspace.open(space.folder)
    again.refresh()
    assert people(again)[0]["first_at"] == (when("01-03") - EPOCH).days * 2 * HALF
    again.undo(2)
    again.refresh()
    assert people(again)[0]["first_at"] == (when("01-20") - EPOCH).days * 2 * HALF


def test_a_refresh_that_adds_nothing_leaves_all_as_it_was(space, many_buckets) -> None:
    before = refreshed(space, interactions=everybody(40))
    known = people(space)
    space.refresh()
    after = histories.load(space.folder / "histories")
    assert (after.turn, after.segments, after.rows) == (before.turn + 1, before.segments, before.rows)
    assert people(space) == known
    assert levels(space) == levels(built_anew(space))


def test_one_segment_is_added_for_all_buckets_and_stays_as_long_as_one_of_them_needs_it(space, many_buckets) -> None:
    """User 3's bucket is built anew, as she was merged; those of the others still read what was added with hers."""
    refreshed(space, interactions=everybody(160))
    some = interactions("interaction_id  actor\nx  user:3\ny  user:4\nz  user:5")
    manifest = refreshed(space, interactions=some)
    buckets = {name: manifest.bucket(space.derived.whose(name)) for name in ("user:3", "user:4", "user:5")}
    assert len(set(buckets.values())) == 3
    added = {manifest.segments[bucket][-1] for bucket in buckets.values()}
    assert len(added) == 1
    assert [manifest.rows[bucket][-1] for bucket in buckets.values()] == [1, 1, 1]
    space.merge("user:3", "user:30")
    for _ in range(2):
        space.refresh()
    after = histories.load(space.folder / "histories")
    assert added & set(after.segments[buckets["user:4"]])
    assert not added & set(after.segments[buckets["user:3"]])
    assert people(space) == people(built_anew(space))
    for name in ("user:4", "user:5"):
        space.merge(name, f"{name}0")
    for _ in range(2):
        space.refresh()
    files = {file for name in added for file in segments.files(space.folder / "histories" / name)}
    assert not any(file.exists() for file in files)
    assert people(space) == people(built_anew(space))


def test_much_is_added_as_a_segment_for_each_bucket(space, many_buckets, monkeypatch) -> None:
    monkeypatch.setattr(histories, "FEW_ROWS", 1)
    refreshed(space, interactions=everybody(160))
    manifest = refreshed(space, interactions=interactions("interaction_id  actor\nx  user:3\ny  user:4\nz  user:5"))
    added = [names[-1] for names in manifest.segments.values() if len(names) == 2]
    assert len(added) == len(set(added)) == 3
    assert people(space) == people(built_anew(space))


def test_what_comes_under_either_identity_of_one_person_is_hers(space) -> None:
    """The second identity's own hash is not her person; what is new of it is described and folded with all of hers."""
    first = interactions("interaction_id  at  actor\na  01-01  user:1\nb  01-02  email:a")
    refreshed(space, interactions=first, links=links("a  b  at\nuser:1  email:a  01-01"))
    refreshed(space, interactions=interactions("interaction_id  at  actor  kind\nc  02-01  email:a  subscribed"))
    refreshed(space, interactions=interactions("interaction_id  at  actor  kind\nd  02-02  user:1  posted"))
    found = [(row["identities"], row["interactions"], row["consent"]) for row in people(space)]
    assert found == [(["email:a", "user:1"], 4, "subscribed")]
    assert people(space) == people(built_anew(space))
    assert levels(space) == levels(built_anew(space))
    space.part("email:a", "user:1")
    refreshed(space, interactions=interactions("interaction_id  at  actor\ne  02-03  email:a"))
    assert sorted(row["interactions"] for row in people(space)) == [2, 3]
    assert people(space) == people(built_anew(space))
    assert levels(space) == levels(built_anew(space))


def test_a_late_interaction_comes_where_it_belongs(space) -> None:
    """What came in last happened first: it tips the first climb, and her life begins with it."""
    refreshed(space, interactions=interactions("interaction_id  at  actor\nb  02-01  user:1"))
    refreshed(space, interactions=interactions("interaction_id  at  actor\nc  04-01  user:1"))
    refreshed(space, interactions=interactions("interaction_id  at  actor\na  01-01  user:1"))
    assert people(space)[0]["first_at"] == (when("01-01") - EPOCH).days * 2 * HALF
    assert [row["cause"] for row in levels(space) if row["change"] != "slip"] == ["a", "b", "c"]
    assert [row["interaction_id"] for row in space.story("user:1").timeline] == ["c", "b", "a"]
    assert levels(space) == levels(built_anew(space))


def test_people_described_again_lie_in_layers_until_there_are_many(space, monkeypatch) -> None:
    monkeypatch.setattr(who, "MOST", 3)
    refreshed(space, interactions=everybody(9))
    counts = []
    for turn in range(4):
        text = f"interaction_id  actor\nnew{turn}  user:{turn}\nmore{turn}  user:new{turn}"
        counts.append(len(refreshed(space, interactions=interactions(text)).layers["people"].files))
        assert people(space) == people(built_anew(space))
    assert counts == [2, 3, 1, 2]
    assert len(people(space)) == 13
    assert len(list((space.folder / "histories").glob("described-*"))) <= 3


def test_files_of_another_form_are_made_anew(space) -> None:
    """As after a change of version: nothing of them is read, and no name of theirs is used again."""
    folder = space.folder / "histories"
    before = refreshed(space, interactions=everybody(5))
    known, named = people(space), {file.name for file in folder.glob("*-*")}
    old = (folder / "manifest.json").read_text("utf-8").replace(f'"form":{histories.FORM}', '"form":1')
    (folder / "manifest.json").write_text(old, "utf-8")
    again = Workspace.open(space.folder)
    assert again.stale()
    again.refresh()
    after = histories.load(folder)
    assert after.turn == before.turn + 1
    assert people(again) == known
    assert not named & {file.name for file in folder.glob("*-*")}
