"""Who is a call of, under which identities, and what does it say of them?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ziggurat.sources.convert import trait_name
from ziggurat.sources.identity import E_MAIL, normalise
from ziggurat.sources.tracking.calls import Call, RefusedError
from ziggurat.sources.tracking.posthog import is_made_up
from ziggurat.sources.tracking.values import as_text, table

ANONYMOUS, USER = "anon", "user"
SAME_CALL, ALIAS = "same call", "alias"  # why two identities are one person
ADDRESSES = {"email": "email", "phone": "phone"}  # trait → namespace of the identity that it is
NAME = ("name", "firstName", "first_name", "firstname", "lastName", "last_name", "lastname")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
DEEPEST = 3  # levels of a trait that are told apart


class Who(NamedTuple):
    """actor: whoever did it. others: further identities of theirs. former: those that the call says are theirs, too."""

    actor: str
    others: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


def who(call: Call) -> Who:
    """Return who a call is of. Raises: RefusedError if it names nobody."""
    found = [known(call.user)] if call.user else []
    if call.traits and call.type != "group":  # what a group's call says is said of the group
        found += [normalise(space, text) for trait, space in ADDRESSES.items() if (text := said(call.traits, trait))]
    found.append(visitor(call.anonymous) if call.anonymous else None)
    identities = list(dict.fromkeys(one for one in found if one))
    if not identities:
        raise RefusedError("it names nobody")
    return Who(identities[0], tuple(identities[1:]), tuple(one for one in former(call) if one not in identities))


def former(call: Call) -> list[str]:
    """Return the identities that the former id of an alias call may be: of a visitor, of somebody known, or of both.

    The protocol does not say which; an identity under which nobody was ever seen changes nobody.
    """
    if call.type != "alias":
        return []
    found = [visitor(call.previous)]
    if call.previous != call.anonymous and not is_made_up(call.previous):
        found.append(known(call.previous))
    return [one for one in found if one]


@lru_cache(maxsize=65_536)
def visitor(anonymous: str) -> str | None:
    """Return the identity of an id that a library makes for whoever it does not know."""
    return normalise(ANONYMOUS, anonymous)


@lru_cache(maxsize=65_536)
def known(user: str) -> str | None:
    """Return the identity of an id that the organisation gives to whoever it knows: an address where it is one."""
    return normalise("email" if E_MAIL.fullmatch(user) else USER, user)


def said(traits: Mapping[str, Any], name: str) -> str:
    """Return a trait that is a text or a number, as text."""
    value = traits.get(name)
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def traits(call: Call) -> dict[str, str]:
    """Return what a call says of the person, by trait; of a group, that they are of it."""
    if call.type == "group":
        company = said(call.traits, "name") or call.group
        return {"company": company} if company else {}
    if not call.traits:
        return {}
    found = dict(flat({name: value for name, value in call.traits.items() if name not in (*ADDRESSES, *NAME)}))
    whole = said(call.traits, "name") or " ".join(
        text
        for names in (NAME[1:4], NAME[4:])
        if (text := next(filter(None, (said(call.traits, n) for n in names)), ""))
    )
    for part, names in {"company": {"company": "name"}, "address": {"city": "city", "country": "country"}}.items():
        inner = table(call.traits.get(part))
        found |= {trait: text for trait, name in names.items() if (text := said(inner, name))}
    return found | ({"name": whole} if whole else {})


def flat(value: Mapping[str, Any], before: str = "", depth: int = 1) -> Iterator[tuple[str, str]]:
    """Yield what an object says as texts, by names in lower case joined with underscores; what is empty is left out.

    >>> dict(flat({"planName": "pro", "address": {"city": "Graz"}, "tags": ["a", "b"], "seats": None}))
    {'plan_name': 'pro', 'address_city': 'Graz', 'tags': 'a, b'}
    """
    for name, inner in value.items():
        key = before + trait_name(CAMEL.sub("_", name))
        if isinstance(inner, dict) and depth < DEEPEST:
            yield from flat(inner, f"{key}_", depth + 1)
        elif text := as_text(inner):
            yield key, text
