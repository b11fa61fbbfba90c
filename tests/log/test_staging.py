"""Rows of an import are told apart by their place, so they are compared in the order in which they came."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.written import interactions
from ziggurat.log.keys import Index
from ziggurat.log.staging import judge_staged, stage
from ziggurat.sources.batch import Batch

ROWS = "\n".join(f"i{n}  user:{n % 5}  visited  words {n}" for n in range(30))
TABLE = interactions(f"interaction_id  actor  kind  text\n{ROWS}")


def keys(folder: Path, size: int) -> list[int]:
    """The hashes of the rows as they are laid down, of lots of so many."""
    folder.mkdir()
    stage((Batch({"interactions": TABLE.slice(first, size)}) for first in range(0, 30, size)), folder, lambda _: None)
    (folder / "index").mkdir()
    judge_staged("interactions", folder, "forum", Index(folder / "index"), 1)
    return np.fromfile(folder / "hashes.key", np.uint64).tolist()


@pytest.mark.parametrize("turn", range(8))
def test_rows_of_many_small_lots_stay_in_order(tmp_path: Path, turn: int) -> None:
    whole = keys(tmp_path / "whole", 30)
    assert len(set(whole)) == 30
    assert keys(tmp_path / "lots", 3) == whole
