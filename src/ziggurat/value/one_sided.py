"""Who gives much and gets little, and who gets much and gives nothing back?

Of all acts in the ledgers of the people on one level, some were given and some were got. Someone is one-sided if their
own mix is odder than chance would make it, were the two sides dealt out anew among the acts of everyone on their level
(Fisher's exact test), and if the odds of giving are so many times those of their level, or of getting. So many people
are looked at that some would be odd by chance: the list is cut where more than the stated share of it would be
(Benjamini-Hochberg).

Acts are counted because they are the one unit that all entries have; hours and money stand beside them. Ten posts of
one evening are ten acts, so that short bursts look surer than they are. To be one-sided is no fault: some love to
give, and whoever is new has been welcomed before they could give anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import alt
from ziggurat.facts.absence import Absence
from ziggurat.facts.given import Ledgers
from ziggurat.people.ids import person_ids
from ziggurat.results import tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, HOURS, LEVEL, MONEY, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.stats.shuffled import dealt, found_falsely
from ziggurat.study import Family, Limit, Number, Rungs, Share, Within, Year, study
from ziggurat.value.drawing import two_sides
from ziggurat.value.entries import GAVE, HIGH, SIDES
from ziggurat.value.ledger import ENTERED, Ledger, Reading, ledger
from ziggurat.value.members import name_members

Ints = npt.NDArray[np.int64]
GIVES, GETS = "gives", "gets"
FALSE = 0.05
UNITS = ("acts", "minutes", "money")


@dataclass(frozen=True)
class OneSided(Result):
    """One row per one-sided person, the oddest first.

    level: hers at `until`. tilt: gives or gets. gave, got: acts. share: of her acts that she gave, 0 to 1, with 95 %
    Wilson bounds, which take acts as independent. level_share: the same of everyone on her level, counted and without
    error. false_share: of the people down to here, how many may be there by chance. hours and money (workspace
    currency) given and got are null where nothing is said of them. Members: person_id, name.
    """

    columns: ClassVar = {
        "person_id": TEXT("Person"),
        "name": TEXT,
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "tilt": TEXT("Gives or gets"),
        "gave": COUNT("Acts given"),
        "got": COUNT("Acts got"),
        "share": SHARE("Share given"),
        **interval(SHARE),
        "level_share": SHARE("Given, of all on their level"),
        "false_share": SHARE("List by chance up to here"),
        "hours_given": HOURS,
        "hours_got": HOURS,
        "money_given": MONEY,
        "money_got": MONEY,
    }
    keys: ClassVar = ("person_id",)
    absence: ClassVar = Absence(
        "none makes anybody's giving and getting surely differ from that of their level by {times} times the odds",
        "Lower `times`, or raise `false`.",
        (ENTERED,),
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw what each of them gave against what she got."""
        return two_sides(self.rows(), {GIVES: "gives much, gets little", GETS: "gets much, gives little"})


@dataclass(frozen=True)
class Tilting(Family):
    """Who is one-sided, and who is listed."""

    times: Annotated[Number, Within(1, 1_000_000), "how many times the odds of their level make them one-sided"] = 2.0
    false: Annotated[Share, "the share of the list that may be there by chance"] = FALSE
    high: Annotated[Number, "the least rating that counts as advocacy"] = HIGH
    limit: Limit = 1000


@study
def one_sided(given: Ledgers, *, window: Year, rungs: Rungs, tilt_by: Tilting) -> OneSided:
    """List the known people whose ledger within (since, until] is one-sided.

    people, levels, kinds, rates: tables as `schema.PEOPLE`, `LEVELS`, `KINDS` and `RATES`. names: of the levels.
    times: how many times the odds of her level, at least 1. false: the share of the list that may be there by chance,
    0 to 1. high: the least rating that counts as advocacy. Nothing after `until` is looked at. Raises: QuestionError
    if an option can't be taken; DeclarationError if a rate is of no kind.
    """
    reading = Reading.of(given, rungs, window.since, window.until, high=tilt_by.high)
    person, sums = by_person(ledger(reading))
    level = np.maximum(reading.placed.at(person, np.full(person.size, window.until)), 0)
    chosen, tilt, usual, falsely = find_tilted(sums["acts"], level, tilt_by.times, tilt_by.false)
    order = np.lexsort((person[chosen], -sums["acts"][:, chosen].sum(axis=0), falsely[chosen]))
    chosen = chosen[order]
    who = name_members(person[chosen], {}, given.people)
    said = dict(zip(*tables.collect(who, "person_id", "name").to_pydict().values(), strict=True))
    ids = person_ids(person[chosen]).to_pylist()
    rows = []
    for place, one in list(zip(chosen.tolist(), ids, strict=True))[: tilt_by.limit]:
        gave, got = (int(acts) for acts in sums["acts"][:, place])
        low, high_ = wilson(gave, gave + got)
        rows.append(
            {"person_id": one, "name": said[one], "level": int(level[place]), "level_name": rungs.names[level[place]]}
            | {"tilt": GIVES if tilt[place] > 0 else GETS, "gave": gave, "got": got, "share": gave / (gave + got)}
            | {"low": low, "high": high_, "level_share": float(usual[place]), "false_share": float(falsely[place])}
            | amounts(sums, place)
        )
    return OneSided(tables.from_rows(OneSided.columns, rows), who)


def by_person(found: Ledger) -> tuple[Ints, dict[str, npt.NDArray[np.float64]]]:
    """Return everyone in a ledger, sorted, and acts, minutes and money, (side, person); nan where nothing is said."""
    person, place = np.unique(found.column("person"), return_inverse=True)
    side = found.side()
    sums = {}
    for unit in UNITS:
        cells = np.zeros((len(SIDES), person.size))
        np.add.at(cells, (side, place), found.column(unit))
        known = np.zeros(cells.shape, np.bool_)
        said = found.sums[unit].is_valid().to_numpy()
        known[side[said], place[said]] = True
        sums[unit] = np.where(known | (unit == "acts"), cells, np.nan)
    return person, sums


def find_tilted(
    acts: npt.NDArray[np.float64], level: Ints, times: float, false: float
) -> tuple[Ints, Ints, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Find whose mix of sides is odd for her level.

    acts (side, person), level (person,). Returns: positions of the people found; and of everyone: 1 if she gives more
    than her level, -1 if less; what share of acts is usual on her level; the share of false findings down to her.
    """
    whole = acts.astype(np.int64)
    gave, both = whole[SIDES.index(GAVE)], whole.sum(axis=0)
    size = int(level.max(initial=0)) + 1
    all_gave, all_both = (np.bincount(level, weights, size).astype(np.int64)[level] for weights in (gave, both))
    usual = np.divide(all_gave, all_both, out=np.zeros(level.size), where=all_both > 0)
    falsely = np.ones(level.size)
    some = both > 0
    falsely[some] = found_falsely(dealt(gave[some], both[some], all_gave[some], all_both[some]))
    got, all_got = both - gave, all_both - all_gave
    gives = gave * all_got >= times * got * all_gave
    gets = got * all_gave >= times * gave * all_got
    tilt = np.sign(gave * all_got - got * all_gave)
    right = some & (falsely <= false) & np.where(tilt > 0, gives, gets)
    return np.flatnonzero(right & (tilt != 0)), tilt, usual, falsely


def amounts(sums: dict[str, npt.NDArray[np.float64]], place: int) -> dict[str, float | None]:
    """Return hours and money of both sides of one person."""
    found = {}
    for name, unit, scale in (("hours", "minutes", 60), ("money", "money", 1)):
        for side, word in enumerate(("given", "got")):
            value = sums[unit][side, place]
            found[f"{name}_{word}"] = None if np.isnan(value) else float(value) / scale
    return found
