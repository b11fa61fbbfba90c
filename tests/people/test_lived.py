"""What each person has done in all, out of her history, whichever refreshes brought it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.written import Workspace, interactions, take, traits
from ziggurat.base.kinds import load
from ziggurat.log import histories
from ziggurat.people.lived import read_lives

SAYS = load().consenting()


@pytest.fixture
def told(space: Workspace) -> Workspace:
    take(
        space,
        interactions=interactions(
            "actor  interaction_id  kind  at\nuser:a  i1  subscribed  01-05\nuser:b  i2  visited  01-06"
        ),
    )
    take(space, traits=traits("identity  trait  value  at\nuser:c  name  Cleo  01-02\nuser:a  name  Ana  01-01"))
    space.refresh()
    take(
        space,
        interactions=interactions(
            "actor  interaction_id  kind  at\nuser:a  i3  unsubscribed  01-05\nuser:a  i0  subscribed  01-05"
        ),
    )
    space.refresh()
    return space


def rows(space: Workspace, *actors: str) -> dict[str, tuple]:
    folder = space.folder / "histories"
    whose = {space.derived.whose(actor): actor for actor in ("user:a", "user:b", "user:c")}
    some = np.array(sorted(who for who, actor in whose.items() if actor in actors), np.int64) if actors else None
    table = read_lives(folder, histories.load(folder), SAYS, some)
    assert table["person"].to_pylist() == sorted(table["person"].to_pylist())
    day = 86_400_000_000
    found = {}
    for row in table.to_pylist():
        last = None if row["last_at"] is None else (row["last_at"] - row["first_at"]) // day
        found[whose[row["person"]]] = (row["interactions"], last, row["consent"])
    return found


def test_a_life_is_summed_over_its_segments_and_at_one_instant_the_higher_id_is_said_last(told) -> None:
    """Ana became known by her trait, four days before she did anything."""
    assert rows(told) == {"user:a": (3, 4, "unsubscribed"), "user:b": (1, 0, None), "user:c": (0, None, None)}


def test_of_some_people_only_theirs_is_summed(told) -> None:
    assert rows(told, "user:a", "user:c") == {"user:a": (3, 4, "unsubscribed"), "user:c": (0, None, None)}


def test_who_is_in_no_history_is_in_no_row(told) -> None:
    folder = told.folder / "histories"
    assert read_lives(folder, histories.load(folder), SAYS, np.empty(0, np.int64)).num_rows == 0
