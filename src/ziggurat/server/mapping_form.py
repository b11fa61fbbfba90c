"""How does a person say what each column of a file means? A form made from a mapping, and a mapping made from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import msgspec

from ziggurat.base import declare
from ziggurat.base.errors import DeclarationError
from ziggurat.sources import identity
from ziggurat.sources.files import Preview
from ziggurat.sources.mapping import ALONE, FIELDS, NEEDED, UNITS, Columns, Encoding, names_of
from ziggurat.sources.mapping import Mapping as FileMapping

SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
NAMESPACES = ("email", "phone", "user", "customer", "github", "twitter", "mastodon", "discourse", "anon")
OF_PEOPLE = ("interactions", "people")  # targets whose rows name somebody
GIVEN_AS = {"actor": "The person is given as", "counterpart": "The other person is given as"}
TRAITS = ("name", "company", "role", "city", "country", "language", "status", "tier")
EVENTS = ("subscribed", "unsubscribed", "joined", "registered", "attended", "donated")  # that a column often tells of
PARTS = {"field": "fields", "identity": "identities", "trait": "traits"}
# settings whose value is one of a few: what the page calls each
SETTINGS = {
    "date_order": {
        "auto": "Found out",
        "ymd": "year, month, day",
        "dmy": "day, month, year",
        "mdy": "month, day, year",
    },
    "decimal": {".": "point (1.5)", ",": "comma (1,5)"},
    "delimiter": {"auto": "Found out", ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"},
    "encoding": {name: "Found out" if name == "auto" else name for name in get_args(Encoding)},
    "incoming": {"False": "both ways", "True": "in; rows that are not above 0 are left out"},
    "by_file": {"False": "are the same again", "True": "are others, such as second gifts"},
    "whole": {"False": "some of its source", "True": "all of its source: what it lacks is deleted"},
    "header_lines": {"1": "one line", "2": "two lines, under heads that span columns", "0": "no line"},
}
STATES = {
    "keep": "Counts as it is",
    "skip": "Leave out",
    "person": "Says something of a person",
    "keep + refunded": "Counts, and its money went back",
}
TARGETS = {
    "interactions": "Interactions: what happened, one row each",
    "people": "People: one person each, nothing that happened",
    "exposures": "Exposures: reach of an activity, without persons",
    "costs": "Costs: money and time spent on an activity",
}
FIELD_WORDS = {
    "interaction_id": "Its own id",
    "at": "When it happened",
    "actor": "Who (the person)",
    "channel": "Channel",
    "kind": "What happened",
    "direction": "Direction",
    "activity": "Activity or campaign",
    "counterpart": "The other person",
    "object": "About which thing",
    "in_reply_to": "In reply to",
    "text": "Text",
    "amount": "Amount of money",
    "minutes": "Minutes",
    "score": "Score",
    "device": "Device",
    "state": "What became of it (its status)",
    "refund": "Amount that went back",
}


@dataclass(frozen=True)
class Use:
    """One line of the form: a column, and what it is used for (`field:at`, `identity:email`, `event:joined`, … or '').

    own: what this column alone can be used for, value → words: a list of all columns' own in each line of a wide file
    would make a page of megabytes. first: whether this is the first line of its column.
    """

    column: str
    use: str
    own: Mapping[str, str]
    first: bool = True


def uses(mapping: FileMapping, columns: Iterable[str]) -> list[Use]:
    """Return the lines of the form: every column once per use, and once if it has none."""
    said = {value for group in choices(mapping).values() for value in group}
    found = [
        (column, f"{part}:{name}")
        for part, key in PARTS.items()
        for name, named in getattr(mapping, key).items()
        for column in names_of(named)
    ]
    found += [(column, f"event:{kind}") for column, kind in mapping.events.items()]
    lines = []
    for column in columns:
        of_column = [use for name, use in found if name == column]
        own = re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_") if mapping.target in OF_PEOPLE else ""
        names = [*([f"trait:{own}"] if own else []), *(use for use in of_column if use.startswith("trait:"))]
        extra = {use: f"Trait: {use.partition(':')[2]}" for use in names if use not in said}
        lines += [Use(column, use, extra, not place) for place, use in enumerate(of_column or [""])]
    return lines


def choices(mapping: FileMapping) -> dict[str, dict[str, str]]:
    """Return what any column can be used for: group → value → words. The traits stand last: a line adds its own."""
    fields = {f"field:{name}": FIELD_WORDS.get(name, name.replace("_", " ")) for name in FIELDS[mapping.target]}
    if mapping.target not in OF_PEOPLE:
        return {"Field": fields}
    spaces = dict.fromkeys([*NAMESPACES, *mapping.identities])
    return {
        "Field": fields,
        "Another identity of the person": {f"identity:{name}": f"Identity: {name}" for name in spaces},
        "An event of its own, by dates or marks": {
            f"event:{kind}": f"Event: {kind}" for kind in dict.fromkeys([*EVENTS, *mapping.events.values()])
        },
        "Something said of the person": {f"trait:{name}": f"Trait: {name}" for name in TRAITS},
    }


def constants(mapping: FileMapping) -> list[tuple[str, str, str]]:
    """Return the fields that can be given one value for all rows: field, words, value."""
    usual = {
        "interactions": ("channel", "kind", "direction", "activity"),
        "people": ("channel",) * bool(mapping.events),
    }
    names = usual.get(mapping.target, NEEDED[mapping.target])
    shown = dict.fromkeys([*names, *mapping.constants])
    return [
        (name, FIELD_WORDS.get(name, name.replace("_", " ")), mapping.constants.get(name, ""))
        for name in shown
        if name not in mapping.fields or name in mapping.constants
    ]


def read(form: Mapping[str, Any], base: FileMapping) -> tuple[FileMapping, list[str]]:
    """Return the mapping that a filled-in form says, and what in the form contradicts itself, in words.

    What the form does not hold is kept from `base`. Several columns for one field are joined where that makes sense, in
    the order of `base` where it has them; of others the first is taken, so that nothing else that was chosen is lost.
    Raises: DeclarationError for a value that the form does not offer.
    """
    said: dict[str, dict[str, tuple[str, ...]]] = {"field": {}, "identity": {}, "trait": {}}
    events: dict[str, str] = {}
    wrong = []
    for key, column in numbered_values(form, "column"):
        part, _, name = str(form.get(f"use.{key}", "")).partition(":")
        if not part:
            continue
        if part == "event" and name:
            events[column] = name
            continue
        if part not in said or not name:
            raise DeclarationError(f"Column '{column}' is used for something unknown; choose from its list again.")
        taken = said[part].get(name, ())
        if taken and part == "field" and name in ALONE:
            words = FIELD_WORDS.get(name, name)
            wrong.append(f"'{taken[0]}' and '{column}' can't both be '{words}'; choose something else for one.")
            continue
        said[part][name] = (*taken, column)
    settings = {
        name: form[name] for name in ("target", "time_zone", "sheet", *SETTINGS, "skip_lines") if form.get(name)
    }
    settings |= {name: number(settings[name]) for name in ("skip_lines", "header_lines") if name in settings}
    settings |= {name: settings[name] == "True" for name in ("incoming", "by_file", "whole") if name in settings}
    declared = msgspec.to_builtins(base) | settings
    keyed = (column for key, column in numbered_values(form, "column") if form.get(f"key.{key}"))
    target = settings.get("target", base.target)
    declared["key"] = list(dict.fromkeys(keyed)) if target == "interactions" else []
    for part, key in PARTS.items():
        declared[key] = {name: ordered(named, getattr(base, key).get(name, ())) for name, named in said[part].items()}
    declared |= {"events": events, "kinds": named_values(form, "event", "kind")}
    declared["states"] = {**base.states, **named_values(form, "state", "meant")}
    for key in ("constants", "namespaces", "units"):
        declared[key] = values_under(form, f"{key[:-1]}.")
    return declare.convert(declared, FileMapping, "This mapping"), wrong


def number(text: str) -> int:
    """Read a count of lines. Raises: DeclarationError."""
    if not text.strip().isdecimal() or len(text) > 6:
        raise DeclarationError(f"'{text[:20]}' is no number of lines; write one such as 0 or 3.")
    return int(text)


def ordered(named: tuple[str, ...], before: Columns) -> Columns:
    """Return columns as a mapping holds them, in the order that they had before."""
    if len(named) == 1:
        return named[0]
    return names_of(before) if set(names_of(before)) == set(named) else named


def named_values(form: Mapping[str, Any], names: str, values: str) -> dict[str, str]:
    """Return name → chosen value of the numbered lines of a table, without those where nothing was chosen."""
    found = {name: str(form.get(f"{values}.{key}", "")) for key, name in numbered_values(form, names)}
    return {name: value for name, value in found.items() if value}


def units(mapping: FileMapping) -> list[tuple[str, str, list[str], str]]:
    """Return the fields whose numbers may be of several units: field, words, units, the chosen one."""
    there = [name for name in UNITS if name in mapping.fields and name != "refund"]
    return [
        (name, FIELD_WORDS.get(name, name.replace("_", " ")), list(UNITS[name]), mapping.units.get(name, ""))
        for name in there
    ]


def todo(mapping: FileMapping, samples: Mapping[str, Sequence[str]]) -> str:
    """Say what the form must still be told before anything can be imported; nothing when it is complete.

    samples: column → some of its values.
    """
    if missing := mapping.missing():
        words = " and ".join(f"'{FIELD_WORDS.get(name, name)}'" for name in missing)
        return f"Nothing says {words} yet: choose its column, or give one value for every row."
    for role, seen in bare(mapping, samples).items():
        column, label = names_of(mapping.fields[role])[0], GIVEN_AS[role]
        return f"'{column}' holds '{seen[0]}': say under '{label}' what that is, such as email or user."
    return ""


def with_e_mail(mapping: FileMapping, samples: Mapping[str, Sequence[str]]) -> FileMapping:
    """Return the mapping with persons given as e-mail addresses, where nothing says what they are and they look so.

    samples: column → some of its values.
    """
    found = {
        role: "email"
        for role, seen in bare(mapping, samples).items()
        if any(identity.normalise("email", value) for value in seen)
    }
    return msgspec.structs.replace(mapping, namespaces={**mapping.namespaces, **found})


def bare(mapping: FileMapping, samples: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Return the roles whose column holds values that do not say what they are, with some of them."""
    columns = {role: names_of(mapping.fields.get(role, ""))[0] for role in GIVEN_AS if role not in mapping.namespaces}
    seen = {role: samples.get(column, ()) for role, column in columns.items()}
    return {role: values for role, values in seen.items() if values and not any(map(identity.parse, values))}


def layout(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form says that changes which columns there are, or what can be done with them: told to a guess."""
    names = ["target", "encoding", "delimiter", "sheet", "recipe"]
    if form.get("recipe") != form.get("was.recipe") and form.get("target") == form.get("was.target"):
        names.remove("target")  # what the rows are is for the recipe to say, unless that was changed as well
    said: dict[str, Any] = {name: form[name] for name in names if form.get(name)}
    lines = {name: number(str(form[name])) for name in ("skip_lines", "header_lines") if form.get(name)}
    return {name: value for name, value in {**said, **lines}.items() if value != "auto"}


def all_rejected(preview: Preview) -> str:
    """Say why nothing is imported, where all of the first rows would be rejected; nothing where some are taken."""
    rejected = preview.tables["rejected"]
    taken = sum(table.num_rows for name, table in preview.tables.items() if name != "rejected")
    if taken or preview.skipped or not rejected.num_rows:
        return ""
    first = rejected.slice(0, 1).to_pylist()[0]
    return (
        f"All of the first {rejected.num_rows:,} rows would be rejected, so nothing was imported. "
        f"Line {first['line']}: {first['reason']}."
    )


def numbered_values(form: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
    """Return the number and value of each `name.NUMBER` of a form, in order."""
    found = [(key.rpartition(".")[2], str(value)) for key, value in form.items() if key.startswith(f"{name}.")]
    return sorted(((key, value) for key, value in found if key.isdigit()), key=lambda pair: int(pair[0]))


def values_under(form: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """Return what a form says under a prefix, without what is left empty."""
    said = {key.removeprefix(prefix): str(value).strip() for key, value in form.items() if key.startswith(prefix)}
    return {name: value for name, value in said.items() if value}


def source_name(text: str) -> str:
    """Return the name of a source. Raises: DeclarationError that says which names can be."""
    name = text.strip().lower()
    if not SOURCE.fullmatch(name):
        raise DeclarationError(
            f"'{text[:40]}' can't name a source; use up to 40 small letters, digits, hyphens and underscores: web-shop."
        )
    return name
