"""Who is meant by a bare address, or by a name?

An address says no namespace (`ana@example.org`, `@ana`); a name is the whole of it. Case and the width of spaces are
nothing; marks on letters (é, ü) are, unless nobody is found by them. Whoever is not found so is never guessed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from ziggurat.base.engine import duckdb as engine
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import moment
from ziggurat.base.words.days import day
from ziggurat.base.words.numbers import count, number
from ziggurat.base.words.texts import listed
from ziggurat.people.called import PASSING, foremost, in_order

LISTED, NEAREST = 8, 3  # people named in an error
SHOWN = 3  # identities of each
ALIKE = 0.88  # Jaro-Winkler similarity from which a name or address is near, 0 to 1
LONGEST = 200  # characters that are looked for
VALUE = "lower(substr(one, strpos(one, ':') + 1))"
NAME = r"lower(regexp_replace(trim(coalesce(name, '')), '\s+', ' ', 'g'))"


class Found(NamedTuple):
    """Somebody who may be meant. identity: the one by which they were found, or their first."""

    person: int
    name: str | None
    identities: list[str]
    identity: str
    interactions: int
    last_at: datetime | None

    def words(self) -> str:
        """Say what tells them apart from others of their name: addresses, how much they did, and when last."""
        more = len(self.identities) - SHOWN
        seen = ", ".join(in_order(self.identities)[:SHOWN]) + (f" and {number(more)} more" if more > 0 else "")
        last = f", last on {day(self.last_at)}" if self.last_at else ""
        return f"{self.name or 'no name'} ({seen}; {count(self.interactions, 'interaction', 'interactions')}{last})"


def meant(connection: Any, people: str, text: str) -> Found:
    """Return the one person who has an address or a name. people: an SQL table expression as `schema.PEOPLE`.

    Raises: QuestionError if there are several, which it lists, or none: it says who is near.
    """
    found = matching(connection, people, text)
    if len(found) == 1:
        return found[0]
    asked = " ".join(text.split())[:80]
    if found:
        told = "; ".join(one.words() for one in found[:LISTED])
        more = f"; and {number(len(found) - LISTED)} more" if len(found) > LISTED else ""
        raise QuestionError(f"{number(len(found))} people are known as '{asked}': {told}{more}. Give an address.")
    near = nearest(connection, people, text)
    said = f"; near it {'is' if len(near) == 1 else 'are'} {listed([one.words() for one in near])}" if near else ""
    raise QuestionError(f"nobody is known as '{asked}'{said}; `ziggurat people --search …` finds people by name.")


def comparable(text: str) -> str:
    """Return an address or a name as it is compared.

    >>> comparable("  Ana   NG "), comparable("@Ana"), comparable("Ana Ng <Ana@Example.org>")
    ('ana ng', 'ana', 'ana@example.org')
    """
    words = " ".join(text.encode("utf-8", "replace").decode().split())[:LONGEST].lower()
    if words.endswith(">") and "@" in words and "<" in words:
        words = words[words.rindex("<") + 1 : -1].strip()
    return words.removeprefix("@")


def matching(connection: Any, people: str, text: str) -> list[Found]:
    """Return everyone who has an address or a name, whoever was seen last first."""
    words = engine.text(comparable(text))
    by = f"list_filter(identities, lambda one: lower(one) = {words} OR {VALUE} = {words})"
    bare = f"{NAME} <> '' AND strip_accents({NAME}) = strip_accents({words})"
    for test in (f"len(matched) > 0 OR {NAME} = {words}", bare):
        rows = select_people(connection, f"(SELECT *, {by} AS matched FROM {people})", f"{words} <> '' AND ({test})")
        if rows:
            return rows
    return []


def nearest(connection: Any, people: str, text: str) -> list[Found]:
    """Return the few people a word of whose name or address begins like a text, or whose are most like it."""
    words = engine.text(comparable(text))
    begun = f"contains(' ' || translate(one, '.-_@', '    '), ' ' || {words})"
    like = f"CASE WHEN {begun} THEN 1 ELSE jaro_winkler_similarity(one, {words}) END"
    lasting = f"list_filter(identities, lambda one: NOT regexp_matches(one, {engine.text(PASSING)}))"
    parts = f"list_append(list_transform({lasting}, lambda one: {VALUE}), {NAME})"
    scored = f"list_max(list_transform({parts}, lambda one: {like}))"
    table = f"(SELECT *, []::VARCHAR[] AS matched, {scored} AS alike FROM {people})"
    return select_people(connection, table, f"{words} <> '' AND alike >= {ALIKE}", "alike DESC, ", NEAREST)


def select_people(connection: Any, people: str, test: str, order: str = "", most: int = 1000) -> list[Found]:
    """Return people for whom a test holds; without an order whoever was seen last first."""
    columns = f"person, name, identities, coalesce(matched[1], {foremost()}), interactions, last_at"
    query = f"SELECT {columns} FROM {people} WHERE {test} ORDER BY {order}last_at DESC NULLS LAST, person LIMIT {most}"
    rows: list[tuple[Any, ...]] = connection.sql(query).fetchall()
    return [Found._make((*row[:5], None if row[5] is None else moment(row[5]))) for row in rows]
