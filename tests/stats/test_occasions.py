from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.base.instant import DAY
from ziggurat.stats.occasions import occasions


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4 * DAY)), max_size=20))
def test_it_counts_as_one_would_by_hand(done):
    found = occasions(*(np.array([one[side] for one in done], np.int64) for side in (0, 1)))
    times = defaultdict(list)
    for key, at in done:
        times[key].append(at)
    rows = [(key, len(at), len({one // DAY for one in at}), max(at)) for key, at in sorted(times.items())]
    assert [tuple(row) for row in zip(*(column.tolist() for column in found), strict=True)] == rows


def test_days_may_be_those_of_clocks_that_are_put_back_past_midnight():
    at, day = np.array([1, 2, 3, 4]), np.array([5, 6, 5, 6])
    found = occasions(np.zeros(4, np.int64), at, day)
    assert [column.tolist() for column in found] == [[0], [4], [2], [4]]
