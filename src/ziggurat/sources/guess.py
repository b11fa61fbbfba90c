"""What may each column of an unknown file mean? A proposal with its reasons, for a person to look over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat import kinds as vocabulary
from ziggurat.kinds import Kinds
from ziggurat.sources import delimited, files, moments, names, text
from ziggurat.sources.cells import numbers, text_of
from ziggurat.sources.events import kind_of
from ziggurat.sources.limits import LIMITS, Limits
from ziggurat.sources.looks import ENOUGH, date_order, decimal_sign, is_e_mail, is_phone, is_there, is_time, share_read
from ziggurat.sources.mapping import NEEDED, Mapping

ROWS = 1_000
KEPT = "properties"
UNKNOWN = "neither its name nor its values say what it is; it is kept with each row"
NUMERIC = ("amount", "minutes", "score", "reach", "impressions", "cost", "money", "staff_minutes")


@dataclass(frozen=True)
class Column:
    """A column of the file: some of its values, what it was taken for, and why, in words.

    taken_for: a field, `actor email`, `identity github`, `trait name`, or `properties` where nothing takes it.
    """

    name: str
    samples: tuple[str, ...]
    taken_for: str
    why: str


@dataclass(frozen=True)
class EventName:
    """An event name in the sample that is none of our kinds: how often it is there, and what it may mean, or None."""

    name: str
    count: int
    suggested: str | None


@dataclass(frozen=True)
class Guess:
    """A proposed mapping, with what was seen of each column.

    unmapped_names: event names that have no kind yet. missing: fields that the mapping still needs before use.
    notes: what was decided for the whole file and should be looked at, in words.
    """

    mapping: Mapping
    columns: tuple[Column, ...]
    unmapped_names: tuple[EventName, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    def with_suggestions(self) -> Mapping:
        """Return the mapping with every suggested kind accepted."""
        accepted = {name.name: name.suggested for name in self.unmapped_names if name.suggested}
        return msgspec.structs.replace(self.mapping, kinds={**self.mapping.kinds, **accepted})


@dataclass
class Draft:
    """The proposal while it is being made."""

    columns: Dict[str, pa.Array]
    order: str
    decimal: str
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)  # column → what for, why

    def take(self, name: str, what: str, why: str) -> None:
        """Take a column for something."""
        self.taken[name] = (what, why)

    def free(self) -> list[str]:
        """Return the columns that nothing has taken yet."""
        return [name for name in self.columns if name not in self.taken]

    def named(self, headers: str, fits: Callable[[pa.Array], bool]) -> str | None:
        """Return the free column with the likeliest of these headers whose values fit."""
        free = {names.plain(name): name for name in reversed(self.free())}
        return next((free[name] for name in headers.split() if name in free and fits(self.columns[free[name]])), None)

    def columns_of(self, prefix: str) -> dict[str, str]:
        """Return what → column for all that was taken for `prefix what`."""
        return {what.removeprefix(prefix): name for name, (what, _) in self.taken.items() if what.startswith(prefix)}


def guess(path: str | Path, kinds: Kinds | None = None, *, limits: Limits = LIMITS) -> Guess:
    """Propose a mapping from the headers and the first 1,000 rows. It is a guess: show it and its reasons before use.

    Raises: SourceError if the file can't be read.
    """
    path, kinds = Path(path), kinds or vocabulary.load()
    layout, notes = describe(path, limits)
    columns = {name: text_of(column) for name, column in files.sample(path, layout, ROWS, limits).columns.items()}
    order, note = date_order(columns)
    decimal = decimal_sign(columns)
    draft = Draft(columns, order, decimal)
    target = fill(draft)
    mapping = msgspec.structs.replace(layout, target=target, date_order=order, decimal=decimal, **parts(draft, target))
    unmapped = event_names(columns, mapping, kinds)
    return Guess(
        mapping,
        tuple(
            Column(name, samples(column), *draft.taken.get(name, (KEPT, UNKNOWN))) for name, column in columns.items()
        ),
        unmapped,
        tuple(mapping.missing()),
        tuple(notes + ([note] if note else [])),
    )


def describe(path: Path, limits: Limits) -> tuple[Mapping, list[str]]:
    """Return a mapping with how the file is written, and notes on what was found."""
    form = files.file_format(path, limits)
    if form == "csv":
        encoding, delimiter, ours = delimited.dialect(path, Mapping(), limits)
        layout = Mapping() if ours else Mapping(encoding=cast(Any, encoding), delimiter=cast(Any, delimiter))
    elif form == "jsonl":
        layout = Mapping(encoding=cast(Any, text.find_encoding(path, limits)))
    else:
        return Mapping(), []
    if layout.encoding == "cp1252":
        return layout, ["The file is no UTF-8, so it is read as Windows Western (cp1252); look at names with accents."]
    return layout, []


def fill(draft: Draft) -> Literal["interactions", "people", "exposures", "costs"]:
    """Decide what each column is, and what the rows are."""
    find_identities(draft)
    if not draft.taken:
        exposures, costs = (measured(draft, fields) for fields in (names.EXPOSURE_NAMES, names.COST_NAMES))
        if {"activity", "day"} <= exposures.keys() and exposures.keys() & {"reach", "impressions"}:
            take_all(draft, exposures)
            return "exposures"
        if {"activity", "day"} <= costs.keys() and costs.keys() & {"money", "staff_minutes"}:
            take_all(draft, costs)
            return "costs"
    fields = measured(draft, names.FIELD_NAMES)
    traits = {
        f"trait {trait}": name for trait, heads in names.TRAIT_NAMES.items() if (name := draft.named(heads, is_there))
    }
    if "at" not in fields and (found := date_by_values(draft, {*fields.values(), *traits.values()})):
        draft.take(found, "at", "its values look like dates")
        fields["at"] = found
    is_people = draft.taken and "kind" not in fields and not fields.keys() & {"amount", "score", "text", "channel"}
    if is_people and (traits or "at" not in fields):
        take_all(draft, {name: column for name, column in fields.items() if name == "at"} | traits)
        return "people"
    take_all(draft, fields)
    if other := draft.named(names.COUNTERPART_NAMES, is_e_mail):
        draft.take(other, "counterpart", "its name, and its values look like e-mail addresses")
    take_all(draft, traits)
    return "interactions"


def measured(draft: Draft, heads: Dict[str, str]) -> dict[str, str]:
    """Return field → column by header, where the values are what the field needs."""
    fields: dict[str, str] = {}
    for name, headers in heads.items():
        rest = Draft(
            {free: draft.columns[free] for free in draft.free() if free not in fields.values()},
            draft.order,
            draft.decimal,
        )
        if column := rest.named(headers, fitting(name, draft)):
            fields[name] = column
    return fields


def fitting(name: str, draft: Draft) -> Callable[[pa.Array], bool]:
    """Return the test that the values of a field's column must pass."""
    if name in ("at", "day"):
        return lambda column: share_read(column, moments.parse(column, "UTC", draft.order)) >= ENOUGH
    if name in NUMERIC:
        return lambda column: share_read(column, numbers(column, draft.decimal)) >= ENOUGH
    if name == "interaction_id":
        return lambda column: (
            is_there(column) and column.null_count == 0 and pc.count_distinct(column).as_py() == len(column)
        )
    return is_there


def date_by_values(draft: Draft, named: set[str]) -> str | None:
    """Return the first column that no name explains and whose values look like dates."""
    free = [name for name in draft.free() if name not in named]
    return next((name for name in free if is_time(draft.columns[name], draft.order)), None)


def take_all(draft: Draft, fields: Dict[str, str]) -> None:
    """Take columns for fields, where they are not taken yet."""
    looks = {"at": ", and its values look like dates", "day": ", and its values look like dates"}
    looks |= dict.fromkeys(NUMERIC, ", and its values are numbers")
    for what, name in fields.items():
        if name not in draft.taken:
            draft.take(name, what, f"its name{looks.get(what, '')}")


def find_identities(draft: Draft) -> None:
    """Take columns that say who it was: the fullest is the actor, e-mail first, the others further identities."""
    found: dict[str, tuple[str, str]] = {}
    for namespace, headers in names.IDENTITY_NAMES.items():
        fits = {"email": is_e_mail, "phone": is_phone}.get(namespace, is_there)
        if name := draft.named(headers, fits):
            looks = {
                "email": ", and its values look like e-mail addresses",
                "phone": ", and its values look like phone numbers",
            }
            found[namespace] = (name, f"its name{looks.get(namespace, '')}")
    if "email" not in found:
        others = names.COUNTERPART_NAMES.split()
        free = [name for name in draft.free() if names.plain(name) not in others and is_e_mail(draft.columns[name])]
        if free:
            found = {"email": (free[0], "its values look like e-mail addresses")} | found
    if not found:
        return
    actor = min(found, key=lambda namespace: draft.columns[found[namespace][0]].null_count)
    for namespace, (name, why) in found.items():
        draft.take(name, f"actor {namespace}" if namespace == actor else f"identity {namespace}", why)


def parts(draft: Draft, target: str) -> dict[str, Any]:
    """Return the parts of the mapping that say what the columns are."""
    fields = {what: name for name, (what, _) in draft.taken.items() if " " not in what}
    namespaces = {}
    for namespace, name in draft.columns_of("actor ").items():
        fields["actor"], namespaces["actor"] = name, namespace
    if "counterpart" in fields:
        namespaces["counterpart"] = "email"
    constants = {}
    if target == "interactions" and "kind" not in fields:
        constants = {"kind": "purchased"} if "amount" in fields else {"kind": "rated"} if "score" in fields else {}
    ordered = {name: fields[name] for name in (*NEEDED[target], *fields) if name in fields}
    return {
        "fields": ordered,
        "constants": constants,
        "namespaces": namespaces,
        "identities": draft.columns_of("identity "),
        "traits": draft.columns_of("trait "),
    }


def event_names(columns: Dict[str, pa.Array], mapping: Mapping, kinds: Kinds) -> tuple[EventName, ...]:
    """Return the event names in the sample that are no kinds, the most frequent first, each with what it may mean."""
    if mapping.target != "interactions" or "kind" not in mapping.fields:
        return ()
    counts = Counter(name for name in columns[mapping.fields["kind"]].to_pylist() if name)
    return tuple(
        EventName(name, count, kind_of(name, kinds))
        for name, count in counts.most_common()
        if name.lower() not in kinds.group_of
    )


def samples(column: pa.Array) -> tuple[str, ...]:
    """Return up to five different values."""
    return tuple(value[:80] for value in pc.unique(column.drop_null())[:5].to_pylist())
