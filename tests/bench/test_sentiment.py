"""The measurement of sentiment runs, on few texts, and compares what it says it compares."""

from __future__ import annotations

import numpy as np
import pytest

from bench import sentiment


@pytest.mark.parametrize("which", sentiment.TEXTS)
def test_both_score_the_same_texts_alike(tmp_path, which):
    folder = str(tmp_path)
    assert sentiment.write_texts(folder, which, "400")["messages"] == 400
    for contender in ("theirs", "ours"):
        assert sentiment.score_texts(folder, which, contender)["seconds"][0] > 0
    assert sentiment.differ_in(folder, which) == {"differ": 0, "texts": 400}
    scores = np.load(tmp_path / f"{which}-ours.npy")
    assert np.mean(scores != 0) > 0.2
    np.save(tmp_path / f"{which}-ours.npy", scores + (np.arange(400) == 7))
    assert sentiment.differ_in(folder, which)["differ"] == 1


def test_texts_drawn_word_by_word_try_the_rules():
    texts = sentiment.drawn(300).to_pylist()
    assert any(not text.isascii() for text in texts)
    assert any(word.isupper() and len(word) > 1 for text in texts for word in text.split())
    assert len({word for text in texts for word in text.split()}) > 500
