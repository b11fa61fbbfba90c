"""Which organisation is each person of?

Told by a trait of theirs (company, account, organisation), or else by the domain of an e-mail address. A domain that
people of exactly one named organisation have is that organisation's. Domains of private mail are nobody's, and so is
a domain whose people name different organisations: it is a provider that this list does not know.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.facts.directory import Directory

Ints = npt.NDArray[np.int64]
TRAITS = ("company", "account", "organisation", "organization")  # the first that is told counts
BRANDS = (  # of providers, with any country's ending: gmx.at, yahoo.co.uk
    *("email", "freemail", "gmail", "googlemail", "gmx", "hotmail", "inbox", "live", "mail", "outlook", "post"),
    *("yahoo", "yandex"),
)
PRIVATE = (
    *("126.com", "163.com", "aol.com", "att.net", "comcast.net", "fastmail.com", "free.fr", "hey.com", "icloud.com"),
    *("laposte.net", "libero.it", "mac.com", "mail.ru", "me.com", "msn.com", "naver.com", "orange.fr", "posteo.de"),
    *("proton.me", "protonmail.com", "qq.com", "seznam.cz", "t-online.de", "tuta.com", "verizon.net", "wanadoo.fr"),
    *("web.de", "wp.pl", "ymail.com", "zoho.com"),
)
NONE = -1


@dataclass(frozen=True)
class Organisations:
    """Who is of which. names: of the organisations, in order. of: the place of each person's among them, aligned with
    the directory; NONE for a person of none."""

    names: Sequence[str]
    of: Ints


def organisations(directory: Directory, private: Sequence[str] = ()) -> Organisations:
    """Tell everyone's organisation. private: further domains, in lower case, that are no organisation's."""
    told = organisation_of(directory)
    domains = work_domains(directory, private)
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for name in told.values():
        spelled[key_of(name)][name] += 1
    owners: dict[str, set[str]] = defaultdict(set)
    for place, domain in domains:
        if place in told:
            owners[domain].add(key_of(told[place]))
    found = {place: key_of(name) for place, name in told.items()}
    shown = {key: min(names, key=lambda name: (-names[name], name)) for key, names in spelled.items()}
    for place, domain in domains:  # in order of person and domain: the first that tells counts
        named_by = owners.get(domain, set())
        if len(named_by) <= 1 and place not in found:
            found[place] = next(iter(named_by), domain)
            shown.setdefault(found[place], domain)
    names = sorted(set(shown.values()))
    numbers = {name: number for number, name in enumerate(names)}
    of = np.full(directory.person.size, NONE, np.int64)
    for place, key in found.items():
        of[place] = numbers[shown[key]]
    return Organisations(names, of)


def key_of(name: str) -> str:
    """Return what all spellings of a name have in common.

    >>> key_of(" ACME  Ltd") == key_of("Acme Ltd")
    True
    """
    return " ".join(name.casefold().split())


def organisation_of(directory: Directory) -> Mapping[int, str]:
    """Return the organisation that a trait names, by place of the person."""
    wanted = "|".join(TRAITS)
    texts = directory.traits.cast(pa.string())
    some = pc.fill_null(pc.match_substring_regex(texts, f'"({wanted})"'), False)
    places = np.flatnonzero(np.asarray(some.to_numpy(zero_copy_only=False), np.bool_))
    found = {}
    for place, text in zip(places.tolist(), texts.take(pa.array(places)).to_pylist(), strict=True):
        traits = msgspec.json.decode(text)
        name = next((value for trait in TRAITS if (value := str(traits.get(trait) or "").strip())), "")
        if name:
            found[place] = " ".join(name.split())
    return found


def work_domains(directory: Directory, private: Sequence[str]) -> list[tuple[int, str]]:
    """Return place and domain of everyone's e-mail addresses that are no private ones, in order, each once."""
    identities, places = directory.owners
    if not len(identities):
        return []
    parts = pc.extract_regex(identities.cast(pa.string()), r"(?i)^email:[^@]+@(?P<domain>[^@\s]+\.[^@\s.]+)$")
    domain = pc.utf8_lower(pc.struct_field(parts, "domain"))
    brand = pc.struct_field(pc.extract_regex(domain, r"^(?P<brand>[^.]+)\.(?:com?\.)?[a-z]+$"), "brand")
    mine = pc.is_valid(domain)
    for column, hidden in ((domain, [*PRIVATE, *private]), (brand, list(BRANDS))):
        mine = pc.and_(mine, pc.invert(pc.is_in(column, value_set=pa.array(hidden, pa.string()))))
    table = pa.table({"place": places, "domain": domain}).filter(mine)
    return sorted(set(zip(table["place"].to_pylist(), table["domain"].to_pylist(), strict=True)))
