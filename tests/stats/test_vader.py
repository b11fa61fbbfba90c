"""VADER's compound scores, against the published package itself."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from vaderSentiment import vaderSentiment as published

from tests.examples import few
from ziggurat.stats import vader
from ziggurat.stats.vader import compound

ANALYZER = published.SentimentIntensityAnalyzer()
EMOJI = [one for one in ANALYZER.emojis if len(one) == 1]
RULES = [
    *("but", "BUT", "least", "at", "very", "no", "NO", "or", "nor", "never", "so", "SO", "this", "without", "doubt"),
    *("kind", "of", "sort", "just", "enough", "uh-uh", "didn't", "ain't", "the", "table", "X", "42", "--", "can't."),
]
WORDS = st.one_of(
    st.sampled_from(sorted(ANALYZER.lexicon)),
    st.sampled_from(["good", "GREAT", "bad", "Awful", "love", "sad", ":)", ":-("]),
    st.sampled_from(RULES),
    st.sampled_from(sorted(published.BOOSTER_DICT)),
    st.sampled_from(published.NEGATE),
    st.sampled_from(sorted(published.SPECIAL_CASES)),
    st.sampled_from(EMOJI),
)
DRESS = st.sampled_from(["{}", "{}", "{}!", "{}?", "({})", "{}!!!", "{}??", '"{}"', "{}...", "😀{}", "{}😡😡"])
CASE = st.sampled_from([str, str, str.upper, str.title, str.lower])
SPACE = st.sampled_from([" ", " ", "  ", "\n", "\u3000", "\u00a0"])


@st.composite
def sentences(draw):
    parts = draw(st.lists(st.tuples(WORDS, DRESS, CASE, SPACE), max_size=14))
    return "".join(dress.format(case(word)) + space for word, dress, case, space in parts)


def theirs(text: str) -> float:
    return ANALYZER.polarity_scores(text)["compound"]


def ours(*texts: str) -> list[float]:
    return np.nan_to_num(compound(pa.array(texts, pa.string()))).tolist()


@settings(max_examples=few(400))
@given(st.lists(sentences(), min_size=1, max_size=8))
@example(["but good", "good but good bad good", "GOOD bad BUT good", "great great but great great"])
@example(["kind of good", "a kind man", "kind", "no kind of", "no no no good", "not so this good"])
@example(["least good", "at least good", "very least good", "so least good", "sort of just enough good bad"])
def test_any_sentence_scores_as_in_the_package(texts):
    assert ours(*texts) == [theirs(text) for text in texts]


@settings(max_examples=few(300))
@given(st.text(max_size=60))
def test_any_text_at_all_scores_as_in_the_package(text):
    assert ours(text) == [theirs(text)]


def test_every_word_emoji_and_phrase_scores_as_in_the_package():
    texts = [f"{word} good" for word in (*ANALYZER.lexicon, *published.BOOSTER_DICT, *published.NEGATE, *EMOJI)]
    texts += [f"so {word} it is" for word in (*published.SPECIAL_CASES, *ANALYZER.lexicon)]
    assert ours(*texts) == [theirs(text) for text in texts]


def test_the_rules_are_not_idle():
    """Each pair differs in the package, so that agreeing on both is no accident of texts that no rule touches."""
    pairs = [
        ("good", "GOOD thing"),
        ("good", "not good"),
        ("good", "very good"),
        ("good", "good!!!"),
        ("good", "good but bad"),
        ("The thing is good", "The thing is least good"),
        ("You are the bomb", "You are a bomb"),
        ("never so good", "never good"),
        ("fine 😀", "fine"),
        ("it was kind of good", "it was so of good"),
        ("ok", "really ok???"),
    ]
    for one, other in pairs:
        assert theirs(one) != theirs(other), (one, other)
        assert ours(one, other) == [theirs(one), theirs(other)]


def test_what_is_halved_before_but_may_pass_for_what_stands_after_it():
    """The package finds a valence again by its value, and may so change another word's; we do the same."""
    valence = {word: worth for word, worth in ANALYZER.lexicon.items() if word.isalpha() and word not in RULES}
    word_of = {worth: word for word, worth in valence.items()}
    pairs = [(word, word_of[worth / 2]) for worth, word in word_of.items() if worth / 2 in word_of and worth > 0]
    assert len(pairs) > 5
    texts = [f"{twice} x but x {once}" for twice, once in pairs]
    assert ours(*texts) == [theirs(text) for text in texts]


def test_more_texts_than_are_split_at_once(monkeypatch):
    monkeypatch.setattr(vader, "ONCE", 3)
    texts = ["good", "bad 😡", "", "so good", "meh", "not bad", "GOOD stuff but no"]
    assert ours(*texts) == [theirs(text) for text in texts]
    assert compound(pa.array([], pa.string())).tolist() == []


@pytest.mark.parametrize("text", [None, "", "  ", "!!!", "42", "-- 1.5 %"])
def test_a_text_without_a_word_has_no_score(text):
    assert np.isnan(compound(pa.array([text], pa.string())))[0]


@pytest.mark.parametrize("text", [":)", "😀", "table", "no", "ñ"])
def test_a_text_with_a_word_has_one(text):
    assert compound(pa.array([text]))[0] == theirs(text)


def test_rounding_is_as_python_rounds():
    scores = np.array([0.12345, 0.00005, 0.99995, -0.43215, 0.5, 0.1234499999, 2 / 3])
    assert vader.rounded(scores).tolist() == [round(score, 4) for score in scores.tolist()]
    assert np.any(np.rint(scores * 1e4) / 1e4 != vader.rounded(scores))
