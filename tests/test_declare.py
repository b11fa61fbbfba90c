"""Declarations are read strictly, and an error names the file, the place and the nearest right word."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from ziggurat.base import declare
from ziggurat.base.errors import DeclarationError


class Rung(msgspec.Struct, forbid_unknown_fields=True, rename={"inward": "in"}):
    name: str
    inward: tuple[str, ...] = ()
    height: float | None = None


class House(msgspec.Struct, forbid_unknown_fields=True):
    rungs: tuple[Rung, ...] = ()
    rooms: dict[str, Rung] = {}
    door: Rung | None = None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"rungz": []}, "house.toml: unknown field `rungz`; did you mean `rungs`?"),
        ({"quite else": []}, "house.toml: unknown field `quite else`; there are `rungs`, `rooms`, `door`."),
        (
            {"rungs": [{"name": "a"}, {"nam": "b", "name": "b"}]},
            "house.toml: unknown field `nam` at rung 2; did you mean `name`?",
        ),
        ({"rungs": [{"name": "a", "inn": ()}]}, "house.toml: unknown field `inn` at rung 1; did you mean `in`?"),
        ({"rungs": [{"inward": ()}]}, "unknown field `inward` at rung 1"),
        ({"rungs": [{}]}, "house.toml: `name` is missing at rung 1."),
        ({"rungs": [{"name": 5}]}, "house.toml: expected `str`, got `int` at rung 1, name."),
        ({"rungs": [{"name": "a", "in": ["x", 5]}]}, "house.toml: expected `str`, got `int` at rung 1, in 2."),
        ({"door": {"name": "a", "hight": 2}}, "unknown field `hight` at door; did you mean `height`?"),
        ({"rooms": {"hall": {"name": "a", "hight": 2}}}, "unknown field `hight` at rooms; did you mean `height`?"),
        ({"rungs": 5}, "house.toml: expected `array`, got `int` at rungs."),
    ],
)
def test_what_is_wrong_is_told_with_its_place(data: dict[str, Any], message: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        declare.convert(data, House, "house.toml")
    assert message in str(raised.value)


def test_what_is_right_is_taken() -> None:
    house = declare.convert({"rungs": [{"name": "a", "in": ["x"], "height": 2}]}, House, "house.toml")
    assert house == House((Rung("a", ("x",), 2.0),))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a = \n", r"house\.toml: Invalid value \(at line 1, column 5\); mend the file and try again\."),
        (b"a = 1\na = 2\n", r"house\.toml: Cannot overwrite a value \(at line 2, column 6\)"),
        (b'a = "\xff"\n', r"house\.toml: 'utf-8' codec can't decode byte 0xff"),
    ],
)
def test_what_is_no_toml_is_told(tmp_path, content: bytes, message: str) -> None:
    (tmp_path / "house.toml").write_bytes(content)
    with pytest.raises(DeclarationError, match=message):
        declare.read_toml(tmp_path / "house.toml")


def test_a_file_that_is_not_there_is_told(tmp_path) -> None:
    with pytest.raises(DeclarationError, match=r"none\.toml: No such file or directory; check the name"):
        declare.read_toml(tmp_path / "none.toml")
    with pytest.raises(DeclarationError, match="Is a directory; check the name"):
        declare.read_toml(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"a = " + b"[" * 20_000 + b"]" * 20_000, "its values are nested too deeply"),
        (b"a = " + b"9" * 5_000, "digits"),
        (b"a = '\xff'", "can't decode"),
        (b"a = 'x", "end of document"),
    ],
)
def test_toml_that_can_not_be_read_is_refused(tmp_path, text, said):
    path = tmp_path / "house.toml"
    path.write_bytes(text)
    with pytest.raises(DeclarationError, match=f"house.toml: .*({said})"):
        declare.convert(declare.read_toml(path), House, "house.toml")
