"""How do we stand with each organisation, and does all of it hang on one person?

The people of one organisation are an account: told by a trait (company, account, organisation) or by the domain of
their e-mail, private mail providers left out. For each: how many people we know, on which levels they stand, who did
anything of late, how much of that hangs on one person, and what money came.

An account is the people we know of an organisation, not the organisation: who never turned up is in no figure, and who
has left it may still be counted. Who is of which organisation is what is known today, whatever instant is looked at. A
large share of one person is a risk only if they may go; that they will is not said.

Source of the bounds of the share: Goodman (1965), Technometrics 7(2), 247-254.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY, moment
from ziggurat.base.schema import DIRECTIONS
from ziggurat.base.words.numbers import number
from ziggurat.facts.absence import PEOPLE, Absence, ever
from ziggurat.facts.directory import Directory
from ziggurat.facts.given import Climbers
from ziggurat.facts.level_history import Standing
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, INSTANT, LEVEL, MEAN, MEAN_LEVEL, MONEY, SHARE, TEXT, WHOLE_DAYS, interval
from ziggurat.roles.organisations import NONE, organisations
from ziggurat.stats.intervals import wilson
from ziggurat.study import At, Count, Days, Family, Limit, Rungs, Text, Within, study

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Row = dict[str, Any]
READ = ("person", "at", "kind", "direction", "amount")
OUT = DIRECTIONS.index("out")
NEVER = np.iinfo(np.int64).min
SHOWN = 3  # names in a cell


@dataclass(frozen=True)
class Accounts(Result):
    """One row per account, that which brought most money first, at most `limit`.

    people: known people of it. active: of these, who did anything in the window. level, level_name: the highest on
    which any of them stands. top: who stands there. median_level: of its people. champions: people on the ladder's top
    level. days: days on which a person did something, summed over people. breadth: how many people would spread these
    days as evenly (1 over the sum of squared shares). on: who has most of them. share: her share, 0 to 1, with 95 %
    bounds low and high that allow for her being picked as the greatest; null where nobody did anything, and without
    bounds where there is one person, whose share is 1 by definition. money: brought in the window (workspace currency).
    money_share: the greatest share of it that came by one person; it has no bounds, as few amounts are most of any sum.
    last_at: when any of them last did anything. Members: person_id, name, account, level, days, money.
    """

    columns: ClassVar = {
        "account": TEXT,
        "people": COUNT,
        "active": COUNT,
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "top": TEXT("On that level"),
        "median_level": MEAN_LEVEL("Median level no."),
        "champions": COUNT,
        "days": WHOLE_DAYS("Days of deeds"),
        "breadth": MEAN("As if evenly on"),
        "on": TEXT("Most hangs on"),
        "share": SHARE("Share that hangs on them"),
        **interval(SHARE),
        "money": MONEY,
        "money_share": SHARE("Most of it by one"),
        "last_at": INSTANT("Last seen"),
    }
    keys: ClassVar = ("account",)
    absence: ClassVar = Absence(
        "none belongs to an organisation of at least {least} of them, by a trait or by the domain of an e-mail address",
        "Import organisations as a trait such as `company`, or lower `least`.",
        over=PEOPLE,
        period=ever,
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw what hangs on one person in the first twenty-five accounts, larger for more money."""
        rows = [row for row in self.rows() if row["share"] is not None][:25]
        drawn = [row | {"_account": f"{row['account']} · {row['level_name']}", "_said": whom(row)} for row in rows]
        base = alt.Chart(charts.data(drawn)).encode(
            y=alt.Y("_account:N", sort=None, title=None, axis=charts.BARE), tooltip=charts.tips(rows)
        )
        end, seen = charts.aside(210)
        scale = alt.Scale(domain=[0, 1], range=[0, end])
        x = alt.X("share:Q", title="Share that hangs on one person", scale=scale, axis=charts.PERCENT)
        rule = base.mark_rule(strokeWidth=2, opacity=0.5).transform_filter("isValid(datum.low)").encode(
            x=alt.X("low:Q"), x2="high:Q"
        )  # fmt: skip
        area = alt.Size("money:Q", scale=alt.Scale(type="sqrt", range=[40, 320]), legend=None)
        dots = base.mark_circle(color=charts.ORANGE, opacity=0.95).encode(x=x, size=area)
        words = base.mark_text(align="right", limit=205, opacity=seen).encode(
            x=alt.value(alt.ExprRef("width")), text="_said:N"
        )
        layers = rule + dots + words if any(row["low"] is not None for row in rows) else dots + words
        return charts.fitted(layers, len(rows))


def whom(row: Row) -> str:
    """Write on whom most hangs, and of how many people."""
    return f"{row['on']}, one of {number(row['people'])}" if row["people"] > 1 else f"{row['on']}, alone"


@dataclass(frozen=True)
class Deeds:
    """What people did, one place a person: days within the window, money within it, and the last instant (µs)."""

    person: Ints
    days: Ints
    money: Floats
    last: Ints


@dataclass(frozen=True)
class Listed(Family):
    """Which organisations are listed, and what counts of their people."""

    days: Annotated[Days, Within(1, 36_500), "how far back deeds and money count"] = 365.0
    outcome: Annotated[Text, "kinds of interaction parted by commas that bring money"] = "purchased, donated"
    private: Annotated[Text, "further e-mail domains parted by commas that are no organisation's"] = ""
    least: Annotated[Count, "people of an account that is listed"] = 1
    limit: Limit = 1000


@study
def accounts(given: Climbers, *, at: At, rungs: Rungs, listed: Listed) -> Accounts:
    """Describe as of an instant the accounts that our people are of.

    people, levels, kinds: tables as `schema.PEOPLE`, `LEVELS` and `KINDS`. names: the level names, level 0 first. days:
    the window up to `at`. outcome: kinds of interaction parted by commas that bring money. private: further domains
    parted by commas that are no organisation's. least: people of an account that is listed. Nothing people did after
    `at` is looked at. Raises: QuestionError if a kind is unknown or a number is too small.
    """
    words = money_kinds(listed.outcome, given.kinds)
    standing = Standing.of(given.levels, given.people, ladder=rungs.ladder, names=rungs.names, at=at)
    directory = Directory.of(given.people)
    further = [word.strip().lower() for word in listed.private.split(",") if word.strip()]
    found = organisations(directory, further)
    mine = found.of[np.searchsorted(directory.person, standing.person)] if standing.person.size else standing.person
    chosen = np.flatnonzero(mine != NONE)
    mine, done = (
        mine[chosen],
        align_deeds(deeds(given.buckets, words, at, round(listed.days * DAY)), standing.person[chosen]),
    )
    order = np.lexsort((standing.person[chosen], mine))
    runs = np.split(order, np.flatnonzero(np.diff(mine[order])) + 1) if order.size else []
    who = [name or person for name, person in zip(*columns(standing, chosen), strict=True)]
    rows = [
        row_of(found.names[mine[run[0]]], run, who, standing.level[chosen], done, rungs.names)
        for run in runs
        if run.size >= listed.least
    ]
    rows.sort(key=lambda row: (-row["money"], -row["days"], row["account"]))
    members = standing.members(chosen).append_column(
        "account", pa.array([found.names[one] for one in mine], pa.string())
    )
    members = members.append_column("days", pa.array(done.days)).append_column("money", pa.array(done.money))
    return Accounts(tables.from_rows(Accounts.columns, rows[: listed.limit]), tables.frame(members))


def columns(standing: Standing, chosen: Ints) -> tuple[list[str | None], list[str]]:
    """Return names and ids of some people."""
    table = standing.members(chosen)
    return table["name"].to_pylist(), table["person_id"].to_pylist()


def money_kinds(outcome: str, kinds: Frame) -> list[str]:
    """Read kinds parted by commas, and add those that are like them.

    Raises: QuestionError with the nearest one if one is unknown.
    """
    rows = tables.collect(tables.frame(kinds), "kind", "like").to_pylist()
    known = [row["kind"] for row in rows]
    words = [word.strip() for word in outcome.split(",") if word.strip()]
    for word in words:
        if word not in known:
            raise QuestionError(f"`outcome` holds '{word}', which is no kind{suggest(word, known) or '.'}")
    return [row["kind"] for row in rows if row["kind"] in words or row["like"] in words]


def deeds(buckets: Buckets, words: Sequence[str], now: int, span: int) -> Deeds:
    """Read what everyone did by an instant; days and money within `span` µs up to it."""
    flags = np.array([kind in words for kind in buckets.codes.get("kind", [])], np.bool_)
    parts = list(buckets.fold(partial(of_rows, flags=flags, now=now, span=span), READ))
    empty = Deeds(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64))
    person, sums, money, last = (
        np.concatenate([getattr(part, name) for part in (empty, *parts)])
        for name in ("person", "days", "money", "last")
    )
    order = np.argsort(person, kind="stable")
    return Deeds(person[order], sums[order], money[order], last[order])


def of_rows(rows: pa.Table, *, flags: npt.NDArray[np.bool_], now: int, span: int) -> Deeds:
    """Sum up the deeds in rows of `histories.COLUMNS`, sorted by person and time."""
    at, way = rows["at"].combine_chunks().to_numpy(), rows["direction"].combine_chunks().to_numpy()
    kind = rows["kind"].combine_chunks().to_numpy()
    own = np.flatnonzero((kind >= 0) & (at <= now) & (way != OUT))
    person, at, kind = rows["person"].combine_chunks().to_numpy()[own], at[own], kind[own]
    amount = pc.fill_null(rows["amount"].combine_chunks(), 0.0).to_numpy()[own]
    if not own.size:
        return Deeds(person, np.zeros(0, np.int64), np.zeros(0), at)
    fresh = np.append(True, np.diff(person) != 0)
    starts = np.flatnonzero(fresh)
    inside, day = at > now - span, at // DAY
    anew = inside & (fresh | np.append(True, (np.diff(day) != 0) | ~inside[:-1]))
    paid = np.where(inside & flags[kind], np.nan_to_num(amount), 0.0)
    ends = np.append(starts[1:], person.size) - 1
    days, money = np.add.reduceat(anew.astype(np.int64), starts), np.add.reduceat(paid, starts)
    return Deeds(person[starts], days, money, at[ends])


def align_deeds(done: Deeds, person: Ints) -> Deeds:
    """Return the deeds of people in their order; of one who did nothing, nothing."""
    if not done.person.size:
        nothing = np.zeros(person.size, np.int64)
        return Deeds(person, nothing, nothing.astype(np.float64), nothing + NEVER)
    place = np.minimum(np.searchsorted(done.person, person), done.person.size - 1)
    there = done.person[place] == person
    days, money = np.where(there, done.days[place], 0), np.where(there, done.money[place], 0.0)
    return Deeds(person, days, money, np.where(there, done.last[place], NEVER))


def row_of(account: str, run: Ints, who: Sequence[str], level: Ints, done: Deeds, names: Sequence[str]) -> Row:
    """Return the row of one account. run: the places of its people, in order of person."""
    mine, days, money = level[run], done.days[run], done.money[run]
    highest, last = int(mine.max()), int(done.last[run].max())
    first = int(np.argmax(days))
    share, low, high = hanging(days)
    return {
        "account": account,
        "people": run.size,
        "active": int((days > 0).sum()),
        "level": highest,
        "level_name": names[highest],
        "top": list_names([who[place] for place in run[mine == highest]]),
        "median_level": float(np.median(mine)),
        "champions": int((mine == len(names) - 1).sum()),
        "days": int(days.sum()),
        "breadth": float(days.sum()) ** 2 / float((days.astype(np.float64) ** 2).sum()) if share is not None else None,
        "on": who[run[first]] if share is not None else None,
        "share": share,
        "low": low,
        "high": high,
        "money": float(money.sum()),
        "money_share": float(money.max() / money.sum()) if money.sum() > 0 else None,
        "last_at": moment(last) if last > NEVER else None,
    }


def hanging(days: Ints) -> tuple[float | None, float | None, float | None]:
    """Return the greatest share of the days that is one person's, with bounds that hold for all people at once.

    >>> [round(v, 2) for v in hanging(np.array([8, 2]))]
    [0.8, 0.45, 0.95]
    """
    total = int(days.sum())
    if not total:
        return None, None, None
    if days.size == 1:
        return 1.0, None, None
    most = int(days.max())
    low, high = wilson(most, total, NormalDist().inv_cdf(1 - 0.025 / days.size))
    return most / total, low, max(high, most / total)  # rounding may leave it a hair below 1


def list_names(names: Sequence[str]) -> str:
    """Write some names, the first of many.

    >>> list_names(["Ana", "Bo", "Cy", "Dee", "Eve"])
    'Ana, Bo, Cy and 2 more'
    """
    shown = sorted(names)
    more = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    return ", ".join(shown[:SHOWN]) + more


@dataclass(frozen=True)
class OfPerson:
    """One person's account: its row; days on which she did something, of all its people's; the others of it, each with
    person_id, name and level, highest level first."""

    row: Mapping[str, Any]
    days: int
    others: tuple[Mapping[str, Any], ...]


def of_person(person_id: str, answer: Accounts) -> OfPerson | None:
    """Return the account that a person is of, out of an answer; None for a person of none."""
    found: pa.Table = answer.members.collect(backend="pyarrow").to_native()
    hers = found.filter(pc.equal(found["person_id"], person_id)).to_pylist()
    rows = [row for row in answer.rows() if hers and row["account"] == hers[0]["account"]]
    if not rows:
        return None
    others = found.filter(pc.equal(found["account"], hers[0]["account"])).to_pylist()
    shown = sorted(
        (one for one in others if one["person_id"] != person_id), key=lambda one: (-one["level"], one["person_id"])
    )
    return OfPerson(
        rows[0], hers[0]["days"], tuple({name: one[name] for name in ("person_id", "name", "level")} for one in shown)
    )
