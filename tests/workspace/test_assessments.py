"""What is said of the organisation, and assessments kept."""

import datetime as dt

import pytest

from ziggurat.base.errors import QuestionError, WorkspaceError
from ziggurat.scenario import criteria
from ziggurat.workspace.assessments import describe_scope, differences

AT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(days=30)


def test_the_questionnaire_holds_what_no_log_can(looked_at):
    asked = looked_at.assessments.questions()
    assert [one["indicator"] for one in asked] == [one.name for one in criteria.load().indicators if one.asked]
    assert all(len(one["answers"]) == 4 and one["question"].endswith("?") for one in asked)


def test_an_answer_is_its_words_or_its_number_and_the_latest_is_shown(space):
    space.assessments.answer("framework", "In parts of the organisation", at=AT)
    space.assessments.answer("framework", 3, at=LATER)
    space.assessments.answer("next-steps", "1", at=AT)
    known = {one["indicator"]: (one["step"], one["at"]) for one in space.assessments.questions()}
    assert known["framework"] == (3, LATER)
    assert known["next-steps"] == (1, AT)
    assert known["cross-functional"] == (None, None)
    assert [(row["indicator"], row["step"]) for row in space.assessments.said().to_pylist()] == [
        ("framework", 2),
        ("framework", 3),
        ("next-steps", 1),
    ]


@pytest.mark.parametrize(
    ("indicator", "answer", "message"),
    [
        ("frame", 1, "nothing is asked under 'frame'; did you mean 'framework'"),
        ("listening", 1, "nothing is asked under 'listening'"),
        ("framework", 5, "can't be answered with '5'; answer with one of: 1 No; 2 In parts"),
        ("framework", "perhaps", "can't be answered with 'perhaps'"),
    ],
)
def test_what_is_no_answer_is_refused(looked_at, indicator, answer, message):
    with pytest.raises(QuestionError, match=message):
        looked_at.assessments.answer(indicator, answer, at=AT)
    assert looked_at.assessments.said().num_rows == 0


def kept(number, **asked):
    whole = {"since": "2026-01-01T23:59:59.999999+00:00", "until": "2026-04-02T23:59:59.999999+00:00", "ladder": "six"}
    return {"id": number, "version": asked.pop("version", "1"), "at": AT, "asked": whole | asked}


def test_two_assessments_of_the_same_differ_in_nothing():
    assert differences(kept(1), kept(2)) == []
    assert describe_scope(kept(1)) == (
        "Assessment 1: of the whole, 91 days up to 2026-04-02, ladder six, criteria 1, made on 2026-03-01"
    )


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"channel": "forum"}, "of different parts: the whole, and the channel “forum”"),
        ({"department": "care"}, "of different parts: the whole, and the department “care”"),
        ({"since": "2026-04-01T23:59:59.999999+00:00"}, "look at 91 days, and at 1 day"),
        ({"ladder": "five"}, "by different ladders: six and five"),
        ({"version": "2"}, "by different criteria: 1 and 2"),
    ],
)
def test_in_what_two_assessments_differ_is_said(other, words):
    (said,) = differences(kept(1), kept(2, **other))
    assert words in said


def test_there_is_no_assessment_that_was_never_made(space):
    assert space.assessments.kept() == []
    with pytest.raises(WorkspaceError, match=r"there is no assessment 3; `ziggurat scenario --list` lists them"):
        space.assessments.find(3)
