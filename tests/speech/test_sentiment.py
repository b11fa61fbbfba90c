"""Scorers: VADER, and any other that is plugged in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from tests.roles.told import PLAIN, POLITE, RUDE, ask, languages
from ziggurat.base.errors import QuestionError
from ziggurat.settings.config import Config
from ziggurat.settings.declared import Declared
from ziggurat.speech import sentiment
from ziggurat.speech.sentiment import Reader, Scorer

GERMAN = "Das ist sehr gut, und ich bin zufrieden mit dem Service"
CHANNELS = ["forum", "email", "forum de"]
NO_LANGUAGES = languages()


@pytest.fixture(autouse=True)
def only_vader(monkeypatch):
    monkeypatch.setattr(sentiment, "SCORERS", dict(sentiment.SCORERS))


def scores(texts, channels, declared=NO_LANGUAGES, name="vader"):
    reader = Reader.of(name, CHANNELS, declared)
    return reader.score(pa.array(texts, pa.string()), np.array(channels)).tolist()


def test_english_is_scored_where_nothing_is_declared():
    found = scores([POLITE, RUDE, PLAIN, None, "!!!"], [0] * 5)
    assert found[0] > 0.5
    assert found[1] < -0.5
    assert found[2] == 0
    assert np.isnan(found[3:]).all()


def test_a_text_evidently_in_another_language_is_left_unscored():
    assert np.isnan(scores([GERMAN], [0]))[0]


def test_what_is_declared_to_be_in_another_language_is_left_unscored_the_first_fit_counting():
    declared = languages(**{"forum": "en", "forum*": "de"})
    found = scores([POLITE, POLITE, POLITE], [0, 1, 2], declared)
    assert np.isnan(found).tolist() == [False, False, True]


def test_a_scorer_of_another_language_gets_its_own_texts_only():
    asked = []

    def score(texts):
        asked.extend(texts.to_pylist())
        return np.full(len(texts), 0.5)

    sentiment.register("german", score, ["de"])
    found = scores([GERMAN, GERMAN, POLITE], [2, 0, 2], languages(**{"forum de": "de"}), "german")
    assert asked == [GERMAN]
    assert found[0] == 0.5
    assert np.isnan(found[1:]).all()


def test_a_scorer_of_any_language_gets_every_text():
    sentiment.register("any", lambda texts: np.zeros(len(texts)))
    assert scores([GERMAN, POLITE, None], [0, 2, 1], languages(forum="fr"), "any")[:2] == [0, 0]


def test_a_classifier_of_scikit_learn_can_be_plugged_in():
    pipeline = make_pipeline(CountVectorizer(), LogisticRegression())
    pipeline.fit(["knorke dufte", "dufte", "mies blöd", "blöd"], ["good", "good", "bad", "bad"])
    sentiment.register("berlin", sentiment.of_classifier(pipeline, {"bad": -1, "good": 1}), ["de"])
    found = scores(["dufte", "blöd", "nichts davon"], [0, 0, 0], languages(forum="de"), "berlin")
    chance = pipeline.predict_proba(["dufte"])[0]
    assert found[0] == pytest.approx(chance[1] - chance[0])
    assert found[0] > 0.2 > -0.2 > found[1]
    log = "actor  kind  channel  at  text\nemail:ana  posted  forum  01-05  dufte"
    options = {"since": "2025-12-31", "until": "2026-01-31"}
    row = ask("mood", log, languages(forum="de"), scorer="berlin", **options).rows()[0]
    assert row["mood"] == pytest.approx(found[0])
    assert ask("mood", log, languages(forum="de"), **options).rows()[0]["unscored"] == 1


def test_a_pipeline_of_transformers_can_be_plugged_in():
    def pipeline(texts, top_k, truncation):
        assert top_k is None
        assert truncation
        return [[{"label": "POS", "score": 0.7}, {"label": "NEG", "score": 0.1}, {"label": "NEU", "score": 0.2}]] * len(
            texts
        )

    score = sentiment.of_pipeline(pipeline, {"POS": 1, "NEG": -1, "NEU": 0})
    assert score(pa.array(["a", "b"])).tolist() == pytest.approx([0.6, 0.6])
    with pytest.raises(QuestionError, match=r"knows a class 'NEU', but values are given of: POS, NEG. Say its worth"):
        sentiment.of_pipeline(pipeline, {"POS": 1, "NEG": -1})(pa.array(["a"]))


def test_an_unknown_scorer_is_named_with_the_nearest():
    with pytest.raises(QuestionError, match=r"^no scorer named 'vadr'; did you mean 'vader'\?$"):
        sentiment.find("vadr")
    with pytest.raises(QuestionError, match=r"^no scorer named 'xyz'. There are: vader; `register`"):
        sentiment.find("xyz")


def test_a_name_is_given_once():
    with pytest.raises(QuestionError, match="'vader' is there already"):
        sentiment.register("vader", lambda texts: np.zeros(len(texts)))


@pytest.mark.parametrize(
    ("score", "told"),
    [
        (lambda texts: np.zeros(1), "was given 2 texts and returned 1 numbers; it must return one"),
        (lambda texts: np.full(len(texts), 5.0), "returned 2 numbers beyond -1 to 1; it must return one"),
    ],
)
def test_a_scorer_that_returns_something_else_is_told_so(score, told):
    reader = Reader("odd", Scorer(score), np.array([True]))
    with pytest.raises(QuestionError, match=f"scorer 'odd' .*{told}"):
        reader.score(pa.array(["a", "b"]), np.array([0, 0]))


def test_names_are_no_words():
    """Each of these was scored by its names: united, hope and trust are good words, and alone is a bad one."""
    declared = Declared(names=("Hope Trust", "Alone Inc.", "Great+")).tables()["languages"]
    texts = ["@united my flight is at five.", "Hope Trust sent me the form today."]
    texts += ["the form of Alone Inc. came", "my Great+ is here"]
    assert scores(texts, [0] * 4, declared) == [0.0] * 4
    assert min(map(abs, scores(texts, [0] * 4))) == 0.0, "a handle is no word even where no name is declared"
    assert all(scores(texts[1:3], [0] * 2))
    assert scores(["I hope so, and trust you."], [0], declared)[0] > 0.5
    assert scores(["@love this is horrible"], [0])[0] < -0.5
    assert scores(["write to ana@great.org"], [0]) == [0.0]


def test_the_organisation_is_always_a_name():
    declared = Config(name="Kind Hearts", names=("Happy",)).declared().tables()["languages"]
    assert scores(["Kind Hearts sent Happy the form"], [0], declared) == [0.0]
    assert Reader.of("vader", ["forum"], declared).reads.tolist() == [True]
