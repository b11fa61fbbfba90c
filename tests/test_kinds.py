"""The vocabulary: what is shipped, what each kind means, and what a workspace adds."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from ziggurat.base import kinds, schema
from ziggurat.base.errors import DeclarationError
from ziggurat.base.kinds import Group, Meaning

PAGE = (Path(__file__).parents[1] / "docs" / "facts.md").read_text("utf-8")


def having(word: str) -> set[str]:
    return {kind for kind, one in kinds.load().meaning_of.items() if getattr(one, word)}


def test_the_shipped_kinds_are_those_of_the_design() -> None:
    shipped = kinds.load()
    assert set(shipped.group_of.values()) == {
        "attention", "permission", "endorsement", "conversation", "exchange", "effort", "ownership", "leadership",
        "organisation",
    }  # fmt: skip
    assert len(shipped.group_of) == 55
    assert shipped.group_of["recruited"] == "leadership"
    assert {kind for kind, way in shipped.direction_of.items() if way == "out"} == {
        kind for kind, group in shipped.group_of.items() if group == "organisation"
    }


def test_every_word_is_a_column_and_is_explained() -> None:
    words = list(Meaning.__struct_fields__)
    assert schema.KINDS.names == ["kind", "group", "direction", "like", *words]
    explained = re.findall(r"^\| `(\w+)[^`]*` \|", PAGE, re.MULTILINE)
    assert set(explained) == set(words)
    assert all(having(word) or not getattr(Meaning(), word) for word in words)


def test_what_kinds_mean_hangs_together() -> None:
    """Whatever asks or answers speaks; what asks begins; what is given and what is got are told apart."""
    assert having("asks") | having("may_ask") | having("answers") | having("begins") <= having("speaks")
    assert having("asks") | having("may_ask") <= having("begins")
    assert not having("asks") & having("may_ask")
    assert not having("gives") & having("gets")
    assert set(kinds.load().meaning_of) - having("sent") == having("assigns") == {"assigned"}


def test_the_page_names_what_a_group_s_own_kinds_are_like() -> None:
    for name, group in kinds.load_shipped().items():
        assert group.like in group.kinds
        assert re.search(rf"in\s+`{name}`\s+(it\s+is\s+like\s+)?`{group.like}`", PAGE), name


def test_a_workspace_may_add_its_own() -> None:
    own = kinds.load({"garden": Group(inward=("planted",), out=("watered",), among=("swapped",))})
    assert (own.group_of["planted"], own.direction_of["planted"]) == ("garden", "in")
    assert (own.direction_of["watered"], own.direction_of["swapped"]) == ("out", "among")
    assert own.check("planted", "here") == "planted"
    assert own.meaning_of["planted"] == Meaning()
    assert "planted" not in kinds.load().group_of


def test_an_own_kind_means_all_that_the_kind_means_that_it_is_like() -> None:
    own = kinds.load({
        "helped": Group(like="responded"),
        "aided": Group(like="helped", direction="in"),
        "garden": Group(inward=("planted",), like="volunteered"),
        "conversation": Group(inward=("yodelled",), among=("hummed",)),
    })  # fmt: skip
    assert own.meaning_of["helped"] == own.meaning_of["aided"] == own.meaning_of["responded"]
    assert [own.direction_of[kind] for kind in ("helped", "aided")] == ["out", "in"]
    assert (own.group_of["helped"], own.group_of["planted"]) == ("organisation", "garden")
    assert own.meaning_of["planted"] == own.meaning_of["volunteered"]
    assert own.meaning_of["yodelled"] == own.meaning_of["hummed"] == own.meaning_of["mentioned"]
    like = {kind: own.like_of[kind] for kind in ("aided", "planted", "yodelled", "posted")}
    assert like == {"aided": "responded", "planted": "volunteered", "yodelled": "yodelled", "posted": "posted"}
    row = next(row for row in own.table().to_pylist() if row["kind"] == "aided")
    expected = {"kind": "aided", "group": "organisation", "direction": "in", "like": "responded"}
    assert row == expected | msgspec.structs.asdict(own.meaning_of["responded"])


@pytest.mark.parametrize("group", [Group(inward=("visited",)), Group(out=("dug", "dug"))])
def test_a_kind_is_declared_once(group) -> None:
    with pytest.raises(DeclarationError, match=r"\[kinds\.garden\]: '(visited|dug)' is already a kind, in group"):
        kinds.load({"garden": group})


@pytest.mark.parametrize(
    ("name", "group", "message"),
    [
        ("helped", Group(like="respondd"), r"^\[kinds\.helped\]: like: unknown kind 'respondd'; did you mean 'respon"),
        ("helped", Group(like="helped"), r"^\[kinds\.helped\]: like: unknown kind 'helped'; did you mean 'led'"),
        ("posted", Group(like="asked"), r"^\[kinds\.posted\]: 'posted' is already a kind, in group 'conv"),
        ("garden", Group(inward=("dug",), direction="in"), r"^\[kinds\.garden\]: `direction` belongs to one kind"),
        ("helped", Group(direction="out"), r"^\[kinds\.helped\]: `direction` belongs to one kind"),
    ],
)
def test_what_can_t_be_meant_is_refused(name, group, message) -> None:
    with pytest.raises(DeclarationError, match=message):
        kinds.load({name: group})


def test_an_unknown_kind_is_told_with_the_nearest() -> None:
    with pytest.raises(DeclarationError, match=r"^here: unknown kind 'visitted'; did you mean 'visited'\?$"):
        kinds.load().check("visitted", "here")
    with pytest.raises(DeclarationError, match=r"unknown kind 'zzz'; declare it under \[kinds\] in ziggurat\.toml\.$"):
        kinds.load().check("zzz", "here")
