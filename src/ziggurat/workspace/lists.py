"""What is done with a list of people at once: something kept of each of them, and the list written to a file?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.instant import moment
from ziggurat.base.words.numbers import number
from ziggurat.people import called as calling
from ziggurat.people import mailing
from ziggurat.people.ids import person_of
from ziggurat.results.result import write_csv
from ziggurat.results.spreadsheet import write_xlsx
from ziggurat.state import notes as kept
from ziggurat.workspace import notes, persons, segments
from ziggurat.workspace.folder import Folder, login, today
from ziggurat.workspace.ladders import Named

WRITERS: Mapping[str, Callable[..., None]] = {".csv": write_csv, ".xlsx": write_xlsx}
MOST = 100_000  # people of whom something is kept at once


def listed(
    space: Folder, segment: segments.Named = None, *, ladder: Named = None, at: Any = None
) -> list[dict[str, Any]]:
    """Return everyone in a segment by name: person_id, name, called, email, level, level_name, since, last_at,
    interactions, identities, consent, traits (JSON), staff, agent, anonymous."""
    rungs, query, among = persons.select(space, segments.segment(space, segment), ladder, at)
    connection = space.derived.connect()
    segments.register(connection, among)
    rows: list[dict[str, Any]] = query.all(connection).to_pylist()
    for row in rows:
        row["level_name"] = None if row["level"] is None else rungs.names[row["level"]]
        row.update({name: None if row[name] is None else moment(row[name]) for name in ("since", "last_at")})
    return rows


def export_people(
    space: Folder, path: str | Path, segment: segments.Named = None, *, columns: Sequence[str] = (), **through: Any
) -> int:
    """Write everyone in a segment to a .csv or .xlsx file, in which no cell can start a formula; return how many.

    columns: of `mailing.COLUMNS`, or `trait:NAME`. Without them it is as a mail tool takes it: e-mail address, first
    and last name of those who have an address and did not unsubscribe. through: ladder, at.
    Raises: QuestionError if a column is unknown, or the file is of neither sort.
    """
    path = Path(path)
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        near = suggest(path.suffix.lower(), WRITERS) or "."
        raise QuestionError(f"a list is written as .csv or .xlsx, not '{path.suffix}'{near}")
    chosen = mailing.columns_of(columns or mailing.MAIL)
    rows = [row for row in listed(space, segment, **through) if columns or mailing.may_be_mailed(row)]
    writer(path, [heading for heading, _ in chosen], ([value(row) for _, value in chosen] for row in rows))
    return len(rows)


def note_all(
    space: Folder, people: Sequence[str], text: str = "", *, sort: str = "note", day: Any = None, owner: str = "",
    by: str = "",
) -> tuple[int, int]:  # fmt: skip
    """Keep something of each of some people at once; return the number by which all is taken back, and how many.

    people: ids. text, sort, day, owner, by: as of `note`. Raises: QuestionError as `note` does, if nobody is given, or
    one of them is unknown.
    """
    who, now = by or login(), datetime.now(UTC)
    said = notes.read(text, sort=sort, day=day, owner=owner, by=who, today=today(space, now))
    ids = list(dict.fromkeys(people))
    if not 1 <= len(ids) <= MOST:
        raise QuestionError(f"choose 1 to {number(MOST)} people; {number(len(ids))} are given.")
    known = identities(space, ids)
    gone = [one for one in ids if one not in known]
    if gone:
        raise QuestionError(f"nobody has the id '{gone[0][:40]}' any more; look at the list again.")
    return kept.note_all(space.state.database, [known[one] for one in ids], said, by=who, at=now), len(ids)


def forget_all(space: Folder, number: int) -> int:
    """Take back what was kept of several people at once; return of how many. Raises: WorkspaceError if nothing was."""
    return kept.forget_all(space.state.database, number)


def identities(space: Folder, ids: Sequence[str]) -> dict[str, str]:
    """Return the identity that says most of each of some people, by id; those who are unknown are left out."""
    connection = space.derived.connect()
    connection.register("wanted", pa.table({"person": pa.array([person_of(one) for one in ids], pa.int64())}))
    query = f"SELECT person_id, {calling.foremost()} FROM {space.derived.people()} JOIN wanted USING (person)"
    return dict(connection.sql(query).fetchall())
