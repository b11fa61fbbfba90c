"""A manager's day without a terminal: import, the list for a spreadsheet, a ladder of one's own, a PDF for the board.

Each step is kept as a picture, on a light desk and on a dark phone, in the folder that WALK names, else with the
files of the test.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import served
from tests.browser.test_next_step import bring
from tests.written import open_new
from ziggurat.workspace import Workspace

Visit = Callable[..., Page]
LOOKS = {
    "desk": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
ROWS = [
    f"2026-0{month}-{2 + person:02} 10:00,p{person}@example.org,{event},{channel},{amount}"
    for month in (1, 2, 3)
    for person in range(8)
    for event, channel, amount in (("subscribed", "email", ""), ("donated", "web", "20"), ("visited", "web", ""))
    if event != "donated" or person % 2
]


@pytest.mark.parametrize("look", LOOKS)
def test_from_an_import_to_a_list_a_ladder_and_a_report(look: str, tmp_path: Path, visit: Visit) -> None:
    pictures = Path(os.environ.get("WALK", tmp_path)) / look
    space = open_new(tmp_path / "club")
    with served(space.folder) as home:
        page = visit(f"{home}/data", **LOOKS[look])

        def see(name: str) -> None:
            """Keep what the page shows; nothing of it is wider than the screen."""
            page.wait_for_load_state("networkidle")
            page.screenshot(path=pictures / f"{name}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

        bring(page, home, tmp_path / "year.csv", ROWS)
        see("1 imported")
        page.goto(home)
        expect(page.locator("main")).to_contain_text("known people", timeout=60_000)
        see("2 today")

        page.goto(f"{home}/people")
        see("3 people")
        page.locator("summary", has_text="Take the list elsewhere").first.click()
        with page.expect_download() as coming:
            page.get_by_role("link", name="For a mail tool (XLSX)").click()
        sheet = load_workbook(io.BytesIO(Path(coming.value.path()).read_bytes()), read_only=True).active
        assert sheet is not None
        cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
        assert {f"p{person}@example.org" for person in range(8)} <= cells

        page.goto(f"{home}/ladders")
        page.get_by_role("link", name="Make a copy of").first.click()
        page.locator("#ladder").fill("our-club")
        page.get_by_role("button", name="Show what it would do").click()
        expect(page.locator("#tried")).to_contain_text("Who would stand where now", timeout=60_000)
        see("4 a ladder")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("our-club", timeout=60_000)
        assert "our-club" in Workspace.open(space.folder).ladders()

        page.goto(f"{home}/report")
        page.get_by_label("Comment at its head").fill("A good quarter.")
        page.get_by_role("button", name="Write the report").click()
        button = page.get_by_role("link", name="Download as PDF")
        expect(button).to_be_visible(timeout=120_000)
        see("5 a report")
        with page.expect_download() as coming:
            button.click()
        assert Path(coming.value.path()).read_bytes().startswith(b"%PDF")
