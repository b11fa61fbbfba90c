"""Which work waits, which is under way, and what became of it? The durable queue of a workspace.

Work is a name and options, so that any process with the workspace open can do it. Whoever does a piece of it raises its
number of beats every few seconds. Who sees that number unchanged for long, by a clock that only runs forward, takes the
process for gone and the work up again: no two clocks need agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ziggurat.base.errors import BusyError, QuestionError
from ziggurat.base.words.numbers import count
from ziggurat.state.database import Database, naive, with_zone

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
OPEN = (QUEUED, RUNNING)
KEPT = 200  # pieces of work of one lane that are over and can still be looked at
MOST_TRIES = 3  # that a piece of work may have whose process ends each time
WORK = sa.Table(
    "work",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, nullable=False),  # what is done, as `work.tasks` declares it
    sa.Column("lane", sa.String, nullable=False),  # work of one lane is done one after the other
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("key", sa.String, nullable=False),  # what is the same for all who ask for it; nothing where it is not
    sa.Column("title", sa.String, nullable=False),
    sa.Column("visitor", sa.String, nullable=False),  # tells those apart who wait, so that none waits for another's all
    sa.Column("state", sa.String, nullable=False),
    sa.Column("asked_by", sa.String, nullable=False),
    sa.Column("asked_at", sa.DateTime, nullable=False),  # UTC, as are all times
    sa.Column("holder", sa.String, nullable=False),  # the process that does it, or did
    sa.Column("turn", sa.Integer, nullable=False),  # the how manieth piece of work it was that was begun; 0: not yet
    sa.Column("tries", sa.Integer, nullable=False),  # how often it was begun
    sa.Column("beats", sa.Integer, nullable=False),  # raised by its holder
    sa.Column("looks", sa.Integer, nullable=False),  # raised while somebody looks at it
    sa.Column("label", sa.String, nullable=False),
    sa.Column("share", sa.Float, nullable=False),  # that is done, 0 to 1
    sa.Column("outcome", sa.JSON, nullable=False),
    sa.Column("error", sa.String, nullable=False),  # what went wrong, in words
    sa.Column("ended_by", sa.String, nullable=False),  # who cancelled it
    sa.Column("ended_at", sa.DateTime),
)


@dataclass(frozen=True)
class Lane:
    """Work that is done one piece after the other. most: that may wait; of_one: of one visitor.

    abandon: whether work is let go once nobody looks at it any more. yields: whether work under way is
    given back when its process is to end; else the process waits until it is done.
    """

    name: str
    most: int
    of_one: int
    abandon: bool = False
    yields: bool = False


@dataclass(frozen=True)
class Order:
    """Work that somebody asks for; the fields are those of WORK."""

    name: str
    title: str
    options: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    visitor: str = ""
    by: str = ""


@dataclass(frozen=True)
class Piece:
    """One piece of work as it is now; the fields are those of WORK."""

    id: int
    name: str
    lane: str
    options: dict[str, Any]
    key: str
    title: str
    visitor: str
    state: str
    asked_by: str
    asked_at: datetime
    holder: str
    turn: int
    tries: int
    beats: int
    looks: int
    label: str
    share: float
    outcome: dict[str, Any]
    error: str
    ended_by: str
    ended_at: datetime | None

    @property
    def done(self) -> bool:
        """Whether it is over, however it ended."""
        return self.state not in OPEN


def put(database: Database, order: Order, lane: Lane, *, at: datetime, holder: str = "") -> Piece:
    """Let work wait its turn; return it, or the same work where it waits or is under way already.

    holder: who does it at once, so that it does not wait. Raises: BusyError if too much waits.
    """
    with database.alone() as connection:
        if order.key and (known := latest(connection, WORK.c.key == order.key, WORK.c.state.in_(OPEN))):
            return known
        if not holder:
            check_room(connection, order, lane)
        forget_old(connection, lane)
        values = fresh(order, lane, at=at, holder=holder) | {"turn": next_turn(connection) if holder else 0}
        made = connection.execute(sa.insert(WORK).values(values)).inserted_primary_key
        found = latest(connection, WORK.c.id == (made or (0,))[0])
    if found is None:
        raise QuestionError("That work is gone; ask for it again.")
    return found


def fresh(order: Order, lane: Lane, *, at: datetime, holder: str = "") -> dict[str, Any]:
    """Return the columns of work that nobody has begun, but a holder who does it at once."""
    return {
        "name": order.name, "lane": lane.name, "options": dict(order.options), "key": order.key, "title": order.title,
        "visitor": order.visitor, "asked_by": order.by, "asked_at": naive(at), "state": RUNNING if holder else QUEUED,
        "holder": holder, "tries": int(bool(holder)), "turn": 0, "beats": 0, "looks": 0, "label": "Waiting",
        "share": 0.0, "outcome": {}, "error": "", "ended_by": "", "ended_at": None,
    }  # fmt: skip


def check_room(connection: sa.Connection, order: Order, lane: Lane) -> None:
    """Raises: BusyError if no more work may wait, or none of this visitor."""
    query = sa.select(WORK.c.visitor).where(WORK.c.lane == lane.name, WORK.c.state == QUEUED)
    waiting = connection.execute(query).scalars().all()
    theirs = sum(visitor == order.visitor for visitor in waiting)
    if len(waiting) >= lane.most or theirs >= lane.of_one:
        some = count(len(waiting), "piece of work waits", "pieces of work wait")
        raise BusyError(f"{some} already, {theirs} of them yours. Wait until some are done, and ask again.")


def forget_old(connection: sa.Connection, lane: Lane) -> None:
    """Drop what was over long before the last pieces of work of a lane."""
    over = WORK.c.lane == lane.name, WORK.c.state.not_in(OPEN)
    query = sa.select(WORK.c.id).where(*over).order_by(WORK.c.id.desc()).offset(KEPT).limit(1)
    oldest = connection.execute(query).scalar()
    if oldest is not None:
        connection.execute(sa.delete(WORK).where(*over, WORK.c.id <= oldest))


def next_turn(connection: sa.Connection) -> int:
    """Return the number of the piece of work that is begun now."""
    return 1 + (connection.execute(sa.select(sa.func.max(WORK.c.turn))).scalar() or 0)


def latest(connection: sa.Connection, *where: sa.ColumnElement[bool]) -> Piece | None:
    """Return the newest piece of work of which something holds."""
    rows = connection.execute(sa.select(WORK).where(*where).order_by(WORK.c.id.desc()).limit(1))
    return next(map(piece, rows.mappings()), None)


def piece(row: Mapping[Any, Any]) -> Piece:
    """Return a row of the table as a value."""
    return Piece(**with_zone(row))


def claim(database: Database, lane: Lane, holder: str) -> Piece | None:
    """Take the next piece of work of a lane, or None where none waits.

    It is one of the visitor whose last turn is longest over, so that who asks for much waits for themselves alone.
    """
    of_lane = WORK.c.lane == lane.name
    if not listed(database, of_lane, WORK.c.state == QUEUED, most=1):
        return None  # without taking the lock
    with database.alone() as connection:
        waiting = connection.execute(
            sa.select(WORK.c.id, WORK.c.visitor).where(of_lane, WORK.c.state == QUEUED).order_by(WORK.c.id)
        ).all()
        if not waiting:
            return None
        last = sa.select(WORK.c.visitor, sa.func.max(WORK.c.turn)).where(of_lane).group_by(WORK.c.visitor)
        turns = {visitor: turn or 0 for visitor, turn in connection.execute(last)}
        chosen = min(waiting, key=lambda one: turns[one.visitor]).id  # of equals the first that came
        begun = {"state": RUNNING, "holder": holder, "turn": next_turn(connection), "tries": WORK.c.tries + 1}
        connection.execute(sa.update(WORK).where(WORK.c.id == chosen).values(begun))
        return latest(connection, WORK.c.id == chosen)


def held(one: Piece, holder: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Say of a piece of work that somebody does it, and nobody has taken it from them."""
    return WORK.c.id == one.id, WORK.c.state == RUNNING, WORK.c.holder == holder, WORK.c.tries == one.tries


def note(database: Database, one: Piece, **values: Any) -> bool:
    """Note how far a piece of work is that its holder does, and that they are still there; False if it is theirs no
    more. values: columns, among them the state in which it ends."""
    where = sa.and_(*held(one, one.holder))
    with database.begin() as connection:
        made = connection.execute(sa.update(WORK).where(where).values(beats=WORK.c.beats + 1, **values))
    return bool(made.rowcount)


def give_back(database: Database, one: Piece, *, again: bool, at: datetime) -> bool:
    """Let work wait again whose process is gone, if it has not moved since it was seen; False if it has.

    again: whether it may run twice; else it has failed.
    """
    words = f"The process that worked on it ended before it was done ({one.holder})."
    lost = {"state": FAILED, "error": f"{words} Look at what became of it, and ask again.", "ended_at": naive(at)}
    wait = {"state": QUEUED, "label": "Waiting", "share": 0.0}
    where = (*held(one, one.holder), WORK.c.beats == one.beats)
    with database.begin() as connection:
        values = wait if again and one.tries < MOST_TRIES else lost
        return bool(connection.execute(sa.update(WORK).where(*where).values(values)).rowcount)


def cancel(database: Database, number: int, *, at: datetime, by: str, why: str = "") -> Piece:
    """End work that waits or is under way; what does it stops at its next step.

    Raises: QuestionError if there is none of that number, or it is over.
    """
    over = {"state": CANCELLED, "ended_at": naive(at), "ended_by": by, "error": why or "It was cancelled."}
    with database.begin() as connection:
        where = (WORK.c.id == number, WORK.c.state.in_(OPEN))
        changed = connection.execute(sa.update(WORK).where(*where).values(over)).rowcount
        found = latest(connection, WORK.c.id == number)
    if found is None:
        raise QuestionError(f"There is no work of number {number}; `ziggurat jobs` lists what there is.")
    if not changed:
        raise QuestionError(f"Work {number} is over already ({found.state}); there is nothing to cancel.")
    return found


def look(database: Database, number: int) -> None:
    """Note that somebody looks at work that is not over."""
    with database.begin() as connection:
        connection.execute(sa.update(WORK).where(WORK.c.id == number).values(looks=WORK.c.looks + 1))


def listed(database: Database, *where: sa.ColumnElement[bool], most: int = KEPT) -> list[Piece]:
    """Return work of which something holds, the newest first."""
    with database.begin() as connection:
        rows = connection.execute(sa.select(WORK).where(*where).order_by(WORK.c.id.desc()).limit(most)).mappings()
        return [piece(row) for row in rows]


def find(database: Database, number: int) -> Piece:
    """Return a piece of work. Raises: QuestionError if there is none of that number (any more)."""
    found = listed(database, WORK.c.id == number, most=1)
    if not found:
        raise QuestionError("That work is not known any more. What became of it stands in the list under Data.")
    return found[0]
