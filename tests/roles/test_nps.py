"""The net promoter score, counted by hand, and found again in answers of known shares."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests import community
from tests.levels.tables import ON
from tests.roles.told import ask, members
from ziggurat import catalogue
from ziggurat.base.errors import QuestionError

WINDOW = {"since": "2025-12-31", "until": "2026-06-30"}


def scores(text, **options):
    log = f"actor  at  score  kind  channel\n{text}"
    return {row["group"]: row for row in ask("nps", log, **(WINDOW | options)).rows()}


def test_the_bounds_of_the_classes_are_those_of_the_definition():
    answers = "\n".join(f"email:p{score}  01-05  {score}  rated  survey" for score in range(11))
    row = scores(answers, by="everyone")["everyone"]
    assert (row["promoters"], row["passives"], row["detractors"]) == (2, 2, 7)
    assert row["nps"] == pytest.approx(100 * (2 - 7) / 11)


def test_the_latest_answer_of_a_person_counts_once_in_each_month():
    text = """
        email:ana  01-05  2   rated  survey
        email:ana  01-25  9   rated  survey
        email:ana  03-02  8   rated  survey
        email:bea  03-03  0   rated  survey
    """
    found = scores(text)
    assert {month: (row["people"], row["nps"]) for month, row in found.items()} == {
        "2026-01": (1, 100.0),
        "2026-03": (2, -50.0),
    }
    assert scores(text, by="everyone")["everyone"]["people"] == 2
    assert scores(text, by="everyone")["everyone"]["nps"] == -50


def test_what_answers_another_question_is_left_out():
    text = """
        email:ana   01-05  11   rated      survey
        email:bea   01-05  4.5  rated      survey
        email:carl  01-05  -    rated      survey
        email:dora  01-05  9    purchased  survey
        email:eva   01-05  1    rated      shop
        email:fay   01-05  9    rated      survey
        anon:1      01-05  9    rated      survey
        email:sam@ours.org  01-05  10  rated  survey
    """
    assert scores(text, survey="surv*", by="everyone")["everyone"]["people"] == 1
    assert scores(text, by="everyone")["everyone"]["people"] == 2


def test_ratings_of_several_channels_are_not_mixed_without_a_word():
    log = "actor  at  score  kind  channel\n" + "\n".join(
        f"email:{who}  01-05  {score}  rated  {channel}"
        for who, score, channel in (("ana", 9, "survey"), ("bea", 3, "survey"), ("cy", 5, "app"))
    )
    found = ask("nps", log, **WINDOW, by="everyone")
    assert found.notes[0].startswith("The ratings come from 2 channels: survey 2, app 1.")
    assert ask("nps", log, **WINDOW, by="everyone", survey="survey").notes == ()


def test_nobody_asked_is_no_score():
    assert scores("email:ana  01-05  -  visited  web") == {}


def test_by_level_it_agrees_with_counting_its_people():
    tables = community.tables()
    result = catalogue.find("nps").ask(tables, **ON, **WINDOW, by="level")
    groups = defaultdict(list)
    for row in members(result):
        groups[row["group"]].append(row["answer"])
    assert [row["group"] for row in result.rows()] == [name for name in reversed(ON["names"]) if name in groups]
    for row in result.rows():
        answers = groups[row["group"]]
        counted = [answers.count(word) for word in ("promoter", "passive", "detractor")]
        assert counted == [row["promoters"], row["passives"], row["detractors"]]


def test_a_window_that_ends_before_it_begins_is_an_error():
    with pytest.raises(QuestionError, match="must be before"):
        scores("email:ana  01-05  9  rated  survey", since="2026-07-01")
