"""What should be looked at in a guess before it is used? Cells that can't be read, two currencies, zones by letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow.compute as pc

from ziggurat.base.words.texts import listed
from ziggurat.sources import moments, names
from ziggurat.sources.cells import Unreadable, numbers
from ziggurat.sources.draft import NUMERIC, Draft
from ziggurat.sources.durations import said_unit
from ziggurat.sources.mapping import KEEP, Mapping, names_of
from ziggurat.sources.occasions import NO, YES, day_in, is_day, period_in
from ziggurat.sources.states import state_of

SIGNS = {
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "Fr.": "CHF",
    "₦": "NGN", "₱": "PHP", "₫": "VND", "฿": "THB", "₴": "UAH", "₪": "ILS", "₩": "KRW", "₺": "TRY", "₽": "RUB",
    "руб": "RUB", "лв": "BGN", "Rp": "IDR", "Rs": "INR", "円": "JPY", "元": "CNY", "원": "KRW", "KSh": "KES",
}  # fmt: skip
CODE = re.compile(r"\b[A-Z]{3}\b")


def notes_of(draft: Draft, mapping: Mapping, currency: str) -> list[str]:
    """Return what should be looked at, in words; currency: ISO code of the workspace's amounts, or nothing."""
    return [
        *unreadable(draft, mapping),
        *of_money(draft, mapping, currency),
        *of_states(draft, mapping),
        *of_zones(draft, mapping),
        *of_years(draft, mapping),
        *of_marks(draft, mapping),
        *of_opting(mapping),
        *of_periods(draft, mapping),
        *of_reversals(draft, mapping),
        *of_units(draft, mapping),
        *of_promises(draft, mapping),
    ]


def unreadable(draft: Draft, mapping: Mapping) -> Iterator[str]:
    """Tell of the cells of a numeric column that are no numbers."""
    for what in NUMERIC:
        for name in names_of(mapping.fields.get(what, ())):
            share = draft.share(name, what) if name in draft.columns else 1.0
            wrong = round((1 - (share or 0.0)) * draft.columns[name].counts.total()) if name in draft.columns else 0
            if wrong:
                cells = "1 cell" if wrong == 1 else f"{wrong:,} cells"
                yield f"{cells} of '{name}' can't be read as a number; such rows are rejected, and can be mended."


def of_money(draft: Draft, mapping: Mapping, currency: str) -> Iterator[str]:
    """Tell of amounts in several currencies, or in another one than the workspace's: nothing is converted."""
    found: set[str] = set()
    for name in names_of(mapping.fields.get("amount", ())):
        for value in draft.columns[name].counts if name in draft.columns else ():
            bare = value.replace("R$", "BRL ")
            found |= {code for sign, code in SIGNS.items() if sign in bare} | set(CODE.findall(bare))
    beside = next((name for name in draft.columns if "currency" in names.variants(name)), None)
    if beside and "amount" in mapping.fields and len(draft.columns[beside].counts) < 100:
        found |= {value.upper() for value in draft.columns[beside].counts if CODE.fullmatch(value.upper())}
    if len(found) > 1:
        yield f"The amounts are in several currencies ({', '.join(sorted(found))}); they are not converted."
    elif found and currency and found != {currency}:
        yield f"The amounts are in {found.pop()}, those of this workspace in {currency}; they are not converted."


def of_promises(draft: Draft, mapping: Mapping) -> Iterator[str]:
    """Tell of promises on which nothing is paid yet: their rows are there, with an amount of 0."""
    for name in names_of(mapping.fields.get("amount", ())):
        promised = any(names.PROMISED & set(names.variants(other)) for other in draft.columns if other != name)
        paid = draft.columns[name].counts if promised and name in draft.columns else ()
        if any(not re.search("[1-9]", value) for value in paid):
            yield f"On some promises nothing is paid yet ('{name}' is 0): they come in as gifts of 0."


def of_states(draft: Draft, mapping: Mapping) -> Iterator[str]:
    """Tell of states of which nothing is known, where others say that a row did not last."""
    if draft.recipe or "amount" not in mapping.fields or draft.ways or draft.marked:
        return
    said = {name.lower() for name in draft.given("states")}
    odd = [name for name, meant in mapping.states.items() if meant == KEEP and not state_of(name)]
    if found := [name for name in odd if name.lower() not in said]:
        yield (
            f"Nothing is known of the state {listed([repr(name) for name in found[:5]])}: such a row counts as it is. "
            "Say otherwise with --state."
        )


def of_zones(draft: Draft, mapping: Mapping) -> Iterator[str]:
    """Tell how zones that are written by letters are read."""
    times = [name for name in names_of(mapping.fields.get("at", ())) if name in draft.columns]
    if any(draft.columns[name].signs["zoned"] for name in times):
        yield "Some times name their zone by letters, such as EST or PST; they are read as in North America and Europe."


def of_years(draft: Draft, mapping: Mapping) -> Iterator[str]:
    """Tell how days are read that state no year."""
    times = [name for name in names_of(mapping.fields.get("at", ())) if name in draft.columns]
    texts = [
        *(text for name in times for text in draft.columns[name].counts),
        *(day_in(name) for name in mapping.events if not period_in(name, mapping.events)),
    ]
    found = next((text for text in texts if text and is_short(text)), "")
    if found:
        yield (
            f"Days such as {found} state no year: each is the last of its name up to the end of the year, the month or "
            "the day that the name of the file says, or else up to the day of the import. Look at the dates."
        )


def is_short(text: str) -> bool:
    """Say whether a text is a day without a year."""
    for order in ("dmy", "mdy"):
        try:
            moments.one(text, order)
        except Unreadable:
            continue
        return False
    return is_day(text)


def of_marks(draft: Draft, mapping: Mapping) -> Iterator[str]:
    """Tell of columns with marks that nothing counts, as they have no date, beside columns that are counted."""
    if not any(draft.is_day(name) for name in mapping.events):
        yield from of_undated(draft, mapping)
        return
    for name in draft.free():
        seen = draft.columns[name]
        if seen.filled and all(value.strip().lower() in YES | NO for value in seen.counts):
            kind = next(iter(mapping.events.values()))
            yield (
                f"'{name}' holds marks as the days beside it do, but its heading has no date: its marks are kept with "
                "the person. Put a date into the heading, or count them on the day of import with "
                f"--event '{name}={kind}'."
            )


def of_undated(draft: Draft, mapping: Mapping) -> Iterator[str]:
    """Tell of several columns of marks in a list of people, which may be events of which nobody said the day."""
    marks = [name for name in draft.free() if draft.is_marked(name)]
    if mapping.target == "people" and len(marks) > 1:
        yield (
            f"'{marks[0]}', '{marks[1]}'{' and others' if len(marks) > 2 else ''} hold marks; they are kept with the "
            "person. If they are events, put their dates into the headings, or count them on the day of import with "
            f"--event '{marks[0]}=attended'."
        )


def of_periods(draft: Draft, mapping: Mapping) -> Iterator[str]:
    """Tell on which day what is of a week, or stands under a month or a year, is taken to have been."""
    found = [name for name in mapping.events if period_in(name, mapping.events)]
    if found:
        yield f"What stands under '{found[0]}' and the like is dated on the first day of that month or year."
    times = [name for field in ("at", "day") for name in names_of(mapping.fields.get(field, ()))]
    texts = (text for name in times if name in draft.columns for text in draft.columns[name].counts)
    if week := next((text for text in texts if moments.is_week(text)), ""):
        yield f"A week such as {week} is read as its Monday."


def of_reversals(draft: Draft, mapping: Mapping) -> Iterator[str]:
    """Tell of amounts below zero, where nothing else says what a row is."""
    kind = mapping.constants.get("kind", "")
    if draft.statement:
        yield (
            f"This seems to be the statement of a bank account: what came in counts as {kind} by those who paid, what "
            "went out is left out. Say what it was with --constant kind=KIND."
        )
        if not ("actor" in mapping.fields or mapping.identities or "name" in mapping.namespaces):
            yield "No column names who paid. Say which one holds their names with --trait name=COLUMN."
    if draft.kinds.group_of.get(kind) != "exchange" or "kind" in mapping.fields or mapping.incoming:
        return
    for name in names_of(mapping.fields.get("amount", ())):
        seen = draft.columns.get(name)
        below = seen.share(pc.less(numbers(seen.values(), mapping.decimal).values, 0.0)) if seen else 0.0
        if seen and below:
            count = round(below * seen.counts.total())
            amounts = f"1 amount of '{name}' is" if count == 1 else f"{count:,} amounts of '{name}' are"
            yield f"{amounts} below zero: taken for money that went back to the one in the row."


def of_units(draft: Draft, mapping: Mapping) -> Iterator[str]:
    """Tell which unit the numbers of a duration are taken to be in, where its heading says none."""
    for name in names_of(mapping.fields.get("minutes", ())):
        seen = draft.columns.get(name)
        if draft.recipe or seen is None or said_unit(name):
            continue
        if seen.share(pc.is_valid(numbers(seen.values(), mapping.decimal).values)) > 0:
            unit = mapping.units.get("minutes", "minutes")
            other = "minutes" if unit == "seconds" else "seconds"
            yield (
                f"Nothing says the unit of '{name}': its numbers are taken for {unit}. Say otherwise with "
                f"--unit minutes={other}."
            )


def of_opting(mapping: Mapping) -> Iterator[str]:
    """Tell when an opt-out that has no date of its own is taken to have been."""
    for name, kind in mapping.events.items():
        if kind == "unsubscribed":
            when = "the row" if "at" in mapping.fields else "the import"
            yield f"Who has a mark in '{name}' counts as unsubscribed, from the day of {when} where it has no date."
