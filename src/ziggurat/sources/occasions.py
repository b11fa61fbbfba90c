"""Which interactions stand in columns of their own? A date under `Joined`, a mark under the day of a meetup."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base import schema
from ziggurat.sources import moments
from ziggurat.sources.cells import Cells, Unreadable, by_distinct, json_objects, number
from ziggurat.sources.content import content_ids
from ziggurat.sources.mapping import UNITS
from ziggurat.sources.reading import Reading

YES = frozenset({
    "x", "y", "yes", "true", "t", "on", "1", "✓", "✔", "✅", "☑", "●", "da", "ja", "oui", "si", "sí", "sim", "attended",
    "present", "checked in", "checked-in", "checked_in", "done", "here", "was there",
})  # fmt: skip
NO = frozenset({
    "n", "no", "false", "f", "off", "0", "✗", "✘", "❌", "☐", "nein", "non", "não", "nej", "nee", "absent", "no show",
    "no-show", "no_show", "none", "never", "excused", "declined", "did not attend", "not attending", "-", "--", "–",
    "—", "n/a", "na",
})  # fmt: skip
YEAR = re.compile(r"(?:FY ?)?(?:19[5-9]\d|20[0-4]\d)", re.I)
MONTH = re.compile(r"((?:19|20)\d\d)[-/.](0?[1-9]|1[0-2])")
MONTH_NAME = re.compile(r"[^\W\d]{3,12}\.?[ -](?:(?:19|20)\d\d|['’]?\d\d)")
DOTTED_DAY = re.compile(r"\d{1,2}\.\d{1,2}\.")
SHORT_DAY = re.compile(r"[^\W\d]{3,12}\.?[ -](\d\d?)")  # of a month, or the year of one
# What a status says of consent: yes to the kind `unsubscribed`, no to `subscribed`, and the other way round.
AGAINST = frozenset({
    "unsubscribed", "opted out", "opted_out", "opted-out", "opt-out", "optout", "opted out of email", "unsub",
    "do not contact", "do not email", "do not allow", "not allowed", "abgemeldet",
})  # fmt: skip
FOR = frozenset({
    "subscribed", "opted in", "opted_in", "opted-in", "opt-in", "active", "confirmed", "never subscribed",
    "not subscribed", "non-subscribed", "nonsubscribed", "pending", "unconfirmed", "bounced", "cleaned", "inactive",
    "archived", "transactional", "lead", "customer", "allow", "allowed",
})  # fmt: skip
AROUND = " -–:,()[]"  # beside the day in a heading
FORMER = "former"  # beside the fields of interactions: the ids under which an earlier version logged them
MARK = pa.struct([("mark", pa.bool_()), ("number", pa.float64())])
OCCASION = pa.struct([("happened", pa.bool_()), ("at", pa.int64()), ("number", pa.float64())])


def read_occasions(column: pa.Array, heading: str, reading: Reading) -> Cells:
    """Read the cells of an event's column: whether it happened, when (where the cell says), and the number in it."""
    mapping = reading.mapping
    dated = bool(period_in(heading, mapping.events) or day_in(heading))
    opting_out = mapping.events[heading] == "unsubscribed"

    def read(text: str) -> dict[str, object]:
        if opting_out and text.lower() in AGAINST | FOR:
            return {"mark": text.lower() in AGAINST, "number": None}
        return read_mark(text, mapping.decimal, counts=dated)

    marks = by_distinct(column, read, MARK)
    mark, counted = (pc.struct_field(marks.values, field) for field in range(2))
    dates = moments.parse(
        pc.if_else(pc.is_null(mark), column, None), mapping.time_zone, mapping.date_order, reading.home, reading.latest
    )
    why = pc.binary_join_element_wise("'", column, "' is neither a mark (x, yes, no) nor a date", "")
    wrong = pc.if_else(pc.is_valid(dates.wrong), why, None)
    happened = pc.coalesce(mark, pc.if_else(pc.is_valid(dates.values), True, None))
    return Cells(pa.StructArray.from_arrays([happened, dates.values, counted], fields=list(OCCASION)), wrong)


def read_mark(text: str, decimal: str, *, counts: bool = False) -> dict[str, object]:
    """Read a mark: yes, no, or how much; nothing of what may be a date. counts: whether a large number is none either.

    >>> read_mark("X", "."), read_mark("0", "."), read_mark("12.50", ".")["number"]
    ({'mark': True, 'number': None}, {'mark': False, 'number': None}, 12.5)
    """
    bare = text.strip().lower()
    if bare in YES and bare != "1":
        return {"mark": True, "number": None}
    if bare in NO:
        return {"mark": False, "number": None}
    try:
        value = number(text, decimal)
    except Unreadable:
        return {"mark": None, "number": None}
    if abs(value) >= 20_000 and not counts:  # a date as a number: of days, or of seconds
        return {"mark": None, "number": None}
    return {"mark": value != 0, "number": value}


def heading_time(heading: str, reading: Reading) -> int | None:
    """Return the instant (µs) of the date in a heading, or None where there is none."""
    mapping = reading.mapping
    day = period_in(heading, mapping.events) or day_in(heading)
    dotted = mapping.date_order in ("ymd", "auto") and DOTTED_DAY.match(day)  # then the day comes first
    order = "dmy" if dotted else mapping.date_order
    found = moments.parse(pa.array([day]), mapping.time_zone, order, reading.home, reading.latest).values[0]
    at: int | None = found.as_py()
    return at


def day_in(heading: str) -> str:
    """Return the date in a heading, whole or at one end of it; nothing where there is none.

    >>> day_in("2026-01-12"), day_in("Meetup 12 Jan 2026"), day_in("Summer Picnic")
    ('2026-01-12', '12 Jan 2026', '')
    """
    words = heading.split()
    tries = [words, *(words[-count:] for count in (1, 2, 3)), *(words[:count] for count in (1, 2, 3))]
    found = (" ".join(each).strip("()[],") for each in tries if 0 < len(each) <= len(words))
    return next((text for text in found if not text.isdecimal() and is_day(text)), "")


def period_in(heading: str, among: Collection[str] = ()) -> str:
    """Return the first day of the month or the year that a heading names and nothing else; nothing where it names none.

    among: the headings beside it, by which `Jan 26` is told to be a day of January or January of 2026.

    >>> period_in("Jan 2026"), period_in("2026-03"), period_in("2025"), period_in("Room 2025")
    ('2026-01-01', '2026-03-01', '2025-01-01', '')
    """
    bare = heading.strip()
    if YEAR.fullmatch(bare):
        return f"{bare[-4:]}-01-01"
    if found := MONTH.fullmatch(bare):
        return f"{found[1]}-{int(found[2]):02}-01"
    if SHORT_DAY.fullmatch(bare) and are_days([bare, *among]):
        return ""
    with_day = f"1 {bare}" if MONTH_NAME.fullmatch(bare) else ""
    if not with_day or not is_day(with_day):
        return ""
    at = datetime.fromtimestamp(moments.one(with_day, "dmy")["at"] / 1e6, UTC)
    return f"{at:%Y-%m-%d}"


def are_days(headings: Collection[str]) -> bool:
    """Say whether the numbers in headings such as `Jan 12` are days, and not the last digits of years.

    >>> are_days(["Jan 12", "Feb 9"]), are_days(["Dec 25", "Jan 26"])
    (True, False)
    """
    numbers = [int(found[1]) for heading in headings if (found := SHORT_DAY.fullmatch(heading.strip()))]
    return bool(numbers) and max(numbers) <= 31 and (min(numbers) < 18 or max(numbers) - min(numbers) > 5)


def is_day(text: str) -> bool:
    """Say whether a text is a date, in whatever order of day and month."""
    for order in ("dmy", "mdy"):
        try:
            moments.one(text, order, moments.LEAP)
        except Unreadable:
            continue
        return True
    return False


def occasions(values: dict[str, pa.Array], reading: Reading) -> list[dict[str, pa.Array]]:
    """Return the fields of the interactions that each event's column makes of good rows; `values` as they were read.

    FORMER is among them: the ids under which an earlier version logged the same.
    """
    rows = len(values["actor"])
    nothing = pa.nulls(rows, pa.string())
    found = []
    for heading, kind in reading.mapping.events.items():
        happened, at, counted = (pc.struct_field(values[f"!{heading}"], field) for field in range(3))
        title = title_of(heading, reading)
        made: dict[str, pa.Array] = {
            "actor": values["actor"],
            **headed(at, heading_time(heading, reading), title),
            "kind": pa.repeat(pa.scalar(kind), rows),
            "amount": counted if is_money(kind, reading) else pa.nulls(rows, pa.float64()),
        }
        unit = reading.mapping.units.get("minutes")
        if unit and reading.kinds.group_of.get(kind) == "effort":
            made["minutes"] = pc.multiply(counted, UNITS["minutes"][unit])
        of_heading = {"heading": pa.repeat(pa.scalar(heading), rows)}
        there = pc.fill_null(happened, False)
        before = [{**made, **headed(at, *each), **of_heading} for each in former_headings(heading, title, reading)]
        if pc.any(pc.is_valid(counted)).as_py():
            before.append({**made, **of_heading})
        former = [content_ids(fields).filter(there) for fields in before]
        made["interaction_id"] = content_ids({**made, **of_numbers(counted, made, values), **of_heading})
        when = pc.coalesce(made["at"], values.get("at", pa.nulls(rows, schema.INSTANT)))
        made["at"] = pc.fill_null(when, pa.scalar(reading.received_at, schema.INSTANT))
        made["channel"] = values.get("channel", nothing)
        made["activity"] = values.get("activity", nothing)
        stated = None if kind in reading.kinds.unstated() else reading.kinds.direction_of.get(kind)
        made["direction"] = pa.repeat(pa.scalar(stated, pa.string()), rows)
        made["properties"] = json_objects([("column", pa.repeat(pa.scalar(heading), rows))], rows)
        found.append({field: cells.filter(there) for field, cells in made.items()})
        found[-1][FORMER] = pa.concat_arrays([pa.array([], pa.string()), *former])
    return found


def title_of(heading: str, reading: Reading) -> str:
    """Return what a heading says beside a date; nothing where it is the name of a month or a year."""
    if period_in(heading, reading.mapping.events):
        return ""
    return heading.replace(day_in(heading), "").strip(AROUND)


def headed(at: pa.Array, day: int | None, title: str) -> dict[str, pa.Array]:
    """Return when each cell's interaction was, and what it was of: a cell's own time says more than a heading's day."""
    return {
        "at": pc.coalesce(at, pa.scalar(day, pa.int64())).cast(schema.INSTANT),
        "object": pc.if_else(pc.is_null(at), pa.scalar(title or None, pa.string()), None),
    }


def former_headings(heading: str, title: str, reading: Reading) -> list[tuple[int | None, str]]:
    """Return the days (µs) and titles that earlier versions read in a heading, where they read it otherwise.

    They took 12.01.2026 for no day where no order was said, `Feb 9` for a title, and `Jan 12` for January of 2012.
    """
    found: list[tuple[int | None, str]] = [(None, title)] if DOTTED_DAY.match(day_in(heading)) else []
    if SHORT_DAY.fullmatch(heading.strip()) and not period_in(heading, reading.mapping.events):
        first = moments.parse(pa.array([f"1 {heading.strip()}"]), reading.mapping.time_zone, "dmy", reading.home)
        found += [(None, heading.strip(AROUND)), (first.values[0].as_py(), "")]
    return found


def of_numbers(counted: pa.Array, made: dict[str, pa.Array], values: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Return what makes the id of cells with numbers other than that of marks: no number, which may be corrected, but
    the time of the row.
    """
    there = pc.is_valid(counted)
    found: dict[str, pa.Array] = {
        name: pc.if_else(there, None, made[name]) for name in ("amount", "minutes") if name in made
    }
    if "at" in values:
        found["at"] = pc.coalesce(made["at"], pc.if_else(there, values["at"], None))
    return found


def is_money(kind: str, reading: Reading) -> bool:
    """Say whether a number under an event's heading is an amount: where money changes hands."""
    return reading.kinds.group_of.get(kind) == "exchange"
