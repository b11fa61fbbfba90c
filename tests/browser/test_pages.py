"""In a real browser: nothing is asked elsewhere, charts are drawn, keyboards and small screens are served."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests import harbour
from tests.browser.reading import drawn

Visit = Callable[..., Page]
LABEL = "getComputedStyle(document.querySelector('figure .role-axis-label text')).fill"
NARROW = {"viewport": {"width": 360, "height": 740}}


def person(home: str, name: str) -> str:
    """Return the path of one person's page."""
    found = httpx.get(f"{home}/api/people", params={"search": name}).json()
    return f"/people/{found['rows'][0]['person_id']}"


def test_hostile_people_are_inert_on_their_own_page_in_tips_and_on_a_phone(home: str, visit: Visit) -> None:
    path = person(home, "script")
    page = visit(f"{home}{path}")
    drawn(page)
    assert harbour.HOSTILE in page.locator("h1").inner_text()
    tip = page.locator("#vg-tooltip-element")
    for mark in page.locator("figure .mark-symbol path").all() * 3:  # a chart that is drawn may not listen yet
        mark.hover(force=True)
        if tip.count() and harbour.HOSTILE[:60] in tip.inner_text():
            break
    else:
        raise AssertionError("no tip names the hostile channel")
    assert page.locator("main img, main script[src], #vg-tooltip-element img").count() == 0
    assert "owned" not in page.title() or harbour.HOSTILE[:20] in page.title()
    narrow = visit(f"{home}{path}", **NARROW)
    drawn(narrow)
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_pyramid_can_be_walked_with_the_keyboard(home: str, visit: Visit) -> None:
    page = visit(f"{home}/pyramid?since=2026-02-28")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.evaluate("document.querySelector('main').dataset.stayed = 'yes'")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.wait_for_load_state("networkidle")
    assert page.locator("main").get_attribute("data-stayed") == "yes", "the skip link must not load the page anew"
    steps = []
    for _ in range(40):
        page.keyboard.press("Tab")
        text = page.evaluate("document.activeElement.closest('.step')?.querySelector('b').textContent ?? ''")
        steps += [text] if text else []
        if text == "Anonymous observers":
            break
    assert steps == ["Leading", "Endorsing", "Following", "Known", "Anonymous observers"]
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/people?*kind=anonymous*")


def test_a_step_opens_its_people(home: str, visit: Visit) -> None:
    page = visit(f"{home}/pyramid")
    page.get_by_role("link", name="Leading").first.click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("Ana Moreau")


def test_the_slider_moves_the_day_by_keyboard_and_keeps_its_place(home: str, visit: Visit) -> None:
    page = visit(f"{home}/pyramid")
    page.locator("#day").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**at=2026-03-30*")
    expect(page.locator("#at")).to_have_value("2026-03-30")
    expect(page.locator(".head p").first).to_contain_text("30 Mar 2026")
    expect(page.locator("#day")).to_be_focused()
    assert page.locator("#day").get_attribute("aria-valuetext") == "30 Mar 2026"
    page.go_back()
    expect(page.locator("#at")).to_have_value("2026-03-31")


def test_the_lists_of_another_day_come_after_its_pyramid(home: str, visit: Visit) -> None:
    page = visit(f"{home}/pyramid?at=2026-03-30")
    expect(page.locator("#rising")).to_be_visible()
    expect(page.locator("section", has=page.locator("#flagging"))).to_contain_text("Bea Okafor")
    plain = visit(f"{home}/pyramid?at=2026-03-30", java_script_enabled=False)
    plain.get_by_role("link", name="Who was rising").click()
    assert "Bea Okafor" in plain.locator("main").inner_text()


def test_a_filter_changes_the_page_in_place(home: str, visit: Visit) -> None:
    page = visit(f"{home}/people")
    page.evaluate("window.stayed = true")
    page.locator("#level").select_option(label="Following")
    page.wait_for_url("**level=1*")
    expect(page.locator("tbody tr")).to_have_count(3)
    assert page.evaluate("window.stayed") is True


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    "path", ["/?days=30", "/pyramid?since=2026-02-28", "/moves?since=2026-02-28", "/people", "/study/pace", "/data"]
)
def test_every_text_has_enough_contrast(home: str, visit: Visit, path: str, mode: str) -> None:
    page = visit(f"{home}{path}", color_scheme=mode)
    drawn(page)
    assert page.evaluate(CONTRAST) == []


def test_the_dark_page_is_dark_and_so_are_its_charts(home: str, visit: Visit) -> None:
    page = visit(f"{home}/moves?since=2026-02-28", color_scheme="light")
    drawn(page)
    light = colours(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"label => {LABEL} !== label", arg=light[1])
    dark = colours(page)
    assert sum(light[0]) > 3 * 200
    assert sum(dark[0]) < 3 * 60


def colours(page: Page) -> tuple[list[int], str]:
    """Return the ground of a page, and the colour in which the axis of its chart is labelled."""
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    return ground, page.evaluate(LABEL)


def test_it_works_without_script(home: str, visit: Visit) -> None:
    page = visit(f"{home}/pyramid", java_script_enabled=False)
    page.locator("#at").fill("2026-01-31")
    page.get_by_role("button", name="Show").click()
    assert "4 known people" in page.locator("main").inner_text().replace("\u202f", " ")
    page.goto(f"{home}/moves?since=2026-02-28")
    assert "its figures are in the table" in page.locator("figure").inner_text()
    assert page.locator("tbody tr").count() > 3
    page.goto(f"{home}{person(home, 'Ana')}")
    assert "Spring meetup" in page.locator("main").inner_text()


# Returns each text whose contrast to what lies beneath it is less than WCAG 2.2 asks (AA, 1.4.3). Colours are read
# through a canvas, because a computed colour may be written in any colour space.
CONTRAST = """
() => {
  const ink = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour) => {
    ink.clearRect(0, 0, 1, 1); ink.fillStyle = colour; ink.fillRect(0, 0, 1, 1);
    return [...ink.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return rgb("white");
  };
  const found = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const box = node.getBoundingClientRect();
    if (!own || node.closest("script, svg, .off, .skip, datalist, select, noscript") || box.width < 2) continue;
    const style = getComputedStyle(node), size = parseFloat(style.fontSize);
    const [a, b] = [light(rgb(style.color)), light(ground(node))].sort((x, y) => y - x);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) found.push(`${node.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return found;
}
"""


def test_a_mark_of_a_chart_opens_to_its_people(home: str, visit: Visit) -> None:
    page = visit(f"{home}/study/moves?since=2026-02-28&until=2026-03-31")
    drawn(page)
    page.locator("figure .mark-rect path").first.click(force=True)
    page.wait_for_url("**/study/moves/people?**row.from_level=**")
    assert "People behind" in page.locator("h1").inner_text()


def test_a_period_is_moved_in_time_and_stays_as_long(home: str, visit: Visit) -> None:
    page = visit(f"{home}/study/reach-value?since=2026-01-15&until=2026-02-14")
    slider = page.locator("#day")
    expect(slider).to_be_visible()
    with page.expect_response(lambda answer: "/study/reach-value" in answer.url):
        slider.focus()
        slider.press("ArrowRight")
    expect(page.locator("#until")).to_have_value("2026-02-15")
    expect(page.locator("#since")).to_have_value("2026-01-16")


def test_beneath_the_matrix_of_moves_comes_what_tipped_them_and_no_void(home: str, visit: Visit) -> None:
    page = visit(f"{home}/moves?since=2025-11-30", viewport={"width": 1280, "height": 900})
    drawn(page)
    matrix, figures, causes = (
        page.locator(f"section[aria-labelledby={name}]").bounding_box() for name in ("flow", "figures", "causes")
    )
    assert matrix and figures and causes
    assert 0 < causes["y"] - (matrix["y"] + matrix["height"]) < 60
    assert causes["x"] == matrix["x"] < figures["x"]
    narrow = visit(f"{home}/moves?since=2025-11-30", **NARROW)
    tops = [narrow.locator(f"section[aria-labelledby={name}]").bounding_box() for name in ("flow", "figures", "causes")]
    assert sorted(tops, key=lambda box: box["y"]) == tops


def test_a_mark_opens_to_the_people_behind_it(home: str, visit: Visit) -> None:
    page = visit(f"{home}/moves?since=2026-02-28")
    drawn(page)
    page.locator("figure .mark-rect path").first.click(force=True)
    page.wait_for_url("**/study/moves/people?*row.direction=*")
    assert page.locator("h1").inner_text().startswith("People behind: ")
