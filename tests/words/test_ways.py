"""A word that says which way a figure goes is held to the figure, both ways and at the edge between them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from ziggurat.news.activities import Change, Moved, sentence, tell_change
from ziggurat.news.items import Asking, Period
from ziggurat.news.moves import change
from ziggurat.report import moved
from ziggurat.roles.unanswered import state
from ziggurat.workspace.week import Offer, mix_words

ASKING = cast(Asking, SimpleNamespace(phrase=lambda text, *_: text))
PERIOD = cast(Period, SimpleNamespace(window={}, days=28))
UNTOLD = "; of who came back on it too little is known to compare."


def level(place: int, people: int, then: int) -> dict[str, Any]:
    return {"level": place, "level_name": f"L{place}", "people": people, "then": then}


@pytest.mark.parametrize(
    ("high", "than"), [(14, "2 more than"), (11, "1 fewer than"), (12, "as many as"), (1, "11 fewer than")]
)
def test_how_many_stand_high_is_compared_with_the_beginning(high: int, than: str) -> None:
    levels = [level(-1, 90, 90), level(2, high - 1, 9), level(3, 1, 3), level(1, 3, 80), level(0, 7, 1)]
    (said,) = moved.people(levels, 50, 4)
    stand = "1 stands" if high == 1 else f"{high} stand"
    assert said.startswith("50 people are known, 4 of them new in this period. ")
    assert said.endswith(f" {stand} on L2 or higher ({2 * high} %), {than} at the beginning.".replace(" %", "\xa0%"))


@pytest.mark.parametrize(("now", "than"), [(14, "2 more than"), (11, "1 fewer than"), (12, "as many as")])
def test_how_many_an_activity_reached_is_compared_with_the_period_before(now: int, than: str) -> None:
    told = tell_change(ASKING, PERIOD, Moved("Letter", now, 12, ()), 0)
    assert told.text == f"Letter reached {now} people, {than} in the 28 days before{UNTOLD}"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Change("value", 0.4, 0.1, 0.05, 0.2), "its value was 0.40, 0.10 more (0.050 to 0.20)"),
        (Change("value", 0.4, -0.1, -0.2, -0.05), "its value was 0.40, 0.10 less (0.050 to 0.20)"),
        (Change("reciprocity", 0.4, 0.1, 0.05, 0.2), "40 % came back on it, 10 points more (5 to 20)"),
        (Change("reciprocity", 0.4, -0.1, -0.2, -0.05), "40 % came back on it, 10 points less (5 to 20)"),
    ],
)
def test_a_clear_change_of_an_activity_says_its_way(one: Change, said: str) -> None:
    assert "".join(str(part) for part in sentence(one)).replace("\u202f", " ") == said


@pytest.mark.parametrize(
    ("gap", "low", "high", "said"),
    [
        (0.03, 0.01, 0.05, "3 points more (1 to 5)"),
        (-0.03, -0.05, -0.01, "3 points less (1 to 5)"),
        (0.03, 0.0, 0.05, "no clear change (0 to 5 points)"),
        (-0.03, -0.05, 0.0, "no clear change (−5 to 0 points)"),
    ],
)
def test_a_change_of_shares_says_its_way(gap: float, low: float, high: float, said: str) -> None:
    assert change(gap, low, high) == said


@pytest.mark.parametrize(
    ("overdue", "said"), [(None, "nothing promised"), (-1.0, "in time"), (0.0, "in time"), (0.1, "overdue")]
)
def test_an_answer_is_overdue_once_its_hours_are_over(overdue: float | None, said: str) -> None:
    assert state(overdue) == said


@pytest.mark.parametrize(
    ("nearer", "said"),
    [
        (0.25, " The mix: 0.25 of a person nearer to a dialogue with everyone, counted as 12.5 points."),
        (-0.25, " The mix: 0.25 of a person further from a dialogue with everyone, counted as -12.5 points."),
    ],
)
def test_a_step_says_whether_it_brings_the_mix_nearer(nearer: float, said: str) -> None:
    offer = cast(Offer, SimpleNamespace(mix_weight=0.5, nearer=nearer))
    assert mix_words(offer) == said
