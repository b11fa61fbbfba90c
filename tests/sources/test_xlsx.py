from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from msgspec.structs import replace as with_

from ziggurat.base.errors import SourceError
from ziggurat.sources import files
from ziggurat.sources.limits import LIMITS

from .conftest import VISITS, take

SALES = with_(
    VISITS, fields={"at": "at", "actor": "who", "amount": "sum"}, constants={"channel": "store", "kind": "purchased"}
)
HALF_PAST_NINE = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC).replace(tzinfo=None)
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path):
    def write(*rows, sheet="Sheet", top=0):
        workbook = openpyxl.Workbook()
        page = workbook.active
        page.title = sheet
        for _ in range(top):
            page.append([])
        for row in rows:
            page.append(row)
        path = tmp_path / "sales.xlsx"
        workbook.save(path)
        return path

    return write


def rewritten(path, part, change):
    """Write a workbook anew with one of its parts changed."""
    other = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return other


def test_cells_keep_what_they_mean(book):
    path = book(
        ["at", "who", "sum", "code", "ok", "day"],
        [
            dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC).replace(tzinfo=None),
            "Ana@x.org",
            12.5,
            4711,
            True,
            dt.date(2026, 1, 6),
        ],
    )
    taken = take(path, with_(SALES, time_zone="Europe/Berlin"))
    (row,) = taken.rows("interactions")
    assert row["at"] == dt.datetime(2026, 1, 5, 8, 30, tzinfo=dt.UTC)
    assert row["amount"] == 12.5
    assert row["properties"] == '{"code":"4711","day":"2026-01-06","ok":"true"}'


def test_numbers_of_a_sheet_know_no_decimal_comma(book):
    path = book(["at", "who", "sum"], ["2026-01-05", "ana@x.org", 12.345], ["2026-01-05", "bob@x.org", "12,345"])
    assert take(path, with_(SALES, decimal=",")).rows("interactions", "amount") == [12.345, 12.345]


def test_rows_are_counted_as_the_sheet_counts_them(book):
    path = book(
        ["at", "who", "sum"], ["2026-01-05", "ana@x.org", 1], [None, None, None], ["soon", "bob@x.org", "x"], top=3
    )
    taken = take(path, SALES)
    assert len(taken.rows("interactions")) == 1
    assert taken.reasons == [(7, "column 'at': 'soon' is no date; column 'sum': 'x' is no number")]


def test_a_sheet_is_found_by_name(book):
    path = book(["at", "who", "sum"], ["2026-01-05", "ana@x.org", 1], sheet="Sales")
    assert files.sheets(path) == ["Sales"]
    assert len(take(path, with_(SALES, sheet="Sales")).rows("interactions")) == 1
    with pytest.raises(SourceError, match="no sheet 'Sale'; did you mean 'Sales'"):
        take(path, with_(SALES, sheet="Sale"))


def test_an_empty_sheet_is_refused(book):
    with pytest.raises(SourceError, match="the sheet is empty"):
        take(book(), SALES)


def test_a_workbook_that_is_cut_off_is_refused(book):
    path = book(["at", "who", "sum"])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(SourceError, match=r"sales.xlsx: the workbook is damaged"):
        take(path, SALES)


def test_another_archive_is_refused(tmp_path):
    path = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.txt", "a")
    with pytest.raises(SourceError, match="is a ZIP archive but no XLSX workbook"):
        take(path, SALES)


@pytest.mark.parametrize("damage", [b"<worksheet><sheetData><row><c r='A1'", b"<worksheet><sheetData></row>", b""])
def test_a_damaged_sheet_is_refused(book, damage):
    path = rewritten(book(["at", "who", "sum"]), SHEET, lambda _: damage)
    with pytest.raises(SourceError):
        take(path, SALES)


def test_a_workbook_that_unpacks_to_far_more_is_refused_before_it_is_read(book):
    path = rewritten(book(["at", "who", "sum"]), "xl/theme/theme1.xml", lambda _: b" " * 5_000_000)
    with pytest.raises(SourceError, match="unpacks to far more than its own size"):
        take(path, SALES, replace(LIMITS, free=1 << 20, ratio=10))


def test_what_a_workbook_says_of_its_size_is_not_believed(book):
    path = rewritten(book(["at", "who", "sum"]), "xl/theme/theme1.xml", lambda _: b" " * 5_000_000)
    raw = path.read_bytes()
    path.write_bytes(raw.replace((5_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    with pytest.raises(SourceError, match="unpacks to far more than its own size"):
        take(path, SALES, replace(LIMITS, free=1 << 20, ratio=10))


@pytest.mark.parametrize("corner", ["XFD1048576", "A1048576", "XFD1"])
def test_two_cells_far_apart_do_not_fill_the_memory(book, corner):
    cells = f'<c r="A1"><v>1</v></c><c r="CZ{corner[3:] or 1}"><v>1</v></c><c r="{corner}"/>'
    sheet = f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>"
    path = rewritten(book(["at"]), SHEET, lambda _: sheet.encode())
    with pytest.raises(SourceError, match="columns"):
        take(path, SALES)


def test_one_long_text_in_many_cells_does_not_fill_the_memory(book):
    rows = b"<row><c t='s'><v>0</v></c></row>" * 1_000
    sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    path = rewritten(book(["at", "who", "sum"]), SHEET, lambda _: sheet)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", "<sst><si><t>" + "x" * 30_000 + "</t></si></sst>")
    assert path.stat().st_size < 20_000
    with pytest.raises(SourceError, match="hold more than 10 MiB of text"):
        take(path, SALES, replace(LIMITS, sheet_text=10 << 20))


def test_too_many_columns_are_refused(book):
    with pytest.raises(SourceError, match="at most 2,000 can be read"):
        take(book([f"c{i}" for i in range(2_500)]), SALES)
