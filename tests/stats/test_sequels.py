"""What came first after an instant, by someone else?"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.stats.sequels import first_after

EVENT = st.tuples(st.integers(-1, 2), st.integers(0, 6), st.integers(0, 2))
COLUMNS = tuple(np.array(column, np.int64) for column in ([0], [5], [1]))


def slowly(asked, events, strictly):
    """The same, one by one."""
    found = []
    for group, at, doer in asked:
        later = [
            (event[1], place)
            for place, event in enumerate(events)
            if event[0] == group >= 0 and event[2] != doer and (event[1] > at or (event[1] == at and not strictly))
        ]
        found.append(min(later)[1] if later else -1)
    return found


@given(st.lists(EVENT, max_size=12), st.lists(EVENT, max_size=20), st.booleans())
def test_it_is_the_first_of_its_group_by_another(asked, events, strictly):
    sides = [np.array(side, np.int64).reshape(-1, 3).T for side in (asked, events)]
    assert first_after(*sides[0], *sides[1], strictly=strictly).tolist() == slowly(asked, events, strictly)


def test_nothing_later_is_none():
    none = np.empty(0, np.int64)
    assert first_after(*COLUMNS, none, none, none, strictly=True).tolist() == [-1]
    assert first_after(*COLUMNS, *COLUMNS, strictly=False).tolist() == [-1]  # her own
