"""What is one person's story: where do they stand, since when, and why?

The score is always decomposable: every rule of their level, and of the next one, comes with the interactions that it
counts. What it doesn't say is why they did them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.heavy import alt
from ziggurat.base.instant import moment
from ziggurat.base.kinds import Kinds
from ziggurat.base.schema import APART, DIRECTIONS
from ziggurat.levels import story_charts
from ziggurat.levels.conditions import Known, Switches, leaning, switches
from ziggurat.levels.history import arrays
from ziggurat.levels.ladder import Ladder, Rule
from ziggurat.levels.lives import Lives
from ziggurat.levels.plan import DAY, FOREVER, MICRO, MOST, NEVER, Codes, Plan, plan
from ziggurat.levels.readings import NOTHING, Beside, Readings, of_them, readings
from ziggurat.log.settling import SETTLED
from ziggurat.people.lived import SAID

SHOWN = 50  # interactions listed under one rule, latest first; `have` says how many there are
INSTANTS = ("since", "until", "first_at", "last_at", "peak_at", "lapsed_at", "slips_at")

Flags = npt.NDArray[np.bool_]
Row = dict[str, Any]


@dataclass(frozen=True)
class Story:
    """One person as of an instant.

    person: columns of `schema.PEOPLE`. standing: columns of `schema.STANDINGS`, or None for staff, anonymous people
    and those not known yet. levels: rows of `schema.LEVELS` up to the instant. timeline: one page of interactions,
    newest first, with `cells` (heading → text) that no field took, where the log is at hand; total: how many there
    are. why: see `why`. Instants are datetimes.
    """

    person: Row
    level: int | None
    level_name: str | None
    standing: Row | None
    levels: list[Row]
    timeline: list[Row]
    total: int
    why: list[Row]
    at: int
    names: tuple[str, ...] = ()

    def strip_chart(self) -> alt.TopLevelMixin:
        """Draw her level over time."""
        rows = [{**row, "level_name": self.names[row["level"]]} for row in self.levels]
        return story_charts.staircase(rows, until=moment(self.at), names=self.names)

    def timeline_chart(self) -> alt.TopLevelMixin:
        """Draw the interactions of this page over channels."""
        return story_charts.dots(self.timeline, x="at", y="channel", colour="kind")


@dataclass(frozen=True, eq=False)
class Derivation:
    """What is derived of one person: their row, history and its codes, and how they stand on a ladder, and stood."""

    row: Mapping[str, Any]
    history: pa.Table
    codes: Mapping[str, Sequence[str]]
    standing: Mapping[str, Any] | None
    levels: Sequence[Mapping[str, Any]]


def story(
    told: Derivation, ladder: Ladder, kinds: Kinds, *, at: int, page: int, size: int, beside: Beside = NOTHING
) -> Story:
    """Tell a story of `page` and `size` as of an instant (µs) from what is derived of one person: see `Story`."""
    row, history, codes, standing, levels = told.row, told.history, told.codes, told.standing, told.levels
    if any(row[flag] for flag in APART):
        standing, levels = None, []
    real = [index for index, kind in enumerate(history["kind"].to_pylist()) if kind >= 0]
    last = moment(history["at"][real[-1]].as_py()) if real else None
    start = (max(1, page) - 1) * size
    level = standing["level"] if standing else None
    reasons = []
    if level is not None:
        reasons = why(history, codes, ladder, kinds, levels=(level, level + 1), at=at, beside=beside)
    return Story(
        person={**with_datetimes(row), "interactions": len(real), "last_at": last, "consent": consent(history, codes)},
        level=level,
        level_name=None if level is None else ladder.names[level],
        standing=with_datetimes(standing) if standing else None,
        levels=[with_datetimes(one) for one in levels],
        timeline=interactions(history, codes, real[::-1][start : start + size]),
        total=len(real),
        why=reasons,
        at=at,
        names=ladder.names,
    )


def consent(history: pa.Table, codes: Mapping[str, Sequence[str]]) -> str | None:
    """Return which of subscribing and unsubscribing was done last in a history; None for neither."""
    said = [codes["kind"].index(kind) for kind in SAID if kind in codes["kind"]]
    rows = history.filter(pc.is_in(history["kind"], pa.array(said, history["kind"].type)))
    return codes["kind"][rows["kind"][-1].as_py()] if rows.num_rows else None


def with_datetimes(row: Mapping[str, Any]) -> Row:
    """Return a row with its instants as datetimes."""
    return {
        name: moment(value) if name in INSTANTS and value is not None else value
        for name, value in row.items()
        if name != "person"
    }


def interactions(history: pa.Table, codes: Mapping[str, Sequence[str]], rows: Sequence[int]) -> list[Row]:
    """Return rows of a history in words, in the given order."""
    found = []
    for row in history.take(pa.array(list(rows), pa.int64())).to_pylist():
        row["at"] = moment(row["at"])
        row["direction"] = SETTLED[row["direction"]]
        for column in ("kind", "channel", "activity", "source"):
            row[column] = codes[column][row[column]] if row[column] >= 0 else None
        found.append(
            {name: value for name, value in row.items() if name not in ("person", "import_no", "tone", "by_staff")}
        )
    return found


def why(
    history: pa.Table,
    codes: Mapping[str, Sequence[str]],
    ladder: Ladder,
    kinds: Kinds,
    *,
    levels: Sequence[int],
    at: int,
    beside: Beside = NOTHING,
) -> list[Row]:
    """Say of each rule of the given levels whether it holds at an instant, and which interactions it counts.

    history: one person's rows, sorted. beside: what the ladder asks for beside them, of this person at least. Returns
    rows with level, level_name, rule (words), unit, holds, have, need, until (when it lapses if nothing more happens;
    None if it doesn't hold or never lapses), conditions (each with its words, and whether it is met) and interactions.
    """
    steps = plan(ladder, Codes(codes["kind"], codes["channel"], codes["activity"]), kinds)
    lives = arrays(history)
    beside = of_them(lives, beside)
    read = readings(lives, codes["kind"], ladder, kinds, beside)
    own = np.arange(lives.at.size) if read.row is None else read.row
    found = []
    for number, (level, rule) in enumerate(ladder.rules()):
        if level not in levels:
            continue
        have, lapse, rows = measure(rule, number, steps, read, at)
        met, until = conditions(rule, lives, codes["kind"], kinds, beside.known, at)
        lapse = min(lapse, until)
        holds = lapse > at
        found.append(
            {
                "level": level,
                "level_name": ladder.names[level],
                "rule": rule.words(),
                "unit": rule.unit,
                "holds": holds,
                "have": have,
                "need": rule.need,
                "until": moment(lapse) if holds and lapse < FOREVER else None,
                "conditions": met,
                "interactions": interactions(history, codes, own[rows[::-1][:SHOWN]].tolist()),
            }
        )
    return found


def conditions(
    rule: Rule, lives: Lives, codes: Sequence[str], kinds: Kinds, known: Known, at: int
) -> tuple[list[Row], int]:
    """Return each of a rule's conditions in words, with whether it is met at an instant; and until when all are."""
    found, until = [], int(FOREVER)
    for name, words in zip(rule.conditions, rule.conditions_in_words(), strict=True):
        alone = msgspec.structs.replace(rule, **{other: () for other in rule.conditions if other != name})
        parts = switches(alone, lives, codes, kinds, known, lambda: leaning(lives, codes, kinds))
        met = min(last(one, at) for one in parts)
        until = min(until, met)
        found.append({"words": words, "met": met > at})
    return found, until


def last(switch: Switches, at: int) -> int:
    """Return until when one condition of one person is met, as of an instant."""
    before = np.flatnonzero(switch.at <= at)
    return int(switch.until[before[-1]]) if before.size else int(FOREVER if switch.met else NEVER)


def measure(rule: Rule, number: int, steps: Plan, read: Readings, at: int) -> tuple[float, int, npt.NDArray[np.int64]]:
    """Return how much there is of what a rule needs, when that lapses (0 if there is not enough), and the rows it
    counts."""
    lives = read.lives
    past = (lives.at <= at) & (lives.kind >= 0)
    seen = past & fitting(number, steps, lives)
    if rule.says:
        seen &= steps.saying[number, read.says]
    window = int(steps.window[number])
    if rule.test == "from_kinds":
        return standing(number, steps, lives, seen, past, at)
    counted = np.flatnonzero(seen & steps.kind[number, lives.kind] & inside(lives.at, at, window))
    if rule.test == "worth":
        values = lives.minutes if rule.of == "minutes" else lives.amount
        counted = counted[values[counted] > 0]
        worth = np.rint(np.minimum(values[counted], MOST / MICRO) * MICRO).astype(np.int64).tolist()
        totals = itertools.accumulate(reversed(worth))
        enough = next((place for place, total in enumerate(totals, 1) if total >= steps.need[number]), 0)
        lapse = ends(lives.at[counted[-enough]], window) if enough else 0
        return sum(worth) / MICRO, lapse, counted
    keys = np.arange(lives.at.size)
    if rule.test == "on_days":
        keys = lives.at // DAY
    elif rule.test == "on_channels":
        keys = lives.channel.astype(np.int64)
    keys = keys[counted]
    latest = {int(key): int(lives.at[row]) for key, row in zip(keys, counted, strict=True)}
    ordered = sorted(latest.values(), reverse=True)
    need = int(steps.need[number])
    return float(len(latest)), ends(ordered[need - 1], window) if len(ordered) >= need else 0, counted


def standing(
    number: int, steps: Plan, lives: Lives, seen: Flags, past: Flags, at: int
) -> tuple[float, int, npt.NDArray[np.int64]]:
    """Measure a standing rule: what started it, and the latest activity where it needs some."""
    window = int(steps.window[number])
    rows = np.flatnonzero(seen & (steps.kind[number, lives.kind] | steps.ends[number, lives.kind]))
    if not rows.size or steps.ends[number, lives.kind[rows[-1]]]:
        return 0.0, 0, rows[-1:]
    closed = np.flatnonzero(steps.ends[number, lives.kind[rows]])
    start = rows[closed[-1] + 1] if closed.size else rows[0]
    active = np.flatnonzero(past & (lives.direction != DIRECTIONS.index("out")))
    if window == FOREVER:
        return 1.0, int(FOREVER), np.array([start])
    lapse = ends(lives.at[active[-1]], window) if active.size else 0
    return float(lapse > at), lapse if lapse > at else 0, np.unique([start, *active[-1:]])


def fitting(number: int, steps: Plan, lives: Lives) -> Flags:
    """Tell which rows a rule's filters let through, kinds apart."""
    with np.errstate(invalid="ignore"):
        flags: Flags = (
            steps.channel[number, lives.channel]
            & steps.activity[number, lives.activity]
            & steps.direction[number, lives.direction]
            & ((lives.amount >= steps.min_amount[number]) | np.isneginf(steps.min_amount[number]))
            & ((lives.score >= steps.min_score[number]) | np.isneginf(steps.min_score[number]))
        )
    return flags


def inside(instants: npt.NDArray[np.int64], at: int, window: int) -> Flags:
    """Tell which instants lie in the window that ends at `at`."""
    flags: Flags = instants + window > at if window < FOREVER else np.ones(instants.size, np.bool_)
    return flags


def ends(instant: np.int64 | int, window: int) -> int:
    """Return when an instant leaves the window."""
    return int(FOREVER) if window == FOREVER else int(instant) + window
