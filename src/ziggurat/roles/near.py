"""To whom is one person tied: whom do they turn to, who turns to them, and who was their host?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.instant import DAY
from ziggurat.facts import ties
from ziggurat.facts.directory import Directory
from ziggurat.facts.given import Talk
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.ties import OUT, Turns
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_id
from ziggurat.results.tables import Frame
from ziggurat.roles import newcomers


@dataclass(frozen=True)
class Act:
    """One interaction by which one of two people turned to the other. hers: the person did it, else the other one."""

    hers: bool
    at: int  # µs
    kind: str
    channel: str
    source: str
    interaction_id: str


@dataclass(frozen=True)
class Tie:
    """One other person. turned_to: acts towards that one; turned_by: that one's towards her. acts: the latest first."""

    person_id: str
    name: str | None
    turned_to: int
    turned_by: int
    last_at: int  # µs
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Near:
    """The ties of one person, most acts first, as `conversation` reads them.

    first_word: when she first said anything; None if she never did. host: id of who first turned to her with words
    within so many days after it, as `hosts` reads it, and welcome: by what; None if nobody did.
    """

    ties: tuple[Tie, ...]
    first_word: int | None
    host: str | None
    welcome: Act | None


def of_person(
    given: Talk, history: pa.Table, *, at: int, days: float = 365, first_days: float = 14, turning: str = ""
) -> Near:
    """Return the ties of one person in the `days` up to an instant (µs), and her host, whenever that was.

    history: her interactions up to the instant (columns `log.histories.COLUMNS`), at least one. turning: as in
    `conversation`. What others did to her is read from all lives.
    Raises: QuestionError if a kind is none.
    """
    buckets, kinds = given.buckets, given.kinds
    directory, person = ties.known_by(given.people, at), int(history["person"][0].as_py())
    rows = pa.concat_tables([history.select(list(ties.READ)), *around(buckets, directory, history, person, at)])
    what = ties.turns(buckets, kinds, turning, newcomers.EVER, at)
    since = at - round(days * DAY)
    found = list(acts(rows, buckets, directory, what, person))
    first_word, host, welcome = first_welcome(rows, buckets, directory, kinds, person, at, round(first_days * DAY))
    others = dict.fromkeys(other for other, act in found if act.at > since)
    names = dict(zip(others, ties.called(directory, np.array(list(others), np.int64)), strict=True))
    told = [
        tie(other, names[other], [act for one, act in found if one == other and act.at > since]) for other in others
    ]
    told.sort(key=lambda one: (-len(one.acts), -one.last_at, one.person_id))
    return Near(tuple(told), first_word, host, welcome)


def tie(other: int, name: str | None, found: Sequence[Act]) -> Tie:
    """Return the tie that some acts make."""
    latest = tuple(sorted(found, key=lambda act: (-act.at, act.interaction_id)))
    hers = sum(act.hers for act in latest)
    return Tie(person_id(other), name, hers, len(latest) - hers, latest[0].at, latest)


def around(
    buckets: Buckets, directory: Directory, history: pa.Table, person: int, until: int
) -> Iterator[pa.Table]:  # fmt: skip
    """Yield the rows of others that name her, reply to what she did, or were replied to by her."""
    place = np.searchsorted(directory.person, person)
    names = pc.list_flatten(directory.identities.slice(place, 1)).cast(pa.string())
    did, answered = (history[name].combine_chunks() for name in ("interaction_id", "in_reply_to"))

    def towards(rows: pa.Table) -> pa.Table:
        rows = rows.filter(pc.and_(pc.not_equal(rows["direction"], OUT), pc.less_equal(rows["at"], until)))
        rows = rows.filter(pc.and_(pc.not_equal(rows["person"], person), pc.greater_equal(rows["kind"], 0)))
        named = pc.is_in(rows["counterpart"].cast(pa.string()), value_set=names)
        # the ids of other sources come along, which `ties.targets` tells apart
        replies = pc.is_in(rows["in_reply_to"].cast(did.type), value_set=did, skip_nulls=True)
        asked = pc.is_in(rows["interaction_id"].cast(answered.type), value_set=answered, skip_nulls=True)
        return rows.filter(pc.or_(pc.or_(named, replies), asked)).select(list(ties.READ))

    for rows in buckets.fold(towards, ties.READ):
        yield rows.cast(history.select(list(ties.READ)).schema)


def acts(
    rows: pa.Table, buckets: Buckets, directory: Directory, what: Turns, person: int
) -> Iterator[tuple[int, Act]]:  # fmt: skip
    """Yield the acts between her and others, with the other one's hash."""
    hers = pc.and_(pc.not_equal(rows["direction"], OUT), pc.greater_equal(rows["kind"], 0))
    own = rows.filter(hers)
    written = pa.table([ties.key_of(own, "interaction_id"), own["person"], own["at"]], schema=ties.AUTHORS)
    some = ties.turning(rows, what, pa.array(buckets.anonymous))
    to = ties.targets(some.append_column("replied_at", some["at"]), directory, written)
    codes = buckets.codes
    for row, other in zip(some.to_pylist(), to.tolist(), strict=True):
        if other < 0 or person not in (other, row["person"]):
            continue
        mine = row["person"] == person
        kind, channel, source = (codes[name][row[name]] for name in ("kind", "channel", "source"))
        yield (other if mine else row["person"]), Act(mine, row["at"], kind, channel, source, row["interaction_id"])


def first_welcome(
    rows: pa.Table, buckets: Buckets, directory: Directory, kinds: Frame, person: int, at: int, span: int
) -> tuple[int | None, str | None, Act | None]:
    """Return when she first said anything, who answered first within `span` µs after it, and by what."""
    talk = Meanings.read(buckets.codes, kinds).flags("speaks")
    kind, direction, who, when = (rows[name].to_numpy() for name in ("kind", "direction", "person", "at"))
    said = talk[kind] & (direction != OUT) & (who == person) & (when <= at)
    if not said.any():
        return None, None, None
    word = int(when[said].min())
    what = newcomers.welcoming(buckets, kinds, newcomers.EVER, at)
    answers = [
        (act.at, act.interaction_id, other, act)
        for other, act in acts(rows, buckets, directory, what, person)
        if not act.hers and word < act.at <= word + span
    ]
    if not answers:
        return word, None, None
    _, _, host, welcome = min(answers, key=lambda one: one[:2])
    return word, person_id(host), welcome
