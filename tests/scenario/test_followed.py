"""Is it seen where our outputs take up what people ask, and not seen where nothing changed?"""

import numpy as np
import pyarrow as pa
import pytest

from ziggurat.scenario.followed import measure_followed, share_closed

OURS, THEIRS = [f"news{number}" for number in range(30)], [f"wish{number}" for number in range(30)]
MIDDLE = 1000


def texts(draw, words, at, count=120) -> list[dict]:
    return [{"text": f"{number} " + " ".join(draw.choice(words, 6)), "at": at} for number in range(count)]


def sides(seed: int, after: list[str], texts_of_each: int = 120) -> tuple[pa.Table, pa.Table]:
    """People ask with words of their own; we write with ours, and after the middle with others."""
    draw = np.random.default_rng(seed)
    asked = texts(draw, THEIRS, 500, texts_of_each) + texts(draw, THEIRS, 1500, texts_of_each)
    written = texts(draw, OURS, 400, texts_of_each) + texts(draw, after, 1400, texts_of_each)
    return pa.Table.from_pylist(asked), pa.Table.from_pylist(written)


def test_a_gap_that_is_closed_is_seen():
    found = measure_followed(*sides(1, THEIRS), middle=MIDDLE, least=20)
    assert found.closed > 0.85
    assert found.low > 0.8


def test_a_gap_that_is_half_closed_is_about_half():
    found = measure_followed(*sides(2, OURS + THEIRS), middle=MIDDLE, least=20)
    assert found.closed == pytest.approx(0.5, abs=0.1)
    assert found.low < 0.5 < found.high


def test_nothing_changed_is_about_nothing():
    found = [measure_followed(*sides(seed, OURS), middle=MIDDLE, least=20) for seed in range(5)]
    assert [one.closed for one in found] == [0.0] * 5  # none of their words is ever ours


def test_chance_alone_closes_nothing_on_average():
    """Both write with the same words: the gap is noise, and so is what becomes of it."""
    both = OURS + THEIRS
    draw = np.random.default_rng(3)
    found = []
    for _ in range(20):
        asked = texts(draw, both, 500)
        written = texts(draw, OURS * 3 + THEIRS, 400) + texts(draw, OURS * 3 + THEIRS, 1400)
        found.append(
            measure_followed(pa.Table.from_pylist(asked), pa.Table.from_pylist(written), middle=MIDDLE, least=20).closed
        )
    assert np.mean(found) == pytest.approx(0, abs=0.05)


def test_too_few_texts_are_no_answer_and_say_how_many():
    found = measure_followed(*sides(1, THEIRS, 9), middle=MIDDLE, least=10)
    assert (found.closed, found.texts) == (None, 9)
    found = measure_followed(*sides(1, THEIRS, 1), middle=MIDDLE, least=1)  # one text can't be halved
    assert (found.closed, found.texts) == (None, 1)


def test_a_gap_that_grows_counts_against():
    asked, before, after = np.array([0.5, 0.5]), np.array([0.4, 0.0]), np.array([0.3, 0.25])
    assert share_closed([asked, before, before, after]) == pytest.approx((-0.1 + 0.25) / 0.6)
    assert share_closed([asked, asked, before, after]) is None
