from __future__ import annotations

import re

import pytest

from ziggurat.sources.guess import guess

from .conftest import take

GERMAN = (
    "Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Beguenstigter/Zahlungspflichtiger;"
    "Kontonummer/IBAN;Betrag;Waehrung\n"
    "DE11111111111111111111;05.03.26;05.03.26;UEBERWEISUNG;Spende;Ana Ng;de22 2222 2222 2222 2222 22;25,00;EUR\n"
    "DE11111111111111111111;06.03.26;06.03.26;FOLGELASTSCHRIFT;Miete;Haus GmbH;DE33333333333333333333;-500,00;EUR\n"
    "DE11111111111111111111;17.03.26;17.03.26;UEBERWEISUNG;Spende;Bo Ito;DE44444444444444444444;60,00;EUR\n"
)
DUTCH = (
    "Datum,Naam / Omschrijving,Rekening,Tegenrekening,Code,Af Bij,Bedrag (EUR),Mutatiesoort,Mededelingen\n"
    '20260305,A Ng,NL11INGB0000000000,NL22RABO0000000000,OV,Bij,"25,00",Overschrijving,Gift\n'
    '20260306,Energie BV,NL11INGB0000000000,NL33RABO0000000000,IC,Af,"50,00",Incasso,Stroom\n'
    '20260317,B Ito,NL11INGB0000000000,NL44RABO0000000000,OV,Bij,"60,00",Overschrijving,Gift\n'
)
TWO_COLUMNS = (
    "Date,Details,Counterparty,Paid out,Paid in,Balance\n"
    "05/03/2026,Donation,Ana Ng,,25.00,125.00\n06/03/2026,Power,City Power,50.00,,75.00\n"
    "17/03/2026,Gift aid donation,Bo Ito,,60.00,135.00\n"
)
SIGNED = (
    "Date,Amount,Payer name,Payee name,Description,Running balance\n"
    "2026-03-05,25.00,Ana Ng,,DONATION,125.00\n2026-03-06,-50.00,,City Power,Power,75.00\n"
    "2026-03-17,60.00,Bo Ito,,Donation,135.00\n"
)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        (GERMAN, ["iban:DE22222222222222222222", "iban:DE44444444444444444444"]),
        (DUTCH, ["iban:NL22RABO0000000000", "iban:NL44RABO0000000000"]),
        (TWO_COLUMNS, ["visits:ana ng", "visits:bo ito"]),
        (SIGNED, ["visits:ana ng", "visits:bo ito"]),
    ],
)
def test_of_a_statement_what_came_in_counts_by_who_paid_and_what_went_out_does_not(written, text, who):
    path = written(text.encode())
    found = guess(path)
    taken = take(path, found.with_suggestions())
    assert taken.rows("interactions", "actor", "kind", "amount") == [
        (who[0], "donated", 25.0),
        (who[1], "donated", 60.0),
    ]
    assert set(taken.rows("interactions", "channel")) == {"bank"}
    assert set(taken.rows("interactions", "text")) == {None}, "a booking is nothing that anybody said"
    assert all(re.search("(?i)spende|gift|donation", row) for row in taken.rows("interactions", "properties"))
    assert (taken.skipped, taken.reasons) == (1, [])
    assert any("statement of a bank account" in note for note in found.notes)


SHORT = (
    "Buchungstag;Auftraggeber / Begünstigter;Verwendungszweck;Betrag (EUR);E-Mail\n"
    "03.01.2026;Ana Ng;Spende;25,50;ana@example.org\n03.01.2026;Ana Ng;Spende Dach;40,00;ana@example.org\n"
)


def test_a_statement_of_few_columns_is_one_and_two_gifts_of_a_day_stay_two(written):
    found = guess(written(SHORT.encode()))
    taken = take(written(SHORT.encode()), found.mapping)
    assert taken.rows("interactions", "kind", "channel", "amount") == [
        ("donated", "bank", 25.5),
        ("donated", "bank", 40.0),
    ]
    (one, two) = taken.rows("interactions", "interaction_id")
    later = SHORT.split("\n")[0] + "\n03.01.2026;Ana Ng;Spende Tür;10,00;ana@example.org\n"
    assert take(written(later.encode()), found.mapping).rows("interactions", "interaction_id")[0] not in (one, two)


def test_a_payment_that_came_back_is_a_refund_and_its_fee_is_not(written):
    text = SHORT + (
        "09.01.2026;Ana Ng;Rücklastschrift Spende;-25,50;ana@example.org\n"
        "09.01.2026;Bank;Entgelt für Rücklastschrift;-3,00;\n10.01.2026;Strom AG;Abschlag;-50,00;\n"
    )
    taken = take(written(text.encode()), guess(written(text.encode())).mapping)
    assert taken.rows("interactions", "kind", "amount")[2:] == [("refunded", 25.5)]
    assert (taken.skipped, taken.reasons) == (2, [])


def test_what_came_in_is_sold_where_its_texts_say_so(written):
    path = written(TWO_COLUMNS.replace("Donation", "Membership fee").replace("Gift aid donation", "Invoice 7").encode())
    assert guess(path).mapping.constants["kind"] == "purchased"


def test_a_statement_that_names_nobody_says_so(written):
    text = "Date,Description,Amount,Balance\n03/05/2026,ZELLE,25,125\n03/16/2026,CITY POWER,-50,75\n"
    found = guess(written(text.encode()))
    assert found.missing == ("actor",)
    assert "No column names who paid. Say which one holds their names with --trait name=COLUMN." in found.notes


def test_orders_with_a_reversal_are_no_statement(written):
    path = written(b"Date,Email,Event,Amount\n2026-03-05,ana@x.org,order,25\n2026-03-06,ana@x.org,order,-25\n")
    assert not guess(path).mapping.incoming
    assert take(path, guess(path).with_suggestions()).rows("interactions", "kind") == ["purchased", "refunded"]


def test_an_amount_that_cannot_be_read_is_rejected_and_not_left_out(written):
    path = written(SIGNED.replace("60.00", "sixty").encode())
    assert [line for line, _ in take(path, guess(path).with_suggestions()).reasons] == [4]
