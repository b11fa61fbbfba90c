"""A segment is one filter, whether it is declared, in an address, or in words."""

from __future__ import annotations

import tomllib

import msgspec
import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.base import kinds
from ziggurat.base.errors import DeclarationError, QuestionError
from ziggurat.levels.cases import OUTCOMES
from ziggurat.levels.forecast import Coming
from ziggurat.playbook.segment import (
    FORECASTS,
    FURTHEST,
    LEDGERS,
    MOVES,
    NUMBERS,
    ROLES,
    SIGNALS,
    SOONEST,
    STANCES,
    WHO,
    Segment,
    check_name,
    load,
    read,
)
from ziggurat.roles import consumption
from ziggurat.value import one_sided

KINDS = kinds.load()
TEXT = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs", "C", "Z"]), min_size=1, max_size=9)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
FORESEEN = st.fixed_dictionaries(
    {
        "forecast": st.sampled_from([*FORECASTS]),
        "chance_from": st.none() | st.floats(0, 0.4),
        "chance_below": st.none() | st.floats(0.5, 1),
        "forecast_days": st.integers(7, 900),
    }
)
DUE = st.fixed_dictionaries(
    {"due": st.just("shared, liked > attended > led"), "due_step": st.none() | st.integers(1, 2)}
)
PLAIN = st.builds(
    Segment, kind=st.sampled_from([*WHO]), search=TEXT, moved=st.sampled_from(["", *MOVES]),
    moved_days=st.integers(1, 900), signal=st.lists(st.sampled_from([*SIGNALS]), max_size=3).map(tuple),
    role=st.lists(st.sampled_from(ROLES), max_size=2).map(tuple),
    ledger=st.sampled_from(["", *LEDGERS]),
    stance=st.lists(st.sampled_from(STANCES), max_size=2).map(tuple), account=TEXTS, trait=TEXTS, tag=TEXTS,
    did=st.lists(st.sampled_from([*KINDS.direction_of]), max_size=3).map(tuple), channel=TEXTS, activity=TEXTS,
    said=TEXT, times=st.integers(1, 9), did_days=st.none() | st.integers(1, 900),
)  # fmt: skip
DRAWN = st.builds(
    lambda plain, foreseen, due: msgspec.structs.replace(plain, **foreseen, **due), PLAIN, st.just({}) | FORESEEN,
    st.just({}) | DUE,
)  # fmt: skip


@given(DRAWN)
def test_an_address_and_a_declaration_mean_what_was_said(segment) -> None:
    assert read(segment.address(), KINDS) == segment
    assert load(tomllib.loads(tomlkit.dumps(msgspec.to_builtins(segment))), KINDS, "segments/x.toml") == segment


def test_it_is_said_in_words() -> None:
    found = load(
        {"level": ["Endorsing", 4], "moved": "climbed", "moved_days": 7, "tag": ["board", "press"], "did": ["attended"],
         "channel": ["event"], "times": 2, "did_days": 90},
        KINDS, "x",
    )  # fmt: skip
    assert found.words() == (
        "known people on Endorsing or level 4 who climbed within 7 days; who are tagged board or press; "
        "who attended on event at least 2 times within 90 days"
    )


def test_a_forecast_and_what_is_due_are_said_in_words() -> None:
    likely = {"forecast": "reach", "forecast_level": "Owning", "forecast_days": 90, "chance_from": 0.2}
    found = load(likely | {"chance_below": 0.6, "due": "liked > attended", "due_step": 1}, KINDS, "x")
    assert found.words() == (
        "known people who will reach Owning within 90 days with a chance of 20 % or more and less than 60 %; "
        "who took step 1 of “liked > attended” and are due for the next"
    )
    assert (
        load({"forecast": "silence"}, KINDS, "x").words().startswith("known people who will fall silent within 30 days")
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"forecast": "clim"}, "did you mean 'climb'"),
        ({"chance_from": 0.4}, "say which by `forecast`: climb, slip, silence, reach"),
        ({"forecast": "climb", "chance_from": 40}, "must be from 0 to 1; 40 % is 0.4"),
        ({"forecast": "climb", "chance_from": 0.6, "chance_below": 0.5}, "swap `chance_from` and `chance_below`"),
        ({"forecast": "climb", "chance_below": 0}, "swap"),
        ({"forecast": "climb", "forecast_days": 3}, "must be from 7 to 1,100, such as 30, 90 or 365"),
        ({"forecast": "climb", "forecast_level": 3}, "of `forecast` = reach alone"),
        ({"due": "liked"}, "`due` has 1 step, but must have 2 to 8"),
        ({"due": "liked > atended"}, "`due` names 'atended', which is no kind; did you mean 'attended'"),
        ({"due": "liked > attended", "due_step": 2}, "`due_step` is 2, but must be from 1 to 1"),
        ({"due_step": 1}, "say it by `due`"),
        ({"tagg": ["x"]}, "segments/x.toml: unknown field `tagg`; did you mean `tag`?"),
        ({"did": ["atended"]}, "did you mean 'attended'"),
        ({"signal": ["gone"]}, "`signal` has no 'gone'; there are: flagging, gone quiet"),
        ({"moved": "climb"}, "did you mean 'climbed'"),
        ({"did_days": 0}, "must be above 0"),
        ({"moved_days": float("nan")}, "must be above 0"),
        ({"times": 0}, "`times` is 0"),
        ({"tag": ["a|b"]}, "`tag` holds 'a|b'"),
        ({"tag": [" "]}, "1 to 200 characters"),
        ({"trait": ["x"] * 51}, "at most 50"),
        ({"did_since": "2026-02-30"}, "2026-02-30"),
        ({"did_since": "2026-03-01", "did_until": "2026-02-01"}, "swap them"),
        ({"did_since": "2026-03-01", "did_days": 3}, "leave it out"),
        ({"search": "x" * 201}, "1 to 200 characters"),
    ],
)
def test_what_can_not_be_meant_is_refused_with_what_may_be(given, said) -> None:
    with pytest.raises(DeclarationError) as refused:
        load(given, KINDS, "segments/x.toml")
    assert said in str(refused.value)
    assert str(refused.value).startswith("segments/x.toml: ")


@pytest.mark.parametrize("name", ["", "../etc", "a/b", "A", "x" * 61, "-a", "a b", "a\n"])
def test_a_name_is_no_path(name) -> None:
    with pytest.raises(QuestionError, match="can't be a name"):
        check_name(name)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_in_an_address_that_is_none_is_told_apart(name) -> None:
    beside = {"forecast": "climb", "due": "liked > attended > led"}
    for text in ("soon", "40 %", "nan", "inf", *(["1.5"] if NUMBERS[name] else [])):
        with pytest.raises(QuestionError, match=f"`{name}` is '{text}', but must be a"):
            read({**beside, name: text}, KINDS)
    low = "1" if NUMBERS[name] else ".5" if name.startswith("chance") else "7.5"
    assert getattr(read({**beside, name: low}, KINDS), name) == float(low)


def test_the_fields_that_hold_numbers_are_those_of_the_struct() -> None:
    typed = {one.name: str(one.type) for one in msgspec.structs.fields(Segment)}
    assert set(NUMBERS) == {
        name for name, told in typed.items() if any(one in told for one in ("float", "int")) and "str" not in told
    }


def test_forecasts_are_those_of_the_study() -> None:
    assert tuple(FORECASTS) == OUTCOMES
    bounds = Coming.__annotations__["days"]
    assert f"Within({SOONEST:g}, {FURTHEST:g})" in bounds


def test_roles_and_ledgers_are_those_of_the_studies() -> None:
    assert consumption.NAMES[: consumption.OTHER] == ROLES
    assert set(LEDGERS) == {one_sided.GIVES, one_sided.GETS}
