import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.stats.words import split


def of(texts: list[str | None]) -> list[list[str]]:
    words = split(pa.array(texts, pa.string()))
    pairs = zip(words.begin[:-1], words.begin[1:], strict=True)
    return [[words.distinct[place] for place in words.word[begin:end]] for begin, end in pairs]


@given(
    st.lists(st.none() | st.text(st.sampled_from("aB é\u2028\u3000\x1c\x85\u200b\n\t !😀"), max_size=12), max_size=6)
)
def test_texts_are_cut_as_python_cuts_them(texts):
    assert of(texts) == [(text or "").split() for text in texts]


def test_every_kind_of_white_space_parts_words():
    letters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    spaces = [one for one in letters if one.isspace()]
    assert len(spaces) > 20
    assert of([f"a{one}b" for one in spaces]) == [["a", "b"]] * len(spaces)


def test_white_space_at_the_end_of_the_last_text_ends_it_whatever_lies_behind_in_memory():
    """Freed memory is full of what is no UTF-8, and the allocator hands it out again."""
    for size in range(8, 2000, 40):
        junk = [pa.concat_arrays([pa.array(np.full(size, -1))] * 2) for _ in range(5)]
        del junk
        assert split(pa.array(["never", "the bus will stop "])).distinct == ["never", "the", "bus", "will", "stop"]
