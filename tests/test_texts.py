"""Every claim of the five texts leads to a study that is there, to a column of it, and to a verdict; none is copied."""

import re
from pathlib import Path

import pytest

from ziggurat.catalogue import STUDIES

PAGE = (Path(__file__).parents[1] / "docs" / "texts.md").read_text("utf-8")
STUDY = r"\[(?P<study>[^\]]+)\]\((?P<page>[^)]+)\)"
ROW = re.compile(rf"^\| (?P<claim>[^|]+) \| {STUDY} \| `(?P<figure>\w+)` \| (?P<verdict>.+) \|$")
ROWS = [found for line in PAGE.splitlines() if (found := ROW.match(line))]
SEEDS = Path(__file__).parents[2] / "shared" / "seeds"


def test_all_five_are_there():
    assert PAGE.count("\n## ") == 5
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| claim", "|---"))]
    assert len(ROWS) == len(lines) >= 45


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["claim"][:40])
def test_a_claim_leads_to_a_figure_and_a_verdict(row):
    assert row["page"] == f"studies/{row['study']}.md"
    assert row["figure"] in STUDIES[row["study"]].result.columns
    assert row["verdict"].startswith(("Answered", "In part", "Open"))


@pytest.mark.skipif(not SEEDS.exists(), reason="the five texts are not beside the repository")
def test_no_sentence_is_copied():
    words = re.findall(r"\w+", " ".join(row["claim"] for row in ROWS).casefold())
    told = {tuple(words[at : at + 8]) for at in range(len(words) - 7)}
    for text in SEEDS.glob("*.txt"):
        theirs = re.findall(r"\w+", text.read_text("utf-8").casefold())
        assert not told & {tuple(theirs[at : at + 8]) for at in range(len(theirs) - 7)}, text.name
