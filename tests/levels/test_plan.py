"""A ladder becomes arrays: which rule looks at which coded interaction, and what it needs."""

from __future__ import annotations

import pytest

from ziggurat.base import kinds
from ziggurat.levels.ladder import Ladder, Level, Rule
from ziggurat.levels.plan import AT_LEAST, DAY, FOREVER, ON_CHANNELS, ON_DAYS, STANDING, WORTH, Codes, matches, plan

KINDS = kinds.load()
CODES = Codes(("visited", "taught", "subscribed", "left"), ("web", "app:ios", "app:web"), ("fair 2026", "fair"))


def planned(*levels: Level):
    return plan(Ladder("x", levels), CODES, KINDS)


def test_every_rule_is_a_row_in_order_of_declaration() -> None:
    found = planned(
        Level("One", (Rule(at_least=2, within_days=0.5), Rule(worth=0.1, of="minutes")), grace_days=1.5),
        Level("Two", (Rule(on_days=3), Rule(on_channels=4), Rule(from_kinds=("subscribed",), while_active_days=2))),
    )
    assert found.test.tolist() == [AT_LEAST, WORTH, ON_DAYS, ON_CHANNELS, STANDING]
    assert found.level.tolist() == [1, 1, 2, 2, 2]
    assert found.need.tolist() == [2, 100_000, 3, 4, 1]
    assert found.window.tolist() == [DAY // 2, FOREVER, FOREVER, FOREVER, 2 * DAY]
    assert found.minutes.tolist() == [False, True, False, False, False]
    assert found.grace.tolist() == [0, DAY * 3 // 2, 0]


def test_kinds_channels_activities_and_directions_are_flags() -> None:
    found = planned(
        Level(
            "One",
            (
                Rule(at_least=1),
                Rule(at_least=1, kinds=("taught", "led"), channels=("app:*",), activities=("fair*",)),
                Rule(from_kinds=("subscribed",), until_kinds=("left",)),
            ),
        )
    )
    assert found.kind.tolist() == [[True] * 4, [False, True, False, False], [False, False, True, False]]
    assert found.ends.tolist() == [[False] * 4, [False] * 4, [False, False, False, True]]
    assert found.channel.tolist() == [[True] * 3, [False, True, True], [True] * 3]
    assert found.activity.tolist() == [[True] * 3, [True, True, False], [True] * 3]  # the last is for no activity
    assert found.direction.tolist() == [[True, False, True], [True, True, True], [True, False, True]]


@pytest.mark.parametrize(
    ("name", "patterns", "fits"),
    [
        ("web", (), True),
        ("web", ("app", "web"), True),
        ("web", ("we",), False),
        ("Web", ("web",), False),
        ("pr:community", ("pr:*",), True),
        ("xpr:community", ("pr:*",), False),
        ("a.b", ("a?b", "a.c"), False),
        ("axb", ("a.b",), False),
        ("[x]\n(y", ("[x]*(y",), True),
        ("abc", ("*c", "x"), True),
        ("abc", ("a*b",), False),
        ("", ("*",), True),
    ],
)
def test_a_star_stands_for_any_text_and_nothing_else_does(name, patterns, fits) -> None:
    assert matches(name, patterns) is fits


def test_a_history_without_any_channel_or_activity_is_no_error() -> None:
    found = plan(Ladder("x", (Level("One", (Rule(at_least=1, channels=("web",)),)),)), Codes((), (), ()), KINDS)
    assert (found.kind.shape, found.channel.shape, found.activity.shape) == ((1, 1), (1, 1), (1, 1))
