"""How is a list of people written for a mail tool, or by columns that one chooses?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.schema import CONSENT
from ziggurat.base.words.texts import plain

TRAIT = "trait:"  # before the name of a trait, as a column
MAIL = ("email", "first_name", "last_name")  # as a mail tool takes them
MOST = 50  # columns
Row = Mapping[str, Any]


def first_name(row: Row) -> str | None:
    """Return the first name, as far as a whole name tells it."""
    return parts_of(row)[0]


def last_name(row: Row) -> str | None:
    """Return the last name, as far as a whole name tells it."""
    return parts_of(row)[1]


def parts_of(row: Row) -> tuple[str | None, str | None]:
    """Return first and last name: the first word and all others, or as a comma parts them.

    >>> parts_of({"name": "Ana María Ng"}), parts_of({"name": "Ng, Ana"}), parts_of({"name": "Ana"})
    (('Ana', 'María Ng'), ('Ana', 'Ng'), ('Ana', None))
    """
    name = " ".join((row["name"] or "").split())
    last, comma, first = name.partition(",")
    if comma and first.strip():
        return first.strip(), last.strip() or None
    first, _, last = name.partition(" ")
    return first or None, last or None


def day_of(column: str) -> Callable[[Row], str | None]:
    """Return what writes the day of an instant."""
    return lambda row: None if row[column] is None else row[column].date().isoformat()


# column → its heading, and what is in it
COLUMNS: dict[str, tuple[str, Callable[[Row], Any]]] = {
    "email": ("Email Address", lambda row: row["email"]),
    "first_name": ("First Name", first_name),
    "last_name": ("Last Name", last_name),
    "name": ("Name", lambda row: row["called"]),
    "level": ("Level", lambda row: row["level_name"]),
    "since": ("There since", day_of("since")),
    "last_seen": ("Last seen", day_of("last_at")),
    "interactions": ("Interactions", lambda row: row["interactions"]),
    "consent": ("Consent", lambda row: row["consent"]),
    "identities": ("Seen as", lambda row: " ".join(row["identities"] or ())),
    "person_id": ("Person", lambda row: row["person_id"]),
}


def trait_of(name: str) -> Callable[[Row], Any]:
    """Return what writes a trait."""

    def value(row: Row) -> Any:
        return (msgspec.json.decode(row["traits"]) if row["traits"] else {}).get(name)

    return value


def columns_of(names: Sequence[str]) -> list[tuple[str, Callable[[Row], Any]]]:
    """Return the heading of each column, and what is in it. Raises: QuestionError if one is unknown."""
    if not 1 <= len(names) <= MOST:
        raise QuestionError(f"choose 1 to {MOST} columns; {len(names)} are given.")
    found = []
    for name in names:
        if name.startswith(TRAIT) and name != TRAIT:
            found.append((plain(name.removeprefix(TRAIT)), trait_of(name.removeprefix(TRAIT))))
            continue
        if name not in COLUMNS:
            near = suggest(name, COLUMNS) or f"; there are {', '.join(COLUMNS)}, and {TRAIT}NAME."
            raise QuestionError(f"a list of people has no column '{plain(name)}'{near}")
        found.append(COLUMNS[name])
    return found


def may_be_mailed(row: Row) -> bool:
    """Tell whether a mail tool may have somebody: they have an address, and did not say that they want no mail."""
    return bool(row["email"]) and row["consent"] != CONSENT[1]
