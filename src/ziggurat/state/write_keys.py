"""Who may send to a source? Keys, of which only a hash is kept: made, used, and revoked, by whom and when."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ziggurat.base.errors import QuestionError
from ziggurat.state.database import Database, naive, with_zone

WRITE_KEYS = sa.Table(
    "write_keys",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("hash", sa.String, nullable=False),  # SHA-256 of the key, in hex
    sa.Column("hint", sa.String, nullable=False),  # its last letters, by which people tell keys apart
    sa.Column("origins", sa.JSON, nullable=False),  # sites whose pages may send with it, such as https://example.org
    sa.Column("rate", sa.Integer, nullable=False),  # events a second, over a minute
    sa.Column("made_at", sa.DateTime, nullable=False),  # UTC
    sa.Column("made_by", sa.String, nullable=False),
    sa.Column("revoked_at", sa.DateTime),  # UTC; null while it may be used
    sa.Column("revoked_by", sa.String, nullable=False),
)
PREFIX = "zk_"
USUAL_RATE = 1_000
HINT = 4  # letters


@dataclass(frozen=True)
class WriteKey:
    """One key; the fields are those of WRITE_KEYS."""

    id: int
    source: str
    hash: str
    hint: str
    origins: list[str]
    rate: int
    made_at: datetime
    made_by: str
    revoked_at: datetime | None
    revoked_by: str


def hashed(key: str) -> str:
    """Return what is kept of a key. It is random and long, so a plain hash can't be turned round."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def make(database: Database, source: str, origins: Sequence[str], rate: int, *, at: datetime, by: str) -> str:
    """Make a key of a source, and return it: it is never shown again."""
    key = PREFIX + secrets.token_urlsafe(24)
    values: dict[str, Any] = {
        "source": source, "hash": hashed(key), "hint": key[-HINT:], "origins": list(origins), "rate": rate,
        "made_at": naive(at), "made_by": by, "revoked_at": None, "revoked_by": "",
    }  # fmt: skip
    with database.begin() as connection:
        connection.execute(sa.insert(WRITE_KEYS).values(values))
    return key


def listed(database: Database, *, living: bool = False) -> list[WriteKey]:
    """Return the keys, the oldest first. living: those alone that may be used."""
    query = sa.select(WRITE_KEYS).order_by(WRITE_KEYS.c.id)
    if living:
        query = query.where(WRITE_KEYS.c.revoked_at.is_(None))
    with database.begin() as connection:
        return [WriteKey(**with_zone(row)) for row in connection.execute(query).mappings()]


def revoke(database: Database, number: int, *, at: datetime, by: str) -> WriteKey:
    """Revoke a key, for good. Raises: QuestionError if there is none of that number, or it is revoked."""
    values = {"revoked_at": naive(at), "revoked_by": by}
    where = (WRITE_KEYS.c.id == number, WRITE_KEYS.c.revoked_at.is_(None))
    with database.begin() as connection:
        changed = connection.execute(sa.update(WRITE_KEYS).where(*where).values(values)).rowcount
    found = next((one for one in listed(database) if one.id == number), None)
    if found is None or not changed:
        state = "is revoked already" if found else "does not exist"
        raise QuestionError(f"write key {number} {state}; `ziggurat key list` lists them.")
    return found
