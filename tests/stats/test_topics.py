"""What are texts about?"""

import numpy as np
import pytest

from ziggurat.stats.topics import NONE, telling, topics

BAGS = {
    "delivery": "parcel late courier doorstep damaged tracking depot",
    "money": "invoice refund price voucher discount billing charged",
    "garden": "tomato seedling compost watering blossom hedge soil",
}
FILLER = "please the and today really about again something we our"


def written(draw, bag, count):
    """Texts of some words of a bag among words that say nothing."""
    words, filler = BAGS[bag].split(), FILLER.split()
    return [
        " ".join(draw.permutation([*draw.choice(words, 3, replace=False), *draw.choice(filler, 4, replace=False)]))
        for _ in range(count)
    ]


def test_planted_topics_are_found():
    """Each bag of words becomes a topic: its texts are on it, its words name it, and other texts fall under it."""
    draw = np.random.default_rng(4)
    own = [text for bag in BAGS for text in written(draw, bag, 40)]
    found = topics(own, written(draw, "money", 10), 3, 1)
    truth = np.repeat(np.arange(3), 40)
    names = [int(np.bincount(found.own[truth == bag]).argmax()) for bag in range(3)]
    assert sorted(names) == [0, 1, 2]
    assert (np.array(names)[truth] == found.own).mean() > 0.97
    assert found.others.tolist() == [names[1]] * 10
    for name, bag in zip(names, BAGS, strict=True):
        assert set(found.words[name]) <= set(BAGS[bag].split())
    assert found.near.min() >= 0.1


def test_words_of_no_topic_are_under_none():
    draw = np.random.default_rng(4)
    found = topics([*written(draw, "money", 20), "zebra"], ["giraffe zebra", "refund voucher price"], 1, 1)
    assert found.own[-1] == NONE
    assert found.others.tolist() == [NONE, 0]
    assert found.near[-1] < 1e-3


@pytest.mark.parametrize("texts", [[], ["the and"], ["12 34"], ["one word each", "nothing shared", ""]])
def test_nothing_to_tell_apart_is_no_topic(texts):
    found = topics(texts, ["refund", "refund"], 3, 1)
    assert found.words == []
    assert found.own.tolist() == [NONE] * len(texts)
    assert found.others.tolist() == [NONE] * 2


def test_fewer_texts_than_topics_is_fewer_topics():
    assert len(topics(["late parcel", "late parcel", "dry soil", "dry soil"], [], 9, 1).words) <= 4


def test_phrases_that_everyone_uses_say_nothing():
    """A greeting of five texts is none of their topics, one of four may be; where nothing else is said, it stays."""
    hello = ["many", "thanks", "for", "your", "help", "with"]
    texts = [[*hello, word] for word in ("soil", "seeds", "hedge", "parcel")]
    assert telling(texts) == [["thanks", "help", word] for word in ("soil", "seeds", "hedge", "parcel")]
    assert telling([*texts, hello]) == [["soil"], ["seeds"], ["hedge"], ["parcel"], ["thanks", "help"]]


def test_what_one_word_says_wholly_is_a_topic_without_a_warning():
    for seed in range(3):
        found = topics(["yo", "hi", "Hello second line", "Hi `ziggurat log`"], [], 1, seed)
        assert (found.words, found.own.tolist()) == ([["hi"]], [NONE, 0, NONE, 0])
