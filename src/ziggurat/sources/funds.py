"""Which columns hold amounts of several sorts, one sort a column: Donation, Membership, Ticket; or three funds?"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.sources import names
from ziggurat.sources.cells import numbers, text_of
from ziggurat.sources.draft import Draft
from ziggurat.sources.events import kind_of
from ziggurat.sources.looks import ENOUGH

GIFTS = frozenset({
    "donation", "donations", "gift", "gifts", "fund", "funds", "offering", "offerings", "tithe", "tithes", "missions",
    "mission", "appeal", "pledge", "spende", "spenden", "don", "dons", "donativo", "donativos", "donazione", "kollekte",
    "campaign", "relief", "sponsorship", "matching",
})  # fmt: skip
SALES = frozenset({
    "membership", "memberships", "dues", "fee", "fees", "ticket", "tickets", "merch", "merchandise", "shop", "sales",
    "course", "courses", "subscription", "registration", "beitrag", "beitrage", "mitgliedsbeitrag", "kurs", "kurse",
    "teilnahme", "eintritt", "verkauf", "cotisation", "adhesion", "cuota", "entrada", "entradas", "quota",
})  # fmt: skip
TOTALS = (
    "total total_amount sum grand_total amount gesamt gesamtbetrag summe betrag totale montant_total importe total_paid"
)
NEVER = frozenset({
    "id", "number", "year", "age", "quantity", "qty", "count", "hours", "minutes", "score", "rating", "guests", "zip",
    "postcode", "phone", "tax", "vat", "shipping", "discount", "balance", "net", "gross", "refund", "refunded", "cost",
    "rate", "price", "points", "seats", "nr", "no", "menge", "anzahl", "alter", "jahr", "plz",
})  # fmt: skip


def find_funds(draft: Draft, fields: dict[str, str], traits: dict[str, str]) -> bool:
    """Say whether amounts stand under what they are for, and take these columns: each amount is a thing of its own.

    That they are is said by two headings that name gifts or sales, or by a total that is the sum of the columns.
    """
    kind = fields.get("kind", "")
    if draft.recipe or "at" not in fields or (kind and draft.share_known(kind) >= ENOUGH):
        return False
    if {"amount", "kind", "state"} & {*draft.given("fields"), *draft.given("constants")} or draft.is_taken("state"):
        return False
    total = next((name for name in draft.headed(TOTALS) if is_money(draft, name)), "")
    found = [name for name in draft.free() if name != total and is_money(draft, name) and not NEVER & words(name)]
    named = [name for name in found if sort_of_money(draft, name)]
    if total and len(found) > 1 and is_sum(draft, total, found):
        named = found
    if len(named) < 2:
        return False
    usual = next((kind for name in named if (kind := sort_of_money(draft, name))), "") or "donated"
    for part in (fields, traits):
        for what in [what for what, name in part.items() if name in named or (name == total and what == "amount")]:
            del part[what]
    fields.pop("kind", None)
    for name in named:
        draft.take(name, f"fund {sort_of_money(draft, name) or usual}", "its heading says what its amounts are for")
    return True


def words(name: str) -> set[str]:
    """Return the words of a heading."""
    return set(names.plain(name).split("_"))


def is_money(draft: Draft, name: str) -> bool:
    """Say whether a column holds numbers that are not all zero."""
    return (draft.share(name, "amount") or 0.0) >= ENOUGH and not draft.is_naught(name)


def sort_of_money(draft: Draft, name: str) -> str:
    """Return the kind of what amounts under a heading are; nothing where it does not say."""
    kind = kind_of(name, draft.kinds) or ""
    if draft.kinds.group_of.get(kind) == "exchange":
        return kind
    return "donated" if GIFTS & words(name) else "purchased" if SALES & words(name) else ""


def is_sum(draft: Draft, total: str, parts: list[str]) -> bool:
    """Say whether one column is the sum of others in nearly all of the first rows, and of more than one in some."""
    first = draft.first
    if first is None or not {total, *parts} <= first.columns.keys():
        return False
    columns = [numbers(text_of(first.columns[name]), draft.decimal).values for name in (total, *parts)]
    whole, *each = (pc.fill_null(column, 0.0) for column in columns)
    added = each[0]
    for column in each[1:]:
        added = pc.add(added, column)
    same = pc.and_(pc.less(pc.abs(pc.subtract(whole, added)), 0.005), pc.greater(whole, 0.0))
    several = sum(pc.sum(pc.greater(column, 0.0).cast(pa.int64())).as_py() or 0 for column in each)
    rows = pc.sum(pc.greater(whole, 0.0).cast(pa.int64())).as_py() or 0
    return bool(rows) and (pc.sum(same.cast(pa.int64())).as_py() or 0) >= ENOUGH * rows and several > 0
