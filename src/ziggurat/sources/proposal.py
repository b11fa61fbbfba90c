"""What mapping do the columns make that a guess has taken, with what is the same for every row?"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from typing import Any

from ziggurat.sources import names
from ziggurat.sources.cells import numbers
from ziggurat.sources.draft import Draft
from ziggurat.sources.durations import UNITS, said_unit, unit_of
from ziggurat.sources.events import kind_of
from ziggurat.sources.mapping import KEEP, NEEDED, SKIP, Mapping, gives_kind, meanings, names_of
from ziggurat.sources.occasions import AGAINST, FOR, NO, YES
from ziggurat.sources.said import Said
from ziggurat.sources.statements import BANK, incoming, kind_of_statement, says_gifts
from ziggurat.sources.states import state_of
from ziggurat.sources.target import KIND_OF_THING, source_kind
from ziggurat.sources.when import kind_of_heading

PREFIXES = {"fields": "", "identities": "identity ", "traits": "trait ", "events": "event "}
GIVEN = ("doacao", "donazione")
HOURS = frozenset({"hours", "stunden", "heures", "horas", "godziny", "uren", "timer", "timmar"})
# Headings of those who give, and words of gifts and of systems for nothing else.
GIVERS = frozenset({
    "donor", "spender", "spenderin", "donateur", "donante", "donatore", "doador", "darczynca", "giver", "donors",
})  # fmt: skip
GIVING = re.compile(
    r"spende|donat|donac|donaz|doac|darowiz|kollekt|offering|tithe|giving|giftaid|fundrais|"
    r"givebutter|donorbox|gofundme|betterplace|helloasso|altruja|twingle|raisenow"
)
ORDERED = frozenset(
    {"order_date", "registration_date", "registration_time", "bestelldatum", "purchase_date", "booked_at"}
)


def take_said(draft: Draft, base: Mapping, title: str, said: Said) -> None:
    """Take the columns that are said outright, or by the recipe of a known export, whose title that is."""
    uses = [(part, what, name) for part in ("fields", "identities", "traits") for what, name in each_of(base, part)]
    uses += [("events", kind, name) for name, kind in base.events.items()]
    for part, what, name in uses:
        if name in draft.columns and name not in draft.taken:
            outright = (name if part == "events" else what) in said.get(part, {})
            use = f"{PREFIXES[part]}{what}"
            if use == "actor":
                use = f"actor {base.namespaces.get(what) or named_for(draft, name)}"
            draft.take(name, use, "as said" if outright or not title else f"exports of {title} have it")


def each_of(base: Mapping, part: str) -> list[tuple[str, str]]:
    """Return use and column of all that one part of a mapping names."""
    return [(what, name) for what, columns in getattr(base, part).items() for name in names_of(columns)]


def named_for(draft: Draft, name: str) -> str:
    """Return the namespace of the values of a column that was said to name the person; nothing where they say it."""
    if draft.share(name, "email"):
        return "email"
    called = {*names.variants(name), *names.variants(name.rpartition(".")[2])}
    return next((space for space, heads in names.IDENTITY_NAMES.items() if called & set(heads.split())), "")


def parts(draft: Draft, target: str, base: Mapping) -> dict[str, Any]:
    """Return the parts of the mapping that say what the columns are."""
    fields = {what: columns for what, columns in draft.columns_of("").items() if " " not in what}
    namespaces = dict(base.namespaces)
    for namespace, columns in draft.columns_of("actor ").items():
        fields["actor"] = columns
        namespaces |= {"actor": namespace} if namespace else {}
    if "counterpart" in fields:
        namespaces.setdefault("counterpart", "phone" if namespaces.get("actor") == "phone" else "email")
    fields |= {what: list(names_of(columns)) for what, columns in base.fields.items()}
    ordered = {name: fields[name] for name in (*NEEDED[target], *fields) if name in fields}
    found = [item for part in ("event ", "wide ", "fund ") for item in draft.columns_of(part).items()]
    events = {name: kind for name, kind in base.events.items() if name in draft.columns}
    events |= {name: kind for kind, columns in found for name in columns}
    traits = draft.columns_of("trait ")
    full = [traits[part][0] for part in ("first_name", "last_name") if part in traits]
    if full and "name" not in traits:
        traits = {"name": full, **traits}
    statuses = [name for name, kind in events.items() if kind == "unsubscribed" and is_status(draft, name)]
    traits |= {names.plain(name): [name] for name in statuses if [name] not in traits.values()}
    traits |= {trait: list(names_of(columns)) for trait, columns in base.traits.items()}
    constant = constants(draft, target, ordered, events, base)
    return {
        "fields": alone(ordered),
        "constants": constant,
        "kinds": base.kinds,
        "states": states(draft, ordered, base),
        "events": {name: events[name] for name in draft.columns if name in events},
        "namespaces": namespaces,
        "identities": alone(draft.columns_of("identity ")),
        "traits": alone(traits),
        "incoming": base.incoming or incoming(draft, ordered),
        "units": {
            **unsaid_units(draft, ordered, constant),
            **units(ordered),
            **wide_units(draft, events),
            **base.units,
        },
        "key": tuple(name for name in base.key if name in draft.columns) if target == "interactions" else (),
    }


def is_status(draft: Draft, name: str) -> bool:
    """Say whether a column of opt-outs says more than that, as a status does, which stays with the person."""
    return any(value.strip().lower() in AGAINST | FOR for value in draft.columns[name].counts)


def alone(columns: Dict[str, list[str]]) -> dict[str, str | tuple[str, ...]]:
    """Write one column as itself, several as a list."""
    return {what: named[0] if len(named) == 1 else tuple(named) for what, named in columns.items()}


def constants(
    draft: Draft, target: str, fields: Dict[str, Any], events: Dict[str, str], base: Mapping
) -> dict[str, str]:
    """Return what is the same for all rows: the kind and the channel where no column says them."""
    found = dict(base.constants)
    if target == "interactions" and "kind" not in fields and "kind" not in found:
        said = [meanings(meant) for meant in states(draft, fields, base).values()] if "state" in fields else []
        states_say = any(gives_kind(parts) for parts in said) and not any(KEEP in parts for parts in said)
        found |= {"kind": kind} if (kind := usual_kind(draft, fields, base)) and not states_say else {}
    if (target == "interactions" or events) and "channel" not in fields and "channel" not in found:
        actor = next(iter(draft.columns_of("actor ")), "")
        there = {kind_of(value, draft.kinds) for value in said_kinds(draft, fields)}
        of_mail = "opened" in there and bool(there & {"emailed", "clicked", "unsubscribed"})
        found["channel"] = (
            BANK
            if draft.statement
            else names.channel_of(
                draft.source,
                found.get("kind") or draft.marked or next(iter(events.values()), "") or ("opened" if of_mail else ""),
                actor,
            )
        )
        if found["channel"] == "support" and "amount" in fields:
            found["channel"] = "event"  # its tickets are sold, as those of a gathering
    if target == "exposures" and "channel" not in fields and "channel" not in found:
        found["channel"] = names.channel_of(draft.source)
    return found


def said_kinds(draft: Draft, fields: Dict[str, Any]) -> list[str]:
    """Return the event names that the file holds."""
    return [value for name in fields.get("kind", ()) if name in draft.columns for value in draft.columns[name].counts]


def usual_kind(draft: Draft, fields: Dict[str, Any], base: Mapping) -> str:
    """Return the kind of rows that don't say it: by the name of the source, an amount, a score, or hours."""
    named = source_kind(draft)
    if draft.statement:
        return kind_of_statement(draft, named)
    if named == "attended" and ("amount" in fields or is_ordered(fields)):
        return "registered"  # who ordered a place has not come by that
    if "amount" in fields:
        gift = any(is_gift(draft, name) for name in fields["amount"])
        at = kind_of_heading(draft, fields["at"][0]) if "at" in fields else ""
        if draft.kinds.group_of.get(at) == "exchange" and draft.kinds.group_of.get(named) != "exchange":
            return "donated" if gift and at == "purchased" else at
        gift = (
            gift
            or bool(GIVING.search(names.plain(draft.source)))
            or any(GIVERS & set(names.plain(name).split("_")) for name in draft.columns)
            or says_gifts(draft)
        )
        return named if draft.kinds.group_of.get(named) == "exchange" else "donated" if gift else "purchased"
    if "score" in fields:
        return "rated"
    if named:
        return named
    if base.constants.get("channel", names.channel_of(draft.source)) in ("survey", "support"):
        return "contacted"  # somebody filled in a form, or asked for help, whatever it was about
    if "minutes" in fields:
        hours = any(HOURS & set(names.plain(name).split("_")) for name in fields["minutes"])
        return "volunteered" if hours else "attended"
    there = {variant for name in draft.columns for variant in names.variants(name)}
    return next((kind for thing, kind in KIND_OF_THING.items() if kind and thing in there), "")


def is_gift(draft: Draft, name: str) -> bool:
    """Say whether the heading of an amount is of what is given."""
    plain = names.plain(name)
    return "gift" in plain or bool(GIVING.search(plain)) or kind_of(name, draft.kinds) == "donated" or plain in GIVEN


def is_ordered(fields: Dict[str, Any]) -> bool:
    """Say whether the time of a row is when something was ordered."""
    return any(ORDERED & set(names.variants(name)) for name in fields.get("at", ()))


def states(draft: Draft, fields: Dict[str, Any], base: Mapping) -> dict[str, str]:
    """Return what each state in the file makes of its row."""
    if "state" not in fields:
        return dict(base.states)
    known = {name.strip().lower() for name in base.states}
    seen = draft.columns[fields["state"][0]].counts if fields["state"][0] in draft.columns else ()
    no = SKIP if draft.marked == "registered" else "registered"  # who says no to an invitation did not register
    marked = dict.fromkeys(YES, draft.marked) | dict.fromkeys(NO, no) if draft.marked else {}
    marks = {**marked, **draft.ways}
    new = [name for name in seen if name.lower() not in known]
    unknown = KEEP if "amount" in fields and draft.says_undone(fields["state"][0]) else ""  # said in a note
    found = {name: what for name in new if (what := marks.get(name.lower()) or state_of(name) or unknown)}
    meant = {**base.states, **found} if "*" not in base.states else dict(base.states)
    if "kind" in draft.given("outright"):  # then that is what a row is, unless its state leaves it out
        return {name: KEEP if what != SKIP and KEEP not in meanings(what) else what for name, what in meant.items()}
    return meant


def wide_units(draft: Draft, events: Dict[str, str]) -> dict[str, str]:
    """Return the unit of numbers under days, months or years, where the name of the source says it: hours."""
    wide = any(draft.kinds.group_of.get(kind) == "effort" and draft.is_day(name) for name, kind in events.items())
    unit = next((UNITS[word] for word in names.words_of(draft.source) if word in UNITS), "")
    return {"minutes": unit} if wide and unit not in ("", "cents") else {}


def unsaid_units(draft: Draft, fields: Dict[str, list[str]], constant: Dict[str, str]) -> dict[str, str]:
    """Return the unit of how long something lasted where its numbers alone tell that it is seconds."""
    name = fields.get("minutes", [""])[0]
    if name not in draft.columns or said_unit(name):
        return {}
    seen = draft.columns[name]
    values = numbers(seen.values(), draft.decimal).values
    return {"minutes": "seconds"} if unit_of(values, constant.get("kind", "")) == "seconds" else {}


def units(fields: Dict[str, list[str]]) -> dict[str, str]:
    """Return the units that the headings say, such as hours."""
    found = {}
    for name in ("minutes", "staff_minutes", "amount"):
        unit = next((said for column in fields.get(name, ()) if (said := said_unit(column))), "")
        if unit not in ("", "minutes") and (unit == "cents") == (name == "amount"):
            found[name] = unit
    return found
