"""What may each column of an unknown file mean? A proposal with its reasons, for a person to look over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat import kinds as vocabulary
from ziggurat.errors import SourceError
from ziggurat.kinds import Kinds
from ziggurat.sources import delimited, files, names, text
from ziggurat.sources.cells import text_of
from ziggurat.sources.draft import MOST_NAMES, NUMERIC, Draft
from ziggurat.sources.events import kind_of
from ziggurat.sources.limits import LIMITS, Limits
from ziggurat.sources.looks import ENOUGH, date_order, decimal_sign, is_e_mail, is_phone, is_there, is_time
from ziggurat.sources.mapping import NEEDED, Mapping
from ziggurat.sources.reasons import partly, why_not

ROWS = 1_000
HALF = 0.5  # share of a column's values that must speak for what its name says
KEPT = "properties"


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


def guess(path: str | Path, kinds: Kinds | None = None, *, limits: Limits = LIMITS) -> Guess:
    """Propose a mapping from the headers and the first 1,000 rows. It is a guess: show it and its reasons before use.

    Raises: SourceError if the file can't be read, or has no rows.
    """
    path, kinds = Path(path), kinds or vocabulary.load()
    layout, notes = describe(path, limits)
    chunk = files.sample(path, layout, ROWS, limits)
    columns = {name: text_of(column) for name, column in chunk.columns.items()}
    if not len(chunk) and not chunk.broken:
        raise SourceError(f"{path.name}: has a header and no rows below it; there is nothing to import.")
    order, note = date_order(columns)
    decimal = decimal_sign(columns)
    draft = Draft(columns, order, decimal, kinds)
    target = fill(draft)
    mapping = msgspec.structs.replace(layout, target=target, date_order=order, decimal=decimal, **parts(draft, target))
    unmapped = event_names(columns, mapping, kinds)
    return Guess(
        mapping,
        tuple(
            Column(name, samples(column), *(draft.taken.get(name) or (KEPT, why_not(draft, name, target))))
            for name, column in columns.items()
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
        exposures, costs = (draft.measured(fields) for fields in (names.EXPOSURE_NAMES, names.COST_NAMES))
        if {"activity", "day"} <= exposures.keys() and exposures.keys() & {"reach", "impressions"}:
            take_all(draft, exposures)
            return "exposures"
        if {"activity", "day"} <= costs.keys() and costs.keys() & {"money", "staff_minutes"}:
            take_all(draft, costs)
            return "costs"
    fields = draft.measured(names.FIELD_NAMES)
    traits = {
        f"trait {trait}": name for trait, heads in names.TRAIT_NAMES.items() if (name := draft.named(heads, is_there))
    }
    find_time(draft, fields, traits)
    find_kind(draft, fields)
    is_people = draft.taken and "kind" not in fields and not fields.keys() & {"amount", "score", "text", "channel"}
    if is_people and (traits or "at" not in fields):
        take_all(draft, {name: column for name, column in fields.items() if name == "at"} | traits)
        return "people"
    take_all(draft, fields)
    if other := draft.named(names.COUNTERPART_NAMES, is_e_mail):
        draft.take(other, "counterpart", "its name, and its values look like e-mail addresses")
    take_all(draft, traits)
    return "interactions"


def find_time(draft: Draft, fields: dict[str, str], traits: Dict[str, str]) -> None:
    """Where no column named for the time fits, take one by its values, or one named for it of which some can be read.

    A name for which half of the values speak goes before values whose name says nothing.
    """
    if "at" in fields:
        return
    shares = {name: draft.share(name, "at") or 0.0 for name in draft.headed(names.FIELD_NAMES["at"], fields)}
    best = max(shares, key=lambda name: shares[name], default="")
    named = {*fields.values(), *traits.values()}
    found = next((name for name in draft.free() if name not in named and is_time(draft.columns[name], draft.order)), "")
    if best and (shares[best] >= HALF or (shares[best] and not found)):
        draft.take(best, "at", partly("at", shares[best]))
        fields["at"] = best
    elif found:
        draft.take(found, "at", "its values look like dates")
        fields["at"] = found


def find_kind(draft: Draft, fields: dict[str, str]) -> None:
    """Where values of a column that is named for what happened are mostly unknown, prefer one whose values say it.

    Only in rows that say when: a list of people has columns, such as their status, whose words name events too.
    """
    named = fields.get("kind")
    share = draft.share_known(named) if named else 0.0
    if "at" not in fields or share >= HALF:
        return
    free = [name for name in draft.free() if name not in fields.values() and names.plain(name) not in names.OTHERWISE]
    found = next((name for name in free if draft.share_known(name, MOST_NAMES) >= ENOUGH), None)
    if found:
        draft.take(found, "kind", "its values are known event names")
        fields["kind"] = found
        if named and "object" not in fields:
            fields["object"] = named
    elif named:
        draft.take(named, "kind", partly("kind", share))


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
        some = next((name for name in draft.headed(names.IDENTITY_NAMES["email"]) if draft.share(name, "email")), None)
        if some is None:
            return
        found = {"email": (some, partly("email", draft.share(some, "email") or 0.0))}
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
