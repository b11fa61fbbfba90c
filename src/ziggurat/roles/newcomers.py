"""Who spoke for the first time, who answered, and who was there again afterwards?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.facts import ties
from ziggurat.facts.directory import Directory
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.ties import OUT, key_of
from ziggurat.log.buckets import Buckets
from ziggurat.results.tables import Frame

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

READ = ("person", "at", "kind", "direction", "source", "interaction_id", "in_reply_to")
NEVER = -1
EVER = np.iinfo(np.int64).min

ACTS = pa.schema([("person", pa.int64()), ("at", pa.int64()), ("counterpart", pa.string()), ("key", pa.string())])


@dataclass(frozen=True)
class Spans:
    """Newcomers' first words are within (since, until]; then come the first days, and those to come back in (µs)."""

    since: int
    until: int
    first: int
    back: int


@dataclass(frozen=True)
class Newcomers:
    """One row a newcomer, by hash of person, sorted.

    first_word: when (µs). before: how many things she had done by then. back: whether she did anything after her first
    days. ours_at: when the organisation first answered within them; NEVER if it did not. did: key (as `ties.key_of`),
    person and written_at of what she had done by the end of her first days.
    """

    person: Ints
    first_word: Ints
    before: Ints
    back: Flags
    ours_at: Ints
    did: pa.Table


def read(buckets: Buckets, directory: Directory, kinds: Frame, spans: Spans) -> Newcomers:
    """Find the newcomers whose days are all over. directory: those known by `spans.until`."""
    means = Meanings.read(buckets.codes, kinds)
    talk, answers = means.flags("speaks"), means.flags("answers")
    kernel = partial(spoke_first, talk=talk, answers=answers, known=directory.known(), spans=spans)
    parts = list(buckets.fold(kernel, READ))
    columns = [np.concatenate([np.empty(0, np.int64), *(part[0][place] for part in parts)]) for place in range(5)]
    order = np.argsort(columns[0])
    person, word, before, back, ours = (column[order] for column in columns)
    did = pa.concat_tables([ties.AUTHORS.empty_table(), *(part[1] for part in parts)])
    return Newcomers(person, word, before, back > 0, ours, did)


def spoke_first(
    rows: pa.Table, *, talk: Flags, answers: Flags, known: Ints, spans: Spans
) -> tuple[tuple[Ints, Ints, Ints, Ints, Ints], pa.Table]:
    """Return the newcomers of a bucket as arrays (see `Newcomers`), and what they had done by then."""
    rows = rows.filter(pc.and_(pc.greater_equal(rows["kind"], 0), pc.less_equal(rows["at"], spans.until)))
    rows = rows.filter(pc.is_in(rows["person"], value_set=pa.array(known)))
    person, at, kind, direction = (rows[name].to_numpy().astype(np.int64) for name in READ[:4])
    hers = direction != OUT
    words = hers & talk[kind]
    everyone, place = np.unique(person, return_inverse=True)
    word = np.full(everyone.size, np.iinfo(np.int64).max)
    np.minimum.at(word, place[words], at[words])
    new = (word > spans.since) & (word <= spans.until - spans.first - spans.back)
    started = np.where(new, word, 0)[place]
    since, fresh = at - started, new[place]
    before = np.bincount(place[hers & (since < 0)], minlength=everyone.size)
    later = hers & fresh & (since > spans.first) & (since <= spans.first + spans.back)
    back = np.bincount(place[later], minlength=everyone.size)
    own = rows.filter(pa.array(hers & fresh & (since <= spans.first)))
    did = pa.table([key_of(own, "interaction_id"), own["person"], own["at"]], schema=ties.AUTHORS)
    replies = pc.is_in(key_of(rows, "in_reply_to"), value_set=did["key"].combine_chunks()).to_numpy()
    ours = ~hers & fresh & (since > 0) & (since <= spans.first) & (replies | answers[kind])
    answered = np.full(everyone.size, np.iinfo(np.int64).max)
    np.minimum.at(answered, place[ours], at[ours])
    answered = np.where(answered == np.iinfo(np.int64).max, NEVER, answered)
    return (everyone[new], word[new], before[new], back[new], answered[new]), did


def welcoming(buckets: Buckets, kinds: Frame, since: int, until: int) -> ties.Turns:
    """Return what counts as welcoming someone: words to them, thanks, and teaching."""
    return ties.Turns(Meanings.read(buckets.codes, kinds).flags("speaks", "passes_on"), since, until)


def answers(buckets: Buckets, directory: Directory, kinds: Frame, found: Newcomers, spans: Spans) -> pa.Table:
    """Return who turned to which newcomer with words in her first days: host (hash), place (in `found`), first at.

    To her: as `ties` reads it, after her first word, and within her first days.
    """
    what = welcoming(buckets, kinds, spans.since, spans.until)
    hidden, whose = pa.array(buckets.anonymous), np.searchsorted(directory.person, found.person)
    names = pc.list_flatten(directory.identities.take(pa.array(whose)))

    def towards(rows: pa.Table) -> pa.Table:
        acts = ties.turning(rows, what, hidden)
        keys = pc.is_in(acts["key"], value_set=found.did["key"].combine_chunks())
        acts = acts.filter(pc.or_(keys, pc.is_in(acts["counterpart"].cast(names.type), value_set=names)))
        return acts.select(["person", "at", "counterpart", "key"]).cast(ACTS)

    acts = pa.concat_tables([ACTS.empty_table(), *buckets.fold(towards, ties.READ)])
    acts = acts.append_column("replied_at", acts["at"])
    to, at, host = ties.targets(acts, directory, found.did), acts["at"].to_numpy(), acts["person"].to_numpy()
    place = np.minimum(np.searchsorted(found.person, to), max(0, found.person.size - 1))
    here = (found.person[place] == to) & (to >= 0) if found.person.size else np.zeros(to.size, np.bool_)
    place, at, host = place[here], at[here], host[here]
    since = at - found.first_word[place]
    right = (since > 0) & (since <= spans.first)
    table = pa.table({"host": host[right], "place": place[right], "at": at[right]})
    firsts = table.group_by(["host", "place"], use_threads=False).aggregate([("at", "min")])
    return firsts.rename_columns(["host", "place", "at"])
