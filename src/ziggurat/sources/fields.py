"""What does each field of a row hold, and what is wrong with it? Columns of text become columns of values."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.kinds import Kinds
from ziggurat.sources import identity, moments
from ziggurat.sources.cells import Cells, Unreadable, by_distinct, duration, join_cells, numbers
from ziggurat.sources.mapping import KEEP, NEEDED, SKIP, UNITS, Columns, Mapping, meanings, names_of
from ziggurat.sources.names import plain
from ziggurat.sources.occasions import read_occasions
from ziggurat.sources.reading import Reading

DIRECTIONS = {"in": "in", "inbound": "in", "incoming": "in", "received": "in", "among": "among"} | {
    "out": "out", "outbound": "out", "outgoing": "out", "sent": "out"
}  # fmt: skip
DEVICES = {
    "web": ("web", "desktop", "computer", "browser", "pc"),
    "mobile": ("mobile", "phone", "smartphone", "tablet", "ios", "android", "iphone", "ipad", "app"),
}
CALLERS = frozenset(["from", "from_number", "from_phone", "caller", "caller_id", "caller_number", "calling_number"])
CALLED = frozenset(
    ["to", "to_number", "to_phone", "callee", "callee_number", "called_number", "dialled_number", "dialed_number"]
)
DASHES = r"^[-–—]+$"  # which stand where somebody did not come
NUMBERS = ("amount", "refund", "minutes", "score", "reach", "impressions", "cost", "money", "staff_minutes")


def read_fields(columns: dict[str, pa.Array], length: int, reading: Reading) -> dict[str, Cells]:
    """Read every field of the target that has a column or a constant.

    Returns: beside the fields, `~namespace`: the first further identity of that namespace in each row, and `!column`:
    what stands in the column of an event.
    """
    mapping = reading.mapping
    nothing = pa.nulls(length, pa.string())
    read: dict[str, Cells] = {}
    for namespace, named in mapping.identities.items():
        found = [identities(columns.get(name, nothing), namespace, first_of) for name in names_of(named)]
        values, wrong = (
            pc.coalesce(*part) for part in zip(*((each.values, each.wrong) for each in found), strict=True)
        )
        read[f"~{namespace}"] = Cells(values, wrong)
    for name in dict.fromkeys([*mapping.fields, *mapping.constants]):
        column = joined_columns(columns, mapping.fields.get(name, ()), length)
        if name in mapping.constants:
            column = pc.fill_null(column, mapping.constants[name].strip())
        if name == "actor" or name == "counterpart":
            read[name] = identities(column, mapping.namespaces.get(name))
        else:
            read[name] = read_field(name, column, reading)
    if mapping.target == "interactions" and is_of_calls(mapping):
        exchange(read)
    for heading in mapping.events:
        read[f"!{heading}"] = read_occasions(columns.get(heading, nothing), heading, reading)
    empty = Cells(nothing, nothing)
    if mapping.target == "interactions":
        read["kind"] = with_state(read.get("kind", empty), read.pop("state", None))
        read.setdefault("direction", empty)
    if mapping.identities and mapping.target in ("interactions", "people"):
        said = read.get("actor", empty)
        others = {f"~{namespace}": read[f"~{namespace}"] for namespace in mapping.identities}
        read["actor"] = Cells(pc.coalesce(said.values, *(other.values for other in others.values())), said.wrong)
        for name, other in others.items():  # what can't be read of a further address is kept as it stands
            read[name] = Cells(other.values, pc.if_else(pc.is_valid(read["actor"].values), None, other.wrong))
    if "name" in mapping.namespaces and mapping.target in ("interactions", "people"):
        named = joined_columns(columns, mapping.traits["name"], length)
        read["actor"] = known_by_name(read.get("actor", empty), named, mapping.namespaces["name"])
    return read


def is_of_calls(mapping: Mapping) -> bool:
    """Say whether rows name the two numbers of a call, who called and who was called, and which way it went."""
    who, whom = ({*map(plain, names_of(mapping.fields.get(name, ())))} for name in ("actor", "counterpart"))
    phones = mapping.namespaces.get("actor") == mapping.namespaces.get("counterpart") == "phone"
    return phones and "direction" in mapping.fields and bool(who & CALLERS) and bool(whom & CALLED)


def exchange(read: dict[str, Cells]) -> None:
    """Let who was called be the actor of a call that went out: it was ours, and is of the one whom it reached."""
    out = pc.fill_null(pc.equal(read["direction"].values, "out"), False)
    who, whom = read["actor"], read["counterpart"]

    def chosen(one: Cells, other: Cells) -> Cells:
        return Cells(pc.if_else(out, one.values, other.values), pc.if_else(out, one.wrong, other.wrong))

    read["actor"], read["counterpart"] = chosen(whom, who), chosen(who, whom)


def known_by_name(actor: Cells, names: pa.Array, namespace: str) -> Cells:
    """Return who did what each row tells, by name where the row has no address at all."""
    named = by_distinct(names, lambda name: identity.by_name(namespace, name), pa.string()).values
    return Cells(pc.if_else(pc.is_valid(actor.wrong), None, pc.coalesce(actor.values, named)), actor.wrong)


def joined_columns(columns: dict[str, pa.Array], named: Columns, length: int) -> pa.Array:
    """Return the cells of a column, or those of several joined by a space, null where all are empty."""
    parts = [columns[name] for name in names_of(named) if name in columns]
    if len(parts) < 2:
        return parts[0] if parts else pa.nulls(length, pa.string())
    whole = join_cells(parts, "", " ")
    return pc.if_else(pc.equal(whole, ""), None, whole)


def with_state(kind: Cells, state: Cells | None) -> Cells:
    """Return what each row is once its state is known: what it is called, something else, several, or skipped."""
    if state is None:
        return kind
    both = pc.binary_join_element_wise(
        pc.fill_null(kind.values, ""), pc.fill_null(state.values, KEEP), "\0", null_handling="replace"
    )
    called = by_distinct(both, row_kind, pa.string()).values
    skipped = pc.fill_null(pc.equal(called, SKIP), False)
    unnamed = pc.and_(pc.is_valid(kind.wrong), pc.fill_null(pc.is_null(called), True))
    wrong = pc.coalesce(state.wrong, pc.if_else(pc.or_(skipped, pc.invert(unnamed)), None, kind.wrong))
    return Cells(pc.if_else(pc.is_valid(state.wrong), None, called), wrong)


def row_kind(both: str) -> str | None:
    """Return what a row is, from its kind and what its state makes of it."""
    kind, _, state = both.partition("\0")
    parts = [part for meant in meanings(state) for part in (meanings(kind) if meant == KEEP else (meant,))]
    if SKIP in parts:
        return SKIP
    return " + ".join(dict.fromkeys(part for part in parts if part)) or None


def read_field(name: str, column: pa.Array, reading: Reading) -> Cells:
    """Read one field that is no identity."""
    mapping = reading.mapping
    if name in ("at", "day"):
        zone, home = (mapping.time_zone, reading.home) if name == "at" else ("UTC", "UTC")
        cells = moments.parse(column, zone, mapping.date_order, home, reading.latest)
        if name == "at":
            return Cells(cells.values.cast(pa.timestamp("us", "UTC")), cells.wrong)
        return Cells(cells.values.cast(pa.timestamp("us")).cast(pa.date32(), safe=False), cells.wrong)
    if name in NUMBERS:
        if name == "minutes":
            column = pc.if_else(pc.match_substring_regex(column, DASHES), None, column)
        return measures(column, mapping.decimal, mapping.units.get(name, ""), name)
    readers: dict[str, Callable[[str], str | None]] = {
        "kind": kind_reader(mapping, reading.kinds),
        "state": state_reader(mapping, reading.kinds),
        "direction": direction,
        "device": device,
        "channel": str.lower,
    }
    if (name == "kind" and "" in mapping.kinds) or (name == "state" and "" in mapping.states):
        column = pc.fill_null(column, "")
    if name in readers:
        return by_distinct(column, readers[name], pa.string())
    return Cells(column, pa.nulls(len(column), pa.string()))


def measures(column: pa.Array, decimal: str, unit: str, name: str) -> Cells:
    """Read numbers in the field's own unit, whatever unit they are written in; of minutes, `1:30` and `2 h` too."""
    cells = numbers(column, decimal)
    factor = UNITS[name][unit] if unit else 1.0
    values = pc.multiply(cells.values, factor) if unit else cells.values
    if name not in ("minutes", "staff_minutes") or cells.wrong.null_count == len(cells.wrong):
        return Cells(values, cells.wrong)
    spans = by_distinct(pc.if_else(pc.is_valid(cells.wrong), column, None), duration, pa.float64())
    return Cells(pc.coalesce(values, spans.values), pc.if_else(pc.is_valid(spans.values), None, cells.wrong))


def first_of(namespace: str, value: str) -> str | None:
    """Return the first identity in a cell that may hold several."""
    return next(iter(identity.listed(namespace, value)), None)


def identities(
    column: pa.Array, namespace: str | None, normalise: Callable[[str, str], str | None] = identity.normalise
) -> Cells:
    """Read identities: bare values of one namespace, or, without one, values that say their own; a value that says
    another one, such as `email:ana@example.org` among user ids, is that."""

    def read(value: str) -> str | None:
        if identity.is_nobody(value):
            return None
        if said := identity.said(value):
            return said
        if namespace is None:
            found = identity.parse(value)
            if found is None:
                raise Unreadable(
                    "does not say what it is, as email:ana@example.org does; the mapping can say it for all of them"
                )
            return found
        found = normalise(namespace, value)
        if found is None:
            if namespace == "email" and len(identity.listed(namespace, value)) > 1:
                raise Unreadable("holds several addresses; give each a row, or a column if they are one person's")
            raise Unreadable(
                {"email": "is no e-mail address", "phone": "is no phone number"}.get(namespace, "is empty")
            )
        return found

    return by_distinct(column, read, pa.string())


def kind_reader(mapping: Mapping, kinds: Kinds) -> Callable[[str], str | None]:
    """Return a function from their event name to our kind."""
    known = {name.strip().lower(): kind for name, kind in mapping.kinds.items()}

    def read(name: str) -> str | None:
        bare = name.lower()
        if bare in known:
            return known[bare]
        if bare in kinds.group_of:
            return bare
        if "*" in known:
            return known["*"]
        raise Unreadable(
            "is an event name that is mapped to no kind; add it under kinds in the mapping, or map it to 'skip'"
        )

    return read


def state_reader(mapping: Mapping, kinds: Kinds) -> Callable[[str], str | None]:
    """Return a function from what became of a row to what that makes of it."""
    known = {name.strip().lower(): meant for name, meant in mapping.states.items()}

    def read(name: str) -> str | None:
        bare = name.lower()
        if bare in known:
            return known[bare]
        if "*" in known:
            return known["*"]
        raise Unreadable("is a state of which nothing is said; add it under states in the mapping")

    return read


def usual_ways(kind: pa.Array, kinds: Kinds) -> pa.Array:
    """Return the usual direction of kinds, of the first where a row has several."""
    return by_distinct(kind, lambda each: kinds.direction_of.get(meanings(each)[0]), pa.string()).values


def ways(said: pa.Array, kind: pa.Array, kinds: Kinds) -> pa.Array:
    """Return directions as the log is to hold them: as stated; else null, but for kinds that must state theirs."""
    open_ = pa.array(kinds.unstated(), pa.string())
    free = by_distinct(kind, lambda each: meanings(each)[0], pa.string()).values
    return pc.if_else(pc.is_in(free, value_set=open_), said, pc.coalesce(said, usual_ways(kind, kinds)))


def direction(value: str) -> str:
    """Read a direction by its first word, as of `outbound-api`. Raises: Unreadable."""
    first = re.split(r"[\W_]", value.strip().lower(), maxsplit=1)[0]
    if first not in DIRECTIONS:
        raise Unreadable("is no direction; write in, out or among")
    return DIRECTIONS[first]


def device(value: str) -> str:
    """Read a device: web, mobile, or other for whatever else is said."""
    return next((device for device, names in DEVICES.items() if value.lower() in names), "other")


def all_reasons(read: dict[str, Cells], columns: dict[str, pa.Array], mapping: Mapping, skipped: pa.Array) -> pa.Array:
    """Return all that is wrong with each row as one text, null where nothing is or the row is skipped."""
    reasons = []
    for name, cells in read.items():
        column = column_of(name, mapping)
        where = f"column '{column}': " if column else f"constant {name}: "
        if cells.wrong.null_count < len(cells.wrong):
            reasons.append(pc.binary_join_element_wise(where, cells.wrong, ""))
    for name in NEEDED[mapping.target]:
        empty = pc.and_(pc.is_null(read[name].values), pc.is_null(read[name].wrong))
        if pc.any(empty).as_py():
            column = " + ".join(names_of(mapping.fields.get(name, ())))
            why = f"column '{column}' is empty, so the row has no {name}" if column else f"the row has no {name}"
            reasons.append(pc.if_else(empty, why, None))
    if not reasons:
        return pa.nulls(len(skipped), pa.string())
    whole = join_cells(reasons, "", "; ")
    return pc.if_else(pc.or_(skipped, pc.equal(whole, "")), None, whole)


def column_of(name: str, mapping: Mapping) -> str:
    """Return the column, or the columns, that something was read from; nothing for a constant."""
    if name.startswith("!"):
        return name[1:]
    named = mapping.identities.get(name[1:], ()) if name.startswith("~") else mapping.fields.get(name, ())
    if name == "kind" and "kind" not in mapping.fields:
        named = mapping.fields.get("state", ())
    return " + ".join(names_of(named))
