"""What do the rows of a file say, under its mapping? Good ones go to their tables, the others to `rejected`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base import schema
from ziggurat.sources import identity
from ziggurat.sources.apart import one_a_row
from ziggurat.sources.batch import Batch
from ziggurat.sources.cells import Cells, by_distinct, json_objects, text_of
from ziggurat.sources.chunk import Chunk
from ziggurat.sources.content import content_ids
from ziggurat.sources.fields import all_reasons, joined_columns, read_fields, usual_ways, ways
from ziggurat.sources.fullname import full_name
from ziggurat.sources.identity import TOTALS
from ziggurat.sources.key import key_values
from ziggurat.sources.mapping import KEEP, PERSON, SKIP, Mapping, meanings, names_of
from ziggurat.sources.occasions import FORMER, occasions
from ziggurat.sources.reading import Reading
from ziggurat.sources.several import FURTHER, several

# How a bank calls a payment that came back from whoever had paid; and the fee that it takes for that.
CAME_BACK = (
    r"(?i)(r(ü|ue)ck(last|buch|gab|läuf|laeuf|erstatt|überw|ueberw)|retoure|storno|storner|charge ?back|"
    r"revers(al|ed)\b|"
    r"returned (payment|item|direct debit|dd|cheque|check|credit)|(payment|direct debit|dd|cheque|check) returned|"
    r"unpaid (item|direct debit|dd|cheque|check)|prélèvement (rejeté|impayé)|rejet|impayé|devoluci[oó]n|devuelto|"
    r"insoluto|stornering|teruggeboekt|\brefund)"
)
FEE = r"(?i)(gebühr|gebuehr|entgelt|\bfees?\b|\bcharges?\b|\bfrais\b|comisi[oó]n|commission|\bkosten\b)"
REMARK = r"\pL{2}\S*\s.*\d|\pL{2}.*\d\S*\s.*\pL{2}|^\pL+( \pL+)?:\s|(\S+\s+){5}"  # words with a number, and no name
EVIDENCE = "same row"
LISTED = "listed in"  # trait of a person of whom a row says nothing but an address: the source whose list it is


def convert(chunk: Chunk, reading: Reading) -> Batch:
    """Turn the rows of a chunk into rows of logged tables. Every row is in a table, rejected, or skipped."""
    chunk = one_a_row(chunk, reading.mapping)
    columns = {name: text_of(column) for name, column in chunk.columns.items()}
    read = read_fields(columns, len(chunk), reading)
    skipped = (
        pc.fill_null(pc.equal(read["kind"].values, SKIP), False) if "kind" in read else pa.repeat(False, len(chunk))
    )
    if reading.mapping.incoming and "amount" in read:
        skipped = pc.or_(skipped, went_out(read["amount"], columns))
    skipped = pc.or_(skipped, no_records(columns, reading.mapping, len(chunk)))
    reasons = all_reasons(read, columns, reading.mapping, skipped)
    good = pc.and_(pc.is_null(reasons), pc.invert(skipped))
    values = {name: cells.values.filter(good) for name, cells in read.items()}
    kept = {name: column.filter(good) for name, column in columns.items()}
    happened = occasions(values, reading) if reading.mapping.events else []
    tables = rows_of_target(values, kept, happened, reading)
    rejected = rejected_rows(chunk, reasons, reading)
    if len(rejected):
        tables["rejected"] = rejected
    return Batch(
        {name: table for name, table in tables.items() if len(table)},
        chunk.read,
        int(pc.sum(skipped).as_py() or 0),
        void_ids(read, columns, skipped, good, tables.get("interactions"), reading),
        pa.concat_arrays([fields[FORMER] for fields in happened]) if happened else None,
    )


def no_records(columns: dict[str, pa.Array], mapping: Mapping, rows: int) -> pa.Array:
    """Say of each row whether it is no record: a sum, or a remark alone in its line, as reports have them at their end.

    Such a row names nobody and no time. One with a number or a date alone is a record of which something is missing.
    """
    named = [name for what in ("at", "day", "actor") for name in names_of(mapping.fields.get(what, ()))]
    named += [name for names in mapping.identities.values() for name in names_of(names)]
    there = [pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(columns[name]), ""), False) for name in columns]
    said = dict(zip(columns, there, strict=True))
    blank = pa.repeat(pa.scalar(bool(named)), rows)
    for name in named:
        if name in said:
            blank = pc.and_(blank, pc.invert(said[name]))
    if not pc.any(blank).as_py():
        return blank
    first = pc.coalesce(*(pc.if_else(said[name], columns[name], None) for name in columns))
    bare = pc.utf8_rtrim(pc.utf8_lower(pc.utf8_trim_whitespace(first)), ": ")
    filled = reduce(pc.add, (some.cast(pa.int8()) for some in there))
    alone = pc.and_(pc.equal(filled, 1), pc.match_substring_regex(bare, REMARK))
    return pc.and_(blank, pc.fill_null(pc.or_(pc.is_in(bare, pa.array(sorted(TOTALS))), alone), False))


def went_out(amount: Cells, columns: dict[str, pa.Array]) -> pa.Array:
    """Say of each row whether no money came in by it; an amount that can't be read says nothing.

    A payment that came back, as a direct debit without cover does, is no money that went out: it is a refund of one.
    """
    paid = pc.fill_null(pc.greater(amount.values, 0.0), False)
    out = pc.and_(pc.invert(paid), pc.is_null(amount.wrong))
    below = pc.fill_null(pc.less(amount.values, 0.0), False)
    if not pc.any(pc.and_(out, below)).as_py():
        return out
    return pc.and_(out, pc.invert(pc.and_(below, came_back(columns.values(), len(out)))))


def came_back(columns: Iterable[pa.Array], rows: int) -> pa.Array:
    """Say of each row whether a cell of it says that a payment came back, and none that it is the fee for that."""
    said, fee = (pa.repeat(pa.scalar(False), rows) for _ in range(2))
    for column in columns:
        said = pc.or_(said, pc.fill_null(pc.match_substring_regex(column, CAME_BACK), False))
        fee = pc.or_(fee, pc.fill_null(pc.match_substring_regex(column, FEE), False))
    return pc.and_(said, pc.invert(fee))


def rows_of_target(
    values: dict[str, pa.Array], columns: dict[str, pa.Array], happened: list[dict[str, pa.Array]], reading: Reading
) -> dict[str, pa.Table]:
    """Return the rows of every table that good rows make. happened: fields of what stands in columns of its own."""
    target = reading.mapping.target
    if target in ("exposures", "costs"):
        return {target: conform(values, schema.LOGGED[target])}
    tables: dict[str, pa.Table] = {}
    only = of_person_alone(values)
    of_event = pc.invert(only)
    made = []
    if target == "interactions":
        own = {name: cells.filter(of_event) for name, cells in values.items()}
        made = [interactions(own, {name: column.filter(of_event) for name, column in columns.items()}, reading)]
        if happened:
            made = [once_each(made[0])]
    made += [conform({**fields, **shared_values(fields, reading)}, schema.INTERACTIONS) for fields in happened]
    if made:
        tables["interactions"] = pa.concat_tables(made).combine_chunks()
    at = values.get("at", pa.nulls(len(values["actor"]), schema.INSTANT))
    at = pc.fill_null(at, pa.scalar(reading.received_at, schema.INSTANT))
    tables["links"] = links(values["actor"], at, columns, reading)
    said = said_of_people(columns, len(at), reading, only)
    tables["traits"] = traits(values["actor"], at, said, reading)
    return tables


def once_each(rows: pa.Table) -> pa.Table:
    """Return interactions without those that are there again: who joined a meeting twice registered for it once.

    Only of rows that have a second date of their own, which is what they differ by.
    """
    same = ["actor", "at", "kind", "channel", "activity", "object"]
    placed = rows.select(same).append_column("place", pa.array(range(len(rows)), pa.int64()))
    first = placed.group_by(same, use_threads=False).aggregate([("place", "min")])["place_min"]
    return rows if len(first) == len(rows) else rows.take(first.take(pc.sort_indices(first)))


def of_person_alone(values: dict[str, pa.Array]) -> pa.Array:
    """Say of each row whether it says something of a person, and nothing that happened."""
    kind = values.get("kind", pa.nulls(len(values["actor"]), pa.string()))
    return pc.fill_null(pc.equal(kind, PERSON), False)


def conform(values: dict[str, pa.Array], to: pa.Schema) -> pa.Table:
    """Return a table with exactly the columns of the schema, null where there is no value."""
    length = len(next(iter(values.values())))
    return pa.table([values.get(field.name, pa.nulls(length, field.type)).cast(field.type) for field in to], schema=to)


def interactions(values: dict[str, pa.Array], columns: dict[str, pa.Array], reading: Reading) -> pa.Table:
    """Return the interactions, each with an id, and with the columns that nothing took in `properties`."""
    length = len(values["actor"])
    values = {name: cells for name, cells in values.items() if not name.startswith("!")}
    properties = json_objects(sorted(untaken(columns, reading).items()), length)
    said = values.get("interaction_id", pa.nulls(length, pa.string()))
    further = {
        f"trait {trait}": joined_columns(columns, named, length)
        for trait, named in reading.mapping.traits.items()
        if any(name in columns for name in names_of(named))
    }
    refund = values.pop("refund", None)
    said_way, kind = values["direction"], values["kind"]
    usual = pc.coalesce(said_way, usual_ways(kind, reading.kinds))  # an id rests on it, whether or not it is stated
    whole = {**values, **further, "direction": usual, "properties": properties}
    known = key_values({**values, "direction": usual}, columns, reading.mapping) if reading.mapping.key else whole
    made = content_ids(of_file(known, length, reading))
    others = other_identities(values["actor"], columns, reading)
    properties = json_objects(sorted([*untaken(columns, reading).items(), *others.items()]), length)
    values["direction"] = ways(said_way, kind, reading.kinds)
    own = {"interaction_id": pc.coalesce(said, made), "properties": properties, **shared_values(values, reading)}
    return several(conform({**values, **own}, schema.INTERACTIONS), refund, reading.kinds)


def void_ids(
    read: dict[str, Cells],
    columns: dict[str, pa.Array],
    skipped: pa.Array,
    good: pa.Array,
    made: pa.Table | None,
    reading: Reading,
) -> pa.Array | None:
    """Return the ids that rows would have made in another state: of skipped ones all, of others what they made not.

    None where rows are known by nothing but all that they say. made: the interactions that good rows made.
    """
    mapping = reading.mapping
    if mapping.target != "interactions" or not (mapping.key or "interaction_id" in mapping.fields):
        return None
    said = [*mapping.states.values(), *mapping.kinds.values(), *["keep + refunded"] * ("refund" in mapping.fields)]
    kinds = {part for meant in said if len(parts := meanings(meant)) > 1 for part in parts} - {KEEP}
    some = pc.or_(skipped, good) if kinds else skipped
    values = {name: cells.values.filter(some) for name, cells in read.items()}
    ids = values.get("interaction_id", pa.nulls(int(pc.sum(some).as_py() or 0), pa.string()))
    if mapping.key and len(ids):
        kept = {name: column.filter(some) for name, column in columns.items()}
        ids = pc.coalesce(ids, content_ids(of_file(key_values(values, kept, mapping), len(ids), reading)))
    found = [ids.filter(skipped.filter(some))]
    found += [pc.binary_join_element_wise(ids, kind, FURTHER) for kind in sorted(kinds)]
    whole = pa.concat_arrays(found).drop_null()
    return whole if made is None else whole.filter(pc.invert(pc.is_in(whole, made["interaction_id"])))


def of_file(known: dict[str, pa.Array], length: int, reading: Reading) -> dict[str, pa.Array]:
    """Return what rows are known by, with the name of their file where rows of other files are others."""
    return {**known, "of file": pa.repeat(pa.scalar(reading.file), length)} if reading.mapping.by_file else known


def shared_values(values: dict[str, pa.Array], reading: Reading) -> dict[str, pa.Array]:
    """Return what all interactions of a file have in common."""
    length = len(values["actor"])
    return {
        "source": pa.repeat(pa.scalar(reading.source), length),
        "received_at": pa.repeat(pa.scalar(reading.received_at, schema.INSTANT), length),
    }


def untaken(columns: dict[str, pa.Array], reading: Reading) -> dict[str, pa.Array]:
    """Return the cells that nothing took: of columns that nothing names, and further addresses that can't be read."""
    taken = set(reading.mapping.columns())
    found = {name: column for name, column in columns.items() if name not in taken}
    for namespace, named in reading.mapping.identities.items():
        for name in names_of(named):
            if name in columns:
                unread = pc.is_null(addresses(columns[name], namespace))
                odd = pc.if_else(unread, columns[name], None)
                if odd.null_count < len(odd):
                    found[name] = odd
    return found


def other_identities(actor: pa.Array, columns: dict[str, pa.Array], reading: Reading) -> dict[str, pa.Array]:
    """Return, as OTHER_IDENTITIES, the identities of each row beside its actor; nothing where the file has none.

    They say who it was where the actor turns out to be a shared mailbox, and who was known in a browser at the time.
    """
    found = []
    for namespace, named in reading.mapping.identities.items():
        for name in names_of(named):
            if name in columns:
                lists = addresses(columns[name], namespace)
                text = pc.binary_join(lists, "\n")
                found.append(pc.if_else(pc.fill_null(pc.not_equal(text, actor), False), text, None))
    if not found:
        return {}
    whole = pc.binary_join_element_wise("", *found, "\n", null_handling="skip")
    whole = pc.utf8_ltrim(whole, characters="\n")
    return {schema.OTHER_IDENTITIES: pc.if_else(pc.equal(whole, ""), None, whole)}


def addresses(column: pa.Array, namespace: str) -> pa.Array:
    """Return the identities in each cell, null where there is none."""
    return by_distinct(column, lambda text: identity.listed(namespace, text) or None, pa.list_(pa.string())).values


def links(actor: pa.Array, at: pa.Array, columns: dict[str, pa.Array], reading: Reading) -> pa.Table:
    """Return one link for each further identity of an actor, dated at the first row of the batch that shows it."""
    found = []
    for namespace, named in reading.mapping.identities.items():
        for name in names_of(named):
            cells = addresses(columns[name], namespace) if name in columns else pa.nulls(0, pa.list_(pa.string()))
            row = pc.list_parent_indices(cells)
            found.append(pa.table({"a": actor.take(row), "b": pc.list_flatten(cells), "at": at.take(row)}))
    if not found:
        return schema.LINKS.empty_table()
    table = pa.concat_tables(found)
    table = table.filter(pc.fill_null(pc.not_equal(table["a"], table["b"]), False))
    table = table.group_by(["a", "b"], use_threads=False).aggregate([("at", "min")])
    return with_source(
        {"a": table["a"], "b": table["b"], "at": table["at_min"]}, {"evidence": EVIDENCE}, schema.LINKS, reading
    )


def said_of_people(columns: dict[str, pa.Array], length: int, reading: Reading, only: pa.Array) -> dict[str, pa.Array]:
    """Return trait → cells. In a list of people that is every column that nothing else took, by its heading, too.

    A row of a list that says nothing of a person still says that they are on it. only: of each row of other files,
    whether it is about a person alone, so that its cells that nothing took are kept with them.
    """
    named = reading.mapping.traits
    said = {trait: joined_columns(columns, names, length) for trait, names in named.items()}
    if named.get("name") and named["name"] == reading.mapping.fields.get("actor"):  # what stands before the address
        said["name"] = pc.if_else(pc.match_substring(said["name"], "<"), said["name"], None)
    of_list = reading.mapping.target == "people"
    if not of_list and not pc.any(only).as_py():
        return said
    for name, column in untaken(columns, reading).items():
        trait = trait_name(name)
        free = next(each for each in (trait, name, f"{name} (column)") if each not in said)
        said[free] = column if of_list else pc.if_else(only, column, None)
    if not of_list:
        return said
    nothing = pa.repeat(pa.scalar(True), length)
    for column in said.values():
        nothing = pc.and_(nothing, pc.is_null(column))
    return said | {LISTED: pc.if_else(nothing, pa.scalar(reading.source), None)}


def trait_name(heading: str) -> str:
    """Return the trait that a column is kept as: its heading, words in lower case.

    >>> trait_name("T-Shirt size"), trait_name("Größe")
    ('t_shirt_size', 'größe')
    """
    return re.sub(r"\W+", "_", heading.lower()).strip("_") or heading


def value_of(trait: str, column: pa.Array) -> pa.Array:
    """Return a trait as it is kept: names with the first name first, others without what kept a spreadsheet from
    reading them as numbers, as in '02134. An id of a row rests on its cells as they stand."""
    if trait == "name" and pc.any(pc.match_substring_regex(column, "[,<]")).as_py():
        return by_distinct(column, lambda name: full_name(name) or None, pa.string()).values
    return pc.replace_substring_regex(column, r"^'([+-]?\d[\d\sA-Z./-]*)$", r"\1")


def traits(actor: pa.Array, at: pa.Array, said: dict[str, pa.Array], reading: Reading) -> pa.Table:
    """Return the traits of actors, each value once, dated at the last row of the batch that shows it."""
    found = [
        pa.table({"identity": actor, "trait": pa.repeat(pa.scalar(trait), len(actor)), "value": as_said, "at": at})
        for trait, column in said.items()
        if column.null_count < len(column)
        for as_said in [value_of(trait, column)]
    ]
    if not found:
        return schema.TRAITS.empty_table()
    table = pa.concat_tables(found).drop_null()
    table = table.group_by(["identity", "trait", "value"], use_threads=False).aggregate([("at", "max")])
    values = {name: table[name] for name in ("identity", "trait", "value")}
    return with_source({**values, "at": table["at_max"]}, {}, schema.TRAITS, reading)


def with_source(values: dict[str, pa.ChunkedArray], same: dict[str, str], to: pa.Schema, reading: Reading) -> pa.Table:
    """Return a table of the schema whose rows all come from this source."""
    length = len(next(iter(values.values())))
    constant = {name: pa.repeat(pa.scalar(text), length) for name, text in {"source": reading.source, **same}.items()}
    return pa.table({**values, **constant}).select(to.names).cast(to).combine_chunks()


def rejected_rows(chunk: Chunk, reasons: pa.Array, reading: Reading) -> pa.Table:
    """Return the rejected rows of a chunk in the order of the file, each as it came."""
    wrong = pc.is_valid(reasons)
    lines = chunk.lines.filter(wrong).to_pylist()
    rows = json_objects(
        [(name, column.filter(wrong)) for name, column in chunk.columns.items()], len(lines)
    ).to_pylist()
    found: Iterable[tuple[int, str, str]] = [
        *zip(lines, reasons.filter(wrong).to_pylist(), rows, strict=True),
        *((line, reason, msgspec.json.encode(row).decode()) for line, reason, row in chunk.broken),
    ]
    ordered = sorted(found)
    return pa.table(
        {
            "source": [reading.source] * len(ordered),
            "file": [reading.file] * len(ordered),
            "line": [line for line, _, _ in ordered],
            "reason": [reason for _, reason, _ in ordered],
            "row": [row for _, _, row in ordered],
        },
        schema=schema.REJECTED,
    )
