from __future__ import annotations

import gzip
from dataclasses import replace

import pytest
from msgspec.structs import replace as with_

from ziggurat.base.errors import SourceError
from ziggurat.sources.limits import LIMITS

from .conftest import VISITS

ANA = [("email:ana@x.org", "visited")]
NOTED = with_(VISITS, traits={"note": "note"})


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(seen, delimiter):
    taken = seen(f"at{delimiter}who{delimiter}note\n2026-01-05{delimiter}Ana@x.org{delimiter}hi\n".encode())
    assert taken.rows("interactions", "actor", "kind", "properties") == [(*ANA[0], '{"note":"hi"}')]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(seen, end):
    taken = seen(end.join(["at,who", "2026-01-05,ana@x.org", "soon,bob@x.org"]).encode())
    assert taken.rows("interactions", "actor") == ["email:ana@x.org"]
    assert taken.reasons == [(3, "column 'at': 'soon' is no date")]


@pytest.mark.parametrize("head", ["sep=;\n", "\n\n", "", "sep=;\n\n"])
def test_lines_that_spreadsheets_put_above_the_header_are_passed_over(seen, head):
    assert seen(f"{head}at;who\n2026-01-05;ana@x.org\n".encode()).rows("interactions", "actor") == ["email:ana@x.org"]


def test_titles_above_the_header_are_passed_over_when_the_mapping_says_so(seen):
    taken = seen(
        """
        Members of the club, all years
        "as of, today"
        at,who
        2026-01-05,ana@x.org
        soon,bob@x.org
        """,
        with_(VISITS, skip_lines=2),
    )
    assert taken.rows("interactions", "actor") == ["email:ana@x.org"]
    assert taken.reasons[0][0] == 5


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "Zoë"),
        ("utf-8-sig", "Zoë"),
        ("utf-16", "Zoë"),
        ("utf-16-le", "Zoë"),
        ("utf-16-be", "Zoë"),
        ("cp1252", "Zoë"),
    ],
)
def test_the_encoding_is_found_once_for_the_file(seen, encoding, expected):
    taken = seen("at,who,note\n2026-01-05,ana@x.org,Zoë\n".encode(encoding), NOTED)
    assert taken.rows("traits", "value") == [expected]


def test_a_stated_encoding_is_kept(seen):
    taken = seen("at,who,note\n2026-01-05,ana@x.org,Łódź\n".encode("cp1250"), with_(NOTED, encoding="cp1250"))
    assert taken.rows("traits", "value") == ["Łódź"]


def test_a_damaged_row_in_a_utf_8_file_is_rejected_alone(seen):
    taken = seen("at,who\n2026-01-05,zoë@x.org\n2026-01-05,bjö@x.org\n".encode() + b"2026-01-06,\xff@x.org\n")
    assert len(taken.rows("interactions")) == 2
    assert taken.reasons == [(4, "the line holds characters that its encoding does not know (shown as �)")]
    assert taken.rows("rejected", "row") == ['{"ziggurat_text":"2026-01-06,�@x.org"}']


def test_nul_characters_reject_their_row(seen):
    taken = seen(b"at,who\n2026-01-05,a\0na@x.org\n2026-01-05,bob@x.org\n")
    assert taken.rows("interactions", "actor") == ["email:bob@x.org"]
    assert taken.reasons == [(2, "the line holds NUL characters, which no text has")]


def test_cells_in_quotes_hold_delimiters_quotes_and_line_ends(seen):
    taken = seen(b'at,who,note\n2026-01-05,ana@x.org,"a ""b"", c\nd"\nsoon,bob@x.org,x\n', NOTED)
    assert taken.rows("traits", "value") == ['a "b", c\nd']
    assert taken.reasons[0][0] == 4


def test_a_quote_left_open_costs_its_own_row_and_no_other(seen):
    taken = seen(
        """
        at,who,note
        2026-01-05,ana@x.org,"open
        2026-01-06,bob@x.org,fine
        2026-01-07,cy@x.org,fine
        """,
        NOTED,
    )
    assert taken.rows("interactions", "actor") == ["email:bob@x.org", "email:cy@x.org"]
    assert taken.reasons == [(2, 'a quotation mark (") opens a cell and is never closed')]


def test_a_quote_inside_a_cell_in_quotes_must_be_doubled(seen):
    taken = seen(b'at,who,note\n2026-01-05,ana@x.org,"a "b" c"\n2026-01-06,bob@x.org,5" pipe\n', NOTED)
    assert taken.rows("traits", "value") == ['5" pipe']
    assert taken.reasons == [(2, 'a quotation mark (") stands inside a cell in quotes; write it twice ("")')]


def test_unclosed_quotes_without_end_are_read_in_linear_time_and_no_row_is_lost(seen):
    limits = replace(LIMITS, line=400, rereads=3)
    rows = 2_000
    taken = seen(b"at,who\n" + b'x","y\n' * rows, limits=limits)
    assert sorted(taken.rows("rejected", "line")) == list(range(2, rows + 2))


def test_rows_with_too_much_are_rejected_as_they_are_and_cut_ones_are_filled(seen):
    rows = b"2026-01-05,ana@x.org\n2026-01-05,bob@x.org,Bonn,Rhine,x\n2026-01-05,cy@x.org,Ulm,,\n,,,\n\n"
    taken = seen(b"at,who,city\n" + rows)
    assert taken.rows("interactions", "actor", "properties") == [
        ("email:ana@x.org", "{}"),
        ("email:cy@x.org", '{"city":"Ulm"}'),
    ]
    assert taken.reasons == [(3, "the row has 5 cells, but the header names 3")]
    assert taken.rows("rejected", "row") == [
        '{"at":"2026-01-05","who":"bob@x.org","city":"Bonn","column 4":"Rhine","column 5":"x"}'
    ]


def test_the_header_is_passed_over_where_it_comes_again(seen):
    taken = seen(b"at,who\n2026-01-05,ana@x.org\nat,who\n2026-01-06,bo@x.org\n")
    assert (taken.rows("interactions", "actor"), taken.reasons) == (["email:ana@x.org", "email:bo@x.org"], [])


def test_rows_of_another_table_are_rejected_with_the_line_that_heads_it(seen):
    taken = seen(b"at,who\n2026-01-05,ana@x.org\n\nJoined\nwhen,email,name\n2026-01-06,bo@x.org,Bo\n")
    assert taken.rows("interactions", "actor") == ["email:ana@x.org"]
    assert [line for line, _ in taken.reasons] == [4, 5, 6]
    assert "beneath another header, in line 5" in taken.reasons[2][1]


def test_columns_that_no_line_names_are_numbered(seen):
    mapping = with_(VISITS, fields={"at": "column 2", "actor": "column 1"}, header_lines=0)
    assert seen(b"ana@x.org,2026-01-05\nbo@x.org,2026-01-06\n", mapping).rows("interactions", "actor") == [
        "email:ana@x.org",
        "email:bo@x.org",
    ]


def test_names_stand_beneath_heads_that_span_several(seen):
    mapping = with_(VISITS, fields={"at": "Date", "actor": "Email"}, header_lines=2)
    taken = seen(b"Guest,,Visit,\nName,Email,Date,Name\nAna,ana@x.org,2026-01-05,Picnic\n", mapping)
    assert taken.rows("interactions", "properties") == ['{"Guest Name":"Ana","Visit Name":"Picnic"}']


def test_empty_rows_say_nothing(seen):
    taken = seen(b"at,who\n,\n  , \n\n2026-01-05,ana@x.org\n")
    assert taken.rows("interactions", "actor") == ["email:ana@x.org"]
    assert taken.reasons == []


def test_headers_are_named_once_each(seen):
    taken = seen(
        b"at,who,name,name,,\n2026-01-05,ana@x.org,Ana,Ng,x,y\n", with_(VISITS, traits={"surname": "name (2)"})
    )
    assert taken.rows("traits", "value") == ["Ng"]
    assert taken.rows("interactions", "properties") == ['{"column 5":"x","column 6":"y","name":"Ana"}']


def test_a_line_too_long_is_rejected_with_its_beginning_and_reading_goes_on(seen):
    limits = replace(LIMITS, line=1_000)
    taken = seen(b"at,who\n" + b"x" * 5_000_000 + b"\n2026-01-05,ana@x.org\n", limits=limits)
    assert taken.rows("interactions", "actor") == ["email:ana@x.org"]
    assert taken.reasons == [(2, "the line is longer than 1,000 characters; only its beginning is shown")]
    assert len(taken.rows("rejected", "row")[0]) < 300


def test_a_row_over_many_lines_is_bounded_too(seen):
    limits = replace(LIMITS, line=1_000)
    taken = seen(b'at,who,note\n2026-01-05,ana@x.org,"' + b"a\n" * 2_000, NOTED, limits=limits)
    assert taken.rows("interactions") == []
    assert len(taken.rows("rejected")) == 2_000


def test_too_many_columns_are_refused(seen):
    with pytest.raises(SourceError, match="has 10,000 columns; at most 2,000 can be read"):
        seen(",".join(f"c{i}" for i in range(10_000)).encode() + b"\n1,2\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; there is nothing to read"),
        (b"\n \n\n", "the first line must name the columns"),
        (b"\xef\xbb\xbf", "the first line must name the columns"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 50, "old Excel or Word file"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (bytes(range(256)) * 20 + b"\0\1\2\3" * 4000, "is no text file"),
        (b"<!DOCTYPE html><html></html>", "is a web page"),
        (b'"at,who\n2026', "the header can't be read"),
        (b"when,who\n2026-01-05,ana@x.org\n", "has no column 'at', which the mapping names"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(seen, content, message):
    with pytest.raises(SourceError, match=message):
        seen(content)


def test_a_header_alone_is_no_rows(seen):
    taken = seen(b"at,who\n")
    assert all(len(table) == 0 for table in taken.tables.values())
    assert taken.read == [1.0]


def test_a_misspelt_column_is_named_with_the_nearest(seen):
    with pytest.raises(SourceError, match="no column 'who', which the mapping names; did you mean 'whom'"):
        seen(b"at,whom\n2026-01-05,ana@x.org\n")


def test_packed_files_are_unpacked(seen):
    packed = gzip.compress(b"at,who\n2026-01-05,ana@x.org\n")
    assert seen(packed, name="visits.csv.gz").rows("interactions", "actor") == ["email:ana@x.org"]


def test_a_packed_file_that_is_cut_off_is_refused(seen):
    packed = gzip.compress(b"at,who\n" + b"".join(b"2026-01-05,u%d@x.org\n" % i for i in range(50_000)))
    with pytest.raises(SourceError, match=r"visits.csv.gz: the packed file is damaged"):
        seen(packed[: len(packed) // 2], name="visits.csv.gz")


def test_a_packed_file_that_grows_without_end_is_refused(seen):
    bomb = gzip.compress(b"at,who\n" + b"2026-01-05,ana@x.org\n" * 200_000)
    with pytest.raises(SourceError, match="unpacks to more than 1 MiB"):
        seen(bomb, name="visits.csv.gz", limits=replace(LIMITS, free=1 << 20, ratio=1))


def test_a_file_comes_in_bounded_batches_and_says_how_far_it_is_read(seen):
    rows = b"".join(b"2026-01-05,u%d@x.org\n" % i for i in range(10_000))
    taken = seen(b"at,who\n" + rows, limits=replace(LIMITS, rows=1_000))
    assert len(taken.rows("interactions")) == 10_000
    assert taken.batches == 11
    assert taken.read == sorted(taken.read)
    assert taken.read[-1] == 1.0


@pytest.mark.parametrize("bound", [{"cells": 200}, {"characters": 2_000}])
def test_wide_or_long_rows_make_small_batches(seen, bound):
    rows = b"".join(b"2026-01-05,u%d@x.org\n" % i for i in range(1_000))
    assert seen(b"at,who\n" + rows, limits=replace(LIMITS, **bound)).batches > 9
