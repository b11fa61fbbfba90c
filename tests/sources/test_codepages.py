from __future__ import annotations

import pytest

from ziggurat.sources.codepages import find


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Zoë Müller;François Lœuvre;Ærøskøbing;ÅÄÖ;50 €;naïve;Größe;¿Qué?"),
        ("cp1252", "Mª José;nº 3;20 £;25 °C;m³ und m²;½;«ça»;Œuvre;Noël;ÀÉÈ"),
        ("cp1252", "no letter beyond ASCII: ’ “ ” – …"),
        ("cp1250", "Paweł Wiśniewski;Łódź;50 zł;Żółć"),
        ("cp1250", "Jiří Dvořák;Plzeň;Tomáš;Ľubica;Novotný;Kč;město;žena"),
        ("cp1251", "Имя;Фамилия;Анна Иванова;Москва;1 250 руб."),
        ("cp1251", "Ім'я;Олена Шевченко;Київ"),
        ("shift_jis", "申込日,お名前,メールアドレス\n山田 花子"),
        ("euc_kr", "이름,이메일,금액\n김철수"),
    ],
)
def test_the_code_page_is_known_by_what_its_bytes_make_of_letters(encoding, text):
    assert find(text.encode(encoding)) == encoding
