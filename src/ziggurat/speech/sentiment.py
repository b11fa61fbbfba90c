"""By what is the sentiment of a text scored?

By a function from texts to numbers from -1 to 1: `Score`. VADER (`stats.vader`) is there by default, for English; any
other, as of a classifier of scikit-learn or a pipeline of transformers, is registered under a name of its own, which
every study that takes `scorer` then knows. A text in another language than the scorer's is left unscored: by what is
declared of its channel, or where it is evidently so (`stats.languages`).

Names are no words: handles (`@united`), and the declared names of the organisation, its products and its staff, are
taken out before a text is scored.

Sentiment is not satisfaction: it is how words sound, not what is meant by them, and irony escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.people.patterns import first_fit
from ziggurat.results import tables
from ziggurat.results.tables import Frame
from ziggurat.stats.languages import foreign
from ziggurat.stats.vader import compound

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Score = Callable[[pa.Array], Floats]  # texts → -1 (negative) to 1 (positive), nan where it can't tell

HANDLE = r"(^|[^\w@./])@\w[\w.\-]*"
ENGLISH = "en"  # what is written where no language is declared
VADER = "vader"


@dataclass(frozen=True)
class Scorer:
    """A way to score. languages: ISO 639-1 codes of those that it reads; none for any."""

    score: Score
    languages: tuple[str, ...] = ()


SCORERS: dict[str, Scorer] = {VADER: Scorer(compound, (ENGLISH,))}


def register(name: str, score: Score, languages: Sequence[str] = ()) -> None:
    """Make a way to score known by a name, for the option `scorer` of studies in this process.

    languages: ISO 639-1 codes of those that it reads; none for any.
    Raises: QuestionError if the name is taken, because answers are remembered by it.
    """
    if name in SCORERS:
        raise QuestionError(f"a scorer named '{name}' is there already; register this one under another name.")
    SCORERS[name] = Scorer(score, tuple(languages))


def find(name: str) -> Scorer:
    """Return a scorer. Raises: QuestionError with the nearest name if there is none by this one."""
    if name not in SCORERS:
        near = suggest(name, SCORERS) or f". There are: {', '.join(SCORERS)}; `register` makes another one known."
        raise QuestionError(f"no scorer named '{name}'{near}")
    return SCORERS[name]


def of_classifier(classifier: Any, values: Mapping[Any, float]) -> Score:
    """Score by a fitted classifier of scikit-learn that takes texts and has `predict_proba`.

    values: what each of its classes is worth, -1 to 1; a text's score is their mean by probability.
    """
    worth = np.array([worth_of(label, values) for label in classifier.classes_])
    return lambda texts: np.asarray(classifier.predict_proba(texts.to_pylist()) @ worth, np.float64)


def of_pipeline(pipeline: Callable[..., Any], values: Mapping[str, float]) -> Score:
    """Score by a text-classification pipeline of transformers. values: what each of its labels is worth, -1 to 1."""

    def score(texts: pa.Array) -> Floats:
        told = pipeline(texts.to_pylist(), top_k=None, truncation=True)
        return np.array([sum(one["score"] * worth_of(one["label"], values) for one in labels) for labels in told])

    return score


def worth_of(label: Any, values: Mapping[Any, float]) -> float:
    """Return what a class is worth. Raises: QuestionError if nothing is said of it."""
    if label not in values:
        said = ", ".join(str(one) for one in values)
        raise QuestionError(f"the classifier knows a class '{label}', but values are given of: {said}. Say its worth.")
    return values[label]


@dataclass(frozen=True)
class Reader:
    """A scorer, and which channels (by code) are in a language that it reads; all of them where it reads any.

    names: a pattern of those that are no words; none where it is empty.
    """

    name: str
    scorer: Scorer
    reads: Flags
    names: str = ""

    @classmethod
    def of(cls, name: str, channels: Sequence[str], languages: Frame) -> Reader:
        """Take a scorer by name. channels: their names by code. languages: a table as `schema.LANGUAGES`."""
        scorer = find(name)
        declared = [language or ENGLISH for language in first_fit(languages, "language", channels)]
        reads = [not scorer.languages or language in scorer.languages for language in declared]
        return cls(name, scorer, np.array(reads, np.bool_), pattern(declared_names(languages)))

    def score(self, texts: pa.Array, channel: npt.NDArray[Any]) -> Floats:
        """Return the score of each text, -1 to 1; nan for one that is null, in another language, or without a word.

        channel: the code of each one's channel. Raises: QuestionError if the scorer returns anything else.
        """
        found = np.full(len(texts), np.nan)
        asked = np.flatnonzero(self.reads[channel] & texts.is_valid().to_numpy(zero_copy_only=False))
        asked = asked[~foreign(texts.take(pa.array(asked)), self.scorer.languages)]
        if not asked.size:
            return found
        scores = np.asarray(self.scorer.score(nameless(texts.take(pa.array(asked)), self.names)), np.float64)
        if scores.shape != asked.shape or np.any(np.abs(scores) > 1):
            raise QuestionError(
                f"scorer '{self.name}' was given {asked.size} texts and returned {scores.size} numbers"
                f"{' beyond -1 to 1' if scores.shape == asked.shape else ''}; it must return one from -1 to 1, or nan, "
                "for each text."
            )
        found[asked] = scores
        return found


def declared_names(languages: Frame) -> list[str]:
    """Return the names in a table as `schema.LANGUAGES`."""
    cells = tables.collect(tables.frame(languages), "names")["names"].to_pylist()
    return [name for cell in cells if cell for name in cell.splitlines() if name.strip()]


def pattern(names: Sequence[str]) -> str:
    """Return the pattern of names, as they are spelled, the longest first: `Hope` is none in `I hope`.

    >>> pattern(["Hope Trust", "Fine+"])
    '(^|\\\\W)(?:Hope Trust|Fine\\\\+)($|\\\\W)'
    """
    spelled = "|".join(
        re.escape(name.strip()).replace("\\ ", " ") for name in sorted(names, key=lambda one: (-len(one), one))
    )
    return rf"(^|\W)(?:{spelled})($|\W)" if spelled else ""


def nameless(texts: pa.Array, names: str) -> pa.Array:
    """Return texts without handles and names."""
    bare = pc.replace_substring_regex(texts, HANDLE, r"\1")
    return pc.replace_substring_regex(bare, names, r"\1\2") if names else bare
