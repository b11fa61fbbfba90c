"""What may each column of an unknown file mean? A proposal with its reasons, for a person to look over."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from ziggurat.base import kinds as vocabulary
from ziggurat.base.errors import SourceError
from ziggurat.base.kinds import Kinds
from ziggurat.sources import files, recipes
from ziggurat.sources.byname import with_called, with_names
from ziggurat.sources.describe import Described, describe
from ziggurat.sources.draft import Draft
from ziggurat.sources.events import kind_of, of_mailings
from ziggurat.sources.key import propose_key
from ziggurat.sources.limits import LIMITS, Limits
from ziggurat.sources.looks import date_order, decimal_sign
from ziggurat.sources.mapping import Mapping
from ziggurat.sources.notes import notes_of
from ziggurat.sources.occasions import day_in
from ziggurat.sources.profile import Seen, profile
from ziggurat.sources.proposal import parts, take_said
from ziggurat.sources.reasons import why_not
from ziggurat.sources.said import Said, over
from ziggurat.sources.target import fill

KEPT = "properties"
SAMPLES = 5
IN_UTC = re.compile(r"\b(UTC|GMT)\b")  # in a heading: `Submit Date (UTC)`


@dataclass(frozen=True)
class Column:
    """A column of the file: some of its values, what it was taken for, and why, in words.

    taken_for: a field, `actor email`, `identity github`, `trait name`, `event joined`, or `properties` where nothing
    takes it: its cells are kept with the interaction, or with the person.
    """

    name: str
    samples: tuple[str, ...]
    taken_for: str
    why: str


@dataclass(frozen=True)
class EventName:
    """An event name of the file that is none of our kinds: how often it is there, and what it may mean, or None."""

    name: str
    count: int
    suggested: str | None


@dataclass(frozen=True)
class Home:
    """What a guess takes from the workspace: the zone of its clocks and the currency of its amounts."""

    zone: str = "UTC"
    currency: str = ""


@dataclass(frozen=True)
class Guess:
    """A proposed mapping, with what was seen of each column.

    unmapped_names: event names that have no kind yet. missing: fields that the mapping still needs before use.
    notes: what was decided for the whole file and should be looked at, in words. recipe: the title of the export that
    it was recognised as, if it was. seen: what stands in each column of the whole file. sheets: of a workbook.
    """

    mapping: Mapping
    columns: tuple[Column, ...]
    unmapped_names: tuple[EventName, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    recipe: str = ""
    seen: Dict[str, Seen] = field(default_factory=dict, repr=False)
    sheets: tuple[str, ...] = ()

    def with_suggestions(self) -> Mapping:
        """Return the mapping with every suggested kind accepted."""
        rest = "*" in self.mapping.kinds  # which says what all others mean
        accepted = {name.name: name.suggested for name in self.unmapped_names if name.suggested and not rest}
        return msgspec.structs.replace(self.mapping, kinds={**accepted, **self.mapping.kinds})


def guess(
    path: str | Path,
    kinds: Kinds | None = None,
    *,
    source: str = "",
    said: Said | None = None,
    home: Home | None = None,
    limits: Limits = LIMITS,
) -> Guess:
    """Propose a mapping from the headers and the values of a whole file. It is a guess: show it and its reasons.

    source: the name under which the rows will be logged; the file's if not given. said: parts of the mapping that are
    said outright; the rest is guessed to fit them. home: of the workspace. Raises: SourceError if the file can't be
    read, or has no rows; QuestionError if a recipe is said that there is not.
    """
    path, kinds, said, home = Path(path), kinds or vocabulary.load(), said or {}, home or Home()
    found = describe(path, said, limits)
    chunks = files.chunks(path, found.layout, limits)
    first = next(chunks, None)
    columns, broken = profile(chunks if first is None else chain([first], chunks))
    if not broken and not any(seen.rows for seen in columns.values()):
        raise SourceError(f"{path.name}: has a header and no rows below it; there is nothing to import.")
    recipe = recipe_of(columns, said)
    name = source or path.name.partition(".")[0]
    base = over(recipes.fitted(recipe, columns, name) if recipe else Mapping(), said)
    base = with_named_kinds(base, columns, said)
    written, notes = how_written(found, columns, base, said, home)
    settled = msgspec.to_builtins(base) | ({"target": base.target} if recipe or "target" in said else {})
    settled["outright"] = said.get("constants", {})
    draft = Draft(
        columns, written["date_order"], written["decimal"], kinds, settled, name, recipe=bool(recipe), first=first
    )
    take_said(draft, base, recipe.title if recipe else "", said)
    target = fill(draft)
    mapping = msgspec.structs.replace(found.layout, target=target, **written, **parts(draft, target, base))
    mapping = with_called(draft, mapping)
    if not recipe:
        mapping, of_names = with_names(draft, mapping)
        notes += of_names
    if not mapping.key and "key" not in said:
        key, of_key = propose_key(draft, mapping, first)
        mapping = msgspec.structs.replace(mapping, key=key)
        notes += of_key
    notes += [*(recipe.notes_for(name) if recipe else ()), *notes_of(draft, mapping, home.currency)]
    return Guess(
        mapping,
        tuple(
            Column(name, samples(seen), *(shown(draft, name) or (KEPT, why_not(draft, name, target))))
            for name, seen in columns.items()
        ),
        event_names(columns, mapping, kinds),
        tuple(mapping.missing()),
        tuple(notes),
        recipe.title if recipe else "",
        columns,
        found.sheets,
    )


def recipe_of(columns: Dict[str, Seen], said: Said) -> recipes.Recipe | None:
    """Return the recipe that is said, or that the headers fit; None where there is none, or none is to be taken."""
    name = str(said.get("recipe") or recipes.recognise(columns))
    return recipes.named(name) if name not in ("", "none") else None


def with_named_kinds(base: Mapping, columns: Dict[str, Seen], said: Said) -> Mapping:
    """Return a recipe's mapping with the column that holds the event names that were said, where it names none itself.

    What the recipe takes every row for stays what all other names mean.
    """
    names = {name.strip().lower() for name in said.get("kinds", ())} - {"*", ""}
    if not names or "kind" in base.fields or "kind" not in base.constants or "kind" in said.get("constants", {}):
        return base
    holding = (name for name, seen in columns.items() if names & {value.lower() for value in seen.counts})
    found = next(holding, None)
    if found is None:
        return base
    return over(base, {"fields": {"kind": found}, "kinds": {"*": base.constants["kind"], **said["kinds"]}})


def how_written(
    found: Described, columns: Dict[str, Seen], base: Mapping, said: Said, home: Home
) -> tuple[dict[str, Any], list[str]]:
    """Return how times and numbers are written, by what was said, by the recipe, or by the whole file, with notes."""
    dates = sum(seen.signs["dates"] for seen in columns.values())
    dotted = sum(seen.signs["dotted"] for seen in columns.values())
    days = Seen()
    days.add(pa.array([day_in(name) or None for name in columns], pa.string()))
    order, of_order = date_order({**columns, "at": days} if days.filled and "at" not in columns else columns)
    decimal, of_decimal = decimal_sign(columns, found.layout.delimiter == ";" or bool(dates and dotted == dates))
    named = [name for name in columns if IN_UTC.search(name)]
    zone = "UTC" if named else home.zone
    written: dict[str, Any] = {"date_order": order, "decimal": decimal, "time_zone": zone}
    usual = Mapping()
    settled = {key for key in written if key in said or getattr(base, key) != getattr(usual, key)}
    notes = [note for key, note in (("date_order", of_order), ("decimal", of_decimal)) if note and key not in settled]
    if named and "time_zone" not in settled and home.zone not in ("UTC", "Etc/UTC"):
        notes.append(f"'{named[0]}' says that its times are in UTC, so all times of the file are read so.")
    return written | {key: getattr(base, key) for key in settled}, [*found.notes, *notes]


def shown(draft: Draft, name: str) -> tuple[str, str] | None:
    """Return what a column was taken for and why, or None where nothing takes it."""
    if name not in draft.taken:
        return None
    what, why = draft.taken[name]
    return what.replace("wide ", "event ").replace("fund ", "event ").rstrip(), why


def event_names(columns: Dict[str, Seen], mapping: Mapping, kinds: Kinds) -> tuple[EventName, ...]:
    """Return the event names in the file that are no kinds, the most frequent first, each with what it may mean."""
    named = mapping.fields.get("kind", "")
    if mapping.target != "interactions" or not isinstance(named, str) or named not in columns:
        return ()
    return tuple(
        EventName(name, count, of_mailings(name, columns[named].counts, kinds) or kind_of(name, kinds))
        for name, count in columns[named].counts.most_common()
        if name.lower() not in kinds.group_of
    )


def samples(seen: Seen) -> tuple[str, ...]:
    """Return up to five different values."""
    return tuple(value[:80] for value in list(seen.counts)[:SAMPLES])
