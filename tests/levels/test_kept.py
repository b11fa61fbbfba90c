"""Lives that are swept again are kept as long as they are small, and are the same as the files give."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from tests.levels.lived import KINDS, told
from tests.written import MIX, interactions
from ziggurat.levels import history, kept
from ziggurat.levels.ladder import Ladder, Level, Rule
from ziggurat.log.histories import Manifest

LIVED = told(interactions(MIX))
MANIFEST = Manifest(1, 1, 1, LIVED.codes, {0: ["a"]}, {0: [LIVED.table.num_rows]})
KINDLY = ("person", "at", "kind", "direction")


class Files:
    """What is read of a bucket, and how often."""

    def __init__(self) -> None:
        self.read: list[tuple[str, ...]] = []

    def __call__(self, bucket: int, names: Any) -> Any:
        self.read.append(tuple(names))
        return LIVED.table.select(list(names))


def asked(lives: kept.Kept, files: Files, names: Any = KINDLY, manifest: Manifest = MANIFEST) -> dict[str, Any]:
    """The columns of a bucket, as one question reads them."""
    return lives.reader(manifest, names, files)(0)._asdict()


def test_the_second_question_keeps_what_it_reads_and_the_third_reads_nothing() -> None:
    lives, files = kept.Kept(), Files()
    answers = [asked(lives, files) for _ in range(3)]
    assert files.read == [KINDLY, KINDLY]
    for name in history.CODED:
        expected = history.fill_nulls(LIVED.table[name]) if name in KINDLY else np.empty(0)
        for answer in answers:
            np.testing.assert_array_equal(answer[name], expected)
            assert answer[name].dtype == history.fill_nulls(LIVED.table[name]).dtype


def test_another_ladder_reads_only_what_it_looks_at_besides() -> None:
    lives, files = kept.Kept(), Files()
    for names in (KINDLY, KINDLY, (*KINDLY, "amount"), (*KINDLY, "amount"), (*KINDLY, "amount"), KINDLY):
        asked(lives, files, names)
    assert files.read == [KINDLY, KINDLY, (*KINDLY, "amount"), ("amount",)]


@pytest.mark.parametrize("later", [{"turn": 2}, {"number": 2}])
def test_a_refresh_begins_anew(later: dict[str, int]) -> None:
    lives, files = kept.Kept(), Files()
    for manifest in (MANIFEST, MANIFEST, msgspec.structs.replace(MANIFEST, **later)):
        asked(lives, files, manifest=manifest)
    assert len(files.read) == 3
    lives.forget()
    assert not lives.columns


def test_what_is_large_is_read_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    lives, files = kept.Kept(), Files()
    monkeypatch.setattr(kept, "LARGEST", LIVED.table.num_rows * (8 + 8 + 2 + 1) - 1)
    for _ in range(3):
        asked(lives, files)
    assert len(files.read) == 3
    monkeypatch.setattr(kept, "LARGEST", kept.LARGEST + 1)
    for _ in range(3):
        asked(lives, files)
    assert len(files.read) == 4


@pytest.mark.parametrize(
    "rule, more",
    [
        ({"at_least": 1}, ()),
        ({"on_days": 2}, ()),
        ({"on_channels": 2}, ("channel",)),
        ({"worth": 9}, ("amount",)),
        ({"worth": 9, "of": "minutes"}, ("minutes",)),
        ({"from_kinds": ("joined",)}, ()),
        ({"at_least": 1, "min_score": 3}, ("channel", "activity", "score")),
        ({"at_least": 1, "channels": ("web",)}, ("channel", "activity")),
        ({"at_least": 1, "activities": ("may*",)}, ("channel", "activity")),
        ({"on_days": 1, "min_amount": 3}, ("channel", "activity", "amount")),
    ],
)
def test_only_what_a_rule_looks_at_is_read(rule: dict[str, Any], more: tuple[str, ...]) -> None:
    ladder = Ladder("any", (Level("x", (Rule(**rule),)),))
    assert set(history.codes_needed(ladder)) == {*KINDLY, *more}
    at = max(LIVED.table["at"].to_pylist())
    whole, few = (
        history.standings(table, LIVED.codes, ladder, KINDS, at=at)
        for table in (LIVED.table, LIVED.table.select(history.codes_needed(ladder)))
    )
    assert whole.equals(few) and whole.num_rows
