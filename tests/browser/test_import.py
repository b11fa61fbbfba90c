"""A file comes in through the browser, is mapped, imported, and taken out again; with script and without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_file_is_uploaded_mapped_imported_and_undone(fresh: str, visit: Visit, tmp_path: Path, script: bool) -> None:
    file = tmp_path / "forum export.csv"
    rows = "".join(f"2026-03-{day:02d} 10:00,new{day}@example.org,joined us,Board {day}\n" for day in range(1, 29))
    file.write_text(f"Date,Email,Event,Room\n{rows}2026-03-30 10:00,,joined us,Board\n")

    page = visit(f"{fresh}/data", java_script_enabled=script)
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/data/uploads/*")
    expect(page.locator("h1")).to_have_text("Import forum export.csv")

    page.get_by_label("Room", exact=True).select_option(label="Channel")
    page.get_by_label("joined us", exact=True).select_option("subscribed")
    page.get_by_role("button", name="Show what this gives").click()
    expect(page.locator("main")).to_contain_text("email:new1@example.org")
    expect(page.get_by_label("joined us", exact=True)).to_have_value("subscribed")

    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Done.")).to_be_visible(timeout=30_000)
    expect(page.locator(".figures")).to_contain_text("28")
    page.get_by_role("link", name="See what changed").click()
    following = page.locator(".step", has_text="Following")
    expect(following).to_contain_text("31")

    page.goto(f"{fresh}/data/rejected")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{fresh}/data")
    page.locator("summary", has_text="Undo").first.click()
    page.get_by_role("button", name="Take 28 rows out again").click()
    expect(page.get_by_text("Done.")).to_be_visible(timeout=30_000)
    page.goto(fresh)
    expect(following).to_contain_text("3")
    expect(following).not_to_contain_text("31")
