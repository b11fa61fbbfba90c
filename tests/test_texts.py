"""Every claim of the five texts leads to a study that is there, to a column of it, and to a verdict; none is copied."""

import re
from pathlib import Path

import pytest

from ziggurat.catalogue import STUDIES
from ziggurat.catalogue.guide import CELL
from ziggurat.catalogue.ideas import ideas

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


def test_the_pages_answer_the_same_claims_with_the_same_verdicts():
    sections = PAGE.split("\n## ")[1:]
    for (name, idea), section in zip(ideas().items(), sections, strict=True):
        rows = [found for line in section.splitlines() if (found := ROW.match(line))]
        shown = [(one.claim, one.study, one.figure, one.verdict) for one in idea.questions]
        assert shown == [(row["claim"], row["study"], row["figure"], row["verdict"]) for row in rows]
        assert section.startswith(f"{idea.title}\n") and f"*{idea.source}*" in section and f"`/ideas/{name}`" in section


@pytest.mark.parametrize("one", [one for idea in ideas().values() for one in idea.questions], ids=lambda one: one.asks)
def test_an_answer_is_made_of_columns_that_are_there(one):
    study = STUDIES[one.study]
    columns = study.result.columns
    words = {word for _, word in CELL.findall(one.guide.lead)} - {"rows"}
    assert words <= {*columns} and {*one.where, *filter(None, (one.by, one.named))} <= {*columns}
    assert columns[one.figure].numeric or one.figure in words
    assert {*one.options} <= {option.name for option in study.options}


@pytest.mark.skipif(not SEEDS.exists(), reason="the five texts are not beside the repository")
def test_no_sentence_is_copied():
    asked = [text for idea in ideas().values() for text in (idea.gist, *(one.asks for one in idea.questions))]
    words = re.findall(r"\w+", " ".join([*(row["claim"] for row in ROWS), *asked]).casefold())
    told = {tuple(words[at : at + 8]) for at in range(len(words) - 7)}
    for text in SEEDS.glob("*.txt"):
        theirs = re.findall(r"\w+", text.read_text("utf-8").casefold())
        assert not told & {tuple(theirs[at : at + 8]) for at in range(len(theirs) - 7)}, text.name
