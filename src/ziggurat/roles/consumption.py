"""How do people consume: who creates, converses, judges, collects, joins or only watches?

The roles overlap, after the convention of the field (`roles.acts`): a role is theirs when they did its acts in the
window, and a habit of theirs with a confidence: the probability that they do so at least monthly, for
conversationalists at least weekly (`stats.habits.sure`). Several acts of one day are one occasion.

Lurkers, who only watch, are stated as a range: those who are known and only watched at least; at most, all anonymous
visitors who only watched are further people. Some of them are known people on another device, one may be counted as
several, and those who read what counts nobody can't be counted at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar, NamedTuple

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY, Instant, window
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, Step
from ziggurat.facts.level_history import NOWHERE, Placed
from ziggurat.facts.population import Folk
from ziggurat.log.buckets import Buckets
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, LEVEL, MEAN, SHARE, TEXT, interval
from ziggurat.roles.acts import NONE, OUT, ROLES, SPECTATOR, role_codes
from ziggurat.roles.parts import none, together
from ziggurat.stats.habits import expected, sure
from ziggurat.stats.intervals import wilson
from ziggurat.stats.occasions import occasions
from ziggurat.study import OneOf, Quarter, Rungs, study

Ints = npt.NDArray[np.int64]
Row = dict[str, Any]

NAMES = (*ROLES, "lurker", "other acts", "inactive")
LURKER, OTHER, INACTIVE = range(len(ROLES), len(NAMES))
DAYS = np.array(list(ROLES.values()))
READ = ("person", "at", "kind", "direction")
BY = ("everyone", "level")
NEVER = -(2**62)  # µs


def is_played(rows: pa.Table, roles: Ints) -> npt.NDArray[np.bool_]:
    """Tell which rows are an act of a role. roles: by code of a kind."""
    return needs.own(rows) & np.asarray(roles[needs.codes(rows, "kind")] != NONE, np.bool_)


PLAYED = Step(
    "is an act of any role, such as writing, rating, joining or visiting",
    ("act of a role", "acts of a role"),
    "Import where people read, write, rate or join: a website, a forum, newsletters.",
    lambda given: partial(is_played, roles=role_codes(given["buckets"].codes["kind"], given["kinds"])),
    ("kind", "direction"),
)


@dataclass(frozen=True)
class Consumption(Result):
    """One row per role in the order of the ladder, then `lurker`, `other acts` and `inactive`; by level, the top first.

    level, level_name: where they stand at the end of the window; null for everyone. people: known people who did the
    role's acts; lurkers did spectators' acts alone, `other acts` is who acted, but in no role (bought, gave), inactive
    who did nothing. anonymous: visitors without a name who did; null by level and for the inactive. share: of known
    people (on the level), 0 to 1, with its 95 % Wilson bounds `low` and `high`; for all lurkers, anonymous ones among
    them, the bounds are the range, and there is no share. habitual: expected number of people whose habit it is, with
    95 % bounds; null for the last three rows.
    Members: person_id, name, level, role, acts, days (on which she did them), confidence, latest_at (µs).
    """

    columns: ClassVar = {
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "role": TEXT,
        "people": COUNT,
        "anonymous": COUNT("Anonymous visitors"),
        "share": SHARE("Share of people"),
        **interval(SHARE),
        "habitual": MEAN("With the habit"),
        **interval(MEAN, "habitual"),
    }
    keys: ClassVar = ("level", "role")
    absence: ClassVar = Absence("none counts", "Choose a longer period.", (needs.DONE, PLAYED))
    wholes: ClassVar = {"level_name": "everyone"}

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether known people had a role."""
        return bool(row["role"] in ROLES and row["people"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw the share of each role with its bounds, or by level as a heat map."""
        rows = self.rows()
        if any(row["level"] is not None for row in rows):
            shown = [row for row in rows if row["share"] is not None]
            return charts.heatmap(shown, y="role", x="level_name", value="share", across="Per cent of each level")
        drawn = [row for row in rows if row["low"] is not None]
        return charts.shares(drawn, y="role")


class Roles(NamedTuple):
    """Who had which role, one row a person and role (its place in NAMES)."""

    person: Ints
    role: Ints
    acts: Ints
    days: Ints
    latest: Ints  # µs


NO_ROLES = none(Roles, 5)


@study
def consumption(
    buckets: Buckets,
    people: Frame,
    levels: Frame,
    kinds: Frame,
    *,
    window: Quarter,
    rungs: Rungs,
    by: Annotated[str, OneOf(*BY), "whose roles: of everyone, or by level"] = BY[0],
) -> Consumption:
    """Tell which roles people had within (since, until].

    people, levels, kinds: tables as `schema.PEOPLE`, `LEVELS` and `KINDS`. names: the level names, level 0 first. by:
    everyone, or level. Nothing after `until` is looked at.
    Raises: QuestionError if `since` is not before `until`, or the table holds a level without a name.
    """
    start, end = window.since, window.until
    folk = Folk.of(people, end)
    role_of = role_codes(buckets.codes["kind"], kinds)
    found = together(Roles, NO_ROLES, buckets.fold(lambda rows: roles(rows, role_of, start, end), READ))
    unseen = np.bincount(found.role[np.isin(found.person, buckets.anonymous)], minlength=len(NAMES))
    table = profile(found, folk, start, end)
    rows: list[Row] = []
    if by == BY[0]:
        table["level"] = np.full(table["role"].size, NOWHERE)
        rows = rows_of(table, len(folk), unseen.tolist())
    else:
        level = Placed.of(levels, rungs.ladder, end, rungs.names).at(folk.person, np.full(len(folk), end))
        table["level"] = level[table["place"]]
        for step in reversed(range(len(rungs.names))):
            here = {name: column[table["level"] == step] for name, column in table.items()}
            stand = {"level": step, "level_name": rungs.names[step]}
            rows += [stand | row for row in rows_of(here, int(np.sum(level == step)), [None] * len(NAMES))]
    return Consumption(tables.from_rows(Consumption.columns, rows), members(table, folk))


def roles(rows: pa.Table, role_of: Ints, start: int, end: int) -> Roles:
    """Return the roles of some people from what they did within (start, end]."""
    person, at, kind, direction = (rows[name].to_numpy() for name in READ)
    hers = np.flatnonzero((at > start) & (at <= end) & (direction != OUT) & (kind >= 0))
    if not hers.size:
        return NO_ROLES
    who, number = np.unique(person[hers], return_inverse=True)
    role = role_of[kind[hers]]
    found = occasions(number * len(NAMES) + np.where(role == NONE, OTHER, role), at[hers])
    number, role = np.divmod(found.key, len(NAMES))
    alone = np.bincount(number, minlength=who.size)[number] == 1
    counted = np.flatnonzero((role != OTHER) | alone)
    lurking = np.flatnonzero((role == SPECTATOR) & alone)
    place = np.concatenate([counted, lurking])
    named = np.concatenate([role[counted], np.full(lurking.size, LURKER)])
    return Roles(who[number[place]], named, *(column[place] for column in found[1:]))


def profile(found: Roles, folk: Folk, start: int, end: int) -> dict[str, Any]:
    """Return the roles of known people as columns, those of the inactive among them."""
    place = folk.places(found.person)
    known = place >= 0
    idle = np.setdiff1d(np.arange(len(folk)), place[known])
    place, role, acts, days, latest = (column[known] for column in (place, *found[1:]))
    confidence = np.full(role.size, np.nan)
    habit = role < len(ROLES)
    watched = end - np.maximum(start, folk.first_at[place[habit]])
    confidence[habit] = sure(days[habit], watched / (DAYS[role[habit]] * DAY))
    nothing = np.zeros(idle.size, np.int64)
    return {
        "place": np.concatenate([place, idle]),
        "role": np.concatenate([role, np.full(idle.size, INACTIVE)]),
        "acts": np.concatenate([acts, nothing]),
        "days": np.concatenate([days, nothing]),
        "confidence": np.concatenate([confidence, np.full(idle.size, np.nan)]),
        "latest_at": np.concatenate([latest, np.full(idle.size, NEVER)]),
    }


def members(table: Mapping[str, Any], folk: Folk) -> nw.LazyFrame[Any]:
    """Return the people behind the rows."""
    columns = {
        "level": pa.array(table["level"], mask=table["level"] == NOWHERE),
        "role": pa.array(NAMES).take(pa.array(table["role"])),
        "acts": table["acts"],
        "days": table["days"],
        "confidence": pa.array(table["confidence"], mask=np.isnan(table["confidence"])),
        "latest_at": pa.array(table["latest_at"], mask=table["latest_at"] == NEVER),
    }
    return folk.members(table["place"], columns)


def rows_of(table: Mapping[str, Any], total: int, unseen: Sequence[int | None]) -> list[Row]:
    """Return a row for each role. total: known people. unseen: visitors without a name, by role."""
    rows = []
    for role, name in enumerate(NAMES):
        mine = table["role"] == role
        count = int(mine.sum())
        row: Row = {"role": name, "people": count, "anonymous": None if role == INACTIVE else unseen[role]}
        if total:
            row |= {"share": count / total} | dict(zip(("low", "high"), wilson(count, total), strict=True))
        more = unseen[role]
        if role == LURKER and total and more is not None:
            row |= {"share": None, "low": count / total, "high": (count + more) / (total + more)}
        if role < len(ROLES):
            habit = expected(table["confidence"][mine])
            row |= dict(zip(("habitual", "habitual_low", "habitual_high"), habit, strict=True))
        rows.append(row)
    return rows


@dataclass(frozen=True)
class Habit:
    """One role of one person, and why it is hers.

    acts: how many, on how many days. confidence: that it is a habit, 0 to 1; None for `lurker`, `other acts` and
    `inactive`. latest: her latest acts, as (source, interaction_id), the latest first.
    """

    role: str
    acts: int
    days: int
    confidence: float | None
    latest: tuple[tuple[str, str], ...]


def of_person(
    history: pa.Table, codes: Mapping[str, list[str]], kinds: Frame, *, since: Instant, until: Instant, latest: int = 5
) -> tuple[Habit, ...]:
    """Tell the roles of one person within (since, until], as `consumption` would, with the acts behind them.

    history: all her rows as `log.histories.COLUMNS`, in order. codes: of its columns. kinds: a table as
    `schema.KINDS`. latest: how many acts are told of each role.
    """
    start, end = window(since, until)
    role_of = role_codes(codes["kind"], kinds)
    found = roles(history, role_of, start, end)
    at, kind, direction = (history[name].to_numpy() for name in READ[1:])
    hers = (at > start) & (at <= end) & (direction != OUT) & (kind >= 0)
    if not found.role.size:
        return (Habit(NAMES[INACTIVE], 0, 0, None, ()),)
    role = np.where(kind >= 0, role_of[kind], NONE)
    habits = []
    for place, name in enumerate(found.role.tolist()):
        acts, days = int(found.acts[place]), int(found.days[place])
        of_it = {LURKER: SPECTATOR, OTHER: NONE}.get(name, name)
        behind = history.take(pa.array(np.flatnonzero(hers & (role == of_it))[::-1][:latest]))
        named = zip(behind["source"].to_pylist(), behind["interaction_id"].to_pylist(), strict=True)
        chance = None
        if name < len(ROLES):
            chance = float(sure(days, (end - max(start, int(at[0]))) / (DAYS[name] * DAY)))
        habits.append(Habit(NAMES[name], acts, days, chance, tuple((codes["source"][one], two) for one, two in named)))
    return tuple(habits)
