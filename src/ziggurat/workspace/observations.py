"""With whom are those compared to whom a play without a holdout turned, and what was known of all of them then?

With the others of its segment on the days on which it turned to anybody, each on one of these days, drawn by hash; of a
play that answers, with those who waited for an answer then as well. What is known is what the study of forecasts looks
at, where they stood, and how near their next level was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat.base.instant import DAY, instant, moment
from ziggurat.levels.cases import columns
from ziggurat.levels.features import Days, acts_by
from ziggurat.levels.ladder import Ladder
from ziggurat.people.ids import person_of
from ziggurat.playbook import holdout, observation
from ziggurat.playbook.observation import Observation
from ziggurat.playbook.play import Play
from ziggurat.playbook.proof import LEAST_UNITS
from ziggurat.workspace import candidates, ladders, lists, plays, questions, segment_tests, segments
from ziggurat.workspace.candidates import Known
from ziggurat.workspace.folder import Folder
from ziggurat.workspace.successes import Try, succeeded

Floats = npt.NDArray[np.float64]
REMEMBERED = 50
MOST_DAYS = 8  # on which a play turned to anybody that are looked at, the latest


@dataclass(frozen=True)
class There:
    """One person on one day. row: as `lists.listed` has them. target: as of `successes.Try`. nearness: 0 to 1."""

    row: dict[str, Any]
    at: int
    target: int
    nearness: float
    treated: bool

    @property
    def person(self) -> int:
        """Return their hash."""
        return person_of(self.row["person_id"])


def observe(space: Folder, play: Play, known: Known) -> Observation:
    """Return what a play seems to do. What was worked out for the same figures and steps is remembered."""
    over = windows_over(play, known)
    if len(over) < LEAST_UNITS:
        return Observation(observation.FEW, len(over), 0)
    meant, ladder = segments.segment(space, play.whom), plays.ladder_of(play, ladders.ladders(space))
    key = (play, meant, ladder, space.derived.version(space.state.raises()), tuple(sorted(over.items())))
    if key not in space.observed:
        if len(space.observed) >= REMEMBERED:
            space.observed.clear()
        space.observed[key] = work_out(space, play, known, over)
    return space.observed[key]


def windows_over(play: Play, known: Known) -> dict[str, int]:
    """Return when a play first turned to each person whose window is over (µs), by id: on its latest days alone."""
    window = round(play.success.within_days * DAY)
    found: dict[str, int] = {}
    for one in known.past:
        at = instant(one["assigned_at"])
        if one["play"] == play.name and one["identity"] in known.person_of and at + window <= known.lens.at:
            found.setdefault(known.person_of[one["identity"]], at)
    days = sorted(set(found.values()))[-MOST_DAYS:]
    return {person: at for person, at in found.items() if at in days}


def work_out(space: Folder, play: Play, known: Known, over: dict[str, int]) -> Observation:
    """Compare those to whom a play turned with others who were there."""
    ladder = plays.ladder_of(play, ladders.ladders(space))
    turned = {known.person_of.get(one["identity"], "") for one in known.past if one["play"] == play.name}
    some: list[There] = []
    others: dict[str, list[There]] = {}
    for at in sorted(set(over.values())):
        for one in there(space, play, ladder, at):
            id_ = one.row["person_id"]
            if over.get(id_) == at:
                some.append(There(one.row, at, one.target, one.nearness, treated=True))
            elif id_ not in turned:
                others.setdefault(id_, []).append(one)
    some += [min(each, key=lambda one: holdout.number(one.row["person_id"], str(one.at))) for each in others.values()]
    if not some:
        return Observation(observation.FEW, 0, 0)
    some.sort(key=lambda one: holdout.number(one.row["person_id"], play.name))  # an order that tells nothing
    outcome = succeeded(space, play, [Try(one.person, one.at, ladder.name, one.target) for one in some])
    treated = np.array([one.treated for one in some])
    x = before(space, some, ladder, round(play.success.within_days * DAY))
    return observation.read(x, treated, np.array(outcome, np.float64), least=play.least_effect)


def there(space: Folder, play: Play, ladder: Ladder, at: int) -> list[There]:
    """Return to whom a play could have turned at an instant, by its segment and its target."""
    lens = questions.through(space, ladder, moment(at))
    standing = candidates.standings(space, lens)
    waiting = candidates.ids_of(segment_tests.of_signal("waits", lens)) if play.answers else set()
    found = []
    for row in lists.listed(space, segments.segment(space, play.whom), ladder=ladder, at=moment(at)):
        target = plays.target_of(play, ladder, int(row["level"] or 0))
        if (play.success.climbs and target is None) or (play.answers and row["person_id"] not in waiting):
            continue
        near = float(standing.get(row["person_id"], {}).get("nearness") or 0.0)
        found.append(There(row, at, -1 if target is None else target, near, treated=False))
    return found


def before(space: Folder, some: Sequence[There], ladder: Ladder, period: int) -> Floats:
    """Return what was known of each on their day: people by columns."""
    width = len(ladder.names)
    found: dict[int, Floats] = {}
    for at in {one.at for one in some}:
        here = sorted((place for place, one in enumerate(some) if one.at == at), key=lambda place: some[place].person)
        person = np.array([some[place].person for place in here], np.int64)
        days = Days.before(at, period, 0)
        first, since = first_seen(space, person), np.array([instant(some[place].row["since"] or at) for place in here])
        parts = columns(acts_by(space.derived.buckets(), person, days), days, first, since[:, None])
        level = np.eye(width)[[int(some[place].row["level"] or 0) for place in here]]
        near = [[some[place].nearness] for place in here]
        rows = np.column_stack([*(part[:, 0] for part in parts.values()), level, near])
        found |= dict(zip(here, rows, strict=True))
    return np.stack([found[place] for place in range(len(some))])


def first_seen(space: Folder, person: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return when people were first known (µs). person: hashes."""
    rows = space.derived.connect().sql(f"SELECT person, first_at FROM {space.derived.people()}").fetchall()
    known = dict(rows)
    return np.array([known[one] for one in person.tolist()], np.int64)
