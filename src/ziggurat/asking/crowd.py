"""Interactions that are at hand as a frame, in a notebook, asked all that a workspace can be asked."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ziggurat.asking.asking import DerivedTables, StudyRunner
from ziggurat.asking.lens import Lens, present
from ziggurat.base import kinds as vocabulary
from ziggurat.base.errors import SourceError, suggest
from ziggurat.base.instant import Instant, instant
from ziggurat.base.kinds import Group
from ziggurat.base.schema import DIRECTIONS, INSTANT, LEVELS, LOGGED, PEOPLE, REQUIRED, STANDINGS
from ziggurat.channels.declared import Activity
from ziggurat.derived import Derived
from ziggurat.levels.ladder import Ladder
from ziggurat.log.log import Snapshot
from ziggurat.people import people as who
from ziggurat.people.staff import Agents, Staff
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.settings.declared import Declared
from ziggurat.sources.content import content_ids

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
SOURCE = "frame"  # of a row that names none


class Crowd:
    """The people behind a frame of interactions.

    interactions: any frame that Narwhals takes (pandas, Polars, DuckDB, Arrow, PySpark) with the columns at, actor
    (`namespace:value`), channel and kind, and any others of `schema.INTERACTIONS`. A row without a
    `direction` is settled by who did it towards whom (docs/facts.md, *Which way*). `interaction_id` defaults to a hash
    of the content, `source` to 'frame'; a time without a zone is read as UTC.
    links, traits: frames as `schema.LINKS` and `schema.TRAITS`, whose `at` and `source` may be left out.
    exposures, costs: frames as `schema.EXPOSURES` and `schema.COSTS`.
    staff, agents, people, activities, targets, languages, rates, timezone: as what has these names in ziggurat.toml.

    What it works out is kept in a temporary folder as long as the object lives. Raises: SourceError if a column is
    missing or holds what it can't.
    """

    def __init__(
        self,
        interactions: Frame,
        *,
        links: Frame | None = None,
        traits: Frame | None = None,
        exposures: Frame | None = None,
        costs: Frame | None = None,
        staff: Staff | None = None,
        agents: Agents | None = None,
        people: who.Who | None = None,
        kinds: Mapping[str, Group] | None = None,
        activities: Mapping[str, Activity] | None = None,
        targets: Mapping[str, float] | None = None,
        languages: Mapping[str, str] | None = None,
        rates: Mapping[str, float] | None = None,
        timezone: str = "UTC",
    ) -> None:
        self.kinds = vocabulary.load(kinds)
        folder = Path(tempfile.mkdtemp(prefix="ziggurat-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        tables = {"interactions": complete_interactions(arrow(interactions), self.kinds)}
        further = {"links": links, "traits": traits, "exposures": exposures, "costs": costs}
        for name, given in further.items():
            if given is not None:
                tables[name] = shape_table(arrow(given), name)
        files = {}
        for name, table in tables.items():
            pq.write_table(table.append_column("import_no", pa.repeat(pa.scalar(1), len(table))), folder / name)
            files[name] = [str(folder / name)]
        logged = Snapshot(1, files)
        rules = who.Rules(
            people or who.Who(), staff or Staff(), agents or Agents(), self.kinds.consenting(), self.kinds.mailing()
        )
        who.refresh(logged, folder / "histories", rules)
        declared = Declared(activities or {}, targets or {}, languages or {}, rates or {}, timezone)
        self.derived = Derived(folder, self.kinds, declared.tables()["languages"], lambda: logged)
        self.answers = StudyRunner(DerivedTables(self.derived), declared)

    def people(self) -> pa.Table:
        """Return one row a person: columns of `schema.PEOPLE`, instants as int64 µs."""
        return self.read(self.derived.people(), PEOPLE)

    def levels(self, ladder: Ladder) -> pa.Table:
        """Return the exact level history: columns of `schema.LEVELS`, instants as int64 µs.

        A row's `until` may lie after the last interaction: that is when the level ends if nothing more happens.
        """
        return self.read(self.derived.levels(ladder, []), LEVELS)

    def standings(self, ladder: Ladder, *, at: Instant | None = None) -> pa.Table:
        """Return how everyone stands at an instant, by default `as_of`: `schema.STANDINGS`."""
        return self.read(self.derived.standings(ladder, [], instant(at or self.as_of())), STANDINGS)

    def ask(self, study: str, /, ladder: Ladder, **options: Any) -> Result:
        """Answer a study; `at` and `until` default to the end of the last interaction's day, `since` to 30 days before.

        Raises: QuestionError if the study or an option is unknown.
        """
        return self.lens(ladder).ask(study, **options)

    def lens(self, ladder: Ladder, at: Instant | None = None) -> Lens:
        """Return a ladder and the data as of an instant, by default `as_of`, to be asked; see `lens.Lens`."""
        last = instant(self.as_of())
        return Lens(ladder, (), last if at is None else instant(at), last, self.derived.version([]), self.answers)

    def as_of(self) -> datetime:
        """Return the instant that is meant where none is given: the end of the last interaction's day (UTC), or of
        today where that lies ahead."""
        return present(self.derived.counts()["last_at"], datetime.now(UTC))

    def read(self, table: str, schema: pa.Schema) -> pa.Table:
        """Return a derived table with the declared columns."""
        columns = ", ".join(schema.names)
        found: pa.Table = self.derived.connect().sql(f"SELECT {columns} FROM {table}").to_arrow_table()
        return found.cast(schema)


def arrow(frame: Any) -> pa.Table:
    """Return any frame as an Arrow table."""
    lazy = nw.from_native(frame).lazy()
    table: pa.Table = lazy.collect(backend="pyarrow").to_native()
    return table


def complete_interactions(frame: pa.Table, kinds: vocabulary.Kinds) -> pa.Table:
    """Return interactions with every column of the log, what is left out filled in."""
    usual = usual_ways(frame, kinds)
    table = shape_table(frame, "interactions", REQUIRED)
    table = table.set_column(
        table.column_names.index("source"), "source", pc.fill_null(table["source"], SOURCE).combine_chunks()
    )
    said = table["direction"]
    strange = pc.unique(pc.drop_null(said.filter(pc.invert(pc.is_in(said, pa.array(DIRECTIONS))))))
    if len(strange):
        raise SourceError(f"column 'direction' holds '{strange[0]}', but must be one of: {', '.join(DIRECTIONS)}.")
    place = table.column_names.index("direction")
    whole = pc.coalesce(said, usual)
    open_ = pc.is_in(table["kind"], value_set=pa.array(kinds.unstated()))
    stated = table.set_column(place, "direction", pc.if_else(open_, said, whole))
    if not table["interaction_id"].null_count:
        return stated
    given = {name: table[name].combine_chunks() for name in table.column_names if name not in ("source", "received_at")}
    ids = pc.coalesce(table["interaction_id"], content_ids(given | {"direction": whole.combine_chunks()}))
    return stated.set_column(table.column_names.index("interaction_id"), "interaction_id", ids)


def usual_ways(frame: pa.Table, kinds: vocabulary.Kinds) -> pa.ChunkedArray:
    """Return the usual direction of each row's kind. Raises: SourceError where a row states none and its kind is
    unknown."""
    size = len(frame)
    if "kind" not in frame.column_names:
        return pa.chunked_array([pa.nulls(size, pa.string())])
    kind = frame["kind"].cast(pa.string())
    found = pc.index_in(kind, value_set=pa.array(list(kinds.direction_of)))
    missing = pc.is_null(frame["direction"]) if "direction" in frame.column_names else pa.repeat(True, size)
    unknown = pc.unique(pc.drop_null(kind.filter(pc.and_(pc.is_null(found), missing)))).to_pylist()
    if unknown:
        near = suggest(str(unknown[0]), kinds.direction_of) or "."
        raise SourceError(
            f"column 'kind' holds '{unknown[0]}', which is no kind{near} Map it onto one, or give `kinds`."
        )
    return pa.chunked_array([pa.array(list(kinds.direction_of.values())).take(found.combine_chunks())])


def check_epoch(column: pa.ChunkedArray, name: str, table: str) -> None:
    """Raises: SourceError if a column of instants holds seconds or milliseconds rather than microseconds, or fractions.

    Read as microseconds, they would all lie in the first months of 1970.
    """
    if not pa.types.is_integer(column.type) and not pa.types.is_floating(column.type):
        return
    ends = pc.min_max(column).as_py()
    if ends["max"] is None:
        return
    largest = max(abs(ends["min"]), abs(ends["max"]))
    unit = "s" if 1e8 <= largest < 1e11 else "ms" if 1e11 <= largest < 1e13 else ""
    if unit or pa.types.is_floating(column.type):
        raise SourceError(
            f"column '{name}' of {table} holds numbers such as {ends['max']}, and numbers are taken for microseconds "
            f'since 1970; make them times first, such as pandas.to_datetime(column, unit="{unit or "s"}", utc=True).'
        )


def shape_table(frame: pa.Table, table: str, required: Sequence[str] = ()) -> pa.Table:
    """Return a frame with exactly the columns of a logged table; those it lacks are null.

    Raises: SourceError if a required column is missing or has a gap, or a column can't be read as its type.
    """
    schema = LOGGED[table]
    columns = []
    for field in schema:
        if field.name not in frame.column_names:
            if field.name in required:
                near = suggest(field.name, frame.column_names) or "."
                raise SourceError(
                    f"the frame of {table} has no column '{field.name}'{near} Rename the one that holds it."
                )
            at = field.name == "at"
            columns.append(
                pa.repeat(pa.scalar(EARLIEST, INSTANT), len(frame)) if at else pa.nulls(len(frame), field.type)
            )
            continue
        if field.type == INSTANT:
            check_epoch(frame[field.name], field.name, table)
        try:
            column = frame[field.name]
            zoned = field.type == INSTANT and pa.types.is_timestamp(column.type) and column.type.tz is None
            column = pc.assume_timezone(column, "UTC").cast(INSTANT) if zoned else column.cast(field.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise SourceError(f"column '{field.name}' of {table} can't be read as {field.type}: {error}") from error
        if field.name in required and column.null_count:
            raise SourceError(
                f"column '{field.name}' of {table} has {column.null_count} gaps; fill them or drop the rows."
            )
        columns.append(column)
    return pa.table(columns, schema=schema)
