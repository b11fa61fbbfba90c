from __future__ import annotations

import csv
import io
import json

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as with_

from tests.examples import few
from ziggurat.base import schema
from ziggurat.sources import rejected
from ziggurat.sources.files import sample

from .conftest import VISITS, take

BAD = """
at,who,note
soon,=cmd|calc,"-1
x"
2026-01-05,bob@x.org,-2,x
"""


def test_rejected_rows_come_out_with_their_reasons_and_can_start_no_formula(seen, tmp_path):
    taken = seen(BAD)
    path = tmp_path / "mend.csv"
    assert rejected.export(taken.tables["rejected"], path) == 2
    header, first, second = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))
    assert header == ["ziggurat_line", "ziggurat_reason", "at", "who", "note", "column 4"]
    assert first == ["2", taken.reasons[0][1], "soon", "'=cmd|calc", "'-1\nx", ""]
    assert second[:1] + second[2:] == ["4", "2026-01-05", "bob@x.org", "'-2", "x"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in (first, second) for cell in row)


def test_mended_rows_come_in_with_the_same_mapping(seen, tmp_path):
    mapping = with_(VISITS, delimiter=";", encoding="cp1252", skip_lines=1, traits={"note": "note"})
    taken = seen("Visits\nat;who;note\nsoon;zoë@x.org;-5\n".encode("cp1252"), mapping)
    path = tmp_path / "mend.csv"
    rejected.export(taken.tables["rejected"], path)
    path.write_text(path.read_text("utf-8").replace("soon,", "2026-01-05,"), "utf-8")
    again = take(path, mapping)
    assert again.rows("interactions", "actor", "properties") == [("email:zoë@x.org", "{}")]
    assert again.rows("traits", "value") == ["-5"]
    assert again.reasons == []


def test_a_spreadsheet_may_save_them_in_its_own_way(seen, tmp_path):
    path = tmp_path / "mend.csv"
    rejected.export(seen(BAD).tables["rejected"], path)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))[:2]
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows([rows[0], ["2", "x", "2026-01-05", "Zoë@x.org", "'-1"]])
    path.write_bytes(file.getvalue().encode("cp1252"))
    assert take(path).rows("interactions", "actor", "properties") == [("email:zoë@x.org", '{"note":"-1"}')]


def test_an_id_is_the_same_before_and_after_mending(seen, tmp_path):
    right = seen(b"at,who,note\n2026-01-05,ana@x.org,=1\n").rows("interactions", "interaction_id")
    taken = seen(b"at,who,note\nsoon,ana@x.org,=1\n")
    path = tmp_path / "mend.csv"
    rejected.export(taken.tables["rejected"], path)
    path.write_text(path.read_text("utf-8").replace("soon,", "2026-01-05,"), "utf-8")
    assert take(path).rows("interactions", "interaction_id") == right


def test_an_apostrophe_in_any_other_file_is_kept(seen):
    taken = seen(b"at,who,note\n2026-01-05,ana@x.org,'=1\n", with_(VISITS, traits={"note": "note"}))
    assert taken.rows("traits", "value") == ["'=1"]


def test_a_line_that_could_not_be_split_comes_out_as_it_is(seen, tmp_path):
    taken = seen(b'at,who\n2026-01-05,"ana" x\n')
    path = tmp_path / "mend.csv"
    rejected.export(taken.tables["rejected"], path)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    assert rows[0][2:] == ["ziggurat_text"]
    assert rows[1][2:] == ['2026-01-05,"ana" x']


@pytest.mark.parametrize("count", [0, 2_500])
def test_any_number_of_rows_comes_out(tmp_path, count):
    rows = {"source": ["s"], "file": ["f"], "line": [1], "reason": ["r"], "row": ['{"a":"1"}']}
    table = pa.table({name: values * count for name, values in rows.items()}, schema=schema.REJECTED)
    assert rejected.export(table, tmp_path / "mend.csv") == count


NAME = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Zs", "Cc", "Cf"]), min_size=1, max_size=5
)
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8).filter(str.strip)
START = st.sampled_from(["", "=", "'", "'=", "''+", "-", "@", "\t", "\r", '"'])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=few(100))
@given(st.data())
def test_rows_come_back_cell_by_cell(tmp_path, data):
    names = data.draw(st.lists(st.tuples(START, NAME).map("".join).map(str.strip), min_size=1, max_size=4, unique=True))
    rows = data.draw(
        st.lists(st.lists(st.tuples(START, CELL).map("".join), min_size=len(names), max_size=len(names)), min_size=1)
    )
    rows = [dict(zip(names, row, strict=True)) for row in rows]
    table = pa.table(
        {
            "source": ["s"] * len(rows),
            "file": ["f"] * len(rows),
            "line": range(len(rows)),
            "reason": ["=r"] * len(rows),
            "row": [json.dumps(row) for row in rows],
        },
        schema=schema.REJECTED,
    )
    path = tmp_path / "mend.csv"
    rejected.export(table, path)
    chunk = sample(path, VISITS, 1_000)
    assert chunk.broken == []
    assert pa.table(dict(chunk.columns)).to_pylist() == rows
