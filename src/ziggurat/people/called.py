"""What is a person called who told no name, and at which e-mail address are they reached?

By their e-mail address, else by a name that they chose somewhere (`github:ana`), else by a phone number, else by
whatever else their rows say, such as the number of a customer, and by a cookie last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.engine import duckdb as engine
from ziggurat.people.resolve import THROWAWAY
from ziggurat.sources.identity import HANDLES

E_MAIL = "email:"
CHOSEN = sorted(HANDLES | {"chat", "discord", "discourse", "forum", "matrix", "slack", "telegram", "zulip"})
PASSING = f"^({'|'.join(THROWAWAY)}):"
# SQL on every engine, of rows of traits: 2 of a first and a last name, 1 of less, such as A. Ng, 0 of an address and of
# any other trait. The fullest name counts, the latest of several, so that a forum's `ana` is not put before Ana Ng.
FULLNESS = (
    "CASE WHEN trait <> 'name' OR value LIKE '%@%' THEN 0 "
    "WHEN value LIKE '__% __%' AND value NOT LIKE '_.%' AND value NOT LIKE '% _.' THEN 2 ELSE 1 END"
)
ORDER = (f"^{E_MAIL}", f"^({'|'.join(CHOSEN)}):", "^phone:", f"^(?!{PASSING[1:]})", "")


def display_name(name: str | None, identities: Sequence[str]) -> str:
    """Return what to call a person; nothing where nothing is known.

    >>> display_name(None, ["anon:5b", "customer:cus_1", "email:ana@x.org"])
    'ana@x.org'
    >>> display_name(None, ["anon:5b", "customer:cus_1"])
    'customer:cus_1'
    """
    return name or next(iter(in_order(identities)), "").removeprefix(E_MAIL)


def in_order(identities: Sequence[str]) -> list[str]:
    """Return identities, those that say most to people first."""
    return list(dict.fromkeys(one for pattern in ORDER for one in identities if re.match(pattern, one)))


def in_sql() -> str:
    """Write what to call a person over columns `name` and `identities`."""
    return f"coalesce(nullif(name, ''), {e_mail()}, {foremost()})"


def foremost() -> str:
    """Write the identity that says most to people, over a column `identities`."""
    return f"coalesce({', '.join(first(place) for place in range(len(ORDER)))})"


def first(place: int) -> str:
    """Write the first identity of a place in the order, null for none; the engine's patterns can't look ahead."""
    test = f"regexp_matches(one, {engine.text(ORDER[place])})"
    if ORDER[place].startswith("^(?!"):
        test = f"NOT regexp_matches(one, {engine.text(PASSING)})"
    return f"list_filter(identities, lambda one: {test})[1]"


def e_mail() -> str:
    """Write the first e-mail address in `identities`, null where there is none."""
    return f"substr({first(0)}, {len(E_MAIL) + 1})"


def with_addresses(table: pa.Table, known: pa.Table) -> pa.Table:
    """Put what to call people, and their e-mail address, into a table of people.

    table: any with `person_id`. known: person_id, called and email of everyone in it. Returns: the table with `name`,
    where it has none or says nothing, and `email` after it, null for who has none; an `email` of its own stays.
    """
    if "person_id" not in table.column_names:
        return table
    place = pc.index_in(table["person_id"].cast(pa.string()), value_set=known["person_id"].combine_chunks())
    names, addresses = (known[name].combine_chunks().take(place.combine_chunks()) for name in ("called", "email"))
    if "name" in table.column_names:
        at = table.column_names.index("name")
        table = table.set_column(at, "name", pc.coalesce(table["name"].cast(pa.string()), names))
    else:
        at = table.column_names.index("person_id") + 1
        table = table.add_column(at, "name", names)
    return table if "email" in table.column_names else table.add_column(at + 1, "email", addresses)
