"""What do several studies need of a log, in the words of `facts.absence`?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts.absence import Given, Step
from ziggurat.facts.census import Keep
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.replies import Wanted

Flags = npt.NDArray[np.bool_]
OUT = DIRECTIONS.index("out")


def flags(column: pa.ChunkedArray | pa.Array) -> Flags:
    """Return a column of yes and no as an array, no for null."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return np.asarray(pc.fill_null(whole, False).to_numpy(zero_copy_only=False), np.bool_)


def codes(rows: pa.Table, name: str) -> npt.NDArray[np.int64]:
    """Return a column of codes as an array."""
    return np.asarray(rows[name].combine_chunks().to_numpy(zero_copy_only=False), np.int64)


def own(rows: pa.Table) -> Flags:
    """Tell which rows the person did."""
    return np.asarray(codes(rows, "direction") != OUT, np.bool_)


def of_kind(rows: pa.Table, wanted: Flags) -> Flags:
    """Tell which rows are of a wanted kind, by code."""
    return wanted[codes(rows, "kind")]


def own_of_kind(rows: pa.Table, wanted: Flags) -> Flags:
    """Tell which rows are of a wanted kind and done by the person."""
    return np.asarray(wanted[codes(rows, "kind")] & own(rows), np.bool_)


def meaning(*words: str, own: bool = False) -> Callable[[Given], Keep]:
    """Return what finds rows of kinds that have one of some meanings. own: done by the person alone."""

    def keep(given: Given) -> Keep:
        return partial(own_of_kind if own else of_kind, wanted=Meanings.of_log(given["buckets"]).flags(*words))

    return keep


def named_kinds(given: Given, words: Sequence[str]) -> Keep:
    """Return what finds what the person did of the kinds that are named, or are like them."""
    return partial(own_of_kind, wanted=Meanings.of_log(given["buckets"]).named(words))


def outcome(given: Given) -> Keep:
    """Return what finds the kinds that the option `outcome` names."""
    return named_kinds(given, [word.strip() for word in given["outcome"].split(",") if word.strip()])


def code_finder(column: str) -> Callable[[Given], Keep]:
    """Return what finds rows with a value in a coded column."""
    return lambda given: partial(has_code, column=column)


def has_code(rows: pa.Table, column: str) -> Flags:
    """Tell which rows have a code."""
    return np.asarray(codes(rows, column) >= 0, np.bool_)


def valid(rows: pa.Table, columns: Sequence[str]) -> Flags:
    """Tell which rows have a value in one of some columns."""
    return np.asarray(np.any([flags(pc.is_valid(rows[name])) for name in columns], axis=0), np.bool_)


def text(rows: pa.Table) -> Flags:
    """Tell which rows have a text by the person."""
    length = pc.utf8_length(pc.utf8_trim_whitespace(rows["text"].cast(pa.string())))
    return np.asarray(flags(pc.greater(length, 0)) & own(rows), np.bool_)


def calls(rows: pa.Table, wanted: Wanted) -> Flags:
    """Tell which rows call for an answer."""
    return flags(wanted.calls(rows))


def is_text(rows: pa.Table, looks: Flags) -> Flags:
    """Tell which rows are a text by the person that is no search."""
    return text(rows) & ~looks[codes(rows, "kind")]


DONE = Step(
    "was done by a person: all is what we sent or said",
    ("act", "acts"),
    "Import what people do: visits, answers, purchases, posts.",
    lambda given: own,
    ("direction",),
)
QUESTION = Step(
    "calls for an answer, as a question, a complaint, a contact or a post that asks does",
    ("question", "questions"),
    "Import where people ask us: support tickets, mail, a forum, chat, of the kind `asked` or `contacted`.",
    lambda given: partial(calls, wanted=Wanted.of(Meanings.of_log(given["buckets"]))),
    ("kind", "direction", "text"),
)
WRITTEN = Step(
    "is a text that a person wrote",
    ("text", "texts"),
    "Import posts, mail or tickets with the column of their text as `text`.",
    lambda given: text,
    ("text", "direction"),
)
UTTERED = Step(
    "is a text that a person wrote to be read",
    ("text", "texts"),
    "Import posts, mail or tickets with the column of their text as `text`.",
    lambda given: partial(is_text, looks=Meanings.of_log(given["buckets"]).flags("looks")),
    ("text", "direction", "kind"),
)
ADDRESSED = Step(
    "says whom it was said to",
    ("act towards someone", "acts towards someone"),
    "Import who it was said to as `counterpart`, or what it answers as `in_reply_to`.",
    lambda given: partial(valid, columns=("counterpart", "in_reply_to")),
    ("counterpart", "in_reply_to"),
)
SPOKEN = Step(
    "is a word of theirs: a post, a reply, a question, an answer or a mention",
    ("word of theirs", "words of theirs"),
    "Import a forum, chat, mail or comments, where people speak.",
    meaning("speaks", own=True),
    ("kind", "direction"),
)
COMING = Step(
    "is of the kinds that count as coming: {outcome}",
    ("time somebody came", "times somebody came"),
    "Import purchases or gifts, or choose other kinds by `outcome`.",
    outcome,
    ("kind", "direction"),
)


def turning(given: Given) -> Keep:
    """Return what finds the kinds by which one turns to another: those that `turning` names, or the usual ones."""
    words = [word.strip() for word in given["turning"].split(",") if word.strip()]
    if words:
        names = given["buckets"].codes.get("kind", [])
        wanted = np.array([*(name in words for name in names), False], np.bool_)
        return partial(own_of_kind, wanted=wanted)
    return meaning("speaks", "turns", own=True)(given)


TURNED = Step(
    "is an act by which people turn to each other, such as a reply, a like or a mention",
    ("act of turning to someone", "acts of turning to someone"),
    "Import a forum, chat or comments, or choose other kinds by `turning`.",
    turning,
    ("kind", "direction"),
)
