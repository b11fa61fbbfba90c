"""Interactions that are spread over a Spark cluster, asked all that a workspace can be asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.asking.asking import StudyRunner
from ziggurat.asking.crowd import SOURCE, arrow, complete_interactions, shape_table
from ziggurat.asking.lens import Lens, present
from ziggurat.base import kinds as vocabulary
from ziggurat.base.engine import spark as engine
from ziggurat.base.instant import Instant, instant
from ziggurat.base.kinds import Group, Kinds
from ziggurat.base.schema import (
    APART,
    COUNTS,
    DIRECTIONS,
    INTERACTIONS,
    LEVELS,
    LOGGED,
    PEOPLE,
    QUESTIONNAIRE,
    STANDINGS,
)
from ziggurat.channels.declared import Activity
from ziggurat.derived.beside import TOLD as TOLD_OF
from ziggurat.derived.beside import Toned, known_of, like, with_texts
from ziggurat.derived.beside import telling as told_by
from ziggurat.derived.climbs import ByHand, raises_of
from ziggurat.derived.files import digest
from ziggurat.derived.persons import apart
from ziggurat.facts.help import helpful_answers
from ziggurat.facts.tellers import TELLERS
from ziggurat.levels import history as folds
from ziggurat.levels.ladder import Ladder
from ziggurat.levels.readings import Beside, asks
from ziggurat.log.buckets import Buckets
from ziggurat.log.histories import CODED, COLUMNS
from ziggurat.people import on_spark as who
from ziggurat.people.ids import FORM, person_of
from ziggurat.people.people import Rules, Who
from ziggurat.people.resolve import hash_of
from ziggurat.people.sides_on_spark import settle_rows
from ziggurat.people.staff import Agents, Staff
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.settings.declared import Declared
from ziggurat.speech.sentiment import VADER, Reader

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Part = TypeVar("Part")
LIVED = pa.schema([column for column in COLUMNS if column.name != "person"])  # whose it is, Spark works out
TOLD = pa.schema([("identity", pa.string()), ("trait", pa.string()), ("value", pa.string()), ("at", pa.int64())])


class SparkCrowd:
    """The people behind a Spark DataFrame of interactions, worked out on the cluster.

    interactions: a PySpark DataFrame with the columns that `Crowd` takes. traits: a PySpark DataFrame as
    `schema.TRAITS`. links, exposures, costs: any frames. Everything else: as for `Crowd`.

    The driver holds links, exposures, costs, and the distinct kinds, channels, activities and sources, but nobody's
    interactions. The rest is done on the workers, where the same version of Ziggurat must be installed. The
    interactions are brought in order once and kept by Spark, in memory or on disk, until `close`. Every table is what
    `Crowd` gives, to the last value, in no order.
    Raises: SourceError if a frame is none of Spark's, a column is missing or it holds what it can't.
    """

    def __init__(
        self,
        interactions: DataFrame,
        *,
        links: Frame | None = None,
        traits: DataFrame | None = None,
        exposures: Frame | None = None,
        costs: Frame | None = None,
        staff: Staff | None = None,
        agents: Agents | None = None,
        people: Who | None = None,
        kinds: Mapping[str, Group] | None = None,
        activities: Mapping[str, Activity] | None = None,
        targets: Mapping[str, float] | None = None,
        languages: Mapping[str, str] | None = None,
        rates: Mapping[str, float] | None = None,
        timezone: str = "UTC",
    ) -> None:
        engine.check(interactions, "`interactions`")
        self.kinds = vocabulary.load(kinds)
        self.rules = Rules(people or Who(), staff or Staff(), agents or Agents(), self.kinds.consenting())
        complete_interactions(engine.no_rows(interactions), self.kinds)  # says what is missing before any job runs
        linked = collect_table(links, "links")
        small = {"exposures": collect_table(exposures, "exposures"), "costs": collect_table(costs, "costs")}
        declared = Declared(activities or {}, targets or {}, languages or {}, rates or {}, timezone)
        small |= {"kinds": self.kinds.table(), "questionnaire": QUESTIONNAIRE.empty_table(), **declared.tables()}
        create = interactions.sparkSession.createDataFrame
        self.given = {name: create(table, engine.types(table.schema)) for name, table in small.items()}
        self.answers = StudyRunner(self, declared)
        self.languages = declared.tables()["languages"]
        self.merged = who.merge_links(linked, self.rules.who)
        sides = [linked.select([side, "at"]).rename_columns(["identity", "at"]) for side in ("a", "b")]
        self.told = create(as_told(pa.concat_tables(sides)), engine.types(TOLD))
        if traits is not None:
            engine.check(traits, "`traits`")
            as_told(engine.no_rows(traits))
            self.told = self.told.unionByName(engine.map_batches(traits, as_told, TOLD))
        self.told = who.with_person(self.told.filter("identity IS NOT NULL"), "identity", self.merged)
        plain = plainly(interactions)
        self.codes, neutral = distinct(plain)
        lived = engine.map_batches(plain, partial(code_interactions, kinds=self.kinds, codes=self.codes), LIVED)
        if neutral:
            rows = settle_rows(lived, self.told, self.merged, self.rules, self.codes["kind"])
        else:
            rows = who.with_person(lived, "actor", self.merged).unionByName(who.merely_known(self.told))
        self.histories = engine.in_order(rows).persist()
        last = engine.sql("max(at) FILTER (WHERE kind >= 0)")
        self.last_at: int | None = engine.run(self.histories.agg(last).first)[0]

    def people(self) -> DataFrame:
        """Return one row a person: columns of `schema.PEOPLE`, instants as int64 µs."""
        return self.known.select(*PEOPLE.names)

    def levels(self, ladder: Ladder, *, raises: ByHand = ()) -> DataFrame:
        """Return the exact level history: columns of `schema.LEVELS`, instants as int64 µs.

        raises: manual ones, each with identity, ladder, level, since and until.
        A row's `until` may lie after the last interaction: that is when the level ends if nothing more happens.
        """
        return self.folded(folds.levels, folds.READ, LEVELS, ladder, raises)

    def standings(self, ladder: Ladder, *, at: Instant | None = None, raises: ByHand = ()) -> DataFrame:
        """Return how everyone stands at an instant, by default `as_of`: `schema.STANDINGS`."""
        fold = partial(folds.standings, at=instant(at or self.as_of()))
        return self.folded(fold, folds.CODED, STANDINGS, ladder, raises)

    def ask(self, study: str, /, ladder: Ladder, *, raises: ByHand = (), **options: Any) -> Result:
        """Answer a study; `at` and `until` default to the end of the last interaction's day, `since` to 30 days before.

        Raises: QuestionError if the study or an option is unknown.
        """
        return self.lens(ladder, raises=raises).ask(study, **options)

    def lens(self, ladder: Ladder, at: Instant | None = None, *, raises: ByHand = ()) -> Lens:
        """Return a ladder, raises and the data as of an instant, by default `as_of`, to be asked; see `lens.Lens`."""
        last = instant(self.as_of())
        chosen = last if at is None else instant(at)
        return Lens(ladder, tuple(raises), chosen, last, self.version(raises), self.answers)

    def version(self, raises: ByHand) -> str:
        """Return a text that changes whenever a result could: the interactions are what they were at the beginning."""
        return digest(list(raises))

    def opened(self) -> SparkCrowd:
        """Return what gives the tables of one question: they are all of one session."""
        return self

    def table(self, name: str, lens: Lens, at: int) -> Any:
        """Return a table that follows from the interactions: see `lens.Tables`."""
        sources: dict[str, Callable[[], Any]] = {
            "people": self.people,
            "levels": lambda: self.levels(lens.ladder, raises=lens.raises),
            "standings": lambda: self.standings(lens.ladder, at=at, raises=lens.raises),
            "buckets": self.buckets,
        }
        return sources[name]() if name in sources else self.given[name]

    def small(self, name: str, table: pa.Table) -> Any:
        """Return a table that is at hand as one of Spark's."""
        return self.given[name]

    def buckets(self) -> Buckets:
        """Return people's lives in order, to be folded on the workers; the driver holds who is staff or anonymous."""
        hidden = apart(self.hidden().toArrow().sort_by("person"))
        return Spread((), self.codes, **hidden, kinds=self.kinds, histories=self.histories)

    def as_of(self) -> datetime:
        """Return the instant that is meant where none is given: as for `Crowd`."""
        return present(self.last_at, datetime.now(UTC))

    def close(self) -> None:
        """Let Spark forget what it kept; what is asked afterwards is worked out anew each time."""
        self.histories.unpersist()
        self.known.unpersist()

    @cached_property
    def known(self) -> DataFrame:
        """Everyone: the columns of `schema.PEOPLE`, and `person`."""
        return who.describe_people(self.histories, self.told, self.codes["kind"], self.rules).persist()

    def hidden(self) -> DataFrame:
        """Return those who sit on no ladder."""
        return self.known.filter(f"NOT ({COUNTS})").select("person", *APART)

    def folded(
        self, fold: Callable[..., pa.Table], columns: Sequence[str], schema: pa.Schema, ladder: Ladder, raises: ByHand
    ) -> DataFrame:
        """Fold the lives on the workers, and leave out those who sit on no ladder."""
        lifts = raises_of(self.whose, ladder, raises)
        kernel = partial(
            fold, codes=self.codes, ladder=ladder, kinds=self.kinds, raises=lifts, beside=self.beside(ladder)
        )
        named = folds.columns_needed(ladder, columns)
        if "tone" in named:
            each = partial(self.toned().heard, kernel, named)
            rows = engine.fold(self.histories.select(*with_texts(named)), each, schema.append(folds.PAIRED))
        else:
            rows = engine.fold(self.histories.select(*named), kernel, schema.append(folds.PAIRED))
        return rows.join(self.hidden(), on="person", how="left_anti").select(*schema.names)

    def toned(self) -> Toned:
        """Return people's lives, with how each text sounds; without the lives on a worker, which is handed its own."""
        reader = Reader.of(VADER, self.codes["channel"], self.languages)
        return Toned((), self.codes, buckets=Buckets((), self.codes), kinds=self.kinds, reader=reader)

    def beside(self, ladder: Ladder) -> Beside:
        """Return what a ladder asks for beside people's lives; the driver holds what is known and what helped."""
        wants, found = asks(ladder), Beside()
        if "known" in wants:
            telling = " OR ".join(f"lower(trait) LIKE '{like(one)}' ESCAPE '!'" for one in told_by())
            traits = self.told.filter(telling).selectExpr("person", "at", "lower(trait) AS trait", "value").toArrow()
            spaces = ", ".join(f"'{one}'" for one in TELLERS.may["write"].namespaces)
            seen = self.told.selectExpr("person", "identity", "at")
            seen = seen.unionByName(
                self.histories.filter("kind >= 0").selectExpr("person", "actor AS identity", "at")
            ).filter(f"split_part(identity, ':', 1) IN ({spaces})")
            addresses = seen.groupBy("person").agg(engine.sql("min(at) AS at")).toArrow()
            found = found._replace(known=known_of(traits.cast(TOLD_OF), addresses))
        if "help" in wants:
            found = found._replace(
                help=helpful_answers(dataclasses.replace(self.toned(), buckets=self.buckets()), self.kinds)
            )
        return found

    def whose(self, text: str) -> int:
        """Return the person who has an identity, or an id that any of her identities would give."""
        own = person_of(text) if FORM.fullmatch(text) else hash_of(text)
        return self.merged.get(own, own)


@dataclass(frozen=True)
class Spread(Buckets):
    """Buckets that are the partitions of a DataFrame in order, and are folded where they lie."""

    histories: Any = field(default=None)

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to a worker without the DataFrame: a kernel may ask its buckets for the codes, but is handed the rows."""
        return Buckets, ((), self.codes, self.staff, self.anonymous, self.kinds, self.agents)

    def fold(
        self, kernel: Callable[[pa.Table], Part], columns: Sequence[str], *, staff: bool = False
    ) -> Iterator[Part]:
        """Hand people's rows to a kernel on the workers, and yield its partial results, which pass the driver."""
        rows = self.histories
        hidden = self.hidden(staff=staff)
        if hidden.size:
            rows = rows.filter(~engine.sql("person").isin(*hidden.tolist()))
        return engine.parts(rows.select(*columns), kernel)


def collect_table(frame: Any, table: str) -> pa.Table:
    """Bring a frame of a logged table to the driver; none has no rows."""
    return LOGGED[table].empty_table() if frame is None else shape_table(arrow(frame), table)


def plainly(interactions: DataFrame) -> DataFrame:
    """Return the columns of the log that are there, text as text, and a source in every row."""
    there = {name: f"`{name}`" for name in INTERACTIONS.names if name in interactions.columns}
    there |= {name: f"cast({name} AS string)" for name in there if pa.types.is_string(INTERACTIONS.field(name).type)}
    there["source"] = f"coalesce({there.get('source', 'NULL')}, '{SOURCE}')"
    return interactions.selectExpr(*(f"{expression} AS `{name}`" for name, expression in there.items()))


def distinct(plain: DataFrame) -> tuple[dict[str, list[str]], bool]:
    """Return the codes: the distinct kinds, channels, activities and sources, sorted; and whether any row states no
    direction."""
    there = [name for name in CODED if name in plain.columns]
    neutral = "bool_or(direction IS NULL)" if "direction" in plain.columns else "count(*) > 0"
    wanted = [*(f"collect_set({name}) AS {name}" for name in there), f"coalesce({neutral}, false) AS neutral"]
    sets = plain.agg(*map(engine.sql, wanted)).first()
    return {name: sorted(sets[name]) if name in there else [] for name in CODED}, sets["neutral"]


def code_interactions(frame: pa.Table, *, kinds: Kinds, codes: Mapping[str, list[str]]) -> pa.Table:
    """Return some interactions as rows of a history, but for the person."""
    table = complete_interactions(frame, kinds)
    columns = {name: table[name] for name in LIVED.names if name in table.column_names}
    columns |= {name: index(table[name], codes[name]) for name in CODED}
    columns["at"] = table["at"].cast(pa.int64())
    columns["direction"] = index(table["direction"], DIRECTIONS)
    columns["by_staff"] = pa.nulls(len(table), pa.bool_())
    columns["import_no"] = pa.array(np.ones(len(table), np.int64))
    return pa.table([columns[name] for name in LIVED.names], LIVED.names)


def index(values: pa.ChunkedArray, among: Sequence[str]) -> pa.ChunkedArray:
    """Return where each value stands in a list, -1 for a missing one."""
    return pc.fill_null(pc.index_in(values, value_set=pa.array(among, pa.string())), -1)


def as_told(traits: pa.Table) -> pa.Table:
    """Return traits, or identities alone, with the columns TOLD."""
    table = shape_table(traits, "traits").select(TOLD.names)
    return table.set_column(TOLD.get_field_index("at"), "at", table["at"].cast(pa.int64()))
