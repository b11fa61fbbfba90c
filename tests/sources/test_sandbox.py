"""A file that would take the process with it ends in a sentence, and the next file is read as if nothing had been."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ziggurat.base.errors import SourceError
from ziggurat.sources import files, sandbox
from ziggurat.sources.guess import guess
from ziggurat.sources.limits import LIMITS
from ziggurat.sources.mapping import Mapping

from .. import fuzz
from .conftest import take

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = (
    f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>at</v></c>'
    '<c r="PLACE"><v>1</v></c></row></sheetData></worksheet>'
)
SMALL = replace(LIMITS, memory=32 << 20)


@pytest.fixture
def book(tmp_path):
    def write(**parts):
        whole = openpyxl.Workbook()
        whole.active.append(["at", "who"])
        whole.active.append(["2026-01-05", "ana@x.org"])
        whole.save(tmp_path / "good.xlsx")
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(tmp_path / "good.xlsx") as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                part = parts.pop(name.rpartition("/")[2].partition(".")[0], None)
                new.writestr(name, old.read(name) if part is None else part)
            for name, part in parts.items():
                new.writestr(f"xl/{name}.xml", part)
        return path

    return write


def good(tmp_path):
    path = tmp_path / "good.parquet"
    pq.write_table(pa.table({"at": ["2026-01-05"], "who": ["ana@x.org"]}), path)
    return path


@pytest.mark.parametrize(
    "place", ["A4294967295", "A99999999", "ZZZZZ3", "A1048577", "XFE1", "A0", "a-1", "AAAA1", "1", "A", "", "A¹"]
)
def test_a_cell_that_no_sheet_has_is_refused_by_its_name(book, place):
    path = book(sheet1=SHEET.replace("PLACE", place))
    with pytest.raises(SourceError, match=r"bomb.xlsx: (names a cell|has [\d,]+ columns)"):
        guess(path)


def test_a_row_that_no_sheet_has_is_refused(book):
    with pytest.raises(SourceError, match="which no sheet has"):
        guess(book(sheet1=SHEET.replace('row r="1"', 'row r="4294967295"')))


def test_millions_of_shared_texts_are_refused(book):
    path = book(sharedStrings=f'<sst xmlns="{MAIN}">'.encode() + b"<si/>" * 8_000_000 + b"</sst>")
    assert path.stat().st_size < 100_000
    with pytest.raises(SourceError, match=r"takes more than 32 MiB of memory to read|its reader broke down"):
        guess(path, limits=replace(LIMITS, memory=32 << 20))


def test_nested_texts_of_a_dictionary_are_refused(tmp_path):
    path, count = tmp_path / "nested.parquet", 40_000
    texts = pa.array(["y" * 1_000]).take(pa.array([0] * count))
    nested = pa.ListArray.from_arrays(pa.array([0, count], pa.int32()), texts)
    pq.write_table(pa.table({"at": ["2026-01-05"], "x": nested}), path, compression="zstd", store_schema=False)
    assert path.stat().st_size < 10_000
    with pytest.raises(SourceError, match=r"nested.parquet: takes more than 32 MiB of memory to read"):
        list(files.chunks(path, Mapping(), SMALL))


def test_a_damaged_file_is_told_to_be_damaged_whatever_it_is_called(tmp_path):
    path = tmp_path / "out of memory.parquet"
    pq.write_table(pa.table({"at": ["2026-01-05"] * 1_000}), path)
    path.write_bytes(path.read_bytes()[:200] + path.read_bytes()[-60:])
    with pytest.raises(SourceError, match=r"out of memory.parquet: the Parquet file can't be read"):
        list(files.chunks(path, Mapping(), SMALL))


def test_a_reader_that_aborts_is_told_and_the_next_file_is_read(book, tmp_path):
    """One long text, for which the native reader gets no memory: it then ends its process there and then."""
    text = b"<si><t>" + b"x" * (40 << 20) + b"</t></si>"
    path = book(sharedStrings=f'<sst xmlns="{MAIN}">'.encode() + text + b"</sst>")
    with pytest.raises(SourceError, match=r"bomb.xlsx: its reader broke down: the file is damaged, or takes more than"):
        list(files.chunks(path, Mapping(), replace(LIMITS, memory=32 << 20)))
    assert len(take(good(tmp_path)).rows("interactions")) == 1


def test_a_file_that_takes_too_long_is_refused(book):
    rows = b"<row><c><v>1</v></c></row>" * 2_000_000
    path = book(sheet1=f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>")
    with pytest.raises(SourceError, match="takes more than 0 seconds to unpack"):
        list(files.chunks(path, Mapping(), replace(LIMITS, seconds=0)))


def test_what_nobody_reads_on_is_let_go(tmp_path):
    path = tmp_path / "long.parquet"
    pq.write_table(pa.table({"at": ["2026-01-05"] * 100_000}), path)
    rows = files.chunks(path, Mapping(), LIMITS)
    next(rows)
    rows.close()
    assert all(process.poll() is None for process in sandbox.WAITING)
    assert sum(map(len, files.chunks(path, Mapping(), LIMITS))) == 100_000


def test_two_files_are_read_at_once(tmp_path):
    path = good(tmp_path)
    both = zip(*(files.chunks(path, Mapping(), LIMITS) for _ in range(2)), strict=True)
    assert [len(chunk) for chunks in both for chunk in chunks] == [0, 0, 1, 1]


def test_a_process_that_ended_while_it_waited_is_replaced(tmp_path):
    path = good(tmp_path)
    take(path)
    sandbox.WAITING[-1].kill()
    assert len(take(path).rows("interactions")) == 1


def test_text_that_is_no_utf_8_is_read_as_bytes(tmp_path):
    text = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(bytes([0] * 4 + [2] + [0] * 3)), pa.py_buffer(b"\xff\xfe")]
    )
    path = tmp_path / "odd.parquet"
    pq.write_table(pa.table({"at": ["2026-01-05"], "who": ["ana@x.org"], "x": text}), path)
    assert take(path).rows("interactions", "properties") == ['{"x":"//4="}']


@pytest.mark.parametrize("form", fuzz.FORMATS)
def test_damaged_files_are_read_or_refused(tmp_path, form):
    assert list(fuzz.faults(form, 25, 7, tmp_path)) == []
