"""The measurements run, on a small log, and what they check holds."""

from __future__ import annotations

import pytest
from bench.generate import generate

from bench import report, starts, works

ROWS, KEPT = 6_000, 5_700


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A log, and the workspace made of it as in a whole run."""
    folder = tmp_path_factory.mktemp("bench")
    log, space = str(folder / "log.parquet"), str(folder / "space")
    generate(log, ROWS, seed=3)
    assert works.fill(log, space, str(KEPT))["interactions"] == KEPT
    for first, last in ((KEPT, KEPT + 200), (KEPT + 200, ROWS)):
        assert works.refresh_some(log, space, str(first), str(last))["seconds"][0] > 0
    return log, space, folder


def test_a_refresh_of_what_is_new_leaves_what_a_whole_one_leaves(made):
    log, space, folder = made
    works.fill(log, str(folder / "whole"), str(ROWS))
    assert works.refresh_all(str(folder / "whole"))["interactions"] == ROWS
    assert works.same_as_all(space, str(folder / "whole"))["differ"] == 0
    works.fill(log, str(folder / "other"), str(ROWS - 1))
    assert works.same_as_all(space, str(folder / "other"))["differ"] > 0


def test_sql_and_the_fold_say_the_same(made):
    log, space, _ = made
    assert works.sql(log, space)["rows"] == works.fold(log, space)["rows"] == works.build_and_fold(log, space)["rows"]
    same = works.identical(log, space)
    assert (same["differ"], same["causes"]) == (0, 0)
    assert works.scan(log, space)["seconds"][0] > 0


def test_a_csv_of_the_log_is_imported_whole(made):
    log, _, folder = made
    starts.write_csv(log, str(folder / "rows.csv"))
    told = starts.import_csv(str(folder / "rows.csv"), str(folder / "from-csv"))
    assert (told["rows"], told["rejected"]) == (ROWS, 0)
    assert starts.copy_csv(str(folder / "rows.csv"), str(folder / "copy.parquet"))["seconds"][0] > 0


def test_ratios_are_of_rounds_that_ran_together():
    """The machine was three times slower in the second round: medians alone would say 3 : 2."""
    assert report.ratio([1.0, 3.0, 1.1], [0.5, 1.5, 2.0]) == 2.0


def test_a_missed_goal_is_printed_as_missed():
    lines: list[str] = []
    rows = [report.Row("a", [1.0, 2.0, 9.0], 2**30, "b", 0.5, "≥ 1 ×", False), report.Row("c", [0.0123])]
    report.show("Title", rows, lines.append)
    assert lines[0] == "\n## Title\n"
    assert "MISSED" in lines[3]
    assert "2.00 s" in lines[3]
    assert "1.00 GB" in lines[3]
    assert "12 ms" in lines[4]
    assert len({len(line) for line in lines[1:]}) == 1
