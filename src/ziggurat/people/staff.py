"""Who is of the organisation, and who is an agent? One rule, written once as SQL that DuckDB and Spark read alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import ClassVar

import msgspec

from ziggurat.base.errors import DeclarationError
from ziggurat.sources.identity import parse

DOMAIN = re.compile(r"[^\s@:/\\,;<>]+")
Text = Callable[[object], str]  # writes a value as a string literal of one engine


class StaffRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everyone with a trait of one of these values is meant."""

    trait: str
    values: tuple[str, ...]


class Staff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is of the organisation: by e-mail domain (subdomains too), by identity, or by trait.

    A domain may be written as `ours.org`, `@ours.org` or `.ours.org`, an identity in any form that a file may have it
    in (`email:Sam@Ours.org`). Raises: DeclarationError if one of them is none.
    """

    key: ClassVar[str] = "staff"

    domains: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    rules: tuple[StaffRule, ...] = ()

    def __post_init__(self) -> None:
        for one in self.domains:
            domain(one, f"[{self.key}] domains")
        for one in self.identities:
            spellings(one, f"[{self.key}] identities")


class Agents(Staff, frozen=True, forbid_unknown_fields=True):
    """Which accounts software acts under: bots and assistants, told as staff are.

    One that is told by `Staff`, too, is an agent of ours: what it does, the organisation does. Any other is no person.
    """

    key: ClassVar[str] = "agents"


def domain(text: str, where: str) -> str:
    """Return a domain in its one written form. Raises: DeclarationError if it is none.

    >>> domain(" @Ours.org", "[staff] domains")
    'ours.org'
    """
    bare = unicodedata.normalize("NFC", text).strip().lower().lstrip("@.").rstrip(".")
    if not DOMAIN.fullmatch(bare):
        raise DeclarationError(
            f"{where}: '{text[:80]}' is no domain; write 'ours.org', and a whole address under identities as "
            "'email:sam@ours.org'."
        )
    return bare


def spellings(text: str, where: str) -> list[str]:
    """Return an identity in its one written form, and as it stands, for a frame may hold it so.

    Raises: DeclarationError if it is no identity.

    >>> spellings("github:@Bob", "[staff] identities")
    ['github:bob', 'github:@Bob']
    """
    found = parse(text)
    if found is None:
        raise DeclarationError(
            f"{where}: '{text[:80]}' is no identity; write what kind of address it is before a colon, as in "
            "'email:sam@ours.org' or 'github:sam'."
        )
    return list(dict.fromkeys([found, text.strip()]))


def identity_test(staff: Staff, text: Text) -> str:
    """Write an SQL test that the column `identity` is of the staff; never null where that column is not."""
    known = [one for each in staff.identities for one in spellings(each, staff.key)]
    tests = [f"identity IN ({list_literals(known, text)})"] if known else []
    for each in staff.domains:
        name = escape_like(domain(each, staff.key))
        tests += [f"identity LIKE {text(f'email:%@{mark}{name}')} ESCAPE '!'" for mark in ("", "%.")]
    return any_of(tests)


def trait_test(staff: Staff, text: Text) -> str:
    """Write an SQL test that the columns `trait` and `value` make their identity staff; null where they are."""
    tests = [
        f"(trait = {text(rule.trait)} AND value IN ({list_literals(rule.values, text)}))"
        for rule in staff.rules
        if rule.values
    ]
    return any_of(tests)


def any_of(tests: Sequence[str]) -> str:
    """Write an SQL test that holds if one of some does."""
    return f"({' OR '.join(tests)})" if tests else "false"


def list_literals(values: Sequence[str], text: Text) -> str:
    """Write values as a list of literals."""
    return ", ".join(text(value) for value in values)


def escape_like(value: str) -> str:
    """Write a text for LIKE, in which ! takes away what the sign behind it means."""
    return re.sub("([!%_])", r"!\1", value)
