"""Faults are of kinds that people make, one at a time, where there is logic; the tests that can see them are found."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests import faults, faulty

SOURCE = '''"""Nothing is more than that."""

def some(rows, least: int = 3):
    """Not fewer."""
    if not rows:
        return None
    kept = sorted((row for row in rows if row > least), reverse=True)
    if least < 0:
        raise ValueError("more than enough")
    return kept[0], max(kept), least - 1, f"{least} more than", query(rows, kept), "SELECT a WHERE b >= 2 AND c"
'''


def planted(folder: Path) -> list[faults.Fault]:
    (folder / "some.py").write_text(SOURCE, "utf-8")
    return [make() for made in faults.faults(folder, "some.py").values() for make in made]


@pytest.mark.parametrize(
    ("was", "wrong"),
    [
        ("row > least", "row >= least"),
        ("reverse=True", "reverse=False"),
        ("if not rows", "if not not rows"),
        ("        return None\n", "        pass\n"),
        ("kept[0]", "kept[-1]"),
        ("max(kept)", "min(kept)"),
        ("least - 1", "least + 1"),
        ("least - 1", "least - 2"),
        ("least: int=3", "least: int=7"),
        ("more than'", "less than'"),
        ("query(rows, kept)", "query(kept, rows)"),
        (" for row in rows if row > least", " for row in rows"),
        (">= 2 AND", "> 2 AND"),
        (">= 2 AND", ">= 2 OR"),
    ],
)
def test_each_kind_is_planted_by_itself(tmp_path: Path, was: str, wrong: str) -> None:
    true = ast.unparse(ast.parse(SOURCE)) + "\n"
    assert true.count(was) == 1
    assert true.replace(was, wrong) in [fault.text for fault in planted(tmp_path)]


def test_what_is_no_logic_is_left_and_no_fault_is_none(tmp_path: Path) -> None:
    true = ast.unparse(ast.parse(SOURCE)) + "\n"
    for fault in planted(tmp_path):
        assert fault.text != true
        assert "Nothing is more than that" in fault.text and "Not fewer." in fault.text
        assert "more than enough" in fault.text or "raise" not in fault.text


def test_the_seed_draws_the_same_and_every_folder_has_its_share() -> None:
    drawn = [faults.draw(faulty.ROOT, ["stats", "news"], 4, seed) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert [fault.folder for fault in drawn[0]] == ["stats", "news", "stats", "news"]


def test_the_tests_that_can_see_a_fault_come_nearest_first() -> None:
    parts = faulty.stages(faulty.ROOT, "src/ziggurat/levels/moves.py")
    assert parts[0] == ["tests/levels/test_moves.py"] and ["tests/test_pinned.py"] in parts
    assert all((faulty.ROOT / file).is_file() for part in parts for file in part)
    assert len({file for part in parts for file in part}) == sum(map(len, parts))
