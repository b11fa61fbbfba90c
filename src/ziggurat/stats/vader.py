"""How positive is an English text, by VADER's lexicon and rules?

The compound score of Hutto & Gilbert (2014), VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social
Media Text, ICWSM-14, exactly as their package `vaderSentiment` gives it: its lexicon, its emoji, its lists of boosters,
negations and idioms are read from there, and its rules are those of its code, in its order of arithmetic. What the
package does word by word and message by message is done here once a different word, and in one compiled pass.
"""

from __future__ import annotations

import re
import string
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.heavy import vader as published
from ziggurat.stats.jit import inlined, jit
from ziggurat.stats.words import Words, split

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ONCE = 50_000  # texts that are split at a time
BEYOND = re.compile(r"[^\x00-\x7f]")  # where emoji are; a class of them all is slow to search for
CAPITALS, NEGATION, ALPHA = 0.733, -0.74, 15.0  # the package's C_INCR, N_SCALAR and alpha
# words that a rule names; the code of a word is its place here, counted from 1
NAMED = ("no", "or", "nor", "never", "so", "this", "without", "doubt", "least", "at", "very", "kind", "of", "but")
NO, OR, NOR, NEVER, SO, THIS, WITHOUT, DOUBT, LEAST, AT, VERY, KIND, OF, BUT = range(1, len(NAMED) + 1)


class Lexicon(NamedTuple):
    """What the package knows. codes: words that a rule or a phrase names. base: more than any code."""

    valence: dict[str, float]
    emoji: dict[str, str]  # character → words
    codes: dict[str, int]
    base: int
    phrase: Ints  # keys of idioms, see `key`
    worth: Floats  # of an idiom
    degree: Ints  # keys of boosters of two words
    boost: Floats  # of such a booster


class Features(NamedTuple):
    """What of each different word matters, whatever stands beside it."""

    known: npt.NDArray[np.bool_]  # in the lexicon
    valence: Floats  # 0 where it is not
    boost: Floats  # of a booster of one word, 0 for none
    upper: npt.NDArray[np.bool_]
    negates: npt.NDArray[np.bool_]
    code: Ints  # 0 for a word that no rule names
    spoken: npt.NDArray[np.bool_]  # a word, rather than a number or dashes


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Read what the package knows, once."""
    whole = published.SentimentIntensityAnalyzer()
    emoji = {one: words for one, words in whole.emojis.items() if len(one) == 1}  # it compares single characters
    idioms = {tuple(words.split()): worth for words, worth in published.SPECIAL_CASES.items() if " " in words}
    degrees = {tuple(words.split()): boost for words, boost in published.BOOSTER_DICT.items() if " " in words}
    named = dict.fromkeys([*NAMED, *(word for words in (*idioms, *degrees) for word in words)])
    codes = {word: code for code, word in enumerate(named, 1)}
    base = len(codes) + 1

    def keys(phrases: dict[tuple[str, ...], float]) -> Ints:
        return np.array([key(*(codes[word] for word in words), base=base) for words in phrases], np.int64)

    return Lexicon(
        whole.lexicon,
        emoji,
        codes,
        base,
        keys(idioms),
        np.array(list(idioms.values()), np.float64),
        keys(degrees),
        np.array(list(degrees.values()), np.float64),
    )


def key(first: int, second: int, third: int = 0, *, base: int) -> int:
    """Write the codes of two or three words as one number."""
    return (first * base + second) * base + third


def features(distinct: list[str]) -> Features:
    """Look up each different word, without the punctuation around it unless hardly anything would be left."""
    known, negations, boosters = lexicon(), frozenset(published.NEGATE), published.BOOSTER_DICT
    bare = [stripped if len(stripped := word.strip(string.punctuation)) > 2 else word for word in distinct]
    lower = [word.lower() for word in bare]
    listed = np.array([word in known.valence for word in lower], np.bool_)
    return Features(
        listed,
        np.array([known.valence.get(word, 0.0) for word in lower], np.float64),
        np.array([boosters.get(word, 0.0) for word in lower], np.float64),
        np.array([word.isupper() for word in bare], np.bool_),
        np.array([word in negations or "n't" in word for word in lower], np.bool_),
        np.array([known.codes.get(word, 0) for word in lower], np.int64),
        listed | np.array([any(map(str.isalpha, word)) for word in bare], np.bool_),
    )


def compound(texts: pa.Array) -> Floats:
    """Return the compound score of each text, from -1 (as negative as can be) to 1, to four digits as VADER rounds it.

    A text in which VADER finds nothing scores 0; nan where the text is null or has no word at all, of which VADER says
    0 as well.
    """
    parts = [part(texts.slice(begin, ONCE)) for begin in range(0, len(texts), ONCE)]
    return np.concatenate(parts) if parts else np.empty(0)


def part(texts: pa.Array) -> Floats:
    """Return the scores of some texts."""
    texts = described(texts)
    words = split(texts)
    marks = [pc.fill_null(pc.count_substring(texts, mark), 0).to_numpy(zero_copy_only=False) for mark in "!?"]
    known = lexicon()
    total, spoken = summed(words, features(words.distinct), emphasis(*marks), known)
    return np.where(spoken, rounded(total / np.sqrt(total * total + ALPHA)), np.nan)


def described(texts: pa.Array) -> pa.Array:
    """Return the texts with each emoji put into words, parted from what stands before it and not from what follows."""
    emoji = lexicon().emoji

    def words(found: re.Match[str]) -> str:
        said = emoji.get(found[0])
        if said is None:
            return found[0]
        apart = found.start() == 0 or found.string[found.start() - 1] == " "
        return said if apart else f" {said}"

    beyond = pc.fill_null(pc.invert(pc.string_is_ascii(texts)), False)
    some = texts.filter(beyond)
    if not len(some):
        return texts
    changed = pa.array([BEYOND.sub(words, text) for text in some.to_pylist()], texts.type)
    return pc.replace_with_mask(texts, beyond, changed)


def emphasis(exclamations: Ints, questions: Ints) -> Floats:
    """Return what exclamation and question marks add."""
    loud = np.minimum(exclamations, 4) * 0.292
    return loud + np.where(questions > 3, 0.96, np.where(questions > 1, questions * 0.18, 0.0))


def rounded(scores: Floats) -> Floats:
    """Round to four digits as Python rounds; NumPy multiplies first, which matters where a fifth digit is all but 5."""
    found = np.rint(scores * 1e4) / 1e4
    for place in np.flatnonzero(np.abs(scores * 1e4 - np.floor(scores * 1e4) - 0.5) < 1e-6):
        found[place] = round(float(scores[place]), 4)
    return found


def summed(words: Words, each: Features, marks: Floats, known: Lexicon) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the sum of each text's valences with its emphasis, and whether it has any word."""
    total, spoken = np.zeros(marks.size), np.zeros(marks.size, np.bool_)
    longest = int(np.diff(words.begin).max(initial=0))
    phrases = (known.base, known.phrase, known.worth, known.degree, known.boost)
    sweep(words.word, words.begin, each, marks, phrases, np.zeros(longest), total, spoken)
    return total, spoken


@jit
def sweep(word: Any, begin: Any, each: Any, marks: Any, phrases: Any, scratch: Any, total: Any, spoken: Any) -> None:
    """Sum up text by text."""
    for text in range(begin.size - 1):
        tokens = word[begin[text] : begin[text + 1]]
        size = tokens.size
        shouted, but = 0, -1
        for place in range(size):
            token = tokens[place]
            shouted += each.upper[token]
            if each.spoken[token]:
                spoken[text] = True
            if but < 0 and each.code[token] == BUT:
                but = place
        differ = 0 < shouted < size
        for place in range(size):
            scratch[place] = valence_of(tokens, place, each, phrases, differ) if each.known[tokens[place]] else 0.0
        if but >= 0:
            weigh(scratch, size, but)
        found = 0.0
        for place in range(size):
            found += scratch[place]
        if found > 0:
            found += marks[text]
        elif found < 0:
            found -= marks[text]
        total[text] = found


@jit
def valence_of(tokens: Any, place: Any, each: Any, phrases: Any, differ: Any) -> Any:
    """Return what a word of the lexicon contributes, given the words around it."""
    token, code = tokens[place], each.code
    last = tokens.size - 1
    if each.boost[token] != 0.0 or (place < last and code[token] == KIND and code[tokens[place + 1]] == OF):
        return 0.0
    valence = each.valence[token]
    if code[token] == NO and place < last and each.known[tokens[place + 1]]:
        valence = 0.0
    if refused(tokens, place, code):
        valence = each.valence[token] * NEGATION
    if each.upper[token] and differ:
        valence += CAPITALS if valence > 0 else -CAPITALS
    for back in range(3):
        if place <= back or each.known[tokens[place - back - 1]]:
            continue
        valence += scaled(tokens[place - back - 1], valence, each, differ) * (1.0 if back == 0 else 1.0 - 0.05 * back)
        valence = negated(tokens, place, back, each, valence)
        if back == 2:
            valence = idiom(tokens, place, code, phrases, valence)
    before = place > 0 and not each.known[tokens[place - 1]] and code[tokens[place - 1]] == LEAST
    if before and (place == 1 or (code[tokens[place - 2]] != AT and code[tokens[place - 2]] != VERY)):
        valence *= NEGATION
    return valence


@inlined
def refused(tokens: Any, place: Any, code: Any) -> Any:
    """Tell whether a `no` stands before a word: one or two words before, or three with `or` or `nor` between."""
    if place > 0 and code[tokens[place - 1]] == NO:
        return True
    if place > 1 and code[tokens[place - 2]] == NO:
        return True
    between = code[tokens[place - 1]] if place > 2 else 0
    return place > 2 and code[tokens[place - 3]] == NO and between in (OR, NOR)


@inlined
def scaled(token: Any, valence: Any, each: Any, differ: Any) -> Any:
    """Return what a booster or dampener before a word adds to it."""
    boost = each.boost[token]
    if boost == 0.0:
        return 0.0
    if valence < 0:
        boost = -boost
    if each.upper[token] and differ:
        boost += CAPITALS if valence > 0 else -CAPITALS
    return boost


@inlined
def negated(tokens: Any, place: Any, back: Any, each: Any, valence: Any) -> Any:
    """Return the valence as a negation one to three words before leaves it."""
    code = each.code
    here = code[tokens[place - back - 1]]
    one = code[tokens[place - 1]]
    if back == 1:
        if here == NEVER and one in (SO, THIS):
            return valence * 1.25
        if here == WITHOUT and one == DOUBT:
            return valence
    if back == 2:
        two = code[tokens[place - 2]]
        if (here == NEVER and two in (SO, THIS)) or one in (SO, THIS):
            return valence * 1.25
        if here == WITHOUT and (two == DOUBT or one == DOUBT):
            return valence
    return valence * NEGATION if each.negates[tokens[place - back - 1]] else valence


@inlined
def found_in(first: Any, second: Any, third: Any, base: Any, keys: Any) -> Any:
    """Return the place of two or three words among keys, -1 where they are not there."""
    if first == 0 or second == 0:
        return -1
    wanted = (first * base + second) * base + third
    for nth in range(keys.size):
        if keys[nth] == wanted:
            return nth
    return -1


@jit
def idiom(tokens: Any, place: Any, code: Any, phrases: Any, valence: Any) -> Any:
    """Return the valence of an idiom that a word is part of, if there is one, and what a booster of two words adds."""
    base, keys, worth, degrees, boosts = phrases
    zero, one = code[tokens[place]], code[tokens[place - 1]]
    two, three = code[tokens[place - 2]], code[tokens[place - 3]]
    for first, second, third in ((one, zero, 0), (two, one, zero), (two, one, 0), (three, two, one), (three, two, 0)):
        nth = found_in(first, second, third, base, keys)
        if nth >= 0:
            valence = worth[nth]
            break
    last = tokens.size - 1
    after = code[tokens[place + 1]] if place < last else 0
    nth = found_in(zero, after, 0, base, keys)
    valence = worth[nth] if nth >= 0 else valence
    nth = found_in(zero, after, code[tokens[place + 2]], base, keys) if place < last - 1 else -1
    valence = worth[nth] if nth >= 0 else valence
    for first, second in ((three, two), (two, one)):
        nth = found_in(first, second, 0, base, degrees)
        valence = valence + boosts[nth] if nth >= 0 else valence
    return valence


@jit
def weigh(valences: Any, size: Any, but: Any) -> None:
    """Halve what stands before `but`, and raise what stands after it by half.

    As the package does it: it looks each valence up by its value, so that the first of several equal ones is changed in
    the place of a later one.
    """
    for place in range(size):
        value = valences[place]
        if value == 0.0:
            continue
        first = 0
        while valences[first] != value:
            first += 1
        if first < but:
            valences[first] = value * 0.5
        elif first > but:
            valences[first] = value * 1.5
