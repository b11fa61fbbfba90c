"""Who are the people of a workspace: listed, found, called by name, and each one's story?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.instant import instant, moment
from ziggurat.base.words.numbers import count
from ziggurat.facts.silence import Stopped
from ziggurat.levels import story as stories
from ziggurat.levels.ladder import Ladder
from ziggurat.log.leftover import cells_of
from ziggurat.people import called as calling
from ziggurat.people import finding
from ziggurat.people.ids import person_id
from ziggurat.people.page import Chosen, PageQuery, PeoplePage, page_query
from ziggurat.playbook.segment import Segment
from ziggurat.workspace import ladders, questions, refresh, segments
from ziggurat.workspace.folder import Folder
from ziggurat.workspace.ladders import Named

if TYPE_CHECKING:
    from ziggurat.workspace.portrait import Portrait

FEW = 10_000  # people that a query names one by one


def people(
    space: Folder,
    *,
    search: str = "",
    ladder: Named = None,
    at: Any = None,
    level: int | str | None = None,
    kind: str = "",
    sort: str = "name",
    descending: bool = False,
    page: int = 1,
    size: int = 50,
    segment: segments.Named = None,
) -> PeoplePage:
    """Return one page of people; kind is known, staff, agents, anonymous or all; `people.page` says what sorts.

    segment: whom a filter means, by its name, as a `Segment`, or as one is declared (a dict); what is said of search,
    level and kind beside it takes the place of what it says. ladder: the segment's, or the first one, if left out.
    """
    wanted = segments.segment(space, segment)
    wanted = msgspec.structs.replace(
        wanted, search=search or wanted.search, kind=kind or wanted.kind,
        level=wanted.level if level in (None, "") else (level,),
    )  # fmt: skip
    rungs, query, among = select(space, wanted, ladder, at, (sort, descending))
    connection = space.derived.connect()
    segments.register(connection, among)
    found = query.run(connection, page, size)
    for row in found.rows:
        row["level_name"] = None if row["level"] is None else rungs.names[row["level"]]
        row.update({name: None if row[name] is None else moment(row[name]) for name in ("since", "last_at")})
    return found


def select(
    space: Folder, wanted: Segment, ladder: Named, at: Any, order: tuple[str, bool] = ("name", False)
) -> tuple[Ladder, PageQuery, segments.Ints | None]:
    """Return the ladder that people are looked at on, the query for them, and among whom it looks, where it is told.

    order: by what they are sorted, and whether from the top.
    """
    rungs = ladders.ladder(space, ladder or wanted.ladder or None)
    levels, then = space.derived.levels(rungs, space.state.raises()), instant(at or refresh.as_of(space))

    def saying(words: str) -> str:
        return space.derived.who_says(space.log.snapshot(), words, then)

    among = segments.within(space, wanted, questions.through(space, rungs, then))
    numbers = [rungs.number(level) for level in wanted.level]
    chosen = Chosen(numbers, wanted.kind, wanted.search, *order, "" if among is None else segments.AMONG)
    return rungs, page_query(space.derived.people_at(then), levels, chosen, at=then, saying=saying), among


def names(space: Folder, person_ids: Sequence[str]) -> dict[str, str]:
    """Return what to call people, by id: their name, else their e-mail address, else what says most."""
    known = called(space, person_ids)
    return dict(zip(known["person_id"].to_pylist(), known["called"].to_pylist(), strict=True))


def called(space: Folder, person_ids: Sequence[str]) -> pa.Table:
    """Return person_id, called (what to call them) and email (null for none) of people."""
    columns = f"person_id, {calling.in_sql()} AS called, {calling.e_mail()} AS email"
    query = f"SELECT {columns} FROM {space.derived.people()}"
    few = ", ".join(engine.text(one) for one in person_ids) or "''"
    wanted = f" WHERE person_id IN ({few})" if len(person_ids) <= FEW else ""
    return space.derived.connect().sql(query + wanted).to_arrow_table()


def addressed(space: Folder, table: pa.Table) -> pa.Table:
    """Return a table of people with `name`, what to call them, and `email`; one without `person_id` as it is."""
    if "person_id" not in table.column_names:
        return table
    return calling.with_addresses(table, called(space, table["person_id"].unique().to_pylist()))


def departments(space: Folder) -> list[str]:
    """Return the departments that traits of the staff name, sorted."""
    named = "SELECT DISTINCT json_extract_string(traits, '$.department') AS department"
    rows = space.derived.connect().sql(f"{named} FROM {space.derived.people()} WHERE staff ORDER BY department")
    return [department for (department,) in rows.fetchall() if department]


def find(space: Folder, person: str) -> str:
    """Return the id of the person meant by an id (an old one too), an identity, a bare address or a name.

    Raises: QuestionError if nobody is known by it, or several people are.
    """
    return person_id(whose(space, person))


def whose(space: Folder, person: str) -> int:
    """Return the same as a hash."""
    found = space.derived.whose(person)
    return meant(space, person).person if found is None else found


def meant(space: Folder, text: str) -> finding.Found:
    """Return who is known by a bare address or a name. Raises: QuestionError if nobody is, or several are."""
    return finding.meant(space.derived.connect(), space.derived.people(), text)


def identity(space: Folder, text: str) -> str:
    """Return the identity meant by what `find` takes, the first one of a person who is meant by id or name."""
    if space.derived.whose(text) is None:
        return meant(space, text).identity
    return space.derived.identity(text) or text


def story(
    space: Folder,
    person: str,
    *,
    ladder: Named = None,
    at: Any = None,
    page: int = 1,
    size: int = 100,
) -> stories.Story:
    """Tell one person's whole story as of an instant; person is what `find` takes."""
    rungs, then, raises = ladders.ladder(space, ladder), instant(at or refresh.as_of(space)), space.state.raises()
    chosen = whose(space, person)
    row, history, codes = space.derived.one(chosen, then)
    standing, levels = space.derived.ladder_of(chosen, history, rungs, raises, then)
    beside = space.derived.beside(space.derived.ready(), rungs)
    derived = stories.Derivation(row, history, codes, standing, levels)
    told = stories.story(derived, rungs, space.kinds, at=then, page=page, size=size, beside=beside)
    cells = cells_of(space.derived.connect(), space.log.snapshot(), told.timeline)
    kept = [{**one, "cells": left} for one, left in zip(told.timeline, cells, strict=True)]
    return replace(told, timeline=kept)


def portrait(
    space: Folder, person: str, *, ladder: Named = None, at: Any = None, days: float | None = None
) -> Portrait:
    """Tell what one person is told to be, from both sides, in the `days` up to an instant; see `Portrait`.

    person: what `find` takes. Raises: QuestionError if nobody is known by it, or was by then, or days are none.
    """
    rungs, then = ladders.ladder(space, ladder), instant(at or refresh.as_of(space))
    return space.portraits.of(whose(space, person), rungs, space.state.raises(), at=then, days=days)


def acted(space: Folder) -> list[dict[str, Any]]:
    """Return under whom interactions stand that somebody else did, or a machine, as of the last refresh.

    why: mailbox, browser, scanner, or the name of a declared rule. via: machine, proxy, or None where somebody else did
    it. was: the identity in the log. rows: how many. See `people.acting` and `people.via`.
    """
    return [] if space.derived.manifest() is None else space.derived.acted()


def automatic(space: Folder, at: Any = None) -> int:
    """Return how many interactions up to an instant are a machine's: they are in no figure. at: `as_of` if left out."""
    if space.derived.manifest() is None:
        return 0
    return space.derived.automatic(instant(at or refresh.as_of(space)))


def stopped(space: Folder, at: Any = None) -> list[Stopped]:
    """Return the sources that have brought nothing for longer than chance would have it, the last one first.

    at: the day that is looked at, `as_of` if left out. See `facts.silence`.
    """
    if space.derived.manifest() is None:
        return []
    return space.derived.stopped(instant(at or refresh.as_of(space)))


def guarded(space: Folder) -> list[dict[str, Any]]:
    """Return the identities that link nobody as of the last refresh: identity, namespace, linked_to and why.

    namespace, linked_to: of which it has how many others; null beside several known people. Empty before the first
    refresh.
    """
    if space.derived.manifest() is None:
        return []
    query = f"SELECT * FROM {space.derived.table('guarded')} ORDER BY linked_to DESC NULLS LAST, identity"
    rows: list[dict[str, Any]] = space.derived.connect().sql(query).to_arrow_table().to_pylist()
    return rows


def shared(space: Folder, identities: Sequence[str]) -> list[str]:
    """Say of each of some identities that links nobody why, and how many interactions under it went to somebody else.

    A sentence each, in the order of `guarded`; none of an identity that is somebody's own.
    """
    why = {row["identity"]: row["why"] for row in guarded(space) if row["identity"] in set(identities)}
    gone = {row["was"]: row["rows"] for row in acted(space) if row["via"] is None} if why else {}
    told = []
    for one, said in why.items():
        gone_to = f"; {count(gone[one], 'interaction', 'interactions')} under it went to others" if one in gone else ""
        told.append(f"{one} is shared ({said}) and joins nobody{gone_to}.")
    return told
