"""What do we know of each person: name, address, likes, background, friends, and when somebody of us last talked?

Six parts, each known or not as of an instant (docs/facts.md, *Known of a person*):

name         a name is told
address      an identity at which somebody can be written to, and they have not unsubscribed
likes        a trait says so, or an act that tells a liking (`defaults/knows.toml`), or words for or against us
background   a trait says so
friends      another known person turned to them, and they to that person, within the time looked at
talk         one of the staff met or called them, or answered them, within the time looked at

Traits are taken as they are told now; they have no age of their own here. All else is as of the instant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.declare import matches
from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts import ties as tying
from ziggurat.facts.directory import Directory
from ziggurat.facts.given import Ledgers
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.population import Folk
from ziggurat.facts.tellers import TELLERS
from ziggurat.log.buckets import Buckets
from ziggurat.results.tables import Frame
from ziggurat.speech.sentiment import VADER, Reader
from ziggurat.speech.tones import AGAINST, FOR, READ, tones

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
OUT = DIRECTIONS.index("out")
NAME, ADDRESS, LIKES, BACKGROUND, FRIENDS, TALK = range(6)
PARTS = ("name", "address", "likes", "background", "friends", "talk")
ORDER = (NAME, ADDRESS, TALK, LIKES, BACKGROUND, FRIENDS)
ASK = {
    NAME: "What is your name, and what shall we call you?",
    ADDRESS: "Where may we write to you, and about what?",
    TALK: "May one of us call you, or meet you?",
    LIKES: "What do you like about us, and what not?",
    BACKGROUND: "What do you do, and where do you live?",
    FRIENDS: "Whom do you know here, and whom would you like to meet?",
}
NEVER = -1
ACTS = pa.schema([("person", pa.int64()), ("likes_at", pa.int64()), ("talk_at", pa.int64()), ("by", pa.string()),
                  ("consent_at", pa.int64()), ("withdrawn_at", pa.int64())])  # fmt: skip


class Knowing(NamedTuple):
    """What is known, by place in the folk. part: place in PARTS, across.

    known, at: (N, 6); at is the latest evidence (µs), NEVER where there is none or it has no time. by: the identity of
    who of us talked last, "" for nobody. talked_at: when (µs), NEVER for never.
    """

    known: Flags
    at: Ints
    by: Sequence[str]
    talked_at: Ints


def knowing(given: Ledgers, languages: Frame, folk: Folk, since: int, until: int) -> Knowing:
    """Tell what is known of everyone by an instant (µs). since: from when on friends and talks count."""
    size = len(folk)
    known, at = np.zeros((size, len(PARTS)), np.bool_), np.full((size, len(PARTS)), NEVER)
    directory = Directory.of(given.people)
    place = folk.places(directory.person)
    here = place >= 0
    for part, told in told_of(directory).items():
        known[place[here], part] = told[here]
    known[:, NAME] |= np.asarray(pc.is_valid(folk.name).to_numpy(zero_copy_only=False), np.bool_)
    acts = read(given.buckets, languages, directory, until)
    spot = folk.places(acts["person"].to_numpy())
    acts, spot = acts.filter(pa.array(spot >= 0)), spot[spot >= 0]
    liked, talked, given_at, withdrawn = (
        acts[name].to_numpy() for name in ("likes_at", "talk_at", "consent_at", "withdrawn_at")
    )
    known[spot, LIKES] |= liked >= 0
    at[spot, LIKES] = liked
    known[spot, ADDRESS] &= given_at >= withdrawn
    known[spot, TALK] = talked > since
    at[spot, TALK] = talked
    friend, met = friends(given, directory, since, until)
    spot_of = folk.places(friend)
    known[spot_of[spot_of >= 0], FRIENDS] = True
    at[spot_of[spot_of >= 0], FRIENDS] = met[spot_of >= 0]
    by = [""] * size
    for one, who in zip(spot.tolist(), acts["by"].to_pylist(), strict=True):
        by[one] = who or ""
    return Knowing(known, at, by, at[:, TALK].copy())


def told_of(directory: Directory) -> Mapping[int, Flags]:
    """Return what traits and identities tell of everyone in a directory: part → whether it is known."""
    parts = {NAME: "name", LIKES: "likes", BACKGROUND: "background"}
    found = {part: np.zeros(directory.person.size, np.bool_) for part in (*parts, ADDRESS)}
    for place, text in enumerate(directory.traits.to_pylist()):
        traits = msgspec.json.decode(text) if text else {}
        said = [name.casefold() for name, value in traits.items() if str(value or "").strip()]
        for part, word in parts.items():
            found[part][place] = any(matches(name, TELLERS.knows[word].traits) for name in said)
    names, owner = directory.owners
    spaces = pc.list_element(pc.split_pattern(names.cast(pa.string()), ":", max_splits=1), 0) if len(names) else names
    can = pc.is_in(spaces, value_set=pa.array(TELLERS.may["write"].namespaces)).to_numpy(zero_copy_only=False)
    found[ADDRESS][owner[np.asarray(can, np.bool_)]] = True
    return found


def read(buckets: Buckets, languages: Frame, directory: Directory, until: int) -> pa.Table:
    """Return what lives tell of people up to an instant, columns ACTS: NEVER where nothing does."""
    codes, means = buckets.codes, Meanings.of_log(buckets)
    reader = Reader.of(VADER, codes["channel"], languages)
    liking, talks = means.named(TELLERS.knows["likes"].kinds), means.flags("meets", "answers")
    given, withdrawn = means.having("consent", "given"), means.having("consent", "withdrawn")
    others = np.union1d(directory.known(), buckets.agents)  # who is no one of us

    def latest(at: Ints, chosen: Flags) -> Ints:
        return np.where(chosen, at, NEVER)

    def fold(rows: pa.Table) -> pa.Table:
        rows = rows.filter(pc.less_equal(rows["at"], until))
        at, kind, way = (rows[name].to_numpy() for name in ("at", "kind", "direction"))
        own, tone = (way != OUT) & (kind >= 0), tones(rows, codes, buckets.kinds, reader)
        ours = (way == OUT) & (kind >= 0) & talks[kind]
        ours &= pc.is_valid(rows["counterpart"]).to_numpy()
        ours[ours] = ~np.isin(directory.persons(rows["counterpart"].filter(pa.array(ours))), others)
        columns = {
            "person": rows["person"],
            "likes_at": latest(at, own & (liking[kind] | (tone == FOR) | (tone == AGAINST))),
            "talk_at": latest(at, ours),
            "by": pc.if_else(pa.array(ours), rows["counterpart"].cast(pa.string()), pa.scalar(None, pa.string())),
            "consent_at": latest(at, (kind >= 0) & given[kind]),
            "withdrawn_at": latest(at, (kind >= 0) & withdrawn[kind]),
        }
        return summed(pa.table(columns, schema=ACTS))

    return pa.concat_tables([ACTS.empty_table(), *buckets.fold(fold, tuple(dict.fromkeys((*READ, "counterpart"))))])


def summed(rows: pa.Table) -> pa.Table:
    """Return the latest of each, a row a person; `by` of the latest talk, the first in the alphabet of several."""
    instants = ("likes_at", "talk_at", "consent_at", "withdrawn_at")
    best = rows.group_by("person", use_threads=False).aggregate([(name, "max") for name in instants])
    best = best.rename_columns(["person", *instants])
    talks = rows.filter(pc.is_valid(rows["by"])).select(["person", "talk_at", "by"])
    talks = talks.group_by(["person", "talk_at"], use_threads=False).aggregate([("by", "min")])
    both = best.join(talks, ["person", "talk_at"], join_type="left outer", use_threads=False)
    return both.rename_columns([*best.column_names, "by"]).select(ACTS.names).cast(ACTS).sort_by("person")


def friends(given: Ledgers, directory: Directory, since: int, until: int) -> tuple[Ints, Ints]:
    """Return the people who have a friend, hashes, and when any of two friends last turned to the other (µs)."""
    what = tying.turns(given.buckets, given.kinds, "", since, until)
    ties = tying.read(given.buckets, tying.known_by(given.people, until), what)
    size = ties.person.size
    way, back = ties.source * size + ties.target, ties.target * size + ties.source
    both = np.isin(way, back)
    who, last = ties.source[both], np.full(size, NEVER)
    np.maximum.at(last, who, ties.last_at[both])
    np.maximum.at(last, ties.target[both], ties.last_at[both])
    some = np.unique(who)
    return ties.person[some], last[some]


def lacking(known: Flags | Sequence[bool]) -> list[str]:
    """Return the parts that are not known of somebody, in the order in which one comes to know them."""
    return [PARTS[part] for part in ORDER if not known[part]]


def ask_next(known: Flags | Sequence[bool]) -> str | None:
    """Return the one question to ask somebody next; None where nothing is left to be known."""
    missing = lacking(known)
    return ASK[PARTS.index(missing[0])] if missing else None
