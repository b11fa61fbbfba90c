"""Every shipped ladder loads, and somebody can reach each of its levels by each of its rules."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from tests.levels.lived import Lived, acted
from tests.levels.naive import DAY, Act
from ziggurat.base import kinds
from ziggurat.facts.help import Help
from ziggurat.levels import ladder as declared
from ziggurat.levels.conditions import WHAT, Known
from ziggurat.levels.ladder import Ladder, Level, Rule
from ziggurat.levels.readings import Beside

KINDS = kinds.load()
NAMES = sorted(path.stem for path in declared.SHIPPED.glob("*.toml"))
LADDERS = {name: declared.load(declared.SHIPPED / f"{name}.toml", KINDS) for name in NAMES}
RULES = [
    pytest.param(ladder, level, rule, id=f"{name}, {ladder.names[level]}: {rule.words()}")
    for name, ladder in LADDERS.items()
    for level, rule in ladder.rules()
]


def test_the_shipped_ladders_are_those_of_the_texts() -> None:
    assert NAMES == ["community", "five-level", "nonprofit", "shopper", "six-level"]
    assert LADDERS["six-level"].names[1:] == (
        "Observing", "Following", "Endorsing", "Contributing", "Owning", "Leading",
    )  # fmt: skip
    assert LADDERS["five-level"].names[1:] == ("Evangelism", "Education", "Engagement", "Empowerment", "Enlistment")


@pytest.mark.parametrize("name", NAMES)
def test_every_level_of_a_shipped_ladder_says_what_it_means(name: str) -> None:
    assert LADDERS[name].title
    assert all(level.means.endswith(".") for level in LADDERS[name].levels)


@pytest.mark.parametrize(("ladder", "level", "rule"), RULES)
def test_every_rule_brings_somebody_exactly_to_its_level(ladder: Ladder, level: int, rule: Rule) -> None:
    """Of those who do every day, long enough, one of the kinds that the rule names, one gets there by that rule."""
    lived = acted(*lives(rule))
    lived.beside = everything(lived)
    alone = msgspec.structs.replace(ladder, levels=(Level(ladder.names[level], (rule,)),))
    reached = {(row["level"], row["rule"]) for row in lived.levels(alone)}
    assert (1, f"{ladder.names[level]}: {rule.words()}") in reached


def lives(rule: Rule) -> list[list[Act]]:
    """A life for each kind a rule names: once a day, twice as often as it needs, or all that it is worth at once, with
    good words where it asks for them, and with whatever else must have happened."""
    days, each = (1, rule.need) if rule.test == "worth" else (int(2 * rule.need), None)
    good = {"score": 10.0, "tone": "for"} if rule.says or rule.stance else {}
    activity = rule.activities[0].replace("*", "") if rule.activities else None

    def life(kind: str) -> list[Act]:
        way = KINDS.direction_of[kind]
        some = [(n, kind) for n in range(days)] + [(0, other) for other in rule.with_kinds]
        return [
            Act(f"{n:03}", day * DAY, one, direction=way, amount=each, minutes=each, activity=activity, **good)
            for n, (day, one) in enumerate(some)
        ]

    return [life(kind) for kind in rule.from_kinds or rule.kinds]


def everything(lived: Lived) -> Beside:
    """All is known of everybody from the beginning, and every answer is taken as help at once."""
    who = np.arange(len(lived.who))
    people, what = np.repeat(who, len(WHAT)), np.tile(np.arange(len(WHAT)), who.size)
    person, at = (np.asarray(lived.table[name]) for name in ("person", "at"))
    place = np.arange(person.size) - np.searchsorted(person, person)
    return Beside(Known(people, np.zeros_like(people), what, np.ones_like(people)), Help(person, at, place))
