from __future__ import annotations

import io
import os
from functools import cache

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as with_

from tests.examples import few
from ziggurat.base.declare import read_toml
from ziggurat.base.errors import DeclarationError, SourceError
from ziggurat.sources import files

from .conftest import KINDS, RECEIVED, VISITS, take


@pytest.mark.parametrize(
    ("content", "name", "form"),
    [
        (b"at,who\n", "visits.csv", "csv"),
        (b"at,who\n", "visits", "csv"),
        (b'{"at": 1}\n', "visits", "jsonl"),
        (b'{"at": 1}\n', "visits.ndjson", "jsonl"),
        (b"{at},who\n", "visits.csv", "csv"),
        (b"at\twho\n", "visits.TSV", "csv"),
        (b"PK\x03\x04", "visits.csv", "xlsx"),
        (b"PAR1", "visits.csv", "parquet"),
    ],
)
def test_a_file_is_known_by_its_content(written, content, name, form):
    assert files.file_format(written(content, name)) == form


@pytest.mark.parametrize("read", [files.headers, read_toml])
def test_a_pipe_or_a_device_is_refused_and_not_waited_for(tmp_path, read):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    for name in ("pipe.csv", "zero.csv"):
        with pytest.raises((SourceError, DeclarationError), match=f"{name}: is a pipe or a device"):
            read(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"gone.csv: No such file or directory; check the name and try again"):
        files.headers(tmp_path / "gone.csv")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(SourceError, match="Is a directory"):
        files.headers(tmp_path)


def test_headers_are_as_a_mapping_names_them(written):
    assert files.headers(written(b"at;who;who;\n1;2;3;4\n")) == ["at", "who", "who (2)", "column 4"]
    assert files.headers(written(b'{"a": {"b": 1}}\n{"c": 2}\n', "visits.jsonl")) == ["a.b", "c"]


def test_a_preview_shows_the_first_rows_and_the_rejected_ones(written):
    rows = "".join(f"2026-01-{day:02},u{day}@x.org\n" for day in range(1, 29))
    found = files.preview(written(f"at,who\nsoon,ana@x.org\n{rows}"), VISITS, KINDS, rows=5)
    assert found.tables["interactions"].num_rows == 4
    assert found.tables["rejected"]["reason"].to_pylist() == ["column 'at': 'soon' is no date"]
    assert found.tables["links"].num_rows == 0
    assert found.skipped == 0


def test_a_preview_is_what_reading_gives(written):
    path = written(b"at,who,x\n2026-01-05,ana@x.org,1\n")
    shown = files.preview(path, VISITS, KINDS).tables["interactions"]
    (batch,) = files.read(path, VISITS, "preview", kinds=KINDS, received_at=files.PREVIEWED)
    assert batch.tables["interactions"].equals(shown)


def test_a_mapping_that_can_not_be_right_raises_before_reading(tmp_path):
    with pytest.raises(DeclarationError, match=r"\[sources.shop\]: nothing says the at"):
        next(files.read(tmp_path / "gone.csv", with_(VISITS, fields={}), "shop", kinds=KINDS, received_at=RECEIVED))


def test_the_shown_name_may_be_another_than_the_path(written):
    path = written(b"at,who\nsoon,ana@x.org\n", "upload-7f3a")
    (batch,) = files.read(path, VISITS, "shop", kinds=KINDS, received_at=RECEIVED, name="members.csv")
    assert batch.tables["rejected"]["file"].to_pylist() == ["members.csv"]


SEEDS = (
    b"at,who\n2026-01-05,ana@x.org\n",
    b'{"at": "2026-01-05", "who": "ana@x.org"}\n',
    b'"',
    b"\xff\xfe",
    b"\xef\xbb\xbf",
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=few(200))
@given(
    content=st.lists(st.binary(max_size=60) | st.sampled_from(SEEDS), max_size=6).map(b"".join),
    name=st.sampled_from(["x.csv", "x.jsonl", "x.csv.gz", "x"]),
)
def test_no_bytes_crash_a_reader_and_every_row_is_accounted_for(written, content, name):
    try:
        taken = take(written(content, name), VISITS)
    except SourceError as error:
        assert str(error).startswith(f"{name}: ")
    else:
        assert all(reason for _, reason in taken.reasons)


@cache
def packed(name: str) -> bytes:
    """A small whole file, made once: a workbook holds the time at which it was made, and must not differ by example."""
    file = io.BytesIO()
    if name == "x.parquet":
        pq.write_table(pa.table({"at": ["2026-01-05"] * 9, "who": ["ana@x.org"] * 9, "n": [[1]] * 9}), file)
    else:
        book = openpyxl.Workbook()
        for row in (["at", "who"], ["2026-01-05", "ana@x.org"]):
            book.active.append(row)
        book.save(file)
    return file.getvalue()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=few(150))
@given(st.data())
def test_no_damage_crashes_the_readers_of_packed_formats(tmp_path, data):
    path = tmp_path / data.draw(st.sampled_from(["x.parquet", "x.xlsx"]))
    raw = bytearray(packed(path.name))
    for place, byte in data.draw(st.lists(st.tuples(st.integers(4, len(raw) - 1), st.integers(0, 255)), max_size=8)):
        raw[place] = byte
    path.write_bytes(bytes(raw[: data.draw(st.integers(len(raw) // 2, len(raw)))]))
    try:
        take(path, VISITS)
    except SourceError as error:
        assert str(error).startswith(f"{path.name}: ")
