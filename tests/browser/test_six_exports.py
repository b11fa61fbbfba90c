"""From an empty folder to a pyramid with six exports, by keyboard alone, on a desk by day and on a phone at night."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests import planted
from tests.browser.conftest import served
from tests.browser.reading import Look, window
from ziggurat.settings.config import Config
from ziggurat.workspace import Workspace

SOON = 60_000  # ms
MOST = 400  # presses of a key
TWO: list[Look] = [("light", 1280), ("dark", 390)]
NAMED = """() => {
  const each = document.activeElement;
  return each.ariaLabel || each.innerText || "";
}"""


def press(page: Page, name: str) -> None:
    """Come to what is called so with the tab key, and press Enter."""
    page.locator("body").press("Tab")
    for _ in range(MOST):
        if page.evaluate(NAMED).strip() == name:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not come to '{name}' within {MOST} presses")


def test_six_exports_become_a_pyramid_by_keyboard(tmp_path: Path, chromium: Browser) -> None:
    """What a file dialog gives is given by hand, as no page can type into one; the rest is done by keys."""
    truth = planted.plant(tmp_path)
    Workspace.create(tmp_path / "club", Config(name="Club", ladders=("nonprofit",)))
    with served(tmp_path / "club") as home, window(chromium) as reader:
        page = reader.page
        page.goto(f"{home}/data")
        page.locator("#file").set_input_files([tmp_path / name for name in planted.FILES])
        press(page, "Upload")
        expect(page.get_by_role("heading", name="Waiting for you to say what they mean")).to_be_visible(timeout=SOON)
        assert reader.again(TWO) == []
        for place, name in enumerate(planted.FILES):
            page.goto(f"{home}/data")
            press(page, name)
            expect(page.locator("h1")).to_have_text(f"Import {name}", timeout=SOON)
            if place == 0:
                assert reader.again(TWO) == []
            press(page, "Import")
            expect(page.get_by_text("Done.")).to_be_visible(timeout=SOON)
            expect(page.locator(".figures")).to_contain_text("Rejected0")
        assert reader.again(TWO) == []
        expect(page.get_by_text("Next:")).to_have_count(0)
        press(page, "See what changed")
        page.goto(f"{home}/people?kind=all")
        expect(page.locator("main")).to_contain_text(f"{len(truth.people)} people")
        page.goto(f"{home}/pyramid")
        expect(page.locator("main")).to_contain_text("known people")
        assert reader.again(TWO) == []
