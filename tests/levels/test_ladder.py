"""Ladders are declared in TOML, checked strictly, and said in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ziggurat.base import kinds
from ziggurat.base.errors import DeclarationError, QuestionError
from ziggurat.base.kinds import Group
from ziggurat.levels import ladder as declared
from ziggurat.levels.ladder import Ladder, Level, Rule, directions

KINDS = kinds.load()


def load(folder: Path, text: str) -> Ladder:
    path = folder / "ladders" / "community.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return declared.load(path, KINDS)


def rule(**given: Any) -> dict[str, Any]:
    return {"levels": [{"name": "One", "rules": [{"at_least": 1}]}, {"name": "Two", "rules": [given]}]}


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(DeclarationError) as raised:
        declared.parse({"name": "x", **data}, KINDS, "ladders/x.toml")
    return str(raised.value)


def test_a_typo_is_told_with_file_level_rule_and_the_right_word(tmp_path) -> None:
    with pytest.raises(DeclarationError) as raised:
        load(
            tmp_path,
            """
            [[levels]]
            name = "Visitor"
            [[levels.rules]]
            at_least = 1
            [[levels]]
            name = "Member"
            [[levels.rules]]
            at_leest = 3
            """,
        )
    told = "ladders/community.toml: unknown field `at_leest` at level 2, rule 1; did you mean `at_least`?"
    assert str(raised.value) == told


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kinds": ["visited"]}, "exactly one of at_least, worth, on_days, on_channels, from_kinds is needed; "
         "there is none."),
        ({"at_least": 1, "worth": 5.0}, "is needed; there is `at_least` and `worth`."),
        ({"at_least": 1, "kinds": ["visitted"]}, "unknown kind 'visitted'; did you mean 'visited'?"),
        ({"from_kinds": ["subscribd"]}, "unknown kind 'subscribd'; did you mean 'subscribed'?"),
        ({"from_kinds": ["subscribed"], "until_kinds": ["zzz"]}, "unknown kind 'zzz'; declare it under [kinds]"),
        ({"from_kinds": ["subscribed"], "kinds": ["visited"]}, "a standing rule takes from_kinds (at least one)"),
        ({"from_kinds": ["subscribed"], "within_days": 3}, "a standing rule takes from_kinds (at least one)"),
        ({"from_kinds": []}, "a standing rule takes from_kinds (at least one), not kinds or within_days."),
        ({"from_kinds": ["subscribed"], "until_kinds": ["subscribed"]}, "a kind is in from_kinds and in until_kinds"),
        ({"at_least": 1, "until_kinds": ["left"]}, "while_active_days belong to a rule with from_kinds."),
        ({"at_least": 1, "while_active_days": 3}, "until_kinds and while_active_days belong to a rule with from_kinds"),
        ({"at_least": 0}, "at_least = 0 must be from 1 to 10,000."),
        ({"on_days": -1}, "on_days = -1 must be from 1 to 10,000."),
        ({"on_channels": 10_001}, "on_channels = 10,001 must be from 1 to 10,000."),
        ({"worth": 0}, "worth = 0 must be above 0 and at most 1,000,000,000,000."),
        ({"worth": float("nan")}, "worth = nan must be above 0"),
        ({"worth": float("inf")}, "worth = inf must be above 0"),
        ({"worth": 2e12}, "worth = 2e+12 must be above 0 and at most"),
        ({"at_least": 1, "of": "minutes"}, "`of` belongs to a rule with `worth`."),
        ({"at_least": 1, "within_days": 0}, "within_days = 0 must be above 0 to 36,500 days."),
        ({"at_least": 1, "within_days": -2}, "within_days = -2 must be above 0 to 36,500 days."),
        ({"at_least": 1, "within_days": float("nan")}, "within_days = nan must be"),
        ({"at_least": 1, "within_days": 1e9}, "within_days = 1e+09 must be"),
        ({"from_kinds": ["subscribed"], "while_active_days": 0}, "while_active_days = 0 must be above 0"),
    ],
)  # fmt: skip
def test_a_rule_that_could_never_hold_is_refused_with_its_place(given: dict[str, Any], message: str) -> None:
    told = refusal(rule(**given))
    assert told.startswith("ladders/x.toml: level 2, rule 1: ")
    assert message in told


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "ladders/x.toml: `levels` is missing."),
        ({"levels": []}, "ladders/x.toml: no levels; declare at least one [[levels]]."),
        ({"levels": [{"name": "A"}]}, "ladders/x.toml: `rules` is missing at level 1."),
        ({"levels": [{"name": "A", "rules": []}]}, "level 1 ('A') has no rule; add a [[levels.rules]]."),
        ({"levels": [{"name": "A", "rules": [{"at_least": "3"}]}]},
         "ladders/x.toml: expected `int | null`, got `str` at level 1, rule 1, at_least."),
        ({"levels": [{"name": "A", "rules": [{"worth": 3, "of": "money"}]}]}, "invalid enum value 'money' at level 1"),
        ({"levels": [{"name": "A", "rules": [{"at_least": 1, "directions": ["up"]}]}]}, "'up' at level 1, rule 1"),
        ({"levels": [{"name": "A", "rules": [{"at_least": 1}]}] * 2}, "level 2 is named 'A' like another"),
        ({"levels": [{"name": "known", "rules": [{"at_least": 1}]}]}, "level 1 is named 'known' like another"),
        ({"levels": [{"name": "A", "grace_days": -1, "rules": [{"at_least": 1}]}]},
         "ladders/x.toml: level 1: grace_days = -1 must be 0 to 36,500 days."),
    ],
)  # fmt: skip
def test_a_ladder_that_is_none_is_refused(data: dict[str, Any], message: str) -> None:
    assert message in refusal(data)


def test_the_name_is_that_of_the_file_unless_it_says_another(tmp_path) -> None:
    text = '[[levels]]\nname = "A"\n[[levels.rules]]\nat_least = 1\n'
    assert load(tmp_path, text).name == "community"
    assert load(tmp_path, f'name = "ours"\n{text}').name == "ours"


@pytest.mark.parametrize(
    ("rule", "words", "unit", "need"),
    [
        (Rule(at_least=1), "anything at least 1 time", "interactions", 1),
        (Rule(at_least=2000, kinds=("visited",)), "visited at least 2,000 times", "interactions", 2000),
        (Rule(worth=12.5, kinds=("donated", "purchased"), within_days=0.5),
         "donated or purchased worth 12.5 in all within 0.5 days", "amount", 12.5),
        (Rule(worth=600, of="minutes", kinds=("a", "b", "c")), "a, b or c worth 600 minutes in all", "minutes", 600),
        (Rule(on_days=1), "anything on 1 day", "days", 1),
        (Rule(on_days=3, within_days=90), "anything on 3 days within 90 days", "days", 3),
        (Rule(on_channels=1), "anything on 1 channel", "channels", 1),
        (Rule(on_channels=2, activities=("fair*",), min_amount=0, min_score=2.5),
         "anything on 2 channels, in fair*, each 0 or more, scored 2.5 or more", "channels", 2),
        (Rule(from_kinds=("joined",)), "joined", "standing", 1),
        (Rule(from_kinds=("joined",), until_kinds=("left",), while_active_days=90, channels=("web", "app")),
         "joined, until left, while active within 90 days, on web or app", "standing", 1),
        (Rule(at_least=1, directions=("in", "out")), "anything at least 1 time, direction in or out",
         "interactions", 1),
    ],
)  # fmt: skip
def test_a_rule_is_said_in_words(rule: Rule, words: str, unit: str, need: float) -> None:
    assert (rule.words(), rule.unit, rule.need) == (words, unit, need)


@pytest.mark.parametrize(
    ("rule", "ways"),
    [
        (Rule(at_least=1), ("in", "among")),
        (Rule(at_least=1, kinds=("visited",)), ("in", "among")),
        (Rule(at_least=1, kinds=("visited", "taught")), ("in", "out", "among")),
        (Rule(at_least=1, kinds=("taught",), directions=("in",)), ("in",)),
        (Rule(from_kinds=("joined",), until_kinds=("messaged",)), ("in", "out", "among")),
    ],
)
def test_a_rule_looks_at_what_the_person_did_unless_it_names_kinds_of_the_organisation(rule: Rule, ways) -> None:
    assert directions(rule, KINDS) == ways


def test_own_kinds_may_be_named() -> None:
    own = kinds.load({"garden": Group(inward=("planted",))})
    data = rule(at_least=1, kinds=["planted"])
    assert declared.parse({"name": "x", **data}, own).levels[1].rules[0].kinds == ("planted",)


def test_a_level_is_found_by_name_or_number() -> None:
    ladder = Ladder("x", (Level("First", (Rule(at_least=1),)), Level("Second one", (Rule(at_least=1),))))
    assert ladder.names == ("Known", "First", "Second one")
    assert [ladder.number(level) for level in ("known", "FIRST", "second one", 0, 2, "1")] == [0, 1, 2, 0, 2, 1]
    with pytest.raises(QuestionError, match=r"ladder 'x' has no level 'Frist'; did you mean 'First'\? It has: Known, "):
        ladder.number("Frist")
    for wrong in (3, -1, "3", "", "²"):
        with pytest.raises(QuestionError, match="has no level"):
            ladder.number(wrong)
