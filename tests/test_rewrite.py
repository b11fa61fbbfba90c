"""A declaration is changed in place: what is not meant stays to the letter, and what is meant is what stands there."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ziggurat.base import rewrite

TEXT = """# Our settings.
name = "Hope"  # as on the door
currency = "EUR"

[staff] # who is ours
domains = ["hope.org"]  # and nobody else

[targets]
# forum first
forum = 24
"*" = 48 # everywhere

[sources.shop]
type = "segment" # theirs

[[levels]]
name = "One" # the first
[[levels.rules]]
at_least = 1 # once
[[levels]]
name = "Two"
[[levels.rules]]
at_least = 2
"""


def test_what_is_meant_already_stays_to_the_letter() -> None:
    assert rewrite.changed(TEXT, tomllib.loads(TEXT)) == TEXT
    assert rewrite.changed(TEXT, {"rates": None}) == TEXT


def test_a_value_is_changed_and_its_neighbours_and_comments_stay() -> None:
    found = rewrite.changed(
        TEXT, {"targets": {"forum": 12, "*": 48}, "name": "Hope Trust", "timezone": "Europe/Berlin"}
    )
    assert found == TEXT.replace("forum = 24", "forum = 12").replace('"Hope"', '"Hope Trust"').replace(
        'currency = "EUR"\n', 'currency = "EUR"\ntimezone = "Europe/Berlin"\n'
    )


def test_a_level_that_moves_takes_its_comments_along() -> None:
    one, two = tomllib.loads(TEXT)["levels"]
    new = {"name": "Between", "rules": [{"at_least": 5, "kinds": ["posted"]}]}
    found = rewrite.changed(TEXT, {"levels": [two, new, one]})
    assert tomllib.loads(found)["levels"] == [two, new, one]
    assert 'name = "One" # the first' in found
    assert "at_least = 1 # once" in found
    assert found.startswith(TEXT.partition("[[levels]]")[0])


def test_only_a_part_is_shown() -> None:
    assert rewrite.part(TEXT, ["targets"]) == '[targets]\n# forum first\nforum = 24\n"*" = 48 # everywhere'
    assert rewrite.part(TEXT, ["rates"]) == ""


SINGLE = st.one_of(st.text(max_size=5), st.integers(-9, 9), st.booleans())
NAMES = st.sampled_from(["a", "b", "c d", "é", "*", "1.5", "name"])
PAIRS = st.dictionaries(NAMES, SINGLE, max_size=3)
TABLE = st.dictionaries(NAMES, st.one_of(SINGLE, st.lists(SINGLE, max_size=3), PAIRS), max_size=3)
VALUE = st.one_of(SINGLE, TABLE, st.lists(TABLE, max_size=3))
BEFORE = st.dictionaries(NAMES, VALUE, max_size=3)
WANTED = st.dictionaries(NAMES, st.one_of(VALUE, st.none()), max_size=3)


@example(before={"a": [{"a": "", "name": []}]}, wanted={"a": []})
@example(before={"a": [{"name": "x"}]}, wanted={"a": [{"name": ["x"]}, {"name": "x", "b": 1}]})
@given(before=BEFORE, wanted=WANTED)
def test_whatever_stands_there_becomes_what_is_wanted(before: dict[str, Any], wanted: dict[str, Any]) -> None:
    text = rewrite.changed("# head\n", before)
    assert tomllib.loads(text) == before
    found = rewrite.changed(text, wanted)
    kept = {key: value for key, value in before.items() if key not in wanted}
    assert tomllib.loads(found) == kept | {key: value for key, value in wanted.items() if value is not None}
    assert "# head" in found


@pytest.mark.parametrize("text", ["name = ", "a = 1\na = 2"])
def test_what_is_no_toml_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        rewrite.changed(text, {"a": 1})
