"""Is a text evidently in another language than those that are expected?

By its function words: the few words of a language that hold its sentences together and make up some two fifths of
running text, so that even a short text has several. It is no identification of languages; where the evidence is thin,
the text is taken to be in the language that is expected. Source: Grefenstette (1995), Comparing two language
identification schemes, JADT 3, which tells languages apart by such short words.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.stats.jit import jit
from ziggurat.stats.words import split

Flags = npt.NDArray[np.bool_]

FEWEST = 2  # function words of another language, since one may be a name or a quotation
LONG = 12  # words, of which in a language that is expected one at least is a function word
WORDS = {
    "en": "the a of and to in is you that it he was for on are with as i his they be at one have this from or had "
    "by not but what all were we when your can there an which she do how their if will each about up out them "
    "then so her would him has my than been who its now did get me our am i'm it's don't isn't these those "
    "because very just no",
    "de": "der die das und ist nicht ich sie es ein eine einen einem einer mit auf für von zu den dem des im wir "
    "ihr aber auch wie bei nach nur noch wenn wird sind war haben habe hat sich mir mich dass oder sehr schon "
    "kann",
    "fr": "le la les de des du un une et est pas je tu il elle nous vous ils que qui dans pour sur avec ce cette "
    "ces au aux mais ou où plus très sont été être avoir mon ma mes son sa ses leur ne c'est j'ai",
    "es": "el la los las de del un una y es no yo que en por para con se lo su sus al como más pero muy mi mis este "
    "esta esto está son fue ha hay cuando también porque sin nos les todo",
    "it": "il lo la gli le di del della dei un una e è non che in per con si su come più ma molto mio mia questo "
    "questa sono era ho ha anche quando perché nel nella alla al dal ci sono stato",
    "pt": "o a os as de do da dos das um uma e é não que em no na nos para com se por mais mas muito meu minha este "
    "esta isso são foi tem também quando porque ao pelo você eu ele ela",
    "nl": "de het een en van is niet ik je hij zij we dat die in op te met voor zijn er maar om ook als bij nog wel "
    "naar heb heeft was wat dit deze aan uit kan geen meer zeer mijn",
    "sv": "och att det som en ett på är av för med den till inte har jag du han hon vi de om var men så när kan "
    "från mycket min mitt detta eller ska också",
    "pl": "i w na nie się z do jest to że o jak ale co po za od tak czy dla mnie ja ty on ona my są był była być "
    "bardzo już tylko przez jego jej ten ta",
}
LISTED = {language: frozenset(words.split()) for language, words in WORDS.items()}  # all of them in Latin letters


def foreign(texts: pa.Array, languages: Sequence[str]) -> Flags:
    """Tell which texts are evidently in none of some languages (ISO 639-1 codes).

    A text is: where `FEWEST` function words at least are of another listed language, and more than of any expected one;
    where it has `LONG` words or more and no function word of an expected one; or where most of its words are in letters
    that are not Latin. Nothing is evident of a language that is not in `LISTED`, and a text that is null is none.
    """
    if not languages or any(language not in LISTED for language in languages):
        return np.zeros(len(texts), np.bool_)
    words = split(texts)
    names = list(LISTED)
    bare = [word.lower().strip(string.punctuation) for word in words.distinct]
    member = np.array([[word in LISTED[name] for name in names] for word in bare], np.bool_).reshape(-1, len(names))
    strange = np.array([not word.isascii() and other_letters(word) for word in bare], np.bool_)
    counts = np.zeros((len(texts), len(names) + 1), np.int64)
    count(words.word, words.begin, np.column_stack([member, strange]), counts)
    expected = [names.index(language) for language in languages]
    own = counts[:, expected].max(axis=1)
    others = [place for place in range(len(names)) if place not in expected]
    other = counts[:, others].max(axis=1, initial=0)
    size = np.diff(words.begin)
    found: Flags = ((other >= FEWEST) & (other > own)) | ((size >= LONG) & (own == 0)) | (2 * counts[:, -1] > size)
    return found


def other_letters(word: str) -> bool:
    """Tell whether a word has letters, most of them not Latin.

    >>> other_letters("спасибо"), other_letters("straße"), other_letters("😀")
    (True, False, False)
    """
    letters = [letter for letter in word if letter.isalpha()]
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return 2 * latin < len(letters)


@jit
def count(word: Any, begin: Any, member: Any, out: Any) -> None:
    """Count the words of each text by what they are members of."""
    for text in range(begin.size - 1):
        for place in range(begin[text], begin[text + 1]):
            for column in range(member.shape[1]):
                out[text, column] += member[word[place], column]
