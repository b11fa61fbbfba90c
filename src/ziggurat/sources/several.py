"""Which interactions does one row make? A refunded order two; a reversed gift the refund alone; most rows one."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.kinds import Kinds
from ziggurat.sources.mapping import meanings

REFUNDED = "refunded"
FURTHER = "~"  # in an id, before the kind of a further interaction of its row
OF_THE_WHOLE = ("minutes", "score", "text")  # said once of a row, however many interactions it makes


def several(table: pa.Table, refund: pa.Array | None, kinds: Kinds) -> pa.Table:
    """Return the interactions of rows whose `kind` may hold several, joined by ' + '.

    refund: how much of each row's amount went back; where it is above 0, the row makes a refund too. A further
    interaction of a row has the row's id with `~` and its kind. Of a refund, the amount is what went back. An amount
    below 0 of what people do is money that went back, whatever the row is called: it makes a refund alone.
    """
    whole = table["kind"].combine_chunks()
    first = each(whole, 0)
    backward = pc.fill_null(pc.less(table["amount"], 0), False)
    partly = pa.repeat(pa.scalar(False), len(table)) if refund is None else pc.fill_null(pc.greater(refund, 0), False)
    back = table["amount"] if refund is None else pc.if_else(partly, refund, table["amount"])
    main = with_column(table, "kind", first)
    parts = [reversed_gifts(main, backward.combine_chunks(), kinds)]
    place, again = 1, each(whole, 1)
    while again.null_count < len(again):
        parts.append(further(table, again, back))
        place, again = place + 1, each(whole, place + 1)
    said = pc.match_substring(whole, REFUNDED)
    parts.append(further(table, pc.if_else(pc.and_(partly, pc.invert(said)), REFUNDED, None), back))
    return pa.concat_tables([part for part in parts if len(part)] or [main]).combine_chunks()


def each(whole: pa.Array, place: int) -> pa.Array:
    """Return the kind at one place of each row, null where there are fewer."""
    coded = pc.dictionary_encode(whole)
    parts = [meanings(text) for text in coded.dictionary.to_pylist()]
    return pa.array([part[place] if len(part) > place else None for part in parts], pa.string()).take(coded.indices)


def further(table: pa.Table, kind: pa.Array, back: pa.Array) -> pa.Table:
    """Return one more interaction of each row that has a further kind."""
    more = with_column(table, "kind", kind)
    refunds = pc.fill_null(pc.equal(kind, REFUNDED), False)
    more = with_column(more, "amount", pc.if_else(refunds, pc.abs(back), table["amount"]))
    more = with_column(more, "interaction_id", pc.binary_join_element_wise(table["interaction_id"], kind, FURTHER))
    for name in OF_THE_WHOLE:
        more = with_column(more, name, pa.nulls(len(more), more.schema.field(name).type))
    return more.filter(pc.is_valid(kind))


def reversed_gifts(table: pa.Table, backward: pa.Array, kinds: Kinds) -> pa.Table:
    """Return the rows with money that went back as refunds of it."""
    if not pc.any(backward).as_py():
        return table
    theirs = pa.array([kind for kind, direction in kinds.direction_of.items() if direction == "in"], pa.string())
    turned = pc.and_(backward, pc.is_in(table["kind"], theirs)).combine_chunks()
    table = with_column(table, "kind", pc.if_else(turned, REFUNDED, table["kind"]))
    return with_column(table, "amount", pc.if_else(turned, pc.abs(table["amount"]), table["amount"]))


def with_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    """Return the table with one column replaced."""
    field = table.schema.field(name)
    return table.set_column(table.schema.get_field_index(name), field, values.cast(field.type))
