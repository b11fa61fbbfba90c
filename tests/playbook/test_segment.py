"""A segment is one filter, whether it is declared, in an address, or in words."""

from __future__ import annotations

import tomllib

import msgspec
import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from ziggurat import kinds
from ziggurat.errors import DeclarationError, QuestionError
from ziggurat.playbook.segment import LEDGERS, MOVES, ROLES, SIGNALS, STANCES, WHO, Segment, check_name, load, read
from ziggurat.roles import consumption
from ziggurat.value import one_sided

KINDS = kinds.load()
TEXT = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs", "C", "Z"]), min_size=1, max_size=9)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
DRAWN = st.builds(
    Segment, kind=st.sampled_from([*WHO]), search=TEXT, moved=st.sampled_from(["", *MOVES]),
    moved_days=st.integers(1, 900), signal=st.lists(st.sampled_from([*SIGNALS]), max_size=3).map(tuple),
    role=st.lists(st.sampled_from(ROLES), max_size=2).map(tuple),
    ledger=st.sampled_from(["", *LEDGERS]),
    stance=st.lists(st.sampled_from(STANCES), max_size=2).map(tuple), account=TEXTS, trait=TEXTS, tag=TEXTS,
    did=st.lists(st.sampled_from([*KINDS.direction_of]), max_size=3).map(tuple), channel=TEXTS, activity=TEXTS,
    said=TEXT, times=st.integers(1, 9), did_days=st.none() | st.integers(1, 900),
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


@pytest.mark.parametrize(
    ("given", "said"),
    [
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


def test_roles_and_ledgers_are_those_of_the_studies() -> None:
    assert consumption.NAMES[: consumption.OTHER] == ROLES
    assert set(LEDGERS) == {one_sided.GIVES, one_sided.GETS}
