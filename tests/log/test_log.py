"""The log: each import is one transaction, and importing again changes nothing."""

from __future__ import annotations

import weakref

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from tests.written import interactions, links, logged, take, traits, when
from ziggurat.base import schema
from ziggurat.base.engine import duckdb as engine
from ziggurat.base.errors import WorkspaceError
from ziggurat.log.log import Log
from ziggurat.sources.batch import Batch

THREE = """
    interaction_id  at     kind
    i1              01-05  visited
    i2              01-06  posted
    i3              01-07  donated
"""
BAD = pa.Table.from_pylist(
    [{"source": "test", "file": "f.csv", "line": 3, "reason": "no date", "row": '{"a": "1"}'}], schema=schema.REJECTED
)


def test_an_import_tells_what_was_new(space) -> None:
    told = take(space, "visits.csv", interactions=interactions(THREE), rejected=BAD)
    assert (told["new"], told["known"], told["rejected"], told["undone"]) == (3, 0, 1, False)
    assert (told["import_id"], told["source"], told["file"]) == ("1", "test", "visits.csv")
    assert told["at"].tzinfo is not None
    assert logged(space, "interactions", "interaction_id", "kind") == [
        ("i1", "visited"),
        ("i2", "posted"),
        ("i3", "donated"),
    ]
    assert space.imports() == [told]


def test_rows_that_are_skipped_on_purpose_are_counted(space) -> None:
    batch = Batch({"interactions": interactions(THREE)}, skipped=4)
    told = space.import_batches([batch, batch], source="test", name="visits.csv")
    assert (told["new"], told["known"], told["rejected"], told["skipped"]) == (3, 3, 0, 8)
    assert space.imports() == [told]


def test_what_states_no_time_keeps_that_of_when_it_came_in_first(space) -> None:
    """As a mark does that stands under no day."""
    for day, said in (("2026-01-05", (1, 0, 0)), ("2026-01-09", (0, 1, 0))):
        told = take(space, interactions=interactions("interaction_id\ni1", at=when(day), received_at=when(day)))
        assert (told["new"], told["known"], told["changed"]) == said
        assert logged(space, "interactions", '"at"') == [when("2026-01-05")]
    told = take(space, interactions=interactions("interaction_id  at\ni1  2026-01-03", received_at=when("2026-01-10")))
    assert (told["new"], told["known"], told["changed"]) == (0, 0, 1)  # now it states one


def test_the_same_file_again_changes_nothing(space) -> None:
    tables = {
        "interactions": interactions(THREE),
        "links": links("a  b\nemail:ana@example.org  github:ana"),
        "traits": traits("identity  trait  value\ngithub:ana  name  Ana"),
        "rejected": BAD,
    }
    take(space, **tables)
    before = {table: logged(space, table, engine.columns(columns)) for table, columns in schema.LOGGED.items()}
    told = take(space, **tables)
    assert (told["new"], told["known"], told["changed"], told["rejected"]) == (0, 3, 0, 1)
    assert told["counts"]["links"] == {"new": 0, "known": 1}
    assert {table: logged(space, table, engine.columns(columns)) for table, columns in schema.LOGGED.items()} == before


def test_a_row_with_a_new_key_is_added_and_one_that_says_something_else_replaces(space) -> None:
    take(space, interactions=interactions(THREE))
    more = interactions("""
        interaction_id  source  at     kind
        i3              test    02-01  opened
        i3              other   02-01  opened
        i4              test    02-01  opened
    """)
    told = take(space, interactions=more)
    assert (told["new"], told["known"], told["changed"]) == (2, 0, 1)
    assert space.imports()[0] == told
    assert logged(space, "interactions", "interaction_id", "source", "kind", "import_no") == [
        ("i1", "test", "visited", 1),
        ("i2", "test", "posted", 1),
        ("i3", "other", "opened", 2),
        ("i3", "test", "opened", 2),
        ("i4", "test", "opened", 2),
    ]


def test_of_two_rows_with_one_key_in_a_file_the_last_counts(space) -> None:
    first = interactions("interaction_id  kind\ni1  visited\ni1  posted\ni2  posted")
    second = interactions("interaction_id  kind\ni2  donated\ni3  donated")
    told = space.import_batches([Batch({"interactions": first}), Batch({"interactions": second})], source="s", name="f")
    assert (told["new"], told["known"], told["changed"]) == (3, 0, 2)
    assert logged(space, "interactions", "interaction_id", "kind") == [
        ("i1", "posted"),
        ("i2", "donated"),
        ("i3", "donated"),
    ]


def test_of_costs_what_was_told_last_of_an_activity_and_day_holds(space) -> None:
    def costs(*money: float) -> pa.Table:
        row = {"activity": "Fair", "day": when("01-05").date(), "staff_minutes": None}
        return pa.Table.from_pylist([{**row, "money": one} for one in money], schema=schema.COSTS)

    assert take(space, costs=costs(5, 5))["counts"]["costs"] == {"new": 2, "known": 0}  # two costs of one day
    assert take(space, costs=costs(5, 5))["known"] == 2  # a file without interactions is counted by what it has
    assert logged(space, "costs", "money") == [5, 5]
    assert take(space, costs=costs(5, 7))["changed"] == 2
    assert logged(space, "costs", "money") == [5, 7]
    space.undo(3)
    assert logged(space, "costs", "money") == [5, 5]


def test_rows_that_are_equal_are_so_many_rows(space) -> None:
    """Two gifts of 10 € on a day, without an id, and six rejected rows that say the same."""
    made = "c" + "5" * 24
    gifts = interactions(f"interaction_id  kind  amount\n{made}  donated  10\n{made}  donated  10")
    bad = pa.concat_tables([BAD] * 6)
    told = take(space, interactions=gifts, rejected=bad)
    assert (told["new"], told["rejected"]) == (2, 6)
    assert len(logged(space, "rejected")) == 6
    assert logged(space, "interactions", "interaction_id") == [made, f"{made}-2"]
    again = take(space, interactions=pa.concat_tables([gifts, gifts.slice(0, 1)]), rejected=bad)
    assert (again["new"], again["known"], again["rejected"]) == (1, 2, 6)
    assert len(logged(space, "rejected")) == 6
    assert logged(space, "interactions", "interaction_id") == [made, f"{made}-2", f"{made}-3"]


def test_a_whole_export_deletes_what_it_does_not_name(space) -> None:
    take(space, interactions=interactions("interaction_id  source\ni1  test\ni2  test\ni9  other"))
    told = space.import_batches([Batch({"interactions": interactions("interaction_id\ni2\ni3")})], source="test",
                                name="all", whole=True)  # fmt: skip
    assert (told["new"], told["known"], told["deleted"]) == (1, 1, 1)
    assert logged(space, "interactions", "interaction_id") == ["i2", "i3", "i9"]
    assert take(space, interactions=interactions("interaction_id\ni1"))["new"] == 1
    space.undo(told["import_id"])
    assert logged(space, "interactions", "interaction_id") == ["i1", "i2", "i9"]


def test_an_import_without_rows_is_an_import(space) -> None:
    assert take(space)["new"] == 0
    assert [one["import_id"] for one in space.imports()] == ["1"]
    assert logged(space) == []


def test_a_reader_that_fails_half_way_leaves_nothing(space) -> None:
    take(space, interactions=interactions(THREE))

    def torn():
        yield Batch({"interactions": interactions("interaction_id\ni8")})
        raise ValueError("line 4,711 is torn")

    with pytest.raises(ValueError, match="torn"):
        space.import_batches(torn(), source="test", name="torn")
    assert len(space.imports()) == 1
    assert logged(space, "interactions", "interaction_id") == ["i1", "i2", "i3"]
    assert list((space.folder / "log" / ".staging").iterdir()) == []


@pytest.mark.parametrize("existing", [False, True])
def test_what_a_crash_left_in_some_tables_is_taken_back(space, monkeypatch, existing) -> None:
    if existing:
        take(space, interactions=interactions(THREE), links=links("a  b\nx:1  x:2"))
    before = {table: logged(space, table) for table in schema.LOGGED}

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Log, "pin", crash)
        with pytest.raises(KeyboardInterrupt):
            take(space, interactions=interactions("interaction_id\ni9"), links=links("a  b\ny:1  y:2"), rejected=BAD)
    assert {table: logged(space, table) for table in schema.LOGGED} == before
    told = take(space, interactions=interactions("interaction_id\ni9\ni10"))
    assert (told["new"], told["known"]) == (2, 0)
    ids = logged(space, "interactions", "interaction_id")
    assert ids == (["i1", "i10", "i2", "i3", "i9"] if existing else ["i10", "i9"])
    assert {table: logged(space, table) for table in ("links", "rejected")} == {
        table: before[table] for table in ("links", "rejected")
    }
    take(space, links=links("a  b\ny:1  y:2"), rejected=BAD)
    assert ("y:1", "y:2") in logged(space, "links", "a", "b")
    assert len(logged(space, "rejected")) == 1


def test_undo_takes_back_what_an_import_brought_and_no_more(space) -> None:
    take(space, "one", interactions=interactions("interaction_id\ni1\ni2"))
    take(space, "two", interactions=interactions("interaction_id\ni2\ni3"), rejected=BAD)
    space.undo("2")
    assert logged(space, "interactions", "interaction_id") == ["i1", "i2"]
    assert logged(space, "rejected") == []
    assert [(one["import_id"], one["undone"]) for one in space.imports()] == [("2", True), ("1", False)]
    told = take(space, "two again", interactions=interactions("interaction_id\ni2\ni3"))
    assert (told["import_id"], told["new"], told["known"]) == ("4", 1, 1)
    assert logged(space, "interactions", "interaction_id") == ["i1", "i2", "i3"]


def test_undo_names_what_can_not_be_undone(space) -> None:
    take(space, interactions=interactions(THREE))
    space.undo(1)
    with pytest.raises(WorkspaceError, match=r"import 1 is already undone; `ziggurat log` lists the imports\."):
        space.undo(1)
    with pytest.raises(WorkspaceError, match="import 2 does not exist"):  # 2 is the undo itself
        space.undo(2)
    with pytest.raises(WorkspaceError, match="'one' is no import's number"):
        space.undo("one")
    assert logged(space) == []


def test_a_crash_in_an_undo_takes_nothing_back(space, monkeypatch) -> None:
    take(space, interactions=interactions(THREE), links=links("a  b\nx:1  x:2"))
    with monkeypatch.context() as patch:
        patch.setattr(Log, "pin", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            space.undo(1)
    assert len(logged(space)) == 3
    take(space, interactions=interactions("interaction_id\ni4"))
    assert len(logged(space)) == 4
    assert len(logged(space, "links")) == 1


def test_a_snapshot_keeps_what_it_showed(space) -> None:
    take(space, interactions=interactions(THREE))
    snapshot = space.log.snapshot()
    take(space, interactions=interactions("interaction_id\ni4"))
    space.undo(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(space.log, "snapshot", lambda: snapshot)
        assert logged(space, "interactions", "interaction_id") == ["i1", "i2", "i3"]
    assert logged(space, "interactions", "interaction_id") == ["i4"]


def test_batches_are_not_held(space) -> None:
    held: list[weakref.ref[pa.Table]] = []
    most = 0

    def many():
        nonlocal most
        for number in range(30):
            rows = interactions(f"interaction_id\ni{number}")
            held.append(weakref.ref(rows))
            yield Batch({"interactions": rows}, read=(number + 1) / 30)
            del rows
            most = max(most, sum(one() is not None for one in held))

    shares: list[float] = []
    told = space.import_batches(
        many(),
        source="test",
        name="many",
        progress=lambda label, share: shares.append(share) if label == "Reading" else None,
    )
    assert told["new"] == 30
    assert most <= 2
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_batch_with_wrong_columns_is_refused(space) -> None:
    with pytest.raises((ValueError, KeyError)):
        take(space, interactions=pa.table({"interaction_id": ["i1"]}))
    assert space.imports() == []


def test_no_version_of_a_table_is_forgotten_with_time(space) -> None:
    """A reader opens the version that the last import pinned, however long ago that was."""
    take(space, "visits.csv", interactions=interactions(THREE), rejected=BAD)
    for table in ("interactions", "rejected", "imports"):
        kept = DeltaTable(space.folder / "log" / table).metadata().configuration
        assert kept["delta.enableExpiredLogCleanup"] == "false", table
