"""To whom could a play turn, on which channel, and what is known of them?

Bad steps are impossible here: nobody at the top gets a beginner's offer, nobody is asked twice, nobody who opted out or
is snoozed is written to, and who waits for an answer gets nothing but that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.asking.lens import Lens
from ziggurat.base.instant import DAY, instant, moment
from ziggurat.base.schema import CONSENT
from ziggurat.channels.nearer import Mixed
from ziggurat.channels.touches import HALF, read_touches, reading
from ziggurat.facts.given import Contacts
from ziggurat.levels.ladder import Ladder
from ziggurat.log.settling import SETTLED
from ziggurat.people.called import in_order
from ziggurat.people.ids import person_id, person_of
from ziggurat.people.resolve import THROWAWAY
from ziggurat.playbook import holdout
from ziggurat.playbook.play import ANY, Play
from ziggurat.roles.organisations import NONE, organisations
from ziggurat.state import notes, steps
from ziggurat.study import Window
from ziggurat.workspace import lists, plays, questions, segment_tests, segments
from ziggurat.workspace.folder import Folder

Ints = npt.NDArray[np.int64]
Rows = Sequence[Mapping[str, Any]]
YEAR = 365
BACK_DAYS = 14  # within which people come back on a message, as the study `mix` has it
HOUSEHOLD = "household:"
NOWHERE: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Candidate:
    """Somebody to whom a play could turn. row: as `lists.listed` has them. standing: as `schema.STANDINGS`. target:
    the level of success, None where it is no climb."""

    row: Mapping[str, Any]
    standing: Mapping[str, Any]
    unit: str
    channel: str
    target: int | None

    @property
    def nearness(self) -> float:
        """Return how near the next level is, 0 to 1."""
        return float(self.standing.get("nearness") or 0.0)


@dataclass(frozen=True)
class Known:
    """What all plays must know of people, read once. at: the present of the log (µs); today: the day."""

    space: Folder
    lens: Lens
    at: int
    today: date
    past: Rows

    @classmethod
    def of(cls, space: Folder, lens: Lens, now: datetime) -> Known:
        """Read a workspace as of now."""
        at = min(instant(now), lens.at)
        return cls(space, lens, at, max(now.date(), moment(at).date()), steps.steps(space.state.database))

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Return the household or organisation of those who have one, by id."""
        directory = segment_tests.directory(self.space)
        found = organisations(directory)
        homes = {}
        for place in range(directory.person.size):
            identities = directory.identities[place].as_py() or ()
            home = next((one for one in identities if one.startswith(HOUSEHOLD)), "")
            if found.of[place] != NONE:
                homes[person_id(int(directory.person[place]))] = f"account:{found.names[int(found.of[place])]}"
            elif home:
                homes[person_id(int(directory.person[place]))] = home
        return homes

    @cached_property
    def waiting(self) -> set[str]:
        """Return who waits for an answer."""
        return ids_of(segment_tests.of_signal("waits", self.lens))

    @cached_property
    def questions(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the open question of each person, the one that waits longest: rows of the study of open questions."""
        rows = sorted(self.lens.ask("unanswered").rows(), key=lambda row: row["asked_at"], reverse=True)
        return {row["person_id"]: row for row in rows}

    @cached_property
    def answering(self) -> set[str]:
        """Return the names of the plays that answer whoever waits."""
        return {play.name for play in plays.plays(self.space).values() if play.answers}

    @cached_property
    def mixed(self) -> Mixed:
        """Return what reached everyone within a year."""
        names = ("buckets", "people", "kinds", "activities")
        tables = self.space.answers.tables(names, self.lens, {"at": self.lens.at})
        window = Window(self.lens.at - YEAR * DAY, self.lens.at)
        return Mixed.of(read_touches(reading(Contacts(**tables), window, by="activity", days=BACK_DAYS)))

    def nearer(self, play: Play, one: Candidate) -> float:
        """Return by how much a step would bring the mix nearer to a dialogue with everyone, in people; 0 where that is
        worth nothing."""
        if not self.space.config.week.mix_weight:
            return 0.0
        means = self.space.kinds.meaning_of[play.kind]
        own = means.meets or means.answers or means.returns
        return self.mixed.by(person_of(one.row["person_id"]), 1.0 if own else HALF)

    @cached_property
    def snoozed(self) -> set[str]:
        """Return who can wait."""
        some = [one for one in notes.notes(self.space.state.database) if one["sort"] == "snoozed"]
        return self.people(one["identity"] for one in some if one["day"] >= self.today)

    def people(self, identities: Any) -> set[str]:
        """Return the ids of the people behind identities."""
        return ids_of(segment_tests.owners(self.space, list(identities)))

    @cached_property
    def person_of(self) -> Mapping[str, str]:
        """Return the id of the person behind each identity to whom a play turned, or did not by chance."""
        return owners_by_identity(self.space, [one["identity"] for one in self.past])

    @cached_property
    def busy(self) -> set[str]:
        """Return for whom a step is open."""
        return {self.person_of.get(one["identity"], "") for one in self.past if one["status"] in steps.OPEN}

    @cached_property
    def contacts(self) -> Mapping[str, int]:
        """Return when we last turned to each person (µs): what was noted or done, and who was met, called or answered.

        Who was held out counts as if we had turned to them then: else other plays would reach them more than others.
        """
        found: dict[str, int] = defaultdict(int)
        meanings = [self.space.kinds.meaning_of.get(kind) for kind in self.codes["kind"]]
        near = [meaning is not None and (meaning.meets or meaning.answers) for meaning in meanings]
        for people, at in self.latest(near):
            for person, last in zip(people.tolist(), at.tolist(), strict=True):
                found[person_id(person)] = last
        for one in notes.notes(self.space.state.database):
            if one["sort"] == "contacted" and one["day"] <= self.today:
                day = instant(one["day"])
                for person in self.people([one["identity"]]):
                    found[person] = max(found[person], min(day, self.at))
        for step in self.past:
            if step["status"] in steps.COUNTING:
                person = self.person_of.get(step["identity"], "")
                found[person] = max(found[person], min(turned_at(step), self.at))
        return found

    @cached_property
    def codes(self) -> Mapping[str, list[str]]:
        """Return what the codes of histories stand for."""
        return self.space.derived.buckets().codes

    def latest(self, kinds: Sequence[bool]) -> Sequence[tuple[Ints, Ints]]:
        """Return people, and when we last did anything of some kinds towards them."""
        flags = np.append(np.asarray(kinds, np.bool_), False)

        def kernel(rows: pa.Table) -> tuple[Ints, Ints]:
            person, at = rows["person"].to_numpy(), rows["at"].to_numpy()
            some = flags[rows["kind"].to_numpy()] & (rows["direction"].to_numpy() == SETTLED.index("out"))
            some &= at <= self.lens.at
            people, place = np.unique(person[some], return_inverse=True)
            last = np.zeros(people.size, np.int64)
            np.maximum.at(last, place, at[some])
            return people, last

        return list(self.space.derived.buckets().fold(kernel, ("person", "at", "kind", "direction")))

    @cached_property
    def preferred(self) -> Mapping[str, str]:
        """Return the channel that each person used most within a year; the first by name of several."""
        names = self.codes["channel"]
        out, since = SETTLED.index("out"), self.lens.at - YEAR * DAY

        def kernel(rows: pa.Table) -> Mapping[int, int]:
            at, channel = rows["at"].to_numpy(), rows["channel"].to_numpy()
            some = (rows["kind"].to_numpy() >= 0) & (channel >= 0) & (rows["direction"].to_numpy() != out)
            some &= (at > since) & (at <= self.lens.at)
            both = np.stack([rows["person"].to_numpy()[some], channel[some].astype(np.int64)])
            pairs, often = np.unique(both, axis=1, return_counts=True)
            best: dict[int, tuple[int, str, int]] = {}
            for person, code, times in zip(*pairs.tolist(), often.tolist(), strict=True):
                best[person] = min(best.get(person, (0, "", -1)), (-times, names[code], code))
            return {person: code for person, (_, _, code) in best.items()}

        found = self.space.derived.buckets().fold(kernel, ("person", "at", "kind", "channel", "direction"))
        return {person_id(person): names[code] for part in found for person, code in part.items()}


def ids_of(people: Ints) -> set[str]:
    """Return hashes as ids."""
    return {person_id(one) for one in people.tolist()}


def owners_by_identity(space: Folder, identities: Sequence[str]) -> dict[str, str]:
    """Return the id of the person behind each identity that is known."""
    connection = space.derived.connect()
    connection.register("wanted", pa.table({"identity": pa.array(sorted(set(identities)), pa.string())}))
    query = f"SELECT identity, person FROM {space.derived.table('identities')} JOIN wanted USING (identity)"
    return {identity: person_id(person) for identity, person in connection.sql(query).fetchall()}


def candidates(known: Known, play: Play, ladder: Ladder) -> list[Candidate]:
    """Return to whom a play could turn now, the nearest to their next level first; ties by hash."""
    space, lens = known.space, questions.through(known.space, ladder, moment(known.lens.at))
    asked, declined = turned_to(known, play)
    standing = standings(space, lens)
    recently = known.at - round(play.unless.contacted_days * DAY)
    found = []
    for row in lists.listed(space, segments.segment(space, play.whom), ladder=ladder, at=moment(lens.at)):
        person = row["person_id"]
        if person in known.busy or person in asked or person in declined or person in known.snoozed:
            continue
        if play.answers != (person in known.waiting):  # who waits is answered, and gets nothing else
            continue
        if not play.answers and play.unless.contacted_days and known.contacts.get(person, 0) > recently:
            continue
        target = plays.target_of(play, ladder, int(row["level"] or 0))
        wanted = known.questions.get(person, NOWHERE).get("channel") if play.answers else known.preferred.get(person)
        channel = channel_of(play, row, wanted or "")
        if not channel or (play.success.climbs and target is None):
            continue
        unit = known.units.get(person, person)
        found.append(Candidate(row, standing.get(person, NOWHERE), unit, channel, target))
    found.sort(key=lambda one: (-one.nearness, holdout.order(one.row["person_id"], play.name)))
    return one_each(known, play, found) if play.unless.one_per else found


def turned_at(step: Mapping[str, Any]) -> int:
    """Return when a step was taken, or somebody held out (µs)."""
    return instant(step["assigned_at" if step["status"] == "held out" else "decided_at"])


def turned_to(known: Known, play: Play) -> tuple[set[str], set[str]]:
    """Return to whom this play turned already, or by chance did not, and of whom it was declined."""
    again, declined = play.unless.again_days, known.at - round(play.unless.declined_days * DAY)
    asked, refused = set(), set()
    for one in known.past:
        if one["play"] != play.name:
            continue
        person, at = known.person_of.get(one["identity"], ""), instant(one["assigned_at"])
        if again is None or at > known.at - round(again * DAY):
            asked.add(person)
        if one["status"] == "declined" and at > declined:
            refused.add(person)
    return asked, refused


def one_each(known: Known, play: Play, found: Sequence[Candidate]) -> list[Candidate]:
    """Return the first candidate of each household or organisation with whom nothing is under way."""
    recent = known.at - round(play.unless.contacted_days * DAY)
    taken = {
        one["unit"]
        for one in known.past
        if one["status"] in steps.OPEN or (one["status"] in steps.COUNTING and turned_at(one) > recent)
    }
    kept = []
    for one in found:
        if one.unit not in taken:
            taken.add(one.unit)
            kept.append(one)
    return kept


def channel_of(play: Play, row: Mapping[str, Any], preferred: str) -> str:
    """Return the channel on which a person may be turned to: the one that they use most, else the first that is
    permitted; nothing where none is. A channel needs an identity of theirs that is no throw-away one."""
    withdrew = row["consent"] == CONSENT[1] and not play.answers
    known = [one.partition(":")[0] for one in in_order(row["identities"] or ())]
    permitted = [
        space for space in dict.fromkeys(known) if space not in THROWAWAY and not (space == "email" and withdrew)
    ]
    allowed = permitted if ANY in play.channel else [space for space in permitted if space in play.channel]
    if preferred in allowed:
        return preferred
    first = [channel for channel in play.channel if channel in allowed]
    return next(iter([*first, *allowed]), "")


def standings(space: Folder, lens: Lens) -> Mapping[str, Mapping[str, Any]]:
    """Return how everyone stands, by id."""
    made = space.derived.standings(lens.ladder, lens.raises, lens.at)
    columns = "person_id, next_level, next_rule, have, need, nearness, slips_at, last_at"
    rows = space.derived.connect().sql(f"SELECT {columns} FROM {made}").to_arrow_table().to_pylist()
    return {row["person_id"]: row for row in rows}
