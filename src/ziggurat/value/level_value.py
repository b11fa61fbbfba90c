"""What does a person of each level give in a year, what do they cost, and how many never go beyond?

All that people gave within the window while they stood on a level, by the years that they spent on it: money (refunds
taken off), hours and referrals, as the ledger has them (`value.ledger`). Beside it what we spent on them there, money
and hours of ours, as `effort` has it (`value.outlay`). So a level that people only pass through is not worth less for
it. What can't be shared among people, such as media, is in no row.

It does not mean that somebody who is brought up to a level will give as much: those who climb are others than those who
are carried. Nor that a year costs what it cost: what we spend goes to those whom we choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw
import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY, moment
from ziggurat.base.words.days import day
from ziggurat.base.words.numbers import bounded, number
from ziggurat.facts.absence import Absence
from ziggurat.facts.directory import Directory
from ziggurat.facts.given import Spending
from ziggurat.facts.level_history import Placed
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, HOURS, LEVEL, MEAN, MONEY, NUMBER, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.stats.ratios import per_unit
from ziggurat.study import Number, Rungs, Year, study
from ziggurat.value.entries import GAVE, HIGH, NAMES, SIDES
from ziggurat.value.ledger import Reading, ledger
from ziggurat.value.members import name_members
from ziggurat.value.outlay import outlay

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
YEAR = 365.25 * DAY
SOON = 14.0  # days within which somebody comes back; nothing here follows from it
REFERRALS = NAMES.index("referrals")
GIVEN, COST = ("money", "hours", "referrals"), ("our_money", "our_hours")


@dataclass(frozen=True)
class LevelValue(Result):
    """One row per level, the highest first.

    people: known people who stood there within the window. years: that they spent there, of all together. money, hours,
    referrals: given in a year there by one person (workspace currency, hours, number). our_money, our_hours: spent by
    us on one person in a year there. Each with 95 % bounds of people as a sample, null of fewer than two people; all
    null where nobody was there. ever: known people who by the end had ever stood there or higher. beyond_share: the
    share of them, 0 to 1, who had ever come higher, with 95 % Wilson bounds; null at the top. Members: person_id, name,
    level.
    """

    columns: ClassVar = {
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "people": COUNT,
        "years": NUMBER("Years there, all together"),
        "money": MONEY("Money in a year"),
        **interval(MONEY, "money"),
        "hours": HOURS("Hours in a year"),
        **interval(HOURS, "hours"),
        "referrals": MEAN("Referrals in a year"),
        **interval(MEAN, "referrals"),
        "our_money": MONEY("Our money in a year"),
        **interval(MONEY, "our_money"),
        "our_hours": HOURS("Our hours in a year"),
        **interval(HOURS, "our_hours"),
        "ever": COUNT("Ever there or higher"),
        "beyond_share": SHARE("Ever went beyond"),
        **interval(SHARE, "beyond_share"),
    }
    keys: ClassVar = ("level",)
    absence: ClassVar = Absence("none is of somebody who stands on the ladder", "Choose another ladder.")

    def says(self, row: dict[str, Any]) -> bool:  # type: ignore[override]
        """Tell whether anybody stood there."""
        return bool(row["people"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw how many of those who came to each level went beyond it."""
        rows = [
            {
                "level": row["level"],
                "level_name": row["level_name"],
                "share": row["beyond_share"],
                "people": row["ever"],
            }
            | {"low": row["beyond_share_low"], "high": row["beyond_share_high"]}
            for row in self.rows()
            if row["beyond_share"] is not None
        ]
        return charts.shares(rows, y="level_name", title="Went beyond") if rows else charts.nothing()


@study
def level_value(
    given: Spending,
    *,
    window: Year,
    rungs: Rungs,
    high: Annotated[Number, "the least rating that counts as advocacy"] = HIGH,
) -> LevelValue:
    """Set what one person of each level gives in a year beside what they cost, within (since, until].

    people, levels, exposures, costs, kinds, rates: tables as `schema.PEOPLE`, `LEVELS`, `EXPOSURES`, `COSTS`, `KINDS`
    and `RATES`. names: of the levels. Nothing after `until` is looked at.
    Raises: QuestionError if an option can't be taken; DeclarationError if a rate is of no kind.
    """
    reading = Reading.of(given.ledgers, rungs, window.since, window.until, high=high)
    person = Directory.of(given.people).known()
    person = person[np.isin(person, reading.placed.person)]
    size = len(rungs.names)
    years = years_on(reading.placed, person, window.since, window.until, size)
    amounts = read_amounts(reading, given.bought, person)
    peak = np.zeros(person.size, np.int64)
    there = np.isin(reading.placed.person, person)
    np.maximum.at(peak, np.searchsorted(person, reading.placed.person[there]), reading.placed.level[there])
    rows = [row_of(level, rungs.names[level], years[level], amounts, peak, size) for level in range(size - 1, -1, -1)]
    return LevelValue(
        tables.from_rows(LevelValue.columns, rows),
        members(person, years, given.people),
        {},
        notes=tuple(sentence(peak, rungs.names, window.until)),
    )


def years_on(placed: Placed, person: Ints, since: int, until: int, size: int) -> Floats:
    """Return how many years each person spent on each level within (since, until]: level × person."""
    found = np.zeros((size, person.size))
    last = np.append(np.diff(placed.person) != 0, True)[: placed.person.size]
    ends = np.where(last, until, np.roll(placed.since, -1))
    there = np.isin(placed.person, person)
    span = np.clip(np.minimum(ends, until) - np.maximum(placed.since, since), 0, None)[there] / YEAR
    np.add.at(found, (placed.level[there], np.searchsorted(person, placed.person[there])), span)
    return found


def read_amounts(reading: Reading, bought: tuple[Any, Any, Any], person: Ints) -> dict[str, Floats]:
    """Return what was given and spent by level and person, by name of its column."""
    found = {name: np.zeros((len(reading.names), person.size)) for name in (*GIVEN, *COST)}

    def add(name: str, whose: Ints, level: Ints, amount: Floats) -> None:
        ours = np.isin(whose, person) & (level >= 0)
        np.add.at(found[name], (level[ours], np.searchsorted(person, whose[ours])), amount[ours])

    gave = ledger(reading, "level")
    side = gave.side() == SIDES.index(GAVE)
    whose, level = gave.column("person"), gave.column("split")
    add("money", whose, level, np.where(side, gave.column("money"), 0.0))
    add("hours", whose, level, np.where(side, gave.column("minutes"), 0.0) / 60)
    referred = gave.column("entry") == REFERRALS
    add("referrals", whose, level, np.where(referred, gave.column("acts"), 0).astype(np.float64))
    spent = outlay(reading, *bought, days=SOON)
    to, level = spent.column("person"), spent.column("level")
    add("our_money", to, level, spent.column("money"))
    add("our_hours", to, level, spent.column("minutes") / 60)
    return found


def row_of(level: int, name: str, years: Floats, amounts: dict[str, Floats], peak: Ints, size: int) -> dict[str, Any]:
    """Return the row of one level."""
    row: dict[str, Any] = {
        "level": level,
        "level_name": name,
        "people": int((years > 0).sum()),
        "years": float(years.sum()),
    }
    here = years > 0
    for what, all_of in amounts.items():
        found = per_unit(all_of[level][here], years[here]) or (None, None, None)
        row |= dict(zip((what, f"{what}_low", f"{what}_high"), found, strict=True))
    ever, beyond = int((peak >= level).sum()), int((peak > level).sum())
    row |= {"ever": ever}
    if ever and level < size - 1:
        low, high = wilson(beyond, ever)
        row |= {"beyond_share": beyond / ever, "beyond_share_low": low, "beyond_share_high": high}
    return row


def sentence(peak: Ints, names: Sequence[str], until: int) -> list[str]:
    """Say beyond which level most people never went, as the log has it."""
    total = int(peak.size)
    if not total:
        return []
    level = int(np.argmax(np.cumsum(np.bincount(peak, minlength=len(names))) * 2 > total))
    stayed, below = int((peak <= level).sum()), int((peak < level).sum())
    if level == len(names) - 1:
        return [f"Most people came to the top, {names[level]}: {number(stayed - below)} of {number(total)}."]
    share = bounded(stayed / total, *wilson(stayed, total))
    when = day(moment(until))
    return [f"Most never go beyond {names[level]}: {share} of {number(total)} people had not by {when}."]


def members(person: Ints, years: Floats, people: Frame) -> nw.LazyFrame[Any]:
    """Return who stood on each level."""
    level, who = np.nonzero(years > 0)
    return name_members(person[who], {"level": level}, people)
