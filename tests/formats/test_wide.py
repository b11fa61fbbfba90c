"""Cells of wide files that an earlier version logged under other ids come again, and count once.

`wide-0.1.jsonl` holds files, mappings, and the rows that the version before the change made of them: its ids rested on
the number in a cell, and it read fewer days in headings.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import msgspec
import pyarrow as pa

from tests.written import EPOCH, KINDS, open_new, when
from ziggurat.base.schema import INTERACTIONS
from ziggurat.sources import files
from ziggurat.sources.batch import Batch
from ziggurat.sources.mapping import Mapping

CASES = {
    case["case"]: case
    for line in (Path(__file__).parent / "wide-0.1.jsonl").read_text("utf-8").splitlines()
    for case in [json.loads(line)]
}
LATER = {name: case for name, case in CASES.items() if name != "amounts by year"}  # its rows are in another, too
MEANT = ("actor", "kind", "amount", "minutes", "object", "properties")


def told(space, *columns):
    space.refresh()
    named = ", ".join(f'"{name}"' for name in columns or MEANT)
    return Counter(tuple(row.values()) for row in space.sql(f"SELECT {named} FROM interactions").to_pylist())


def take_former(space, *cases):
    times = ("at", "received_at")
    rows = [{**row, **{name: when(row[name]) for name in times}} for case in cases for row in case["rows"]]
    table = pa.Table.from_pylist(rows, schema=INTERACTIONS)
    space.import_batches([Batch({"interactions": table})], source="wide", name="former")


def take_file(space, case, text=""):
    path = space.folder / case["file"]
    path.write_text(text or case["text"], "utf-8")
    return space.import_file(path, source="wide", mapping=msgspec.convert(case["mapping"], Mapping))


def meant_by(space, case):
    mapping = msgspec.convert(case["mapping"], Mapping)
    batches = files.read(space.folder / case["file"], mapping, "wide", kinds=KINDS, received_at=EPOCH)
    rows = [row for batch in batches for row in batch.tables["interactions"].to_pylist()]
    return Counter(tuple(row[name] for name in MEANT) for row in rows)


def test_wide_files_that_were_imported_before_come_again_and_count_once(tmp_path):
    space = open_new(tmp_path / "old")
    take_former(space, *LATER.values())
    was = told(space, "interaction_id", "at")
    for name in (*LATER, "rows alike", "seats by row"):
        again = take_file(space, CASES[name])
        counts = (again["new"], again["known"] + again["changed"], again["rejected"])
        assert counts == (0, len(CASES[name]["rows"]), 0), name
    meant = sum((meant_by(space, case) for case in LATER.values()), Counter())
    assert told(space) == meant
    *numbers, _ = sorted(int(one["import_id"]) for one in space.imports())
    space.undo(numbers[1 + list(LATER).index("rows alike")])
    assert told(space) == meant  # a later import tells them under the ids of now, too
    space.undo(numbers[-1])
    alike = {row["interaction_id"] for row in CASES["rows alike"]["rows"]}
    found = told(space, "interaction_id", "at")
    assert {one for one in was.items() if one[0][0] in alike} <= set(found.items())
    assert len(found) == len(was)


def test_a_number_corrected_after_that_replaces_what_was_told(tmp_path):
    case, space = CASES["amounts by year"], open_new(tmp_path / "old")
    take_former(space, case)
    take_file(space, case)
    again = take_file(space, case, case["text"].replace("20.50", "99"))
    assert (again["new"], again["known"], again["changed"]) == (0, 2, 1)
    assert sorted(amount for (amount,) in told(space, "amount")) == [5.0, 10.0, 99.0]
