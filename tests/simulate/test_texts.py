"""What is written is about its topic, and in its tone."""

import re

import numpy as np
import pyarrow.compute as pc
import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from ziggurat.simulate import Community, simulate
from ziggurat.simulate.phrases import BODIES, OUR_TONES, TONES, TOPICS
from ziggurat.simulate.texts import NAMES, bodies, text_tones

VADER = SentimentIntensityAnalyzer()


def words_of(topic):
    return re.compile(rf"\b(?:{'|'.join(TOPICS[topic])})\b")


@pytest.mark.parametrize("purpose", BODIES)
def test_every_sentence_names_its_own_topic_and_no_other(purpose):
    sentences, each = bodies(purpose)
    for place, sentence in enumerate(sentences.to_pylist()):
        named = [topic for topic in TOPICS if words_of(topic).search(sentence)]
        assert named == [NAMES[place // each]], sentence


@pytest.mark.parametrize("purpose", BODIES)
def test_a_sentence_alone_has_no_tone_but_a_complaint(purpose):
    scores = [VADER.polarity_scores(sentence)["compound"] for sentence in bodies(purpose)[0].to_pylist()]
    assert max(map(abs, scores)) < (0.7 if purpose == "complaint" else 0.05), purpose


@pytest.mark.parametrize("endings", [TONES, OUR_TONES])
def test_an_ending_has_the_tone_that_it_is_meant_to_have(endings):
    for tone, texts in endings.items():
        for text in filter(None, texts):
            assert np.sign(round(VADER.polarity_scores(text)["compound"], 1)) == tone, text


def test_the_truth_names_topic_and_language_of_every_text():
    made = simulate(Community(people=300, days=365))
    log, truth = made.tables["interactions"], made.truth["topics"]
    texts = log.filter(pc.is_valid(log["text"]))
    assert texts["interaction_id"].to_pylist() == truth["interaction_id"].to_pylist()
    english = 0
    for text, row in zip(texts["text"].to_pylist(), truth.to_pylist(), strict=True):
        if row["language"] == "en":
            english += 1
            assert words_of(row["topic"]).search(text)
        else:
            assert not any(words_of(topic).search(text) for topic in TOPICS)
    foreign = texts.filter(pc.not_equal(truth["language"], "en"))
    assert set(foreign["channel"].to_pylist()) == {"chat"}
    assert 0 < foreign.num_rows < 0.02 * texts.num_rows
    assert english > 1000


def test_the_tone_follows_the_mood():
    draw = np.random.default_rng(1)
    means = [text_tones(draw, np.full(4000, mood)).mean() for mood in (0, 1, 2)]
    assert means[0] < -0.4 < 0 < means[1] < 0.2 < 0.5 < means[2]
