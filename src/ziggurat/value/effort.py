"""How much time and money do we spend on the people of each level, and what do they bring and become?

Our time: the minutes of messages, calls, meetings and answers, and the staff minutes of activities, shared evenly
over what these sent. Our money: what activities cost, shared likewise. Both count for the level on which a person
stood when it reached them. What can't be shared has rows of its own: media, of which nobody knows whom they reached,
and activities that touched nobody within the window. So the rows add up to all that was spent.

What they bring is the value of the ledger, in one unit: money, hours, acts, or worth by declared rates. Climbs are
those that began on the level. Both stand beside the effort and are not its effect: people on a high level bring more
whether or not anyone talks to them, and where most time goes to those who need help, it buys no value and is still
well spent.

Sums are counted and have no error. The bounds of shares (95 %) take people as independent of each other; where a few
people make up most of a sum, they are too narrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw
import numpy as np
import numpy.typing as npt

from ziggurat.base.errors import QuestionError
from ziggurat.base.heavy import alt
from ziggurat.facts.absence import Absence
from ziggurat.facts.directory import Directory
from ziggurat.facts.given import Spending
from ziggurat.facts.level_history import Placed
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, HOURS, LEVEL, MONEY, NUMBER, SHARE, TEXT, interval
from ziggurat.stats.shares import of_people
from ziggurat.study import Days, Family, Number, OneOf, Rungs, Year, study
from ziggurat.value.entries import GAVE, HIGH, SIDES
from ziggurat.value.ledger import Reading, ledger
from ziggurat.value.members import name_members
from ziggurat.value.outlay import ANONYMOUS, Outlay, outlay

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

UNITS = ("money", "hours", "acts", "worth")
NAMELESS, MEDIA, UNSHARED = "Anonymous", "Media, to people unknown", "Activities that touched nobody"
MEASURES = {"our hours": "hours_share", "our money": "money_share", "what they bring": "value_share"}


@dataclass(frozen=True)
class Effort:
    """All that is known of effort and value in a window.

    person: everyone in any of it, sorted. spent: minutes and money, (2, level, person), the last level the anonymous.
    value (level, person): what each gave on each level.
    """

    person: Ints
    spent: Floats
    value: Floats
    outlay: Outlay


@dataclass(frozen=True)
class EffortByLevel(Result):
    """One row per level, the highest first; then the anonymous, and what can't be shared among people.

    people: touched on that level, each once; the anonymous apart. touches: messages. hours: of our staff. money:
    spent (workspace currency). hours_share, money_share: of what was shared among people, 0 to 1. begun: two-way
    interactions that we began. value: what known people gave on that level, in the unit asked for (workspace
    currency, hours or acts; refunds taken off); null where nothing is said. value_share: of all that they gave; null
    unless that is above nothing. climbs: that began on this level. All shares with 95 % bounds; null where there is
    nothing to share. Members: person_id, name, level_name.
    """

    columns: ClassVar = {
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "people": COUNT,
        "touches": COUNT,
        "hours": HOURS,
        "hours_share": SHARE,
        **interval(SHARE, "hours_share"),
        "money": MONEY,
        "money_share": SHARE,
        **interval(SHARE, "money_share"),
        "begun": COUNT("Two-way, begun by us"),
        "value": NUMBER,
        "value_share": SHARE,
        **interval(SHARE, "value_share"),
        "climbs": COUNT,
    }
    keys: ClassVar = ("level_name",)
    absence: ClassVar = Absence(
        "none tells of time, money or a message of ours, or of anything that people brought",
        "Import what you send and what it costs: minutes, costs, messages.",
    )

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether anything was spent there, or brought."""
        return any(row[name] for name in ("people", "touches", "hours", "money", "begun", "value"))

    def chart(self) -> alt.TopLevelMixin:
        """Draw, level by level, the share of our hours and money that it gets, and of the value that it brings."""
        rows = [
            {"level_name": row["level_name"], "of": word, "share": row[name]}
            | {"low": row[f"{name}_low"], "high": row[f"{name}_high"]}
            for row in self.rows()
            for word, name in MEASURES.items()
            if row[name] is not None
        ]
        return charts.spreads(rows, y="level_name", x="share", low="low", high="high", each="of")


@dataclass(frozen=True)
class Worth(Family):
    """By what people and our time with them are weighed."""

    value: Annotated[str, OneOf(*UNITS), "the unit of what people bring"] = "money"
    days: Annotated[Days, "how soon they must come back for a message to begin a talk"] = 14.0
    high: Annotated[Number, "the least rating that counts as advocacy"] = HIGH


@study
def effort(given: Spending, *, window: Year, rungs: Rungs, worth: Worth) -> EffortByLevel:
    """Set what was spent within (since, until] on the people of each level beside what they brought, and their climbs.

    people, levels, exposures, costs, kinds, rates: tables as `schema.PEOPLE`, `LEVELS`, `EXPOSURES`, `COSTS`, `KINDS`
    and `RATES`. names: of the levels. value: money, hours, acts or worth. days: within which she comes back for a
    message to begin a talk. high: the least rating that counts as advocacy. Nothing after `until` is looked at.
    Raises: QuestionError if an option can't be taken; DeclarationError if a rate is of no kind.
    """
    reading = Reading.of(given.ledgers, rungs, window.since, window.until, high=worth.high)
    known = read(reading, given.bought, worth)
    spent, people = known.outlay, given.people
    climbs = climbs_from(reading.placed, Directory.of(people).known(), window.since, len(rungs.names))
    rows = [row_of(known, level, rungs.names, climbs) for level in range(len(rungs.names) - 1, -1, -1)]
    rows += [row_of(known, ANONYMOUS, rungs.names, climbs)] if np.any(spent.column("level") == ANONYMOUS) else []
    rows += rows_not_shared(spent)
    notes = tuple(
        f"The log holds no {what} of ours in this window."
        for what in ("hours", "money")
        if not any(row[what] for row in rows)
    )
    return EffortByLevel(
        tables.from_rows(EffortByLevel.columns, rows), members(spent, rungs.names, people), {}, notes=notes
    )


def read(reading: Reading, bought: tuple[Any, Any, Any], worth: Worth) -> Effort:
    """Lay out by level and person what was spent and what was given in a window.

    bought: tables as `schema.EXPOSURES`, `COSTS` and `KINDS`.
    Raises: QuestionError if the unit is unknown, or is worth and no rate is declared.
    """
    value = worth.value
    if value not in UNITS:
        raise QuestionError(f"`value` is '{value}', but can be: {', '.join(UNITS)}.")
    if value == "worth" and not reading.book.rates:
        raise QuestionError("`value` is 'worth', but no rates are declared; write [rates] in ziggurat.toml.")
    spent = outlay(reading, *bought, days=worth.days)
    given = ledger(reading, "level")
    column, scale = ("minutes", 60.0) if value == "hours" else (value, 1.0)
    size = len(reading.names)
    gave = given.side() == SIDES.index(GAVE)
    whose, to = given.column("person")[gave], spent.column("person")
    person = np.unique(np.concatenate([whose, to]))
    brought = np.zeros((size, person.size))
    np.add.at(
        brought, (given.column("split")[gave], np.searchsorted(person, whose)), given.column(column)[gave] / scale
    )
    amounts = np.zeros((2, size + 1, person.size))  # the anonymous, -1, are the last level
    for number, name in enumerate(("minutes", "money")):
        np.add.at(amounts[number], (spent.column("level"), np.searchsorted(person, to)), spent.column(name))
    return Effort(person, amounts, brought, spent)


def climbs_from(placed: Placed, known: Ints, since: int, size: int) -> Ints:
    """Return how many climbs of known people began on each level after `since`."""
    up = (placed.since > since) & (placed.before >= 0) & (placed.level > placed.before) & np.isin(placed.person, known)
    return np.bincount(placed.before[up], minlength=size).astype(np.int64)


def row_of(known: Effort, level: int, names: Sequence[str], climbs: Ints) -> dict[str, Any]:
    """Return the row of one level."""
    spent = known.outlay
    here = spent.column("level") == level
    nameless = level == ANONYMOUS
    minutes, money = known.spent[:, level]
    brought = None if nameless or not known.value.any() else float(known.value[level].sum())
    whole = known.value.sum(axis=0) * (known.value.sum(axis=1) >= 0).all()  # a level below nothing has no share
    return {
        "level": level,
        "level_name": NAMELESS if nameless else names[level],
        "people": int(np.unique(spent.column("person")[here]).size),
        "touches": int(spent.column("touches")[here].sum()),
        "hours": float(minutes.sum()) / 60,
        **share_with_bounds("hours_share", minutes, known.spent[0].sum(axis=0)),
        "money": float(money.sum()),
        **share_with_bounds("money_share", money, known.spent[1].sum(axis=0)),
        "begun": int(spent.column("begun")[here].sum()),
        "value": brought,
        **({} if brought is None else share_with_bounds("value_share", known.value[level], whole)),
        "climbs": None if nameless else int(climbs[level]),
    }


def share_with_bounds(name: str, part: Floats, whole: Floats) -> dict[str, float | None]:
    """Return a share of a sum over people with its bounds; nothing without a sum."""
    found = of_people(part, whole) if whole.sum() > 0 else None
    return dict(zip((name, f"{name}_low", f"{name}_high"), found or (None, None, None), strict=True))


def rows_not_shared(spent: Outlay) -> list[dict[str, Any]]:
    """Return the rows of what can't be shared among people."""
    minutes, money = spent.rest
    none = {"people": 0, "touches": 0, "begun": 0}
    rows = []
    if spent.media:
        rows.append({"level_name": MEDIA, **none, "hours": 0.0, "money": spent.media})
    if minutes or money:
        rows.append({"level_name": UNSHARED, **none, "hours": minutes / 60, "money": money})
    return rows


def members(spent: Outlay, names: Sequence[str], people: Frame) -> nw.LazyFrame[Any]:
    """Return who was touched on each level."""
    pairs = np.unique(np.stack([spent.column("person"), spent.column("level")]), axis=1)
    words = np.array([*names, NAMELESS], np.str_)  # the anonymous, -1, are the last
    return name_members(pairs[0], {"level_name": words[pairs[1]].tolist()}, people)
