"""What does each column of a file mean? A mapping says so; it is stored under `[sources.NAME]` in ziggurat.toml."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from ziggurat.base import declare
from ziggurat.base.errors import DeclarationError, suggest
from ziggurat.base.kinds import Kinds
from ziggurat.base.schema import COSTS, EXPOSURES, INTERACTIONS
from ziggurat.sources.identity import NAMESPACE
from ziggurat.sources.outside import PathText

SKIP = "skip"
KEEP = "keep"
PERSON = "person"  # what a row means that says something of a person, and nothing that happened
UNMAPPABLE = ("source", "received_at", "properties")
FIELDS = {
    # state: what became of it, read by `states`; refund: how much of the amount went back
    "interactions": (*(name for name in INTERACTIONS.names if name not in UNMAPPABLE), "state", "refund"),
    "people": ("actor", "at", "channel"),
    "exposures": tuple(EXPOSURES.names),
    "costs": tuple(COSTS.names),
}
NEEDED = {
    "interactions": ("at", "actor", "channel", "kind"),
    "people": ("actor",),
    "exposures": ("activity", "channel", "day"),
    "costs": ("activity", "day"),
}
# field → unit its numbers may be written in → how many of the field's own one of them is
MINUTES = {"seconds": 1 / 60, "minutes": 1.0, "hours": 60.0}
MONEY = {"cents": 0.01, "micros": 1e-6}
UNITS = {"minutes": MINUTES, "staff_minutes": MINUTES} | dict.fromkeys(("amount", "refund", "money", "cost"), MONEY)
Columns: TypeAlias = str | tuple[str, ...]
ALONE = ("actor", "counterpart", "amount", "refund", "minutes", "score", "kind", "state")  # fields of one column
Encoding = Literal[
    "auto", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "latin-1",
    "iso-8859-2", "iso-8859-15", "mac-roman", "shift_jis", "gb18030", "big5", "euc_kr",
]  # fmt: skip


class Mapping(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type", tag="files"
):
    """How the rows of one kind of file become rows of the log.

    target: 'interactions' (with links and traits of their actors), 'people' (links and traits alone), 'exposures' or
        'costs'.
    fields: field of the target → column of the file, or several whose cells are joined by a space (date and time).
    constants: field → the value where there is no column or its cell is empty.
    kinds: their event name → our kind, or 'skip' to leave such rows out, or 'person' where a row says something of a
        person and nothing that happened; the name '*' stands for every name not listed and '' for an empty cell. Names
        match whatever their case. A name that is one of our kinds needs no entry. Kinds joined by ' + ' make one
        interaction each.
    states: what the field `state` says → 'keep' (the row is what its kind says), 'skip', 'person', kinds joined by
        ' + ', or 'keep' among them: a refunded order is 'keep + refunded'. '*' and '' as above; an empty state keeps
        the row where '' is not listed.
    events: column → kind: a cell that is a date makes an interaction of that time; a mark (x, yes) one of the date in
        the heading, or of the row's own `at`; no, and an empty cell, none.
    namespaces: 'actor' or 'counterpart' → namespace of bare values; without it the values say it: `email:ana@x.org`.
        'name' → namespace under which the trait `name` stands in where a row has no address: two of one name are one.
    identities: namespace → column (or several) with further identities of the actor in the same row, one or many in a
        cell; each makes a link, with the evidence 'same row'. Where the actor's cell is empty, the first of these that
        is there stands in for it.
    traits: trait of the actor (name, city, …) → column, or several whose cells are joined (first and last name).
    key: of interactions, the columns that together tell a row without an id apart: one that comes again with the same
        in all of them replaces what it said. Without a key and an id, only an equal row is known again.
    units: field → unit of its numbers, such as 'hours' of minutes or 'cents' of an amount.
    time_zone: IANA name for times that state no zone. date_order: how 03/04/2026 is read.
    decimal: the sign in numbers that are written as text.
    delimiter, encoding: of text files. skip_lines: lines above the header. header_lines: lines that name the columns,
        0 where none does (they are `column 1`, …) or 2 where names stand beneath merged heads.
    sheet: of XLSX; '' is the first.
    path: of the files that `pull` reads, with * and ** for any text; from the workspace's folder on if not absolute.
    incoming: rows whose amount is empty or not above 0 are left out, as in the statement of a bank account what was
        paid by us; but not a payment that came back, which is a refund.
    by_file: a row without an id is another one than one of a file of another name, though both say the same.
    whole: each file is all there is of its source: what was told before and is not in it is deleted.
    """

    target: Literal["interactions", "people", "exposures", "costs"] = "interactions"
    fields: dict[str, Columns] = {}
    constants: dict[str, str] = {}
    kinds: dict[str, str] = {}
    states: dict[str, str] = {}
    events: dict[str, str] = {}
    namespaces: dict[str, str] = {}
    identities: dict[str, Columns] = {}
    traits: dict[str, Columns] = {}
    key: tuple[str, ...] = ()
    units: dict[str, str] = {}
    time_zone: str = "UTC"
    date_order: Literal["ymd", "dmy", "mdy", "auto"] = "auto"
    decimal: Literal[".", ","] = "."
    delimiter: Literal["auto", ",", ";", "\t", "|"] = "auto"
    encoding: Encoding = "auto"
    skip_lines: int = 0
    header_lines: Literal[0, 1, 2] = 1
    sheet: str = ""
    path: PathText = ""
    incoming: bool = False
    by_file: bool = False
    whole: bool = False

    def columns(self) -> list[str]:
        """Return every column of the file of which the mapping says the meaning, each once."""
        parts = (self.fields, self.identities, self.traits)
        named = [name for part in parts for columns in part.values() for name in names_of(columns)]
        return list(dict.fromkeys([*named, *self.events]))

    def missing(self) -> list[str]:
        """Return the fields that the target needs and that neither a column nor a constant gives."""
        given = {*self.fields, *self.constants}
        if self.identities or self.namespaces.get("name"):
            given.add("actor")
        if "state" in self.fields and any(gives_kind(meanings(meant)) for meant in self.states.values()):
            given.add("kind")
        needed = NEEDED[self.target]
        if self.target == "people" and self.events:
            needed = (*needed, "channel")
        return [name for name in needed if name not in given]


def names_of(columns: Columns) -> tuple[str, ...]:
    """Return the columns that are named, of which there may be one or several."""
    return (columns,) if isinstance(columns, str) else columns


def meanings(text: str) -> tuple[str, ...]:
    """Return what an event name or a state means: one or more kinds, 'keep', or 'skip'.

    >>> meanings("keep + refunded")
    ('keep', 'refunded')
    """
    return tuple(part.strip() for part in text.split("+"))


def gives_kind(meant: tuple[str, ...]) -> bool:
    """Say whether a state makes something else of its row than what that is called, and than nothing."""
    return KEEP not in meant and SKIP not in meant


def check(mapping: Mapping, kinds: Kinds, where: str) -> Mapping:
    """Return the mapping. Raises: DeclarationError if it names what there is not, or lacks a field; it says `where`."""
    check_fields(mapping, where)
    for name, namespace in mapping.namespaces.items():
        if name not in ("actor", "counterpart", "name"):
            raise DeclarationError(
                f"{where}: namespaces names '{name}', but only 'actor', 'counterpart' and 'name' are identities."
            )
        if name == "name" and "name" not in mapping.traits:
            raise DeclarationError(f"{where}: namespaces.name needs the column of the name, as traits.name.")
        check_namespace(namespace, f"{where}: namespaces.{name}")
    for namespace in mapping.identities:
        check_namespace(namespace, f"{where}: identities")
    for part, others in (("kinds", (PERSON,)), ("states", (KEEP, PERSON)), ("events", ())):
        for name, meant in getattr(mapping, part).items():
            check_meaning(meant, others, kinds, f"{where}: {part}.'{name}'")
    if mapping.key and mapping.target != "interactions":
        raise DeclarationError(f"{where}: key is of interactions; {mapping.target} have none, so leave it out.")
    if mapping.skip_lines < 0:
        raise DeclarationError(f"{where}: skip_lines is {mapping.skip_lines}; it counts lines, so give 0 or more.")
    declare.zone(mapping.time_zone, where, "time_zone")
    if missing := mapping.missing():
        raise DeclarationError(
            f"{where}: nothing says the {' or '.join(missing)} of a row; "
            "name a column under fields, or give one value under constants."
        )
    return mapping


def check_fields(mapping: Mapping, where: str) -> None:
    """Raises: DeclarationError if a field is unknown, takes too many columns, or has a unit that it can't have."""
    known = FIELDS[mapping.target]
    for part, names in (("fields", mapping.fields), ("constants", mapping.constants)):
        for name in names:
            if name not in known:
                raise DeclarationError(
                    f"{where}: {part} names '{name}', which {mapping.target} lack{suggest(name, known) or '.'}"
                )
    for name, columns in [*mapping.fields.items(), *mapping.identities.items(), *mapping.traits.items()]:
        if not names_of(columns):
            raise DeclarationError(f"{where}: '{name}' names no column; name one, or leave it out.")
    for name in ALONE:
        if len(names_of(mapping.fields.get(name, "?"))) > 1:
            raise DeclarationError(f"{where}: fields.{name} names several columns; it takes one.")
    for name, unit in mapping.units.items():
        if unit not in UNITS.get(name, {}):
            known = tuple(UNITS.get(name, {}))
            raise DeclarationError(f"{where}: units.{name} is '{unit}'; it can be {' or '.join(known) or 'nothing'}.")


def check_meaning(meant: str, others: tuple[str, ...], kinds: Kinds, where: str) -> None:
    """Raises: DeclarationError if a name is to mean what is no kind, or to be skipped and counted at once."""
    parts = meanings(meant)
    if {SKIP, PERSON} & {*parts} and len(parts) > 1:
        raise DeclarationError(f"{where} is '{meant}'; what is skipped, or says who it is, can't be anything else.")
    for part in parts:
        if part not in (SKIP, *others):
            kinds.check(part, where)


def check_namespace(namespace: str, where: str) -> None:
    """Raises: DeclarationError if this is no namespace."""
    if not NAMESPACE.fullmatch(namespace):
        raise DeclarationError(
            f"{where}: '{namespace}' is no namespace; write a short word in lower case, such as 'email'."
        )
