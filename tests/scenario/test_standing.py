"""On which step does an axis stand, and what holds it back?"""

import math

import msgspec
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.base import schema
from ziggurat.base.errors import DeclarationError, QuestionError
from ziggurat.scenario import criteria as declared
from ziggurat.scenario.criteria import Criteria, Indicator
from ziggurat.scenario.scenario import answers
from ziggurat.scenario.standing import Value, axis, both, disagreement, holding, missing, stand, what_if

STEPS = st.lists(st.integers(1, 4), min_size=1, max_size=12)


def indicator(name: str, side: str = "inside", **more) -> Indicator:
    more.setdefault("thresholds", (0.2, 0.5, 0.8))
    return Indicator(name, side, name, "Something.", more.pop("unit", "share"), **more)


def criteria(*indicators: Indicator, **more) -> Criteria:
    names = ("one", "two", "three", "four")
    return Criteria("t", names, names, indicators, **more)


FOUR = criteria(*(indicator(name) for name in "abcd"), indicator("z", "outside"))


def values(**found: float | None) -> dict[str, Value]:
    return {name: Value(value, value, value, 100) for name, value in found.items()}


@pytest.mark.parametrize(
    ("value", "step"),
    [(0.0, 1), (math.nextafter(0.2, 0), 1), (0.2, 2), (math.nextafter(0.5, 0), 2), (0.5, 3), (0.8, 4), (1.0, 4)],
)
def test_a_threshold_is_met_at_its_edge(value, step):
    assert indicator("a").step(value) == step
    assert indicator("a", unit="hours", thresholds=(-0.2, -0.5, -0.8), less=True).step(-value) == step


@pytest.mark.parametrize("one", declared.load().indicators, ids=lambda one: one.name)
def test_every_shipped_threshold_counts_at_its_edge_and_not_before(one):
    for number, bound in enumerate(one.thresholds, 2):
        before = math.nextafter(bound, math.inf if one.less else -math.inf)
        assert one.step(bound) >= number
        assert one.step(before) < number or before in one.thresholds


@given(STEPS, st.sampled_from([0.5, 0.75, 1.0]))
def test_the_step_is_the_highest_that_enough_reach(steps, reached):
    naive = 1
    for step in (2, 3, 4):
        if len([one for one in steps if one >= step]) / len(steps) >= reached - 1e-9:
            naive = step
    assert stand(steps, reached) == naive


@given(STEPS, st.data())
def test_a_better_indicator_never_lowers_the_step(steps, data):
    place = data.draw(st.integers(0, len(steps) - 1))
    better = [min(4, step + 1) if number == place else step for number, step in enumerate(steps)]
    assert stand(better, 0.75) >= stand(steps, 0.75)


def test_one_weak_indicator_of_four_does_not_decide():
    assert axis("inside", FOUR, values(a=0.1, b=0.6, c=0.6, d=0.9)).step == 3
    assert axis("inside", FOUR, values(a=0.1, b=0.1, c=0.9, d=0.9)).step == 1


def test_what_cannot_be_told_is_not_guessed():
    found = axis("inside", FOUR, values(a=0.9, b=None, c=None) | {"d": Value(None, reason="nobody asked")})
    assert (found.step, found.low, found.high, found.supported, found.total) == (None, None, None, 1, 4)
    assert axis("inside", FOUR, values(a=0.9, b=0.9)).step == 4


def test_the_ends_of_intervals_give_the_range():
    wide = {name: Value(0.6, 0.1, 0.9, 9) for name in "abcd"}
    found = axis("inside", FOUR, wide)
    assert (found.low, found.step, found.high) == (1, 3, 4)
    hours = criteria(indicator("a", thresholds=(72, 24, 4), unit="hours", less=True), indicator("z", "outside"))
    found = axis("inside", hours, {"a": Value(24, 3, 80, 9)})
    assert (found.low, found.step, found.high) == (1, 3, 4)


def test_the_road_lists_what_holds_back_shortest_way_first_and_says_how_many_must_move():
    found = values(a=0.1, b=0.45, c=0.3, d=0.9)
    assert axis("inside", FOUR, found).step == 2
    held = holding("inside", FOUR, found)
    assert [(hold.indicator.name, hold.need, round(hold.distance, 6)) for hold in held] == [
        ("b", 0.5, round(0.05 / 0.3, 6)),
        ("c", 0.5, round(0.2 / 0.3, 6)),
        ("a", 0.5, round(0.4 / 0.3, 6)),
    ]
    assert missing("inside", FOUR, found) == 2
    moved = what_if(FOUR, found, {hold.indicator.name: hold.need for hold in held[:2]})
    assert axis("inside", FOUR, moved).step == 3


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_moving_as_many_as_are_missing_is_enough_and_one_less_is_not(found):
    known = values(**dict(zip("abcd", found, strict=True)))
    before = axis("inside", FOUR, known).step
    held, count = holding("inside", FOUR, known), missing("inside", FOUR, known)
    for moved, reaches in ((count, True), (count - 1, False)):
        if count > 0:
            changes = {hold.indicator.name: hold.need for hold in held[:moved]}
            assert (axis("inside", FOUR, what_if(FOUR, known, changes)).step > before) is reaches


def test_what_if_changes_nothing_else():
    found = values(a=0.1, b=0.2, c=0.3, d=0.4, z=0.5)
    changed = what_if(FOUR, found, {"b": 0.9})
    assert {name for name in found if changed[name] != found[name]} == {"b"}
    with pytest.raises(QuestionError, match="no indicator named 'bb'"):
        what_if(FOUR, found, {"bb": 1.0})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("a", math.nan, "'a' can't be nan; it is a share, from 0 to 1"),
        ("a", math.inf, "'a' can't be inf"),
        ("a", 5.0, "'a' can't be 5; it is a share, from 0 to 1"),
        ("a", -0.01, "'a' can't be -0.01"),
        ("asked", 9.0, "'asked' can't be 9; it is a whole step, from 1 to 4"),
        ("asked", 2.5, "'asked' can't be 2.5"),
        ("score", -1.5, "'score' can't be -1.5; it is a score, from -1 to 1"),
        ("hours", -1.0, "'hours' can't be -1; it is hours, from 0 to 1,000,000"),
        ("count", math.inf, "'count' can't be inf"),
    ],
)
def test_what_if_takes_only_what_can_be(name, value, message):
    units = {"asked": "answer", "a": "share"}
    several = criteria(*(indicator(one, unit=units.get(one, one)) for one in ("a", "asked", "score", "hours", "count")))
    with pytest.raises(QuestionError, match=message):
        what_if(several, {}, {name: value})
    for one, edges in (("a", (0, 1)), ("asked", (1, 4)), ("score", (-1, 1)), ("hours", (0, 5000))):
        assert [what_if(several, {}, {one: edge})[one].value for edge in edges] == list(edges)


@pytest.mark.parametrize(
    ("inside", "outside", "words"),
    [
        (0.9, 0.0, "ready, but nobody engages back"),
        (0.9, 0.3, "more ready than people engage"),
        (0.0, 0.9, "engaged, but nobody at home"),
        (0.3, 0.9, "people engage more than we are ready for"),
        (0.9, 0.9, ""),
    ],
)
def test_a_difference_between_the_axes_is_named(inside, outside, words):
    assert disagreement(*both(FOUR, values(a=inside, b=inside, c=inside, d=inside, z=outside))) == words


def test_criteria_can_be_replaced_and_are_checked(tmp_path):
    shipped = declared.load()
    assert declared.load(tmp_path) == shipped
    text = declared.SHIPPED.read_text("utf-8")
    for wrong, right, message in (
        ("thresholds = [72, 24, 4]", "thresholds = [4, 24, 72]", "`answer-hours`: thresholds must fall"),
        ("thresholds = [0.3, 0.6, 0.85]", "thresholds = [0.6, 0.3, 0.85]", "`known`: thresholds must rise"),
        (
            "thresholds = [0.3, 0.6, 0.85]",
            "thresholds = [30, 60, 85]",
            "`known`: each threshold must be a share, from 0",
        ),
        ("thresholds = [0.3, 0.6, 0.85]", "thresholds = [0.3, 0.6, nan]", "`known`: each threshold must be a share"),
        (
            'unit = "count"\nthresholds = [1.5',
            'unit = "hours"\nthresholds = [1.5',
            "`answerers`: its unit is 'hours', but",
        ),
        ('name = "waited"', 'name = "known"', "`known`: there are two of this name"),
        ('question = "Is the next', 'about = "Is the next', "line"),
        ('answers = ["Never", ', "answers = [", "`cross-functional`: what is asked needs a `question` and 4 `answers`"),
        ("reached = 0.6", "reeched = 0.6", "unknown field `reeched`; did you mean `reached`"),
    ):
        assert wrong in text
        (tmp_path / declared.FILE).write_text(text.replace(wrong, right), "utf-8")
        with pytest.raises(DeclarationError, match=message):
            declared.load(tmp_path)
    (tmp_path / declared.FILE).write_text(text.replace('version = "1"', 'version = "own 2"'), "utf-8")
    assert declared.load(tmp_path) == msgspec.structs.replace(shipped, version="own 2")
    with pytest.raises(DeclarationError, match="no indicator with side = 'outside'"):
        declared.check(criteria(indicator("a")))


def test_the_latest_answer_by_then_counts_in_whichever_order_they_are_written():
    rows = [("a", 3, 20), ("a", 1, 10), ("b", 2, 21), ("b", 4, 20), ("c", 4, 21), ("a", 2, 15)]
    asked = pa.Table.from_pylist(
        [dict(zip(("indicator", "step", "at"), row, strict=True)) for row in rows], schema=schema.QUESTIONNAIRE
    )
    assert answers(asked, 20) == {"a": 3, "b": 4}
    assert answers(asked, 19) == {"a": 2}
    assert answers(asked, 21) == {"a": 3, "b": 2, "c": 4}
