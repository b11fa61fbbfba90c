"""From an import to the proof in a browser: somebody comes within reach, is turned to, acts, climbs, and is counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import served
from tests.written import open_new
from ziggurat.playbook import holdout

Visit = Callable[..., Page]
PLAY = """
title = "Ask for a gift"
step = "ask"
owner = "bo"
holdout_share = 0.5
subject = "One more step"
text = "Hello {name}, {missing}"
[whom]
level = ["Following"]
[success]
level = "Giving"
within_days = 5
"""
IDLE = 'active = false\nstep = "thank"\n[success]\nwithin_days = 9'
OTHERS = ("answer-who-waits", "keep-who-flags", "thank-who-climbed", "listen-to-who-turned-against-us", "thank-hosts")


def twins() -> tuple[str, str]:
    """Return two people who are alike, but that the draw turns to the first, and leaves the second out."""
    drawn = {f"p{one}@firm{one}.com": holdout.draw(f"account:firm{one}.com", "gift", 0, 0.5) for one in range(20)}
    return tuple(next(who for who, arm in drawn.items() if arm == wanted) for wanted in (holdout.OFFERED, holdout.HELD))  # type: ignore[return-value]


def bring(page: Page, home: str, file: Path, rows: list[str]) -> None:
    """Import rows as a user does."""
    file.write_text("\n".join(["Date,Email,Event,Channel,Amount", *rows, ""]), "utf-8")
    page.goto(f"{home}/data")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url("**/data/uploads/*")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Done.")).to_be_visible(
        timeout=180_000
    )  # its loops are compiled where nothing was imported yet


def test_from_within_reach_to_the_climb_and_its_proof(tmp_path: Path, visit: Visit) -> None:
    space = open_new(tmp_path / "club")
    (space.folder / "plays").mkdir()
    for name, text in {"gift": PLAY, **dict.fromkeys(OTHERS, IDLE)}.items():
        (space.folder / "plays" / f"{name}.toml").write_text(text, "utf-8")
    asked, twin = twins()
    with served(space.folder) as home:
        page = visit(f"{home}/data")
        near = [
            f"2026-01-05 10:00,{who},{event}"
            for who in (asked, twin)
            for event in ("subscribed,email,", "donated,web,40")
        ]
        bring(page, home, tmp_path / "january.csv", near)

        page.goto(f"{home}/next")
        page.get_by_role("button", name="Fill the week").click()
        card = page.get_by_role("article")
        expect(card).to_have_count(1, timeout=300_000)  # its loops are compiled, and models loaded, for the first time
        expect(card).to_contain_text(asked.partition("@")[0])
        expect(page.locator("main")).to_contain_text("1 person left out by chance")
        assert twin not in page.content()
        card.locator("summary", has_text="What to say").click()
        assert "40 of 50" in card.get_by_label("Message").input_value()
        card.get_by_label("Message").fill("Dear you, ten more would do.")
        card.get_by_role("button", name="Keep the changes").click()
        page.get_by_role("button", name="Sent to").click()
        expect(page.get_by_role("article")).to_have_count(0)

        later = [
            f"2026-01-08 10:00,{asked},donated,web,20",
            *(f"2026-01-20 10:00,{who},visited,web," for who in (asked, twin)),
        ]
        bring(page, home, tmp_path / "later.csv", later)

        page.goto(f"{home}/people?search={asked}")
        page.locator("tbody a").first.click()
        main = page.locator("main")
        expect(main).to_contain_text("Dear you, ten more would do.")
        expect(page.locator("h1")).to_contain_text(asked.partition("@")[0])
        climb = main.locator("li, tr", has_text="Giving").filter(has_text="donated").first
        expect(climb).to_contain_text("8 Jan")
        page.goto(f"{home}/next")
        expect(main).to_contain_text("of 1 climbed to Giving within 5 days, where 0")
        expect(main).to_contain_text("1 sent")
        page.goto(f"{home}/people?search={twin}")
        page.locator("tbody a").first.click()
        expect(page.locator("h1")).to_contain_text(twin.partition("@")[0])
        expect(main).not_to_contain_text("ten more")
        expect(main).not_to_contain_text("Hello")
