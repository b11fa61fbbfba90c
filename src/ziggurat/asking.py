"""Answer a study from derived tables, and remember the answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat import catalogue
from ziggurat.catalogue import Study, criteria
from ziggurat.declared import Declared
from ziggurat.derived import Derived, Lifts
from ziggurat.instant import instant, moment
from ziggurat.levels.ladder import Ladder
from ziggurat.result import Result
from ziggurat.schema import QUESTIONNAIRE
from ziggurat.tables import collect

REMEMBERED = 128  # answers
NOTHING = Declared()
EMPTY = QUESTIONNAIRE.empty_table


class Answers:
    """Answers to studies over the derived tables of one folder, and over what is declared and said.

    said: returns what was answered about the organisation, as `schema.QUESTIONNAIRE`. folder: with criteria of its own.
    """

    def __init__(
        self,
        derived: Derived,
        declared: Declared = NOTHING,
        said: Callable[[], pa.Table] = EMPTY,
        folder: Path | None = None,
    ) -> None:
        self.derived = derived
        self.declared = declared.tables()
        self.said = said
        self.criteria = criteria.load(folder)
        self.known: dict[tuple[Any, ...], Result] = {}
        self.lock = threading.Lock()

    def ask(
        self, study: str, ladder: Ladder, raises: Lifts, as_of: Callable[[], datetime], options: Mapping[str, Any]
    ) -> Result:
        """Answer a study; options that are left out are `completed`.

        Raises: QuestionError if the study or an option is unknown; WorkspaceError before the first refresh.
        """
        found = catalogue.find(study)
        given = completed(found, as_of, options)
        said = sorted(found.function.asked(given).items())
        replies = str(self.said().to_pydict()) if "questionnaire" in found.needs else ""
        key = (found.name, ladder, self.derived.version(raises), replies, *said)
        with self.lock:
            remembered = self.known.get(key)
        if remembered is not None:
            if "standings" in found.needs:  # its people are read from there, and only the latest instants are kept
                self.derived.standings(ladder, raises, given["at"])
            return remembered
        tables = self.tables(found.needs, ladder, raises, as_of, given)
        result = found.ask(tables, ladder=ladder.name, names=ladder.names, **given)
        with self.lock:
            self.known[key] = result
            while len(self.known) > REMEMBERED:
                self.known.pop(next(iter(self.known)))
        return result

    def tables(
        self,
        needs: Sequence[str],
        ladder: Ladder,
        raises: Lifts,
        as_of: Callable[[], datetime],
        given: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Return what a study needs: DuckDB relations, people's lives as `log.buckets.Buckets`, and criteria."""
        connection = self.derived.connect()
        sources: dict[str, Callable[[], str]] = {
            "people": self.derived.people,
            "levels": lambda: self.derived.levels(ladder, raises),
            "standings": lambda: self.derived.standings(ladder, raises, given["at"]),
            "exposures": lambda: self.derived.table("exposures"),
            "costs": lambda: self.derived.table("costs"),
        }
        others: dict[str, Callable[[], Any]] = {
            "buckets": self.derived.buckets,
            "kinds": lambda: connection.from_arrow(self.derived.kinds.table()),
            "questionnaire": lambda: connection.from_arrow(present(self.said(), instant(as_of()))),
            "criteria": lambda: self.criteria,
            "stances": lambda: stances(lambda at: self.ask("stance", ladder, raises, as_of, {"at": at}), given),
        }
        others |= {name: partial(connection.from_arrow, table) for name, table in self.declared.items()}
        return {
            name: others[name]() if name in others else connection.sql(f"SELECT * FROM {sources[name]()}")
            for name in needs
        }


def present(said: pa.Table, last: int) -> pa.Table:
    """Return answers about the organisation, those given after the last interaction (µs) as if given with it.

    The log ends before the day on which somebody is asked; what she says is of the present, which is its last window.
    """
    at = said.column_names.index("at")
    return said.set_column(at, "at", pc.min_element_wise(said["at"], pa.scalar(last, pa.int64())))


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


def completed(study: Study, as_of: Callable[[], datetime], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return all options of a study as it takes them; `at` and `until` default to `as_of()`, others as it declares.

    Raises: QuestionError if one is unknown, missing or can't be read.
    """
    given = {name: value for name, value in options.items() if value not in (None, "")}
    takes = {option.name for option in study.options}
    for name in ("at", "until"):
        if name in takes and name not in given:
            given[name] = instant(as_of())
    return study.read(given)
