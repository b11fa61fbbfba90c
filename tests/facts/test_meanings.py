"""What a kind means, by its code in a log."""

from __future__ import annotations

from ziggurat.base import kinds
from ziggurat.base.kinds import Group
from ziggurat.facts.meanings import Meanings

OWN = {"helped": Group(like="responded")}


def test_kinds_are_told_by_code_and_no_code_means_nothing():
    found = Meanings.read({"kind": ["helped", "assigned", "asked"]}, kinds.load(OWN).table())
    assert found.flags("answers").tolist() == [True, False, False, False]
    assert found.flags("sent").tolist() == [True, False, True, False]
    assert found.flags("asks", "answers").tolist() == [True, False, True, False]
    assert found.words("gets") == ["answers from us", None, None, None]
    assert found.codes("asks").to_pylist() == [2]


def test_a_kind_that_is_in_no_vocabulary_happened_and_means_no_more():
    found = Meanings.read({"kind": ["yodelled"]}, kinds.load().table())
    assert found.flags("sent").tolist() == found.flags("reacts").tolist() == [True, False]
    assert not found.flags("asks", "answers", "speaks", "looks").any()


def test_a_log_without_anything_has_no_kinds():
    assert Meanings.read({}, kinds.load().table()).flags("sent").tolist() == [False]
