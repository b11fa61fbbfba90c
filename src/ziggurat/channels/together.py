"""Do two activities move people more together than each alone, and does it matter which comes first?

Of those who were known before, who got both activities, either alone or neither is compared with each other among
people who stood on the same level and had done as much before (direct standardization onto those who got both). What is
compared is the share who then did the outcome, less the share who did it in as much time before. Together is what both
do beyond the sum of what each does alone; the order, by how much those who got the first one first are ahead.

What reached whom was decided by somebody, or by what people did themselves. Whatever comes over people at the same time
and is neither their level nor how much they did may be what is seen; only an experiment, with both by lot, tells that.
Where those who got both were already different before, it is not told. Ten points and ten points that make thirty are
ten more together; where they double each other's effect, the sum falls short of the product, and that counts as more.

Source: interaction on the additive scale, VanderWeele & Knol (2014); see `stats.contrast`. p-values are adjusted over
all pairs (Holm 1979).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.errors import QuestionError
from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.channels import declared, outcomes
from ziggurat.channels.outcomes import Outcome, Trial
from ziggurat.channels.touches import PLACED, TOUCHES, group_order, name_units, touching_of, unit_of
from ziggurat.facts.absence import Absence
from ziggurat.facts.given import Histories
from ziggurat.facts.level_history import Placed
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.population import NOBODY, Folk
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import CHANCE, COUNT, SHARE, TEXT, interval
from ziggurat.stats.adoption import holm
from ziggurat.stats.contrast import Contrast, contrast
from ziggurat.study import Count, Days, Family, OneOf, Rungs, Text, Window, Within, Year, study

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Row = dict[str, Any]

MOST = 8  # activities that are paired, those that reached most people
NEVER = np.iinfo(np.int64).max
LEAST_ORDER = 20  # people of each order
SURELY = 0.05
OUT = DIRECTIONS.index("out")
NEITHER, FIRST, SECOND, BOTH = range(4)
JOINT = (1.0, -1.0, -1.0, 1.0)
AHEAD = (1.0, -1.0)
READ = (*PLACED, "at", "kind", "direction")
MORE, LESS, OPEN, BEFORE = (
    "more together",
    "less together",
    "can't be told",
    "can't be told: who got both differed before",
)


@dataclass(frozen=True)
class Together(Result):
    """One row per pair of activities or channels with enough people, the surest first.

    people: who got both. both, first_alone, second_alone, neither: who got so much of the pair, in strata that hold all
    four, and are compared.
    both_share and so on: how much larger a share of them did the outcome after than before, standardized, -1 to 1.
    more_share: what both did beyond the sum of each alone, with bounds; adjusted_p: over all pairs. first_first: people
    who got the first one before the second; ahead_share: by how much they are beyond those who got the second before,
    with bounds. Members: person_id, name, first, second, of those who got both.
    """

    columns: ClassVar = {
        "first": TEXT,
        "second": TEXT,
        "people": COUNT("Got both"),
        "both": COUNT("Of those, compared"),
        "first_alone": COUNT("Got the first alone"),
        "second_alone": COUNT("Got the second alone"),
        "neither": COUNT("Got neither"),
        "both_share": SHARE("More of both"),
        "first_share": SHARE("More of the first alone"),
        "second_share": SHARE("More of the second alone"),
        "neither_share": SHARE("More of neither"),
        "more_share": SHARE("Beyond the sum"),
        **interval(SHARE, "more_share"),
        "adjusted_p": CHANCE,
        "verdict": TEXT,
        "first_first": COUNT("Got the first one first"),
        "ahead_share": SHARE("Ahead of the other order"),
        **interval(SHARE, "ahead_share"),
    }
    keys: ClassVar = ("first", "second")
    absence: ClassVar = Absence(
        "none is of two activities that leave {least} people each of whom both, either and neither reached, on one "
        "level and alike before",
        "Choose a longer period, `by` = channel, or fewer by `least`.",
        (TOUCHES,),
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw what is beyond the sum, a line each with its bounds."""
        rows = [row | {"_pair": f"{row['first']} and {row['second']}"} for row in self.rows()]
        if not rows:
            return charts.nothing()
        base = alt.Chart(charts.data(rows)).encode(
            y=alt.Y("_pair:N", sort=None, title=None, axis=charts.BARE), tooltip=charts.tips(rows, ("_pair",))
        )
        title = "Share who did it beyond the sum of each alone"
        line = base.mark_rule(color=charts.BLUE).encode(
            x=alt.X("more_share_low:Q", title=title, axis=alt.Axis(format="%")), x2="more_share_high:Q"
        )
        return charts.fitted(line + base.mark_point(filled=True, color=charts.BLUE).encode(x="more_share:Q"), len(rows))


@dataclass(frozen=True)
class Reached:
    """When each unit first reached each person, and how much they had done before: of those who count, by place.

    at (P, U): µs; NEVER where it did not. change, before (P,): whether they did the outcome after, less whether before;
    and the latter alone. stratum (P,).
    """

    at: Ints
    change: Floats
    before: Floats
    stratum: Ints


@dataclass(frozen=True)
class Pairing(Family):
    """What is paired."""

    by: Annotated[str, OneOf("activity", "channel"), "what is paired"] = "activity"
    least: Annotated[Count, Within(1, 1_000_000), "people of each kind that a pair needs"] = 20


@study
def together(
    given: Histories,
    activities: Frame,
    *,
    window: Year,
    rungs: Rungs,
    pairing: Pairing,
    outcome: Annotated[Text | None, "kinds of interaction parted by commas, or a level; level 2 if left out"] = None,
    days: Annotated[Days, Within(1, 3650), "in which an outcome counts: the last, and as many before"] = 30,
) -> Together:
    """Compare those whom both, either and neither of two activities reached within (since, until - days].

    buckets, people, levels: lives, and tables as `schema.PEOPLE` and `LEVELS`; activities: as `ACTIVITIES`. Only those
    count who were known by `since` - days. Nothing after `until` is looked at.
    Raises: QuestionError if `since` is not before `until` - days, or `outcome` is neither a level nor a kind.
    """
    span = round(days * DAY)
    if window.until - span <= window.since:
        raise QuestionError("`days` leave nothing of the period; choose fewer, or a longer period.")
    trial = Trial(outcome=outcome, window_days=days, before_days=days)
    what = outcomes.read(given.buckets, given.levels, window.until, rungs, trial)
    folk = Folk.of(given.people, window.since - span)
    level = Placed.of(given.levels, rungs.ladder, window.until, rungs.names)
    units, found = read_reached(given, activities, window, what, folk, level, pairing.by)
    some = np.argsort(-(found.at < NEVER).sum(axis=0), kind="stable")[:MOST]
    compared = [(pair, joint_of(found, *pair)) for pair in itertools.combinations(sorted(some.tolist()), 2)]
    pairs = [pair for pair, whole in compared if whole.people.min() >= pairing.least]
    joint = [whole for _, whole in compared if whole.people.min() >= pairing.least]
    adjusted = holm(np.array([each.p_value for each in joint]))
    rows = [
        row_of((units[one], units[other]), found, (one, other), whole, float(p))
        for (one, other), whole, p in zip(pairs, joint, adjusted, strict=True)
    ]
    order = sorted(range(len(rows)), key=lambda row: (joint[row].p_value, rows[row]["first"], rows[row]["second"]))
    got = [np.flatnonzero((found.at[:, one] < NEVER) & (found.at[:, other] < NEVER)) for one, other in pairs]
    members = {
        name: pa.array([units[pair[end]] for pair, some in zip(pairs, got, strict=True) for _ in some], pa.string())
        for end, name in enumerate(("first", "second"))
    }
    place = np.concatenate([np.empty(0, np.int64), *got])
    return Together(
        tables.from_rows(Together.columns, [rows[row] for row in order]), folk.members(place, members), notes=said(days)
    )


def said(days: float) -> tuple[str, ...]:
    """Say what the figures are of."""
    return (
        f"Of those who were known {days:g} days before the period; shares are of who did the outcome in its last "
        f"{days:g} days, less who did it in the {days:g} days before it.",
    )


def read_reached(
    given: Histories, activities: Frame, window: Window, what: Outcome, folk: Folk, level: Placed, by: str
) -> tuple[Sequence[str], Reached]:
    """Read everyone's lives once. Return the units' names, and what reached those who count."""
    buckets, span = given.buckets, what.window
    units, positions = name_units(buckets.codes, by)
    count = len(buckets.codes.get("activity", []))
    stated = declared.read_declared(activities, buckets.codes.get("activity", []))
    touching = touching_of(Meanings.of_log(buckets), buckets.codes, stated)
    at = np.full((len(folk), len(units)), NEVER)
    measured = np.zeros((3, len(folk)))  # after, before, acts

    def kernel(rows: pa.Table) -> tuple[Ints, Ints, Ints, Ints, npt.NDArray[np.float64]]:
        rows = rows.filter(pc.and_(pc.less_equal(rows["at"], window.until), pc.greater_equal(rows["kind"], 0)))
        rows = rows.combine_chunks()
        rows = rows.filter(pa.array(folk.places(rows["person"].to_numpy()) != NOBODY)).combine_chunks()
        own = rows.filter(pa.array((rows["direction"].to_numpy() != OUT) & (rows["at"].to_numpy() <= window.since)))
        person = np.unique(rows["person"].to_numpy())
        acts = np.bincount(np.searchsorted(person, own["person"].to_numpy()), minlength=person.size)
        after, _ = what.measured(rows, person, np.full(person.size, window.until - span))
        _, before = what.measured(rows, person, np.full(person.size, window.since))
        within = (rows["at"].to_numpy() > window.since) & (rows["at"].to_numpy() <= window.until - span)
        touches = rows.filter(pa.array(within & (touching.ways(rows) >= 0))).sort_by("at")
        who, activity, channel = (touches[name].to_numpy().astype(np.int64) for name in PLACED)
        unit = positions[unit_of(activity, channel, count, by)]
        order, starts = group_order(who, unit)
        first = order[starts]
        return who[first], unit[first], touches["at"].to_numpy()[first], person, np.vstack([after, before, acts])

    for who, unit, when, person, figures in buckets.fold(kernel, tuple(dict.fromkeys((*READ, *what.columns)))):
        at[folk.places(who), unit] = when
        measured[:, folk.places(person)] = figures
    after, before, acts = measured
    some = acts[acts > 0]
    busy = (acts > 0) + (acts > (np.median(some) if some.size else 0)).astype(np.int64)
    stood = level.at(folk.person, np.full(len(folk), window.since - span))
    return units, Reached(at, after - before, before, (stood - stood.min(initial=0)) * 3 + busy)


def cells(found: Reached, one: int, other: int) -> Ints:
    """Return who got neither, the first alone, the second alone, or both, by person."""
    return (found.at[:, one] < NEVER) * FIRST + (found.at[:, other] < NEVER).astype(np.int64) * SECOND


def joint_of(found: Reached, one: int, other: int) -> Contrast:
    """Return what both did beyond the sum of each alone."""
    return contrast(found.change, cells(found, one, other), found.stratum, JOINT, BOTH)


def row_of(names: tuple[str, str], found: Reached, pair: tuple[int, int], whole: Contrast, adjusted: float) -> Row:
    """Return the row of a pair."""
    one, other = pair
    cell = cells(found, one, other)
    row: Row = {"first": names[0], "second": names[1], "adjusted_p": adjusted}
    for name, people, mean in zip(
        ("neither", "first", "second", "both"), whole.people.tolist(), whole.means.tolist(), strict=True
    ):
        row |= {f"{name}_alone" if name in ("first", "second") else name: people, f"{name}_share": mean}
    row |= {"more_share": whole.value, "more_share_low": whole.low, "more_share_high": whole.high}
    earlier = contrast(found.before, cell, found.stratum, JOINT, BOTH)
    row["verdict"] = verdict(whole, adjusted, earlier.p_value)
    both = cell == BOTH
    later = (found.at[both, one] > found.at[both, other]).astype(np.int64)
    order = contrast(found.change[both], later, found.stratum[both], AHEAD, 0)
    row["people"] = int(both.sum())
    row["first_first"] = int((later == 0).sum())
    if order.people.min() >= LEAST_ORDER:
        row |= {"ahead_share": order.value, "ahead_share_low": order.low, "ahead_share_high": order.high}
    return row


def verdict(whole: Contrast, adjusted: float, before_p: float) -> str:
    """Say what a pair shows. before_p: that those who got both differed in as much time before."""
    if adjusted >= SURELY:
        return OPEN
    if before_p < SURELY:
        return BEFORE
    return MORE if whole.value > 0 else LESS
