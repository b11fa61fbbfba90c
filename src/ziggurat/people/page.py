"""One page of people: searched, filtered, sorted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.schema import COUNTS
from ziggurat.people.called import e_mail, in_sql

KINDS = {
    "known": COUNTS,
    "staff": "staff",
    "agents": "agent AND NOT staff",
    "anonymous": "anonymous AND NOT agent AND NOT staff",
    "all": "true",
}
SORTS = {
    "name": "lower(called)",
    "level": "level",
    "since": "since",
    "interactions": "interactions",
    "last_at": "last_at",
    "first_at": "p.first_at",
}
LONGEST = 200  # characters of a search
MOST = 1000  # rows of a page


@dataclass(frozen=True)
class PeoplePage:
    """One page; 1 is the first.

    rows: person_id, name, identities, level, since, interactions, first_at, last_at, staff, agent, anonymous,
    called (what to call them), email, consent, traits.
    """

    rows: list[dict[str, Any]]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class PageQuery:
    """A query for people, to be run page by page."""

    matching: str
    order: str

    def run(self, connection: Any, page: int, size: int) -> PeoplePage:
        """Return one page; a page beyond the last is the last."""
        size = max(1, min(int(size), MOST))
        total = connection.sql(f"SELECT count(*) FROM ({self.matching})").fetchall()[0][0]
        pages = max(1, -(-total // size))
        page = max(1, min(int(page), pages))
        rows = connection.sql(
            f"SELECT * FROM ({self.matching}) p ORDER BY {self.order} LIMIT {size} OFFSET {(page - 1) * size}"
        )
        return PeoplePage(rows.to_arrow_table().to_pylist(), total, page, pages)

    def all(self, connection: Any) -> pa.Table:
        """Return everyone, with the columns of a page."""
        table: pa.Table = connection.sql(f"SELECT * FROM ({self.matching}) p ORDER BY {self.order}").to_arrow_table()
        return table


@dataclass(frozen=True)
class Chosen:
    """Which people are listed, and in which order.

    levels: any of them, or all where there is none. among: an SQL table expression of `person`, to whom it is bounded;
    nothing where it is not. search finds text anywhere in the name, an identity, what else is said of somebody, or the
    cells of their rows, whatever its case. People without a value come last.
    """

    levels: Sequence[int]
    kind: str
    search: str
    sort: str
    descending: bool
    among: str = ""


def page_query(people: str, levels: str, chosen: Chosen, *, at: int, saying: Callable[[str], str]) -> PageQuery:
    """Write the query. people, levels: SQL table expressions with `person`. at: µs. saying: writes the query for people
    whose rows say a text in a cell that no field took.

    Raises: QuestionError if kind or sort is unknown.
    """
    kind, sort = chosen.kind, chosen.sort
    for name, value, known in (("kind", kind, KINDS), ("sort", sort, SORTS)):
        if value not in known:
            raise QuestionError(
                f"people have no {name} '{value}'{suggest(value, known) or '.'} Use {', '.join(known)}."
            )
    tests = [KINDS[kind], f"p.first_at <= {at}"]
    words = chosen.search.encode("utf-8", "replace").decode().strip()[:LONGEST]
    if words:
        said = "coalesce(array_to_string(json_extract_string(traits, '$.*'), ' '), '')"
        written = f"lower(coalesce(name, '') || ' ' || array_to_string(identities, ' ') || ' ' || {said})"
        tests.append(f"(contains({written}, lower({engine.text(words)})) OR p.person IN ({saying(words)}))")
    if chosen.levels:
        tests.append(f"level IN ({', '.join(str(int(level)) for level in chosen.levels)})")
    if chosen.among:
        tests.append(f"p.person IN (SELECT person FROM {chosen.among})")
    standing = f"SELECT person, level, since FROM {levels} WHERE since <= {at} AND (until IS NULL OR until > {at})"
    columns = "person_id, name, identities, level, since, interactions, p.first_at, last_at, staff, agent, anonymous"
    columns += f", {in_sql()} AS called, {e_mail()} AS email, consent, traits"
    matching = f"""
        SELECT {columns} FROM {people} p {"JOIN" if chosen.levels else "LEFT JOIN"} ({standing}) l USING (person)
        WHERE {" AND ".join(tests)}
    """
    return PageQuery(matching, f"{SORTS[sort]} {'DESC' if chosen.descending else 'ASC'} NULLS LAST, person_id")
