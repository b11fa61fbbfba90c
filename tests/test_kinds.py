"""The vocabulary: what is shipped, and what a workspace adds."""

from __future__ import annotations

import pytest

from ziggurat import kinds
from ziggurat.errors import DeclarationError
from ziggurat.kinds import Group


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


def test_a_workspace_may_add_its_own() -> None:
    own = kinds.load({"garden": Group(inward=("planted",), out=("watered",), among=("swapped",))})
    assert (own.group_of["planted"], own.direction_of["planted"]) == ("garden", "in")
    assert (own.direction_of["watered"], own.direction_of["swapped"]) == ("out", "among")
    assert own.check("planted", "here") == "planted"
    assert "planted" not in kinds.load().group_of


@pytest.mark.parametrize("group", [Group(inward=("visited",)), Group(out=("dug", "dug"))])
def test_a_kind_is_declared_once(group) -> None:
    with pytest.raises(DeclarationError, match=r"\[kinds\.garden\]: '(visited|dug)' is already a kind, in group"):
        kinds.load({"garden": group})


def test_an_unknown_kind_is_told_with_the_nearest() -> None:
    with pytest.raises(DeclarationError, match=r"^here: unknown kind 'visitted'; did you mean 'visited'\?$"):
        kinds.load().check("visitted", "here")
    with pytest.raises(DeclarationError, match=r"unknown kind 'zzz'; declare it under \[kinds\] in ziggurat\.toml\.$"):
        kinds.load().check("zzz", "here")
