import numpy as np
import pyarrow as pa
import pytest

from ziggurat.stats.languages import LISTED, foreign

ELSEWHERE = {
    "de": "Das Produkt ist sehr gut, und ich bin mit dem Service zufrieden.",
    "fr": "Je suis très content de la qualité et du service.",
    "es": "El servicio es muy bueno y la entrega fue rápida.",
    "it": "Il servizio è molto buono e la consegna è stata veloce.",
    "pt": "O serviço é muito bom e a entrega foi rápida.",
    "nl": "De dienst is goed en ik ben zeer tevreden met het product.",
    "sv": "Det är en mycket bra tjänst och jag är nöjd med den.",
    "pl": "To jest bardzo dobry produkt i nie mam uwag.",
}
ENGLISH = [
    *("The service is great and I love it.", "Love it!", "Thanks, café del mar was nice!", "Great product", "no, me?"),
    *("Why does the export stop at 500 rows?", "Die Hard was in it", "a die in the was", "LOL 😀😀", "OK"),
]


def told(texts, *languages):
    return foreign(pa.array(texts, pa.string()), languages).tolist()


@pytest.mark.parametrize("language", ELSEWHERE)
def test_a_sentence_is_foreign_where_another_language_is_expected_and_nowhere_else(language):
    assert told([ELSEWHERE[language]], "en") == [True]
    assert told([ELSEWHERE[language]], language) == [False]
    assert told([ELSEWHERE[language]], "en", language) == [False]
    assert told([ENGLISH[0]], language) == [True]


def test_every_listed_language_has_its_sentence_here():
    assert {*ELSEWHERE, "en"} == set(LISTED)


def test_english_and_what_could_be_is_not_foreign():
    assert told(ENGLISH, "en") == [False] * len(ENGLISH)
    assert told([None, "", "!!!"], "en") == [False] * 3


@pytest.mark.parametrize("text", ["Спасибо большое", "ありがとうございます", "شكرا جزيلا", "ok спасибо за помощь"])
def test_other_letters_are_foreign_to_latin_languages(text):
    assert told([text], "en") == [True]


def test_a_long_text_without_a_function_word_is_in_a_language_that_is_not_listed():
    turkish = "Ürün çok güzel ama kargo geç geldi kutu ezilmişti maalesef bir daha almam sizden"
    assert told([turkish, " ".join(turkish.split()[:8])], "en") == [True, False]


def test_nothing_is_evident_of_languages_that_are_not_listed_or_where_any_will_do():
    assert told([*ELSEWHERE.values()], "en", "ja") == [False] * len(ELSEWHERE)
    assert told([*ELSEWHERE.values()]) == [False] * len(ELSEWHERE)
    assert foreign(pa.array([], pa.string()), ["en"]).dtype == np.bool_
