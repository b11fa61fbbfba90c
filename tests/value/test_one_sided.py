"""Who is one-sided: planted people are found, and where sides are dealt out by chance hardly ever is anyone."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from tests.levels.tables import ON
from tests.value import worlds
from tests.written import interactions
from ziggurat.base import schema
from ziggurat.base.errors import QuestionError
from ziggurat.catalogue import find
from ziggurat.people.ids import person_id
from ziggurat.people.resolve import hash_of
from ziggurat.value.one_sided import FALSE, find_tilted

WINDOW = {"since": "2025-12-31", "until": "2026-03-31"}


def shuffled(seed, people=60):
    """Acts of people on three levels, (side, person), whose sides are dealt out anew within each level."""
    draw = np.random.default_rng(seed)
    level, both = draw.integers(0, 3, people), draw.negative_binomial(1, 0.06, people)
    acts = np.zeros((2, people))
    for number in range(3):
        owner = np.repeat(np.flatnonzero(level == number), both[level == number])
        side = draw.permutation(np.arange(owner.size) < 0.4 * owner.size)
        np.add.at(acts, (side.astype(int), owner), 1)
    return acts, level


def test_where_sides_are_dealt_out_by_chance_hardly_ever_is_anyone_found():
    """At times=1, so that chance alone decides; 400 communities, of which 5 in 100 may have someone."""
    found = sum(find_tilted(*shuffled(seed), times=1, false=FALSE)[0].size > 0 for seed in range(400))
    assert found / 400 < FALSE + 3 * np.sqrt(FALSE * (1 - FALSE) / 400)


def test_without_the_cut_for_many_looks_chance_finds_people():
    """A negative control: the same communities, judged one by one."""
    found = 0
    for seed in range(40):
        acts, level = shuffled(seed)
        found += find_tilted(acts, level, times=1, false=1)[0].size > 0
    assert found == 40


@pytest.mark.parametrize(("planted", "tilt"), [((30, 1), 1), ((2, 25), -1)])
def test_the_planted_are_found_and_the_right_way(planted, tilt):
    for seed in range(20):
        acts, level = shuffled(seed)
        acts[:, 7] = planted
        chosen, tilts, _, falsely = find_tilted(acts, level, times=2, false=FALSE)
        assert 7 in chosen
        assert tilts[7] == tilt
        assert falsely[7] <= FALSE


def test_a_mix_that_is_odd_but_not_by_much_is_left_out():
    acts, level = np.array([[600.0, 4000.0], [400.0, 4000.0]]), np.zeros(2, np.int64)
    assert find_tilted(acts, level, times=1, false=FALSE)[0].tolist() == [0, 1]
    assert find_tilted(acts, level, times=2, false=FALSE)[0].tolist() == []


def test_whoever_is_alone_on_her_level_is_compared_with_nobody():
    assert not find_tilted(np.array([[50.0], [0.0]]), np.zeros(1, np.int64), times=1, false=FALSE)[0].size


def test_a_list_to_act_on():
    """Ana gives and gets nothing back, Bea is answered again and again, eight others do both."""
    rows = []
    for actor, gifts, got in [("user:ana", 20, 0), ("user:bea", 0, 20), *((f"user:{n}", 6, 6) for n in range(8))]:
        for number in range(gifts + got):
            sent = (
                {"kind": "resolved", "direction": "out"} if number >= gifts else {"kind": "donated", "direction": "in"}
            )
            at = dt.datetime(2026, 1, 2, tzinfo=dt.UTC) + dt.timedelta(hours=number)
            money = {"amount": 2.0} if number < gifts else {"minutes": 30.0}
            rows.append({"interaction_id": f"{actor} {number}", "source": "a", "at": at, "received_at": at,
                         "actor": actor, "channel": "web", **sent, **money})  # fmt: skip
    result = find("one-sided").ask(
        worlds.tables(pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)), **ON, **WINDOW
    )
    ids = {person_id(hash_of("user:ana")): "ana", person_id(hash_of("user:bea")): "bea"}
    found = {ids[row["person_id"]]: row for row in result.rows()}
    assert found["ana"]["tilt"] == "gives"
    assert found["bea"]["tilt"] == "gets"
    assert (found["ana"]["gave"], found["ana"]["got"], found["ana"]["share"]) == (20, 0, 1.0)
    assert (found["ana"]["money_given"], found["ana"]["hours_got"]) == (40.0, None)
    assert (found["bea"]["money_given"], found["bea"]["hours_got"]) == (None, 10.0)
    assert found["bea"]["level_share"] == 0.5
    assert found["bea"]["low"] == 0.0 < found["bea"]["high"] < 0.2


@pytest.mark.parametrize("option", [{"times": 0.5}, {"false": 1.5}, {"limit": 0}])
def test_bad_options_are_refused(option):
    with pytest.raises(QuestionError, match=f"^`{next(iter(option))}` is"):
        find("one-sided").ask(worlds.tables(interactions("actor\nuser:ana")), **ON, **WINDOW, **option)
