"""The report's page on next steps says what became of them and what plays did, where there were any."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.report.test_report import pages
from tests.workspace.test_plays import PLAY, rows
from tests.written import interactions, open_new, take
from ziggurat.base.instant import instant, moment
from ziggurat.report.report import Report
from ziggurat.state import steps
from ziggurat.workspace import Workspace

CROWD = [f"email:c{one}@x{one}.com" for one in range(200)]
MADE = dt.date(2026, 2, 1)


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Of 100 to whom `give` turned 80 gave, of 100 whom it left out 10; three open steps came later."""
    space = open_new(tmp_path_factory.mktemp("worked") / "club")
    (space.folder / "plays").mkdir()
    (space.folder / "plays" / "give.toml").write_text(f'title = "Ask <b>them</b>"\n{PLAY}', "utf-8")
    take(space, interactions=interactions(rows("subscribed", "2026-01-05", CROWD)))
    gives = [*CROWD[:160:2], *CROWD[1:21:2]]
    take(space, "later", interactions=interactions(rows("donated", "2026-01-08", gives, amount="60")))
    take(space, "last", interactions=interactions(rows("visited", "2026-01-31", CROWD[:1])))
    space.save_segment("givers", {"did": ["donated"]}, title="Givers")
    space.refresh()

    def assign(people: list[str], day: str, status: str = "") -> None:
        at = moment(instant(day))
        said = {
            "play": "give", "ladder": space.default_ladder(), "level": "Following", "target": 3, "assigned_at": at,
            "week": at.date(), "owner": "bo", "minutes": 10, "expected": 0.1, "channel": "email", "story": "",
            "subject": "", "text": "",
        }  # fmt: skip
        arms = [("held out", "held out") if one % 2 and not status else ("offered", status or "sent")
                for one in range(len(people))]  # fmt: skip
        some = [said | {"identity": who, "unit": who, "arm": arm, "status": kept}
                for who, (arm, kept) in zip(people, arms, strict=True)]  # fmt: skip
        steps.assign(space.state.database, some, by="bo", at=at)

    assign(CROWD, "2026-01-05T12:00:00Z")
    assign([f"email:n{one}@n.com" for one in range(3)], "2026-01-31T12:00:00Z", "queued")
    return space


def test_it_says_what_the_play_did_what_became_of_steps_and_who_is_in_segments(club: Workspace) -> None:
    found = Report.of(club, made=MADE, since="2025-12-31")
    page = found.content.pages[6]
    assert page.headline == "1 play has turned to people: 1 helps."
    assert page.sentences[0] == (
        "In this period 103 steps were begun, and 100 people left out by chance; 100 taken, 0 declined, 3 open."
    )
    assert "of 31 Jan 2026, had 3 steps in 30 minutes, of which 0 were taken" in page.sentences[1]
    assert "80 % of 100 climbed to Giving within 5 days, where 10 % of 100" in page.sentences[2]
    (row,) = page.tables[0].rows
    assert (row[1], row[3], row[6]) == ("100", "100", "helps")
    assert page.tables[1].rows == (("Givers", "known people who donated", "90"),)
    assert pages(found.pdf()) == 7
    html = found.html()
    assert "&lt;b&gt;them" in html and "<b>them" not in html and 'id="page-7"' in html


def test_a_report_as_of_an_earlier_day_knows_nothing_that_came_later(club: Workspace) -> None:
    early = Report.of(club, made=MADE, since="2025-12-31", until="2026-01-07")
    page = early.content.pages[6]
    assert page.headline == "1 play has turned to people; of none is it clear yet what it does."
    assert "100 taken, 0 declined, 0 open" in page.sentences[0]
    assert page.tables[0].rows[0][1] == "0"
    assert len(Report.of(club, made=MADE, since="2025-12-31", until="2026-01-05T11:00:00Z").content.pages) == 6


def test_where_nobody_was_turned_to_the_report_has_six_pages(tmp_path: Path) -> None:
    space = open_new(tmp_path / "quiet")
    take(space, interactions=interactions(rows("subscribed", "2026-01-05", CROWD[:3])))
    space.refresh()
    assert len(Report.of(space, made=MADE).content.pages) == 6
