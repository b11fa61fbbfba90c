"""Answer a study from derived tables, and remember the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa

from ziggurat import catalogue
from ziggurat.asking.lens import Lens, Raised, Tables
from ziggurat.base.cache import Cache
from ziggurat.base.errors import UnaskedError
from ziggurat.base.instant import instant, moment
from ziggurat.base.schema import QUESTIONNAIRE
from ziggurat.catalogue import Study, criteria
from ziggurat.derived import Derived
from ziggurat.results.result import Result
from ziggurat.results.tables import collect
from ziggurat.settings.declared import Declared

REMEMBERED = 128  # answers
MOST_BYTES = 128 * 2**20  # of their tables
NOTHING = Declared()
LOOKING: ContextVar[bool] = ContextVar("LOOKING", default=False)  # who asks only looks: no long work is begun
EMPTY = QUESTIONNAIRE.empty_table


class StudyRunner:
    """Answers to studies over tables, wherever they come from, and over what is declared and said.

    said: returns what was answered about the organisation, as `schema.QUESTIONNAIRE`. folder: with criteria of its own.
    """

    def __init__(
        self,
        tables: Tables,
        declared: Declared = NOTHING,
        said: Callable[[], pa.Table] = EMPTY,
        folder: Path | None = None,
    ) -> None:
        self.source = tables
        self.declared = declared.tables()
        self.said = said
        self.criteria = criteria.load(folder)
        self.cache = Cache[Result](lambda result: result.table.nbytes, most=REMEMBERED, most_bytes=MOST_BYTES)

    def ask(self, study: str, lens: Lens, options: Mapping[str, Any]) -> Result:
        """Answer a study; options that are left out are `completed`.

        Raises: QuestionError if the study or an option is unknown; WorkspaceError before the first refresh;
        UnaskedError where who only looks would have to wait for long.
        """
        found = catalogue.find(study)
        given = completed(found, lens.at, options)
        key = self.key(found, lens, given)
        if found.late and LOOKING.get() and self.cache.peek(key) is None:
            raise UnaskedError(found.name, {**found.function.asked(given), "ladder": lens.ladder.name})

        def work() -> Result:
            tables = self.tables(found.needs, lens, given)
            return found.ask(tables, ladder=lens.ladder.name, names=lens.ladder.names, **given)

        result, remembered = self.cache.get(key, work)
        if remembered and "standings" in found.needs:  # its people are read from there, and only the latest are kept
            self.source.opened().table("standings", lens, given["at"])
        return result

    def key(self, study: Study, lens: Lens, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return all that an answer may follow from. given: all options, as the study takes them."""
        said = sorted(study.function.asked(given).items())
        answers = str(self.said().to_pydict()) if "questionnaire" in study.needs else ""
        return (study.name, lens.ladder, self.source.version(lens.raises), answers, *said)

    def known(self, study: str, lens: Lens, options: Mapping[str, Any]) -> Result | None:
        """Return an answer that is remembered, else None. Raises: as `ask`."""
        found = catalogue.find(study)
        return self.cache.peek(self.key(found, lens, completed(found, lens.at, options)))

    def tables(self, needs: Sequence[str], lens: Lens, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a study needs: frames, people's lives as `log.buckets.Buckets`, and criteria."""
        source = self.source.opened()
        others: dict[str, Callable[[], Any]] = {
            "questionnaire": lambda: source.small("questionnaire", present(self.said(), lens.last)),
            "criteria": lambda: self.criteria,
            "stances": lambda: stances(lambda at: self.ask("stance", lens, {"at": at}), given),
        }
        others |= {name: partial(source.small, name, table) for name, table in self.declared.items()}
        at = given.get("at", lens.at)
        return {name: others[name]() if name in others else source.table(name, lens, at) for name in needs}


class DerivedTables:
    """The tables of a folder, as DuckDB relations of one connection. See `lens.Tables`."""

    def __init__(self, derived: Derived) -> None:
        self.derived = derived
        self.connection = derived.connect()

    def opened(self) -> DerivedTables:
        """Return the same on a connection of its own."""
        return DerivedTables(self.derived)

    def version(self, raises: Raised) -> str:
        """Return a text that changes whenever a result could. Raises: WorkspaceError before the first refresh."""
        return self.derived.version(raises)

    def table(self, name: str, lens: Lens, at: int) -> Any:
        """Return a table that follows from the log."""
        if name == "buckets":
            return self.derived.buckets()
        if name == "kinds":
            return self.small(name, self.derived.kinds.table())
        sources: dict[str, Callable[[], str]] = {
            "levels": lambda: self.derived.levels(lens.ladder, lens.raises),
            "standings": lambda: self.derived.standings(lens.ladder, lens.raises, at),
        }
        return self.connection.sql(f"SELECT * FROM {sources.get(name, partial(self.derived.table, name))()}")

    def small(self, name: str, table: pa.Table) -> Any:
        """Return a table that is at hand as a relation."""
        return self.connection.from_arrow(table)


def present(said: pa.Table, last: int) -> pa.Table:
    """Return answers about the organisation, those given after the last interaction (µs) as if given with it.

    The log ends before the day on which somebody is asked; what she says is of the present, which is its last window.
    said: in the order in which it was said. An answer that was given after another to the same question counts after
    it, also where a clock was set back between them; of those at one instant the last one is left.
    """
    at, before = said["at"].to_pylist(), dict[str, int]()
    latest: dict[tuple[str, int], int] = {}
    for place, question in enumerate(said["indicator"].to_pylist()):
        before[question] = max(at[place], before.get(question, at[place]))
        at[place] = min(before[question], last)
        latest[question, at[place]] = place
    timed = said.set_column(said.column_names.index("at"), "at", pa.array(at, pa.int64()))
    return timed.take(pa.array(sorted(latest.values()), pa.int64()))


def stances(ask: Callable[[datetime], Result], given: Mapping[str, Any]) -> pa.Table:
    """Return people's stances, where they are known, at the end of each window that a question is about.

    ask: answers the study `stance` at an instant. given: since, until, and periods if there are several windows.
    Returns: at (µs), person_id and stance.
    """
    since, until = instant(given["since"]), instant(given["until"])
    periods = given.get("periods", 1)
    found = []
    for place in range(periods):
        at = until - place * (until - since)
        known = ask(moment(at)).members.filter(nw.col("stance") != "unknown")
        found.append(collect(known.with_columns(nw.lit(at).alias("at")), "at", "person_id", "stance"))
    return pa.concat_tables(found)


def completed(study: Study, at: int, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return all options of a study as it takes them; `at` and `until` default to an instant, others as it declares.

    Raises: QuestionError if one is unknown, missing or can't be read.
    """
    given = {name: value for name, value in options.items() if value not in (None, "")}
    takes = {option.name for option in study.options}
    for name in ("at", "until"):
        if name in takes and name not in given:
            given[name] = at
    return study.read(given)
