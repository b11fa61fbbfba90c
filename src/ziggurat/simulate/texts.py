"""What is written, about what, and in which tone: texts from templates, whose topic and tone are known."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.instant import DAY
from ziggurat.simulate.draws import Clock, Floats, Ints, pick
from ziggurat.simulate.phrases import ASKED, BODIES, FOREIGN, FOREIGN_BODIES, OUR_TONES, PUBLISHED, TONES, TOPICS

NAMES = tuple(TOPICS)
OURS = ("news", "response")  # purposes of what we write
LANGUAGES = ("en", "de", "es")
TONED = {0: (0.60, 0.33, 0.07), 1: (0.15, 0.60, 0.25), 2: (0.05, 0.25, 0.70)}  # mood → shares of the tones -1, 0, 1
SEASON = 45  # days, after which people ask about something else where what they ask moves on
OWN_TOPIC = 0.35  # chance that a person is on the topic of her group


class Texts:
    """Texts, gathered. `topic`, `tone` and `language` of each can be asked for at the end."""

    def __init__(self) -> None:
        self.count = 0
        self.parts: list[pa.Array] = []
        self.known: dict[str, list[Ints]] = {"topic": [], "tone": [], "language": []}

    def write(self, draw: np.random.Generator, purpose: str, topic: Ints, tone: Any = 0, foreign: float = 0.0) -> Ints:
        """Write a text for each topic and tone (-1, 0 or 1), a share of them in another language; return positions."""
        size = topic.size
        tones = np.broadcast_to(np.asarray(tone, np.int64), (size,))
        language = np.where(draw.random(size) < foreign, draw.integers(1, len(LANGUAGES), size), 0)
        body, each = bodies(purpose)
        chosen = body.take(pa.array(topic * each + draw.integers(0, each, size)))
        closing, first, many = closings(purpose in OURS)
        place = first[tones + 1] + (draw.random(size) * many[tones + 1]).astype(np.int64)
        end = closing.take(pa.array(place))
        text = pc.utf8_trim_whitespace(pc.binary_join_element_wise(chosen, end, " "))
        if foreign:
            other, some = foreign_bodies()
            place = (np.maximum(language - 1, 0) * len(NAMES) + topic) * some + draw.integers(0, some, size)
            text = pc.if_else(pa.array(language > 0), other.take(pa.array(place)), text)
        self.parts.append(text)
        for name, codes in (("topic", topic), ("tone", tones), ("language", language)):
            self.known[name].append(np.asarray(codes, np.int64))
        self.count += size
        return np.arange(self.count - size, self.count)

    def all(self) -> pa.Array:
        """Return all texts by position."""
        return pa.concat_arrays([pa.array([], pa.string()), *self.parts])

    def of(self, name: str) -> Ints:
        """Return the topic, tone or language of every text by position."""
        return np.concatenate([np.empty(0, np.int64), *self.known[name]])


@lru_cache
def bodies(purpose: str) -> tuple[pa.Array, int]:
    """Return every sentence of a purpose, topic by topic, and how many each topic has."""
    found = [
        [body.format(a=a, b=b) for body in BODIES[purpose] for a, b in permutations(words, 2)]
        for words in TOPICS.values()
    ]
    return pa.array([text for each in found for text in each], pa.string()), len(found[0])


@lru_cache
def closings(ours: bool) -> tuple[pa.Array, Ints, Ints]:
    """Return what ends a text, tone by tone, where each tone begins, and how many it has."""
    found = [(OUR_TONES if ours else TONES)[tone] for tone in (-1, 0, 1)]
    many = np.array([len(texts) for texts in found])
    return pa.array([text for texts in found for text in texts], pa.string()), np.cumsum(many) - many, many


@lru_cache
def foreign_bodies() -> tuple[pa.Array, int]:
    """Return sentences in other languages, by language and topic, and how many each topic has."""
    found = [
        body.format(a=FOREIGN[language][topic])
        for language in LANGUAGES[1:]
        for topic in NAMES
        for body in FOREIGN_BODIES[language]
    ]
    return pa.array(found, pa.string()), len(FOREIGN_BODIES["de"])


def question_topics(draw: np.random.Generator, group: Ints, season: Ints, shift: float) -> Ints:
    """Return what each person writes about: what all do in that season, or what is dear to her group."""
    own = draw.random(group.size) < OWN_TOPIC
    common = pick(draw, ASKED, group.size)
    if shift:
        common = np.where(draw.random(group.size) < shift, favourite(season), common)
    return np.where(own, group % len(NAMES), common)


def season(clock: Clock, at: Any) -> Any:
    """Return the number of the season of each instant (µs)."""
    return (at - clock.start) // (SEASON * DAY)


def favourite(season: Ints | int) -> Any:
    """Return the topic of each season that people turn to where what they ask moves on."""
    return 3 * season % len(NAMES)


def publication_topics(draw: np.random.Generator, follows: float, size: int, season: int, shift: float) -> Ints:
    """Return what each of our publications is about; follows: 0 what we like, 1 what people asked a season before."""
    before: Floats = np.array(ASKED) * (1 - shift)
    before[favourite(season - 1)] += shift
    return pick(draw, np.array(PUBLISHED) * (1 - follows) + before * follows, size)


def text_tones(draw: np.random.Generator, mood: Ints) -> Ints:
    """Return the tone in which each person writes, by her mood."""
    edges = np.cumsum(np.array([TONED[code] for code in range(len(TONED))]), axis=1)
    found: Ints = (draw.random(mood.size)[:, None] >= edges[mood][:, :2]).sum(axis=1) - 1
    return found
