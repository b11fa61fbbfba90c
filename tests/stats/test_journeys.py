import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.stats import paths
from ziggurat.stats.journeys import CONVERTED, LOST, OPEN, Touches, Wins, cut
from ziggurat.stats.routes import routes
from ziggurat.stats.sets import holders, sets

SAME, RECODED = np.arange(3, dtype=np.int32), [2, 0, 1]
PEOPLE, AT = st.integers(1, 3), st.integers(0, 30)
TOUCHES = st.lists(st.tuples(PEOPLE, AT, st.integers(0, 2)), max_size=25)
WON = st.lists(st.tuples(PEOPLE, AT, st.integers(1, 9)), max_size=8)


def journeys(touches, won, window=10, gap=0, since=-1, until=40):
    touches, won = sorted(touches, key=lambda row: row[:2]), sorted(won)
    who, at, label = (np.array([row[n] for row in touches], np.int64) for n in range(3))
    won_who, won_at = (np.array([row[n] for row in won], np.int64) for n in range(2))
    value = np.array([row[2] for row in won], np.float64)
    touch, outcome = np.ones(who.size, np.bool_), np.ones(won_who.size, np.bool_)
    found, wins = Touches(who, at, label.astype(np.int32), touch, SAME), Wins(won_who, won_at, value, outcome)
    return cut(found, wins, window=window, gap=gap, since=since, until=until)


def mixed(touches, won, window=10, gap=0, since=-1, until=40):
    """The same journeys out of one list of rows, among them some that are neither touch nor outcome."""
    rows = [(who, at, RECODED.index(label), 0, np.nan) for who, at, label in touches]
    rows += [(who, at, 0, 1, value) for who, at, value in won]
    rows += [(who, at + 1, 1, 2, 5.0) for who, at, *_ in (*touches, *won)]
    rows = sorted(rows, key=lambda row: row[:2])
    who, at, label, what = (np.array([row[n] for row in rows], np.int64) for n in range(4))
    value = np.array([row[4] for row in rows], np.float64)
    found = Touches(who, at, label.astype(np.int32), what == 0, np.array(RECODED, np.int32))
    return cut(found, Wins(who, at, value, what == 1), window=window, gap=gap, since=since, until=until)


def told(found):
    return [
        (int(person), tuple(found.label[begin:end].tolist()), int(state), int(at), float(value))
        for person, begin, end, state, at, value in zip(*found[2:], strict=True)
    ]


def test_touches_within_the_window_lead_to_the_outcome_and_older_ones_are_lost():
    found = journeys([(1, 0, 0), (1, 1, 1), (1, 9, 2), (1, 12, 0)], [(1, 15, 7)])
    assert told(found) == [(1, (0, 1), LOST, 10, 0.0), (1, (2, 0), CONVERTED, 15, 7.0)]


def test_a_touch_as_old_as_the_window_no_longer_counts():
    assert told(journeys([(1, 5, 0)], [(1, 15, 1)])) == [(1, (0,), LOST, 15, 0.0), (1, (), CONVERTED, 15, 1.0)]
    assert told(journeys([(1, 6, 0)], [(1, 15, 1)])) == [(1, (0,), CONVERTED, 15, 1.0)]


def test_a_path_starts_anew_after_each_outcome_and_outcomes_at_one_instant_are_one():
    found = journeys([(1, 1, 0), (1, 3, 1), (1, 4, 2)], [(1, 2, 5), (1, 4, 1), (1, 4, 2)], until=5)
    assert told(found) == [(1, (0,), CONVERTED, 2, 5.0), (1, (1,), CONVERTED, 4, 3.0), (1, (2,), OPEN, 14, 0.0)]


def test_repeats_count_once_at_the_later_time_as_long_as_nothing_comes_between():
    touches = [(1, 0, 0), (1, 2, 0), (1, 4, 0), (1, 5, 1), (1, 6, 0)]
    assert told(journeys(touches, [(1, 13, 1)], gap=3)) == [(1, (0, 1, 0), CONVERTED, 13, 1.0)]
    apart = [(1, (0, 0), LOST, 10, 0.0), (1, (0, 1, 0), CONVERTED, 13, 1.0)]
    assert told(journeys(touches, [(1, 13, 1)], gap=2)) == apart


@given(TOUCHES, WON, st.integers(1, 12), st.integers(0, 4), st.integers(-1, 20))
def test_journeys_are_those_of_the_definition(touches, won, window, gap, since):
    touches = sorted(touches, key=lambda row: row[:2])
    expected = paths.cut(touches, sorted(won), window, gap, since, 30)
    assert told(journeys(touches, won, window, gap, since, 30)) == expected
    assert told(mixed(touches, won, window, gap, since, 30)) == expected


def test_an_outcome_of_no_known_worth_adds_nothing():
    assert told(journeys([(1, 1, 0)], [(1, 2, np.nan), (1, 2, 3)])) == [(1, (0,), CONVERTED, 2, 3.0)]


@given(TOUCHES, WON)
def test_every_touch_is_in_exactly_one_journey(touches, won):
    found = journeys(touches, won)
    assert sorted(label for _, walk, *_ in told(found) for label in walk) == sorted(row[2] for row in touches)


@given(TOUCHES, WON, st.integers(1, 4))
def test_ways_are_told_apart_by_their_last_touches_and_whether_there_are_more(touches, won, longest):
    found = journeys(touches, won)
    first, way = routes(found, longest)
    keys = [(walk[-longest:], len(walk) > longest) for _, walk, *_ in told(found)]
    assert len(first) == len(set(keys))
    assert [keys[first[nth]] for nth in way] == keys


@given(TOUCHES, WON)
def test_sets_and_who_holds_them(touches, won):
    found = journeys(touches, won)
    rows = told(found)
    held = sets(found)
    assert held.tolist() == [sum(1 << label for label in set(walk)) for _, walk, *_ in rows]
    people = [len({person for person, walk, *_ in rows if label in walk}) for label in range(3)]
    assert holders(found.person, held, 3).tolist() == people
