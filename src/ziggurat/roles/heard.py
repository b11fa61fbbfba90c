"""Of all that people turn to, week by week, how much is said by those who speak against us?

Someone turns to another known person by an answer, a reply, a mention, a like, a share or thanks (`facts.ties`). Where
the other stood is told as of the last midnight (UTC) of that week, as the study `stance` has it, so that nobody is
taken for a detractor by what they said later. Of each person and week the mean over their turns is one observation:
who turns to somebody forty times in a week is one who did.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.instant import DAY
from ziggurat.facts import ties
from ziggurat.log.buckets import Buckets
from ziggurat.results.tables import Frame
from ziggurat.roles import stance
from ziggurat.roles.parts import none, some, together
from ziggurat.speech.evidence import DETRACTOR, READ, Evidence

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
ACTS = pa.schema(
    [
        ("person", pa.int64()),
        ("at", pa.int64()),
        ("counterpart", pa.string()),
        ("key", pa.string()),
        ("replied_at", pa.int64()),
    ]
)
TO = ("advocates", "passives", "detractors", "people of unknown stance")  # by place in `stance.NAMES`


class Turned(NamedTuple):
    """Who turned to whom (hashes), and when (µs)."""

    person: Ints
    to: Ints
    at: Ints


class Heard(NamedTuple):
    """One row per person and week: the share of their turns that was to detractors, 0 to 1, and to whom most were, as
    a place in TO."""

    person: Ints
    week: Ints
    share: Floats
    most: Ints


def heard(
    buckets: Buckets, people: Frame, kinds: Frame, languages: Frame, since: int, at: int, week: Callable[[Ints], Ints]
) -> Heard:
    """Return whom people turned to within (since, at]. week: in which week an instant (µs) lies, 0 the last."""
    turned = turns_of(buckets, people, kinds, since, at)
    if not turned.at.size:
        return Heard(turned.person, turned.at, turned.at.astype(np.float64), turned.at)
    looker = stance.looking(buckets.codes, kinds, languages, stance.USUAL)
    parts = buckets.fold(lambda rows: looker.found(rows, at), READ)
    evidence = together(Evidence, none(Evidence, 6), parts)
    weeks = week(turned.at)
    stood = np.full(turned.at.size, stance.UNKNOWN)
    for one in np.unique(weeks).tolist():
        here = weeks == one
        stood[here] = standing(evidence, at - one * 7 * DAY, turned.to[here])
    keys, which = np.unique(np.stack([turned.person, weeks]), axis=1, return_inverse=True)
    counts = np.bincount(which * len(TO) + stood, minlength=keys.shape[1] * len(TO)).reshape(-1, len(TO))
    return Heard(keys[0], keys[1], counts[:, DETRACTOR] / counts.sum(axis=1), counts.argmax(axis=1))


def standing(evidence: Evidence, end: int, person: Ints) -> Ints:
    """Return where people stood at the last midnight up to an instant (µs), as places in `stance.NAMES`."""
    midnight = (end + 1) // DAY * DAY
    then = some(Evidence, evidence, evidence.at < midnight)
    known = stance.judge_people(then, midnight, stance.HALF_LIFE_DAYS)
    place = np.searchsorted(known.person, person)
    there = np.append(known.person, -1)[place] == person
    return np.where(there, np.append(known.stance, stance.UNKNOWN)[place], stance.UNKNOWN)


def turns_of(buckets: Buckets, people: Frame, kinds: Frame, since: int, at: int) -> Turned:
    """Return every turn to a known person, as the study `conversation` counts them."""
    what = ties.turns(buckets, kinds, "", since, at)
    parts = buckets.fold(partial(acts_of, what=what, hidden=pa.array(buckets.anonymous)), ties.READ)
    acts = pa.concat_tables([ACTS.empty_table(), *parts])
    to = ties.targets(acts, ties.known_by(people, at), ties.authors(buckets, acts["key"], at))
    here = to >= 0
    return Turned(acts["person"].to_numpy()[here], to[here], acts["at"].to_numpy()[here])


def acts_of(rows: pa.Table, what: ties.Turns, hidden: pa.Array) -> pa.Table:
    """Return the acts of a bucket by which someone turned to someone: columns ACTS."""
    acts = ties.turning(rows, what, hidden)
    replied: Any = pc.if_else(pc.is_valid(acts["counterpart"]), pa.scalar(None, pa.int64()), acts["at"])
    return pa.table([acts["person"], acts["at"], acts["counterpart"], acts["key"], replied], schema=ACTS)
