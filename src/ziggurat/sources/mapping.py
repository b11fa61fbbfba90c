"""What does each column of a file mean? A mapping says so; it is stored under `[sources.NAME]` in ziggurat.toml."""

from __future__ import annotations

from typing import Literal

import msgspec

from ziggurat import declare
from ziggurat.errors import DeclarationError, suggest
from ziggurat.kinds import Kinds
from ziggurat.schema import COSTS, EXPOSURES, INTERACTIONS
from ziggurat.sources.identity import NAMESPACE

SKIP = "skip"
UNMAPPABLE = ("source", "received_at", "properties")
FIELDS = {
    "interactions": tuple(name for name in INTERACTIONS.names if name not in UNMAPPABLE),
    "people": ("actor", "at"),
    "exposures": tuple(EXPOSURES.names),
    "costs": tuple(COSTS.names),
}
NEEDED = {
    "interactions": ("at", "actor", "channel", "kind"),
    "people": ("actor",),
    "exposures": ("activity", "channel", "day"),
    "costs": ("activity", "day"),
}
Encoding = Literal[
    "auto", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "latin-1",
    "iso-8859-2", "iso-8859-15", "mac-roman", "shift_jis", "gb18030", "big5", "euc_kr",
]  # fmt: skip


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the rows of one kind of file become rows of the log.

    target: 'interactions' (with links and traits of their actors), 'people' (links and traits alone), 'exposures' or
        'costs'.
    fields: field of the target → column of the file.
    constants: field → the value where there is no column or its cell is empty.
    kinds: their event name → our kind, or 'skip' to leave such rows out; the name '*' stands for every name not listed
        and '' for an empty cell. Names match whatever their case. A name that is one of our kinds needs no entry.
    namespaces: 'actor' or 'counterpart' → namespace of bare values; without it the values say it: `email:ana@x.org`.
    identities: namespace → column with a further identity of the actor in the same row; one row makes one link, with
        the evidence 'same row'. Where the actor's cell is empty, the first of these that is there stands in for it.
    traits: trait of the actor (name, city, …) → column.
    time_zone: IANA name for times that state no zone. date_order: how 03/04/2026 is read.
    decimal: the sign in numbers that are written as text.
    delimiter, encoding, skip_lines: of text files; skip_lines are lines above the header.
    sheet: of XLSX; '' is the first.
    """

    target: Literal["interactions", "people", "exposures", "costs"] = "interactions"
    fields: dict[str, str] = {}
    constants: dict[str, str] = {}
    kinds: dict[str, str] = {}
    namespaces: dict[str, str] = {}
    identities: dict[str, str] = {}
    traits: dict[str, str] = {}
    time_zone: str = "UTC"
    date_order: Literal["ymd", "dmy", "mdy", "auto"] = "auto"
    decimal: Literal[".", ","] = "."
    delimiter: Literal["auto", ",", ";", "\t", "|"] = "auto"
    encoding: Encoding = "auto"
    skip_lines: int = 0
    sheet: str = ""

    def columns(self) -> list[str]:
        """Return every column of the file that the mapping names, each once."""
        return list(dict.fromkeys([*self.fields.values(), *self.identities.values(), *self.traits.values()]))

    def missing(self) -> list[str]:
        """Return the fields that the target needs and that neither a column nor a constant gives."""
        given = {*self.fields, *self.constants}
        if self.identities:
            given.add("actor")
        return [name for name in NEEDED[self.target] if name not in given]


def check(mapping: Mapping, kinds: Kinds, where: str) -> Mapping:
    """Return the mapping. Raises: DeclarationError if it names what there is not, or lacks a field; it says `where`."""
    known = FIELDS[mapping.target]
    for part, names in (("fields", mapping.fields), ("constants", mapping.constants)):
        for name in names:
            if name not in known:
                raise DeclarationError(
                    f"{where}: {part} names '{name}', which {mapping.target} lack{suggest(name, known) or '.'}"
                )
    for name, namespace in mapping.namespaces.items():
        if name not in ("actor", "counterpart"):
            raise DeclarationError(
                f"{where}: namespaces names '{name}', but only 'actor' and 'counterpart' are identities."
            )
        check_namespace(namespace, f"{where}: namespaces.{name}")
    for namespace in mapping.identities:
        check_namespace(namespace, f"{where}: identities")
    for name, kind in mapping.kinds.items():
        if kind != SKIP:
            kinds.check(kind, f"{where}: kinds.'{name}'")
    if mapping.skip_lines < 0:
        raise DeclarationError(f"{where}: skip_lines is {mapping.skip_lines}; it counts lines, so give 0 or more.")
    declare.zone(mapping.time_zone, where, "time_zone")
    if missing := mapping.missing():
        raise DeclarationError(
            f"{where}: nothing says the {' or '.join(missing)} of a row; "
            "name a column under fields, or give one value under constants."
        )
    return mapping


def check_namespace(namespace: str, where: str) -> None:
    """Raises: DeclarationError if this is no namespace."""
    if not NAMESPACE.fullmatch(namespace):
        raise DeclarationError(
            f"{where}: '{namespace}' is no namespace; write a short word in lower case, such as 'email'."
        )
