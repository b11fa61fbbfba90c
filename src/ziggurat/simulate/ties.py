"""Who knows whom, and who takes something up after those she knows?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ziggurat.base.instant import DAY
from ziggurat.simulate.community import Community
from ziggurat.simulate.draws import Clock, Ints, daytime, stream
from ziggurat.simulate.people import People

EACH = 4  # ties that a person makes; those made to her come on top
OUTSIDE = 0.08  # chance that a tie is made to anyone at all
NEAR = 4  # the ceiling from which people are known by many
ABLE = 3  # the stage from which people take things up


@dataclass(frozen=True)
class Ties:
    """Ties in both directions, by person: those of person i are `other[start[i]:start[i + 1]]`."""

    start: Ints
    other: Ints

    def one_of(self, draw: np.random.Generator, who: Ints) -> Ints:
        """Return someone whom each person knows, -1 where she knows nobody."""
        many = self.start[who + 1] - self.start[who]
        place = self.start[who] + (draw.random(who.size) * many).astype(np.int64)
        return (
            np.where(many > 0, self.other[np.minimum(place, max(0, self.other.size - 1))], -1)
            if self.other.size
            else (np.full(who.size, -1, np.int64))
        )


def ties(community: Community, people: People) -> Ties:
    """Tie people to others of their groups, to the sociable more often, and now and then to anyone."""
    draw, size = stream(community, "ties"), people.size
    sociable = draw.gamma(1.0, 1.0, size) * np.array([0.3, 1, 0.7, 0.8, 2, 2])[people.style] + 0.05
    sociable *= np.where(people.ceiling >= NEAR, 3.0, 1.0)
    order = np.argsort(people.group, kind="stable")
    edges = np.concatenate([[0.0], np.cumsum(sociable[order])])
    bounds = np.searchsorted(people.group[order], np.arange(people.group.max() + 2))
    who = np.repeat(np.arange(size), EACH)
    second = (people.second[who] >= 0) & (draw.random(who.size) < 0.5)
    group = np.where(second, people.second[who], people.group[who])
    anyone = draw.random(who.size) < OUTSIDE
    low = np.where(anyone, 0.0, edges[bounds[group]])
    high = np.where(anyone, edges[-1], edges[bounds[group + 1]])
    found = np.searchsorted(edges, low + draw.random(who.size) * (high - low), side="right") - 1
    other = order[np.clip(found, 0, size - 1)]
    pairs = np.unique(np.sort(np.stack([who, other], 1)[who != other], axis=1), axis=0)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    start = np.searchsorted(both[:, 0], np.arange(size + 1))
    return Ties(start.astype(np.int64), both[:, 1].astype(np.int64))


def spread(
    community: Community, clock: Clock, people: People, known: Ties, subject: str, a_year: float, influence: float
) -> tuple[Ints, Ints, Ints]:
    """Let people take up a thing, day by day; return who did, when, and after whom (-1: unasked), in order of time.

    a_year: how often a person would unasked. The chance of a day is that of doing so unasked, times 1 + influence × how
    many of those she knows have before. Who it was after is one of these, or nobody, in the proportion in which they
    added to the chance.
    """
    draw, size = stream(community, subject), people.size
    one = np.repeat(np.arange(size), np.diff(known.start))
    done, asked = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
    unasked = a_year / 365
    for day in range(community.days * 6 // 10, community.days):
        at = clock.start + day * DAY
        able = people.stage_at(clock, np.arange(size), np.full(size, at)) >= ABLE
        before = done >= 0
        near = np.bincount(one, before[known.other].astype(np.float64), size)
        chance = 1 - np.exp(-unasked * (1 + influence * near))
        fresh = np.flatnonzero(able & (people.arrive < at) & ~before & (draw.random(size) < chance))
        done[fresh] = day
        for person in fresh[draw.random(fresh.size) < influence * near[fresh] / (1 + influence * near[fresh])]:
            others = known.other[known.start[person] : known.start[person + 1]]
            others = others[before[others]]
            asked[person] = others[draw.integers(others.size)]
    who = np.flatnonzero(done >= 0)
    when = clock.start + done[who] * DAY + daytime(draw, who.size)
    order = np.lexsort((who, when))
    return who[order], when[order], asked[who[order]]
