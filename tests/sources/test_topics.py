"""A later message answers the last question by somebody else in its topic; a twin looks through all that was said."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ziggurat.sources.topics import Topics

START = datetime(2026, 1, 5, tzinfo=UTC)
SAID = st.tuples(
    st.sampled_from("ab"),
    st.sampled_from(["ana", "bo", "cy"]),
    st.sampled_from(["When?", "Now.", "So? ”", "What? Yes"]),
    st.integers(1, 200),
)


def twin(messages, place):
    topic, who, text, at = messages[place]
    if text.rstrip(" ”").endswith("?"):
        return None
    before = [
        number for number, one in enumerate(messages[:place])
        if one[0] == topic and one[1] != who and one[2].rstrip(" ”").endswith("?")
    ]  # fmt: skip
    return str(before[-1]) if before and at - messages[before[-1]][3] <= 14 * 24 else None


@given(st.lists(SAID, max_size=30), st.integers(0, 30))
def test_it_is_what_looking_through_all_finds_also_when_read_again(said, again) -> None:
    hours, messages = 0, []
    for topic, who, text, wait in said:
        hours += wait
        messages.append((topic, who, text, hours))
    expected = [twin(messages, place) for place in range(len(messages))]
    topics = Topics({})

    def ask(place):
        topic, who, text, at = messages[place]
        return topics.answered(topic, str(place), START + timedelta(hours=at), who, text)

    assert [ask(place) for place in range(len(messages))] == expected
    topics = Topics(json.loads(json.dumps(topics.kept())))
    assert [ask(place) for place in range(min(again, len(messages)), len(messages))] == expected[again:]


def test_a_question_that_was_edited_into_none_is_answered_no_more() -> None:
    topics = Topics({})
    for text, expected in (("When?", "1"), ("Now.", None)):
        topics.answered("a", "1", START, "ana", text)
        assert topics.answered("a", "2", START + timedelta(hours=1), "bo", "At noon.") == expected
