"""What has a play done, and what is it expected to do next?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ziggurat.base.instant import DAY, instant, moment
from ziggurat.base.words.numbers import number
from ziggurat.base.words.texts import listed
from ziggurat.levels.ladder import Ladder
from ziggurat.people.ids import person_of
from ziggurat.playbook import message, observation, proof
from ziggurat.playbook.holdout import OFFERED
from ziggurat.playbook.observation import Observation
from ziggurat.playbook.play import Play
from ziggurat.playbook.proof import Case, Effect
from ziggurat.playbook.rivals import Tried, regret
from ziggurat.playbook.segment import FURTHEST, SOONEST
from ziggurat.results import tables
from ziggurat.state import steps
from ziggurat.workspace import ladders, observations, persons, plays, questions
from ziggurat.workspace.candidates import YEAR, Candidate, Known
from ziggurat.workspace.folder import Folder
from ziggurat.workspace.successes import Try, acts, succeeded

Ints = npt.NDArray[np.int64]
Rows = Sequence[Mapping[str, Any]]
PAUSED = "is paused"
GONE = "The play is not in use any more."
UNTRIED = 1.2  # by how much a step is taken to raise the odds of success until it is measured


@dataclass(frozen=True)
class Proof:
    """What a play did. open: assignments whose window is not over. effects: on all, then by level. said: one sentence.
    left: what became of those offered: status → how many. observed: of a play that holds nobody out, what others like
    those to whom it turned seem to tell."""

    play: Play
    effects: Sequence[Effect]
    open: int
    left: Mapping[str, int]
    said: str
    observed: Observation | None = None

    @property
    def ended(self) -> str:
        """Say why the play turns to nobody any more; nothing where it goes on. Only a holdout can tell."""
        return "" if self.observed else proof.ended(self.effects[0].verdict, regardless=self.play.regardless)

    @property
    def verdict(self) -> str:
        """Return what is known of all."""
        return self.effects[0].verdict if self.observed is None else self.observed.verdict


def prove(space: Folder, name: str) -> Proof:
    """Return what a play did, by its randomised holdout, or, where it has none, by others like those to whom it turned.

    Raises: QuestionError if there is no such play.
    """
    return prove_play(space, plays.play(space, name), Known.of(space, questions.lens(space), datetime.now(UTC)))


def prove_all(space: Folder, *, observe: bool = True) -> list[Proof]:
    """Return what each play did that turned to anybody, or has nobody to turn to yet, by name.

    observe: whether those that hold nobody out are compared with others, which takes seconds.
    """
    known = Known.of(space, questions.lens(space), datetime.now(UTC))
    return [prove_play(space, play, known, observe=observe) for play in plays.plays(space).values()]


def prove_play(space: Folder, play: Play, known: Known, *, observe: bool = True) -> Proof:
    """Return what a play did, as of what is known."""
    found, waiting = cases(space, play, known)
    effects = proof.prove(found, play.least_effect)
    mine = [one for one in known.past if one["play"] == play.name and one["status"] != "held out"]
    left = dict(Counter(one["status"] for one in mine))
    ladder = plays.ladder_of(play, ladders.ladders(space))
    target = "the next level" if play.success.level == "next" else ""
    if play.success.climbs and not target:
        target = ladder.names[ladder.number(play.success.level)]
    said = proof.sentence(effects[0], play.success.words(target))
    observed = None
    if not play.held and not observe:
        said = "Nobody is held out."
    elif not play.held:
        observed = observations.observe(space, play, known)
        said = observation.sentence(observed, play.success.words(target))
    if play.rivals:
        said += rivals_sentence(space, play, known)
    return Proof(play, effects, waiting, left, said, observed)


def tried(space: Folder, play: Play, known: Known) -> Tried:
    """Return how often a play was offered with its window over, and how often it succeeded then."""
    found = [case.outcome for case in cases(space, play, known)[0] if case.arm == OFFERED]
    return Tried(len(found), sum(found))


def rivals_sentence(space: Folder, play: Play, known: Known) -> str:
    """Say how a play fares beside those that compete with it for the same people."""
    group = [one for one in plays.plays(space).values() if one.rivals == play.rivals]
    all_tried = {one.name: tried(space, one, known) for one in group}
    told = listed([f"{name} {one.hits} of {one.offers}" for name, one in all_tried.items()])
    lost = number(regret(list(all_tried.values())), places=0)
    return f" Of those that compete: {told}; about {lost} fewer than if all had got the one that seems best."


def effect_of(space: Folder, play: Play, known: Known) -> Effect | None:
    """Return the effect of a play on all; None where nobody was ever assigned."""
    if not any(one["play"] == play.name for one in known.past):
        return None
    return proof.prove(cases(space, play, known)[0], play.least_effect)[0]


def endings(space: Folder, known: Known | None = None, *, among: Iterable[int] | None = None) -> dict[str, str]:
    """Return why plays that have open steps turn to nobody any more, by name; those that go on are left out.

    among: numbers of steps that are asked of; all open ones if left out.
    """
    known = known or Known.of(space, questions.lens(space), datetime.now(UTC))
    numbers = None if among is None else set(among)
    of = {
        one["play"] for one in known.past if (one["status"] in steps.OPEN if numbers is None else one["id"] in numbers)
    }
    declared, found = plays.plays(space), {}
    for name in sorted(of):
        if name not in declared:
            found[name] = GONE
        elif (effect := effect_of(space, declared[name], known)) is not None:
            found[name] = proof.ended(effect.verdict, regardless=declared[name].regardless)
    return {name: why for name, why in found.items() if why}


def cases(space: Folder, play: Play, known: Known) -> tuple[list[Case], int]:
    """Return the assignments whose window is over, and how many are still open. Whoever is not known any more, because
    an import was taken back or they were erased, is in neither."""
    window = round(play.success.within_days * DAY)
    mine = [one for one in known.past if one["play"] == play.name and one["identity"] in known.person_of]
    over = [one for one in mine if instant(one["assigned_at"]) + window <= known.lens.at]
    asked = [
        Try(person_of(known.person_of[one["identity"]]), instant(one["assigned_at"]), one["ladder"], one["target"])
        for one in over
    ]
    found = succeeded(space, play, asked)
    return [Case(one["unit"], one["arm"], one["level"], hit) for one, hit in zip(over, found, strict=True)], len(
        mine
    ) - len(over)


@dataclass(frozen=True)
class Rates:
    """How often people succeed without the play: for a climb, by the level on which they stand."""

    space: Folder
    known: Known
    play: Play
    ladder: Ladder

    def of(self, one: Candidate) -> float:
        """Return the chance that somebody succeeds within the window without the play, 0 to 1.

        For a climb it is their forecast, where the study `forecast` has enough to learn from; else it follows from the
        rate of climbs to the target a day on the level, within a year, half a climb added so that it is never 0. For
        anything else it is the share of known people who did such a thing within as many days.
        """
        if one.target is None:
            return self.acting
        forecast = self.forecast(one.target).get(one.row["person_id"])
        if forecast is not None:
            return forecast
        level = int(one.row["level"] or 0)
        hits = sum(target >= one.target for target in self.climbing.get(level, []))
        rate = (hits + 0.5) / max(self.days.get(level, 0.0), self.play.success.within_days)
        return 1 - math.exp(-rate * self.play.success.within_days)

    def forecast(self, target: int) -> Mapping[str, float]:
        """Return the chance of each person to reach a level within the window; nothing where too little is known."""
        days = self.play.success.within_days
        if target not in self.forecasts and SOONEST <= days <= FURTHEST:
            lens = questions.through(self.space, self.ladder, moment(self.known.lens.at))
            found = lens.ask("forecast", outcome="reach", level=target, days=days)
            table = tables.collect(found.members, "person_id", "chance")
            self.forecasts[target] = dict(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))
        return self.forecasts.get(target, {})

    @cached_property
    def forecasts(self) -> dict[int, Mapping[str, float]]:
        """Return what was asked already, by level."""
        return {}

    @cached_property
    def levels(self) -> str:
        """Return the level history as an SQL table expression."""
        return self.space.derived.levels(self.ladder, self.space.state.raises())

    @cached_property
    def climbing(self) -> Mapping[int, list[int]]:
        """Return the levels to which people climbed within a year, by the level from which they did."""
        at = self.known.lens.at
        query = f"SELECT from_level, level FROM {self.levels} WHERE change = 'climb' AND since > {at - YEAR * DAY}"
        found: dict[int, list[int]] = {}
        for source, target in self.space.derived.connect().sql(f"{query} AND since <= {at}").fetchall():
            found.setdefault(source, []).append(target)
        return found

    @cached_property
    def days(self) -> Mapping[int, float]:
        """Return how many days people spent on each level within a year, all together."""
        at = self.known.lens.at
        since = at - YEAR * DAY
        spent = f"least(coalesce(until, {at}), {at}) - greatest(since, {since})"
        query = (
            f"SELECT level, sum(greatest(0, {spent})) / {DAY}.0 FROM {self.levels} WHERE since <= {at} GROUP BY level"
        )
        return dict(self.space.derived.connect().sql(query).fetchall())

    @cached_property
    def acting(self) -> float:
        """Return the share of known people who did what counts within as many days before now."""
        at = self.known.lens.at
        since = at - round(self.play.success.within_days * DAY)
        everyone = self.space.derived.connect().sql(
            f"SELECT person FROM {self.space.derived.people()} WHERE NOT (staff OR agent OR anonymous)"
        )
        people = everyone.to_arrow_table()["person"].to_pylist()
        some = acts(self.space, self.play, people)
        did = sum(any(since < when <= at for when, _ in times) for times in some.values())
        return (did + 0.5) / (len(people) + 1)


def moves(chance: float, tried: Effect | None) -> float:
    """Return by how much a step is expected to raise the chance of success: the measured effect where there are bounds
    of it, at least a thousandth; until then as if it raised the odds by a fifth (`UNTRIED`), so that whoever succeeds
    anyway, or hardly could, is moved least. That is an assumption, and is said to be one."""
    if tried is not None and tried.low is not None and tried.effect is not None:
        return max(0.001, tried.effect)
    odds = UNTRIED * chance / max(1e-12, 1 - chance)
    return odds / (1 + odds) - chance


def described(space: Folder, known: Known, some: Rows) -> list[dict[str, Any]]:
    """Return steps with whom they are of and what their play is called, in the order in which they are to be taken."""
    ids = [known.person_of.get(one["identity"]) for one in some]
    people = persons.called(space, [one for one in ids if one is not None])
    names = {row["person_id"]: row for row in people.to_pylist()}
    declared = plays.plays(space)
    found = []
    for one, person in zip(some, ids, strict=True):
        row, play = names.get(person or "", {}), declared.get(one["play"])
        email = row.get("email") or ""
        mail = message.mail_to(email, one["subject"], one["text"]) if email and one["channel"] == "email" else ""
        found.append({
            **one, "person_id": person, "name": row.get("called"), "email": email, "mail_to": mail,
            "title": (play.title if play else "") or one["play"], "step": play.step if play else "",
        })  # fmt: skip
    return sorted(found, key=lambda one: (one["step"] != "answer", -one["expected"] / one["minutes"], one["id"]))
