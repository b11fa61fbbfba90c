"""Which steps are to be taken this week?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from filelock import FileLock

from ziggurat.base.instant import moment
from ziggurat.base.words.days import day as write_day
from ziggurat.base.words.numbers import number, share
from ziggurat.levels.ladder import Ladder
from ziggurat.people.called import in_order
from ziggurat.people.mailing import first_name
from ziggurat.playbook import holdout, message, rivals
from ziggurat.playbook.play import Play
from ziggurat.playbook.proof import HARMS, Effect
from ziggurat.playbook.proof import ended as why_ended
from ziggurat.playbook.week import Choice, Step, choose
from ziggurat.state import steps as kept
from ziggurat.workspace import ladders, moot, plays, proofs, questions
from ziggurat.workspace.candidates import Candidate, Known, candidates
from ziggurat.workspace.folder import Folder, Progress, login


@dataclass(frozen=True)
class Filled:
    """What filling the week did. offered, held: steps. stopped, paused: plays that are not used any more, since they
    harm, or do nothing worth their minutes. share: of the best possible choice that is reached at least, 0 to 1."""

    offered: int
    held: int
    stopped: Sequence[str]
    paused: Sequence[str]
    share: float


@dataclass(frozen=True)
class Offer:
    """One candidate of one play.

    chance: of success without it, 0 to 1. tried: what is known of the play's effect. nearer: by how much it would bring
    the mix nearer to a dialogue with everyone, in people (`channels.nearer`); mix_weight: what that is worth.
    """

    play: Play
    ladder: Ladder
    candidate: Candidate
    chance: float
    tried: Effect | None
    nearer: float = 0.0
    mix_weight: float = 0.0

    @property
    def moves(self) -> float:
        """Return by how much the step is expected to raise the chance of success, 0 to 1; see `proofs.moves`."""
        return proofs.moves(self.chance, self.tried)

    @property
    def expected(self) -> float:
        """Return what that and the mix are worth beside other plays."""
        return self.play.weight * self.moves + self.mix_weight * self.nearer


def fill_week(space: Folder, *, play: str | None = None, by: str = "", progress: Progress | None = None) -> Filled:
    """Draw who is held out, and queue the steps of this week that are expected to move most for the minutes left.

    play: of this one alone. progress: is told what is done, and how much of all, 0 to 1. Filling again in the same week
    adds what fits, and asks nobody twice. Raises: QuestionError if there is no such play; WorkspaceError before the
    first refresh.
    """
    with FileLock(space.folder / ".week.lock"):  # so that nobody is drawn twice
        return fill_alone(space, play, by or login(), progress or (lambda _label, _share: None))


def fill_alone(space: Folder, play: str | None, who: str, tell: Progress) -> Filled:
    """Do so while nobody else does."""
    tell("Looking at what is under way", 0.0)
    now = datetime.now(UTC)
    known = Known.of(space, questions.lens(space), now)
    rungs = ladders.ladders(space)
    wanted = plays.plays(space) if play is None else {play: plays.play(space, play)}
    effects = {name: proofs.effect_of(space, one, known) for name, one in wanted.items()}
    verdicts = {name: found.verdict for name, found in effects.items() if found is not None}
    ended = {
        name: why
        for name, verdict in verdicts.items()
        if (why := why_ended(verdict, regardless=wanted[name].regardless))
    }
    gone = {name: why for name, why in proofs.endings(space, known).items() if why == proofs.GONE}
    if moot.close_moot(space, known, gone | ended, by=who, at=now):
        known = Known.of(space, known.lens, now)
    going = [one for name, one in wanted.items() if name not in ended]
    offers, weight = list[Offer](), space.config.week.mix_weight
    for place, one in enumerate(going):
        tell(f"Looking whom {one.title or one.name} means", place / len(going))
        ladder = plays.ladder_of(one, rungs)
        some = candidates(known, one, ladder)[: room(known, one)]
        rates = proofs.Rates(space, known, one, ladder)
        offers += [
            Offer(one, ladder, each, rates.of(each), effects[one.name], known.nearer(one, each), weight)
            for each in some
        ]
    offers = without_rivals(offers, {one.name: proofs.tried(space, one, known) for one in going if one.rivals})
    minutes = minutes_left(space, known, {offer.play.owner for offer in offers})
    choice = choose([step_of(offer) for offer in offers], minutes)
    rows = assignments(space, known, offers, choice, minutes)
    kept.assign(space.state.database, rows, by=who, at=now)
    held = sum(row["arm"] == holdout.HELD for row in rows)
    stopped = [name for name in ended if verdicts[name] == HARMS]
    paused = [name for name in ended if name not in stopped]
    return Filled(len(rows) - held, held, tuple(stopped), tuple(paused), choice.share)


def without_rivals(offers: Sequence[Offer], tried: Mapping[str, rivals.Tried]) -> list[Offer]:
    """Return the offers that are left where of plays that compete for somebody one is drawn. tried: of each of them."""
    groups: dict[tuple[str, str], dict[str, rivals.Tried]] = {}
    for one in offers:
        if one.play.rivals:
            group = groups.setdefault((one.play.rivals, one.candidate.unit), {})
            group[one.play.name] = tried[one.play.name]
    drawn = {(name, unit): rivals.draw(unit, group) for (name, unit), group in groups.items()}
    return [one for one in offers if not one.play.rivals or drawn[one.play.rivals, one.candidate.unit] == one.play.name]


def monday(known: Known) -> date:
    """Return the first day of this week."""
    return known.today - timedelta(days=known.today.weekday())


def room(known: Known, play: Play) -> int:
    """Return how many more steps of a play this week may have, those held out not counted."""
    week = monday(known)
    mine = (play.name, week, holdout.OFFERED)
    taken = [one for one in known.past if (one["play"], one["week"], one["arm"]) == mine]
    return max(0, round((play.most_a_week - len(taken)) / (1 - play.held)))


def minutes_left(space: Folder, known: Known, owners: set[str]) -> dict[str, float]:
    """Return the minutes that each owner has left: open steps, and those of this week that were taken, need theirs."""
    week = monday(known)
    found = {owner: space.config.week.owners.get(owner, space.config.week.minutes) for owner in owners}
    for one in known.past:
        spent = one["status"] in kept.OPEN or (one["status"] in kept.TAKEN and one["week"] == week)
        if spent and one["owner"] in found:
            found[one["owner"]] = max(0.0, found[one["owner"]] - one["minutes"])
    return found


def step_of(offer: Offer) -> Step:
    """Return an offer as the choice takes it: who will be held out is not looked at, so minutes and moves are means."""
    play, person = offer.play, offer.candidate.row["person_id"]
    minutes, moves = play.minutes * (1 - play.held), offer.expected * (1 - play.held)
    tie = holdout.order(person, play.name)
    return Step(person, play.name, play.owner, minutes, moves, tie, play.answers)


def assignments(
    space: Folder, known: Known, offers: Sequence[Offer], choice: Choice, minutes: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Return the rows to be kept, in order of the choice, until an owner's minutes are full: beyond that nobody is
    assigned, offered or held out alike."""
    by_step = {(offer.candidate.row["person_id"], offer.play.name): offer for offer in offers}
    left, full, rows = dict(minutes), set(), []
    for step in choice.steps:
        offer = by_step[step.person, step.play]
        play = offer.play
        if play.owner in full:
            continue
        arm = holdout.draw(offer.candidate.unit, play.name, play.seed, play.held)
        if arm == holdout.OFFERED and play.minutes > left[play.owner] + 1e-9:
            full.add(play.owner)
            continue
        left[play.owner] -= play.minutes if arm == holdout.OFFERED else 0.0
        rows.append(row_of(space, known, offer, arm))
    return rows


def row_of(space: Folder, known: Known, offer: Offer, arm: str) -> dict[str, Any]:
    """Return one row. What is said to somebody is written only once it is drawn that we turn to them."""
    play, one = offer.play, offer.candidate
    said = {"story": "", "subject": "", "text": ""} if arm == holdout.HELD else words_of(space, known, offer)
    return said | {
        "play": play.name, "identity": in_order(one.row["identities"])[0], "unit": one.unit,
        "arm": arm, "ladder": offer.ladder.name, "level": one.row["level_name"] or "", "channel": one.channel,
        "target": -1 if one.target is None else one.target, "assigned_at": moment(known.at), "week": monday(known),
        "owner": play.owner, "minutes": play.minutes, "expected": offer.expected,
        "status": "held out" if arm == holdout.HELD else "queued",
    }  # fmt: skip


def words_of(space: Folder, known: Known, offer: Offer) -> dict[str, str]:
    """Return the story in three lines, and the message."""
    values = values_of(space, known, offer)
    story = "\n".join([who_line(offer), message.fill(offer.play.why, values).strip(), hope_line(offer)])
    return {
        "story": story,
        "subject": message.fill(offer.play.subject, values),
        "text": message.fill(offer.play.text, values).strip(),
    }


def values_of(space: Folder, known: Known, offer: Offer) -> dict[str, Any]:
    """Return what placeholders stand for."""
    row, standing, names = offer.candidate.row, offer.candidate.standing, offer.ladder.names
    above = standing.get("next_level")
    rule = standing.get("next_rule") or ""
    missing = ""
    if rule:
        have, need = number(standing["have"]), number(standing["need"])
        missing = f"{have} of {need} for {rule}."
    return {
        "name": row["called"] or row["person_id"], "first_name": first_name(row) or "there",
        "level": row["level_name"], "next_level": "" if above is None else names[int(above)],
        "since": write_day(row["since"]) if row["since"] else "", "missing": missing, "rule": rule,
        "last_seen": write_day(row["last_at"]) if row["last_at"] else "",
        "question": question_of(known.questions.get(row["person_id"], {})) if offer.play.answers else "",
        "owner": offer.play.owner, "organisation": space.config.name,
    }  # fmt: skip


def question_of(row: Mapping[str, Any]) -> str:
    """Say what somebody asked, where and when; nothing where they asked nothing."""
    if not row:
        return ""
    said = row["text"] or row["object"] or row["kind"]
    return f"{write_day(row['asked_at'])} on {row['channel']}: {said}"


def who_line(offer: Offer) -> str:
    """Say who it is."""
    row = offer.candidate.row
    since = f" since {write_day(row['since'])}" if row["since"] else ""
    seen = f", last seen on {write_day(row['last_at'])}" if row["last_at"] else ""
    return f"{row['level_name'] or 'Known'}{since}{seen}."


def hope_line(offer: Offer) -> str:
    """Say what the step is expected to do, and from what that is known."""
    play, tried = offer.play, offer.tried
    target = "" if offer.candidate.target is None else offer.ladder.names[offer.candidate.target]
    success = play.success.words(target)
    mix = mix_words(offer)
    if tried is not None and tried.low is not None and tried.effect is not None:
        return f"Tried on {number(tried.offered)}: {number(100 * tried.effect, places=1)} points more {success}.{mix}"
    moves = number(100 * offer.moves, places=1)
    return (
        f"{share(offer.chance)} of {'such people' if target else 'people'} {success} without it; what it adds is not "
        f"measured yet, and taken to be {moves} points.{mix}"
    )


def mix_words(offer: Offer) -> str:
    """Say what the step does for the mix, and what that is counted as; nothing where it does not count."""
    if not offer.mix_weight:
        return ""
    way = "nearer to" if offer.nearer >= 0 else "further from"
    points = number(100 * offer.mix_weight * offer.nearer, places=1)
    by = number(abs(offer.nearer), places=2)
    return f" The mix: {by} of a person {way} a dialogue with everyone, counted as {points} points."


def queue(space: Folder, *, every: bool = False) -> list[dict[str, Any]]:
    """Return the steps that are to be taken, answers first, then what is expected to move most a minute.

    Returns: the columns of `state.steps.STEPS`, person_id and name (None where nobody is known by the identity any
    more), email, title and step of the play, and mail_to. Who is held out is never among them, nor a step of a play
    that is stopped, paused or not in use any more (`proofs.endings`). every: also those that wait until a later day.
    """
    known = Known.of(space, questions.lens(space), datetime.now(UTC))
    ended = proofs.endings(space, known)
    some = [one for one in known.past if one["status"] in kept.OPEN and one["play"] not in ended]
    some = [one for one in some if every or one["status"] != "snoozed" or one["day"] <= known.today]
    return proofs.described(space, known, some)
