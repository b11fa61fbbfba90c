"""Is an unknown file the statement of a bank account? Then what came in is of those who paid, and what went out is not.

No line of a statement says that it is one, but its columns do: a balance, a value date, numbers of accounts, what was
paid in beside what was paid out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict

import pyarrow.compute as pc

from ziggurat.sources import names
from ziggurat.sources.cells import numbers
from ziggurat.sources.draft import Draft
from ziggurat.sources.looks import ENOUGH, is_iban
from ziggurat.sources.mapping import KEEP, SKIP

BANK = "bank"
BALANCE = "balance running_balance account_balance saldo solde kontostand saldo_nach_buchung closing_balance"
ACCOUNT = (
    "iban bic swift bic_swift_code sort_code account_number account iban_bic auftragskonto kontonummer "
    "kontonummer_iban "
    "rekening tegenrekening iban_auftragskonto iban_zahlungsbeteiligter cuenta conto counterparty_iban payer_iban bsb"
)
VALUED = "value_date valuta valutadatum wertstellung wertstellungsdatum date_de_valeur date_valeur fecha_valor "
VALUED += "data_valuta rentedatum valuedate"
PAID_IN = (
    "credit credit_amount amount_credited credits paid_in money_in credit_euros haben gutschrift deposits deposit "
)
PAID_IN += "deposit_amount abono abonos ingresos entrate accrediti credito inkomsten insattning received credit_amt"
PAID_OUT = "debit debit_amount amount_debited debits paid_out money_out debit_euros soll lastschrift withdrawals "
PAID_OUT += "withdrawal withdrawal_amount cargo cargos gastos uscite addebiti debito uitgaven uttag spent debit_amt"
# Who is on the other side of a booking, and what it was for, as banks call them
PARTY = (
    "auftraggeber_begunstigter begunstigter_zahlungspflichtiger beguenstigter_zahlungspflichtiger "
    "auftraggeber_beguenstigter auftraggeber_empfanger auftraggeber_zahlungsempfanger zahlungsbeteiligter "
    "name_zahlungsbeteiligter zahlungsempfanger zahlungspflichtiger empfanger_zahlungspflichtiger tegenpartij "
    "naam_tegenpartij naam_omschrijving donneur_d_ordre ordonnateur ordenante ordinante beneficiario_ordenante"
)
PURPOSE = (
    "verwendungszweck buchungstext umsatztext remittance_information remittance_info payment_reference mededelingen "
    "libelle libelle_operation concepto causale omschrijving"
)
WAY = {
    KEEP: "c cr crdt credit in incoming bij haben h gutschrift paid_in money_in + received deposit inbound",
    SKIP: "d dr dbit debit out outgoing af soll s lastschrift paid_out money_out - sent withdrawal outbound",
}
WAYS = {word: meant for meant, words in WAY.items() for word in words.split()}
GIVEN = re.compile(
    r"(?i)\b(spende\w*|donation\w*|donativ\w*|donacion\w*|donazion\w*|dons?|gifts?|giving|offering|tithe)\b"
)
# of any file: not `gift`, which a shop sells as cards
GIFTS = r"(?i)\b(spende\w*|donations?|donativ\w*|donaci[oó]n\w*|donazion\w*|tithes?)\b"
HALF = 0.5
SOLD = re.compile(
    r"(?i)\b(\w*beitrag\w*|membership|dues|fees?|invoice|inv|rechnung\w*|re-?nr|facture|cotisation|cuota|order|ticket\w*)\b"
)


def find_statement(draft: Draft, fields: dict[str, str]) -> bool:
    """Say whether the file is a statement, and take its columns: what came in, who it came from, and which way it went.

    fields: field → column, as found by names; what a statement does not hold, such as event names, is dropped.
    """
    if draft.recipe or "at" not in fields or draft.said.get("target", "interactions") != "interactions":
        return False
    credit, debit = money(draft, PAID_IN), money(draft, PAID_OUT)
    way = next((name for name in draft.columns if says_way(draft, name)), "")
    amount = fields.get("amount", "")
    signs = [
        bool(money(draft, BALANCE)),
        bool(draft.headed(ACCOUNT) or any(map(is_iban, draft.columns.values()))),
        bool(draft.headed(VALUED)),
        names.channel_of(draft.source) == BANK,
        bool(draft.headed(PARTY)),
        bool(draft.headed(PARTY) and draft.headed(PURPOSE)),
    ]
    out = bool(amount) and (bool(way) or has_negative(draft, amount))
    if not (credit and debit) and not (amount and sum(signs) >= (1 if out else 2)):
        return False
    if credit and debit:
        fields["amount"] = credit
    elif way and not has_negative(draft, amount):
        draft.ways = {value.lower(): WAYS[value.strip().lower()] for value in draft.columns[way].counts}
        draft.take(way, "state", "its values say what came in and what went out")
    draft.booked = fields.pop("text", "")  # what it was booked as is nothing that anybody said to us
    for field in ("kind", "object", "activity", "channel", "score", "minutes"):
        fields.pop(field, None)
    draft.statement = True
    return True


def money(draft: Draft, heads: str) -> str:
    """Return the free column with one of these headers that holds numbers; nothing where there is none."""
    free = draft.headed(heads)
    return next((name for name in free if (draft.share(name, "amount") or 0.0) >= ENOUGH), "")


def says_way(draft: Draft, name: str) -> bool:
    """Say whether a column says of each row whether it came in or went out."""
    counts = draft.columns[name].counts
    meant = {WAYS.get(value.strip().lower()) for value in list(counts)[:9]}
    return 0 < len(counts) < 9 and None not in meant and draft.columns[name].filled > 1


def has_negative(draft: Draft, name: str) -> bool:
    """Say whether a column holds a number below zero."""
    values = numbers(draft.columns[name].values(), draft.decimal).values
    return pc.any(pc.less(values, 0.0)).as_py() is True


def kind_of_statement(draft: Draft, named: str) -> str:
    """Return what the money that came in was: as the texts of most rows say, else as the source is called."""
    if named == "donated":
        return named
    texts = [text for seen in draft.columns.values() for text in seen.counts]
    given, sold = (sum(bool(words.search(text)) for text in texts) for words in (GIVEN, SOLD))
    return "donated" if given > sold else "purchased"


def says_gifts(draft: Draft) -> bool:
    """Say whether the texts of a column say of most rows that they are gifts."""
    return any(seen.share(pc.match_substring_regex(seen.values(), GIFTS)) >= HALF for seen in draft.columns.values())


def incoming(draft: Draft, fields: Dict[str, object]) -> bool:
    """Say whether only amounts above zero are of people, as in a statement."""
    return draft.statement and "amount" in fields
