"""The week's choice fits, gives nobody two steps, and is within its guarantee of the best there is."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ziggurat.playbook.week import GUARANTEE, ONE_OWNER, Step, bound, choose

STEPS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.sampled_from(["ana", "bo"]),
              st.integers(1, 9), st.integers(-5, 20), st.booleans()),
    max_size=9, unique_by=lambda one: one[:2],
)  # fmt: skip


def best(steps, minutes):
    """Try every set: the most that any can move where nobody has two steps and every owner's minutes suffice."""
    found = 0.0
    for size in range(len(steps) + 1):
        for some in itertools.combinations(steps, size):
            people = [step.person for step in some]
            fits = all(sum(s.minutes for s in some if s.owner == owner) <= most for owner, most in minutes.items())
            if len(set(people)) == size and fits:
                found = max(found, sum(step.value for step in some))
    return found


def made(drawn, *, answers):
    return [
        Step(person, play, owner, minutes, value, place / 100, first and answers)
        for place, (person, play, owner, minutes, value, first) in enumerate(drawn)
    ]


@given(STEPS, st.integers(0, 20), st.integers(0, 20))
def test_it_is_within_its_guarantee_of_the_best_and_below_its_bound(drawn, ana, bo) -> None:
    steps, minutes = made(drawn, answers=False), {"ana": ana, "bo": bo}
    found, most = choose(steps, minutes), best(steps, minutes)
    assert GUARANTEE * most - 1e-9 <= found.value <= most + 1e-9 <= found.bound + 2e-9
    assert found.share <= 1
    alone = [step for step in steps if step.owner == "ana"]
    assert choose(alone, minutes).value >= ONE_OWNER * best(alone, minutes) - 1e-9


@given(STEPS, st.integers(0, 30), st.randoms())
def test_it_fits_gives_nobody_two_and_does_not_depend_on_order(drawn, most, chance) -> None:
    steps, minutes = made(drawn, answers=True), {"ana": most, "bo": most}
    found = choose(steps, minutes).steps
    for owner in minutes:
        assert sum(step.minutes for step in found if step.owner == owner) <= most + 1e-9
    assert len({step.person for step in found}) == len(found)
    waiting = {step.person for step in steps if step.first}
    assert all(step.first for step in found if step.person in waiting)
    assert [step.first for step in found] == sorted((step.first for step in found), reverse=True)
    chance.shuffle(steps)
    assert choose(steps, minutes).steps == found


def test_a_large_step_is_not_crowded_out_by_a_dense_small_one() -> None:
    """Greedy alone takes the small one, and the large one does not fit any more."""
    small, large = Step("a", "x", "ana", 1, 1.1, 0.1), Step("b", "y", "ana", 10, 10, 0.2)
    assert choose([small, large], {"ana": 10}).steps == [large]


def test_who_waits_comes_first_whatever_else_would_move_more() -> None:
    answer, other = Step("a", "answer", "ana", 10, 0.1, 0.9, first=True), Step("b", "x", "ana", 10, 9, 0.1)
    assert choose([other, answer], {"ana": 10}).steps == [answer]
    assert choose([other, answer], {"ana": 5}).steps == []
    assert choose([other, answer], {}).steps == []


def test_the_bound_is_each_owners_densest_steps_and_a_part_of_the_last() -> None:
    steps = [
        Step("p", "play", "ana", 10.0, 4.0, 0.1),
        Step("q", "play", "ana", 10.0, 2.0, 0.2),
        Step("r", "play", "bo", 10.0, 9.0, 0.3),
        Step("s", "play", "bo", 10.0, -1.0, 0.4),
    ]
    assert bound(steps, {"ana": 15.0, "bo": 5.0}) == 4.0 + 0.5 * 2.0 + 0.5 * 9.0
    assert bound(steps, {"ana": 15.0}) == 5.0
    assert bound(steps, {"ana": 99.0, "bo": 99.0}) == 15.0
