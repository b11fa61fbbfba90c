"""What comes so many days after people came, counted one by one."""

from __future__ import annotations

import numpy as np
import pytest

from ziggurat.base.instant import DAY
from ziggurat.stats import since_known
from ziggurat.stats.streams import Streams

OWN = np.array([True, False, False])
STAY = 10 * DAY  # see docs/studies/influence.md: people count who do something 10 days before and after


def streams(people):
    """People, each as (known, [(µs, type)]); known since the first of these where nothing else is said."""
    lives = [sorted(life) for _, life in people]
    return Streams(
        np.cumsum([0, *map(len, lives)]),
        np.array([at for life in lives for at, _ in life], np.int64),
        np.array([kind for life in lives for _, kind in life], np.int64),
        np.array([known for known, _ in people], np.int64),
    )


def naive(people, kind):
    """Of each sending, the share of the others, when they were there as long, who got one within a day of it, less
    the share of all their days about which they did."""
    stays = []
    for known, life in people:
        acts = [at for at, what in life if OWN[what]]
        low, high = (min(acts) + STAY - known) // DAY, (max(acts) - STAY - known) // DAY
        got = {(at - known) // DAY for at, what in life if what == kind}
        whole = [
            (at - known) // DAY for at, what in life if what == kind and min(acts) + STAY <= at <= max(acts) - STAY
        ]
        if max(acts) - STAY >= min(acts) + STAY:
            stays.append((range(max(low, 0), min(high, 399) + 1), got, whole))

    def near(got, day):
        return bool({day - 1, day, day + 1} & got)

    days = [near(got, day) for stay, got, _ in stays for day in stay]
    found = []
    for who, (_, _, whole) in enumerate(stays):
        for day in whole:
            others = [near(got, day) for other, (stay, got, _) in enumerate(stays) if other != who and day in stay]
            share = np.mean(others) if others else 0.0
            found.append(share - np.mean(days) if day < 400 else 0.0)
    return max(float(np.mean(found)), 0.0) if found else 0.0


def drawn(seed, series=True):
    draw = np.random.default_rng(seed)
    people = []
    for _ in range(30):
        come = int(draw.integers(0, 40 * DAY))
        known = come - int(draw.integers(0, 3)) * 150 * DAY
        stay = int(draw.integers(5, 120)) * DAY
        life = [(come + int(draw.integers(0, stay)), 0) for _ in range(20)]
        first = min(at for at, _ in life)
        life += [(first + day * DAY + int(draw.integers(0, DAY)), 1) for day in ((12, 30) if series else ())]
        life += [(come + int(draw.integers(0, stay)), 2) for _ in range(draw.poisson(3))]
        people.append((min(known, first), life))
    return people


@pytest.mark.parametrize("seed", range(4))
def test_it_counts_as_one_counts_by_hand(seed):
    people = drawn(seed)
    found = since_known.in_series(since_known.count(streams(people), OWN))
    assert found.tolist() == pytest.approx([naive(people, 1), naive(people, 2)])
    assert found[0] > 0.15


def test_it_adds_up_over_people():
    people = drawn(9)
    parts = [since_known.count(streams(some), OWN) for some in (people[:11], people[11:])]
    whole = since_known.count(streams(people), OWN)
    assert all(np.array_equal(one, other) for one, other in zip(parts[0] + parts[1], whole, strict=True))


def test_what_comes_at_random_is_in_no_series():
    means = []
    for seed in range(30):
        found = since_known.count(streams(drawn(seed, series=False)), OWN)
        means.append(since_known.in_series(found)[1])
    assert np.mean(means) < 0.05


def test_nobody_is_in_no_series():
    assert since_known.in_series(since_known.nobody(OWN)).tolist() == [0.0, 0.0]
