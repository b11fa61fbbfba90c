"""Processes are killed at work: nothing is lost, doubled or unreadable. `make crash` kills hundreds."""

from __future__ import annotations

import os

import pytest

from tests.log.kills import Attack, wrong

KILLS = int(os.environ.get("ZIGGURAT_KILLS", "4"))


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals here")
def test_nothing_is_lost_doubled_or_unreadable_when_processes_are_killed_at_work(tmp_path):
    attack = Attack(tmp_path / "at work", seed=KILLS)
    assert list(attack.faults(KILLS)) == []
    sources = attack.sources
    sources["left"].files["never.csv"] = ["never-0"]
    (row, *_) = sources["anybody"].files["anybody.csv"]
    sources["anybody"].files["anybody.csv"].remove(row)
    found = "; ".join(wrong(tmp_path / "at work" / "space", sources, thorough=False))
    assert "1 rows are lost, such as ['never-0']" in found
    assert f"0 rows are lost, such as []; ['{row}'] too much" in found
