"""What are texts about?

Texts become weights of their words (TF-IDF: the rarer a word is elsewhere, the more it counts), and non-negative matrix
factorisation finds the topics: groups of words that go together. A text is under the topic that most of it is on.

Sources: Salton & Buckley (1988), Information Processing & Management 24(5), 513-523 (TF-IDF); Lee & Seung (1999),
Nature 401, 788-791 (topics as parts); Boutsidis & Gallopoulos (2008), Pattern Recognition 41(4), 1350-1362 (where the
search begins).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

NONE = -1
WORD = r"(?u)\b[^\W\d_]+\b"  # letters of any script
WORDS = 5000  # the commonest are told apart
LEAST = 0.1  # cosine between a text and what topics say of it, below which it is under none
COMMON = 0.6  # share of texts in which a word says nothing any more
FORM = 4  # words in a row
FORMAL, FORMAL_SHARE = 5, 0.005  # texts, and share of them, from which on they are a form


@dataclass(frozen=True)
class Topics:
    """words: the weightiest of each topic. own, others: the topic of each text, NONE for one under none of them.
    near: how well its topic says what each text of `own` says, the cosine, 0 to 1.
    """

    words: list[list[str]]
    own: Ints
    others: Ints
    near: npt.NDArray[np.float64]


def topics(own: Sequence[str], others: Sequence[str], count: int, seed: int, shown: int = 6) -> Topics:
    """Find `count` topics in some texts, or as many as these allow, and tell which other texts are on them.

    What doesn't count: words of one letter, of a single text, of most texts, common English ones, and forms (see
    `telling`). Topics are in no order. The same texts in the same order give the same answer.
    """
    from sklearn.decomposition import NMF  # takes a second to import

    x, vocabulary = weighed((own, others))
    x_own, x_others = x[: len(own)], x[len(own) :]
    count = min(count, *x_own.shape)
    if count == 0 or x_own.nnz == 0:
        nothing = np.full(len(own), NONE, np.int64)
        return Topics([], nothing, np.full(len(others), NONE, np.int64), np.zeros(len(own)))
    model = NMF(count, init="nndsvda", random_state=seed, max_iter=2000)
    with np.errstate(invalid="ignore"):  # where nothing is left over, its root is taken of a rounded 0, and not used
        weights = model.fit_transform(x_own)
    heads = np.argsort(-model.components_, axis=1, kind="stable")[:, :shown]
    words = [
        [vocabulary[place] for place in head if row[place] > 0]
        for head, row in zip(heads, model.components_, strict=True)
    ]
    placed, near = main(x_own, weights, model.components_)
    elsewhere = np.full(len(others), NONE, np.int64)
    if others:
        elsewhere, _ = main(x_others, model.transform(x_others), model.components_)
    return Topics(words, placed, elsewhere, near)


def weighed(sides: Sequence[Sequence[str]]) -> tuple[Any, list[str]]:
    """Return the weights of words by text as a sparse matrix with rows of length 1 or 0, and the words."""
    from scipy.sparse import csr_array
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

    split = CountVectorizer(token_pattern=WORD).build_analyzer()
    texts = [words for side in sides for words in telling([split(text) for text in side])]
    if not any(texts):
        return csr_array((len(texts), 0)), []
    counter = CountVectorizer(analyzer=list)
    counts = counter.fit_transform(texts)
    found = np.bincount(counts.indices, minlength=counts.shape[1])
    told = (found >= 2) & (found <= COMMON * len(texts))
    kept = np.sort(np.argsort(np.where(told, -found, 0), kind="stable")[: min(WORDS, int(told.sum()))])
    names = counter.get_feature_names_out()
    if not kept.size:
        return csr_array((len(texts), 0)), []
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts[:, kept]), names[kept].tolist()


def telling(texts: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the words of each text that say what it is about.

    Four words in a row that stand in many texts are a form (a greeting, a signature, a phrase that everyone uses), and
    say nothing, unless the text holds nothing else; nor do common English words.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    rows = [[tuple(words[place : place + FORM]) for place in range(len(words) - FORM + 1)] for words in texts]
    times = Counter(form for forms in rows for form in set(forms))
    least = max(FORMAL, FORMAL_SHARE * len(texts))
    told = []
    for words, forms in zip(texts, rows, strict=True):
        covered = {place + step for place, form in enumerate(forms) if times[form] >= least for step in range(FORM)}
        full = [(place, word) for place, word in enumerate(words) if len(word) > 1 and word not in ENGLISH_STOP_WORDS]
        told.append([word for place, word in full if place not in covered] or [word for _, word in full])
    return told


def main(x: Any, weights: Any, topics_: Any) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return the topic that most of each text is on, and how near the text it is: the cosine with that topic alone."""
    lengths = np.sqrt(np.square(topics_).sum(axis=1))
    share = weights * lengths
    topic = np.argmax(share, axis=1)
    along = np.asarray(x @ topics_.T)[np.arange(topic.size), topic]
    said = share.max(axis=1) > 0
    near = np.where(said, along / np.where(said, lengths[topic], 1.0), 0.0)  # texts have length 1, or 0
    return np.where(near >= LEAST, topic, NONE).astype(np.int64), near
