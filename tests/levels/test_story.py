"""One person's story: where she stands, since when, and why, as of an instant."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.written import take, traits, when
from ziggurat.base.errors import QuestionError
from ziggurat.levels.story_charts import staircase


def test_a_story_is_as_of_its_instant(looked_at) -> None:
    story = looked_at.story("user:ana", at="2026-01-10")
    assert (story.level_name, story.total, story.person["interactions"]) == ("Following", 2, 2)
    assert story.person["last_at"] == when("01-10")
    assert [row["kind"] for row in story.timeline] == ["organised", "subscribed"]
    assert [row["level"] for row in story.levels] == [2]
    assert {row["level"] for row in story.why} == {2, 3}
    later = looked_at.story(looked_at.find("user:ana"))
    assert [row["level"] for row in later.levels] == [2, 4]
    assert [row["interaction_id"] for row in later.why[0]["interactions"]] == ["3", "2"]
    with pytest.raises(QuestionError, match="was not known yet at that date; choose a later one"):
        looked_at.story("user:ana", at="2026-01-01")
    with pytest.raises(QuestionError, match="nobody is known as 'user:an'"):
        looked_at.story("user:an")


@pytest.mark.parametrize(
    ("until", "ends"), [(None, "01-20"), ("01-10", "01-10"), ("01-20", "01-20"), ("01-25", "01-20")]
)
def test_the_strip_of_levels_ends_with_a_level_or_with_what_is_looked_at(until, ends) -> None:
    stairs = [{"since": when("01-02"), "until": until and when(until), "level": 1, "level_name": "Known", "rule": "-"}]
    drawn = staircase(stairs, until=when("01-20"), names=("Other", "Known")).to_dict()
    ((bar,),) = drawn["datasets"].values()
    assert dt.datetime.fromisoformat(bar["to"]) == when(ends)
    assert dt.datetime.fromisoformat(bar["since"]) == when("01-02")


def test_the_story_of_one_who_was_merely_named(space) -> None:
    take(space, traits=traits("identity  trait  value\nuser:ana  name  Ana"))
    space.refresh()
    story = space.story("user:ana")
    assert (story.level, story.total, story.timeline) == (0, 0, [])
    assert space.names([space.find("user:ana")]) == {space.find("user:ana"): "Ana"}
