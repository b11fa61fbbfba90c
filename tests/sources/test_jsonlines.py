from __future__ import annotations

import json
from dataclasses import replace

import pytest
from msgspec.structs import replace as with_

from ziggurat.sources import jsonlists
from ziggurat.sources.limits import LIMITS

from .conftest import VISITS

ANA = '{"at": "2026-01-05", "who": "ana@x.org"'


def lines(*rows):
    return ("\n".join(rows) + "\n").encode()


def read(seen, *rows, mapping=VISITS, **more):
    return seen(lines(*rows), mapping, name="visits.jsonl", **more)


def test_objects_within_objects_are_columns_named_with_dots(seen):
    mapping = with_(VISITS, fields={"at": "at", "actor": "user.mail"}, traits={"city": "user.home.city"})
    taken = read(seen, '{"at": "2026-01-05", "user": {"mail": "ana@x.org", "home": {"city": "Bonn"}}}', mapping=mapping)
    assert taken.rows("traits", "identity", "trait", "value") == [("email:ana@x.org", "city", "Bonn")]


def test_values_are_kept_as_they_are_written(seen):
    taken = read(
        seen, ANA + ', "a": 1.10, "b": 12345678901234567890123, "c": true, "d": [1, {"x": 2}], "e": null, "f": {}}'
    )
    properties = json.loads(taken.rows("interactions", "properties")[0])
    assert properties == {"a": "1.10", "b": "12345678901234567890123", "c": "true", "d": '[1,{"x":2}]', "f": "{}"}


def test_words_in_a_list_and_text_in_pieces_are_read_as_text(seen):
    text = '[["see ", {"type": "link", "text": "x.org"}, "!"], ["donor", "vip"], ["a, b", "c"], [], ["a", 1]]'
    pieces, words, *others = json.loads(text)
    taken = read(seen, ANA + f', "a": {json.dumps(pieces)}, "b": {json.dumps(words)}, "c": {json.dumps(others)}' + "}")
    properties = json.loads(taken.rows("interactions", "properties")[0])
    assert properties == {"a": "see x.org!", "b": "donor, vip", "c": '[["a, b","c"],[],["a",1]]'}


def test_fractions_in_a_list_are_kept_as_they_are_written(seen):
    taken = read(seen, ANA + ', "place": [52.50,13.4], "of": [{"a": [1e400, -0.0, 1]}]}')
    properties = json.loads(taken.rows("interactions", "properties")[0])
    assert properties == {"place": "[52.50,13.4]", "of": '[{"a":[1e400,-0.0,1]}]'}


def test_numbers_that_came_as_numbers_know_no_decimal_comma(seen):
    mapping = with_(VISITS, fields={**VISITS.fields, "amount": "sum"}, decimal=",")
    taken = read(seen, ANA + ', "sum": 12.345}', ANA + ', "sum": "12,345"}', mapping=mapping)
    assert taken.rows("interactions", "amount") == [12.345, 12.345]


def test_rows_may_have_different_names(seen):
    taken = read(seen, ANA + ', "x": "1"}', ANA + ', "y": "2"}', ANA + "}")
    assert taken.rows("interactions", "properties") == ['{"x":"1"}', '{"y":"2"}', "{}"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1, 2]", "Expected `object`"),
        ('"text"', "Expected `object`"),
        ("{", "truncated"),
        ("not json", "invalid"),
        ('{"a": NaN}', "invalid"),
        ('{"a": ' + "9" * 5000 + "}", "out of range"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ('{"a": "\\ud800"}', "the line is no JSON object"),
    ],
)
def test_a_line_that_is_no_object_is_rejected_alone(seen, line, reason):
    taken = read(seen, ANA + "}", line, ANA + "}")
    assert len(taken.rows("interactions")) == 2
    assert [number for number, _ in taken.reasons] == [2]
    assert "is no JSON object" in taken.reasons[0][1]
    assert reason in taken.reasons[0][1]


def test_deep_objects_are_kept_as_text(seen):
    deep = '{"a":' * 50 + "1" + "}" * 50
    properties = json.loads(read(seen, ANA + f', "deep": {deep}' + "}").rows("interactions", "properties")[0])
    assert list(properties) == ["deep" + ".a" * 7]


def test_lines_with_ever_new_names_are_rejected_beyond_the_limit(seen):
    rows = [ANA + f', "n{i}": "1"' + "}" for i in range(100)]
    taken = read(seen, *rows, limits=replace(LIMITS, columns=50))
    assert len(taken.rows("interactions")) == 48
    assert taken.reasons[0] == (49, "with this line the file would have more than 50 different names")


@pytest.mark.parametrize(
    "content",
    [
        '[{"at": "2026-01-05", "who": "ana@x.org"}, {"at": "2026-01-06", "who": "bo@x.org"}]',
        '{"count": 2, "tags": ["a"], "visits": [\n{"at": "2026-01-05", "who": "ana@x.org", "deep": [{"a": "]}"}]},\n'
        '{"at": "2026-01-06",\n"who": "bo@x.org"}]}',
    ],
)
@pytest.mark.parametrize("block", [1, 7, 1 << 16])
def test_one_json_list_has_a_row_for_each_object(seen, monkeypatch, content, block):
    monkeypatch.setattr(jsonlists, "BLOCK", block)
    taken = seen(content.encode(), name="visits.json")
    assert taken.rows("interactions", "actor") == ["email:ana@x.org", "email:bo@x.org"]
    assert taken.reasons == []


def test_what_is_no_object_in_a_list_is_rejected_with_its_line(seen):
    taken = seen(b'["x", {"at": "2026-01-05", "who": "ana@x.org"},\n 7,\n{"at": "2026', name="visits.json")
    assert taken.rows("interactions", "actor") == ["email:ana@x.org"]
    assert [line for line, _ in taken.reasons] == [1, 2, 3]
    assert all("no JSON object" in why for _, why in taken.reasons)


def test_a_line_too_long_is_rejected(seen):
    taken = read(seen, '{"a": "' + "x" * 10_000 + '"}', ANA + "}", limits=replace(LIMITS, line=1_000))
    assert taken.reasons == [(1, "the line is longer than 1,000 characters; only its beginning is shown")]
    assert len(taken.rows("interactions")) == 1


def test_bytes_that_are_no_text_reject_their_line(seen):
    taken = seen('{"ö": 1, "ü": 2}\n'.encode() + b'{"a": "\xff"}\n', name="visits.jsonl")
    assert "encoding does not know" in taken.reasons[-1][1]
