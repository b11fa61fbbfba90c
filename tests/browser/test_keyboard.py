"""With the keyboard alone: whatever can be used is come to, one after the other, and it shows where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.addresses import of_person, paths
from tests.browser.reading import drawn
from tests.browser.test_pages import NARROW, Visit, person

PLACES = paths(names=("reach-value",))
MOST, STEP = 600, 20  # presses of a key, and after how many of them one looks where it came

# Numbers whatever can be used, and returns the numbers. Of buttons of which one is chosen, the keyboard comes to one.
USABLE = """() => {
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled && each.type !== "hidden");
  const groups = new Map();
  all.forEach((each, place) => {
    const group = each.type === "radio" ? `${each.form?.action} ${each.name}` : place;
    if (!groups.has(group)) groups.set(group, place);
    each.dataset.place = groups.get(group);
  });
  return [...groups.values()];
}"""
# Notes at every press the number of what the keyboard has come to (-1: nothing), and what is wrong with how it shows.
NOTE = """() => {
  const here = () => {
    const each = document.activeElement, style = getComputedStyle(each);
    if (!each.dataset?.place) return [-1, ""];
    const seen = [...each.getClientRects()]
      .some((box) => box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth);
    const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const wrong = !ringed ? "has no ring about it" : !seen ? "is out of sight" : "";
    return [Number(each.dataset.place), wrong && `${each.outerHTML.slice(0, 120)} ${wrong}`];
  };
  window.walk = [];
  addEventListener("keyup", () => window.walk.push(here()), true);
}"""


def walked(page: Page) -> tuple[set[int], list[str]]:
    """Press the tab key until the page ends; return what was come to, and what is wrong with how it shows."""
    come, wrong = set(), []
    page.evaluate(NOTE)
    for _ in range(0, MOST, STEP):
        for _ in range(STEP):
            page.keyboard.press("Tab")
        for place, fault in page.evaluate("window.walk.splice(0)"):
            if place < 0:
                return come, wrong
            come.add(place)
            wrong += [fault] if fault else []
    raise AssertionError(f"the page has no end within {MOST} presses")


@pytest.mark.parametrize("path", PLACES)
def test_the_keyboard_comes_to_everything_and_it_shows(home: str, visit: Visit, path: str) -> None:
    page = visit(f"{home}{of_person(path, person(home, 'Ana').rpartition('/')[2])}")
    ready(page)
    usable = page.evaluate(USABLE)
    come, wrong = walked(page)
    assert sorted(come) == sorted(usable)
    assert wrong == []


def test_it_does_on_a_phone(home: str, visit: Visit) -> None:
    page = visit(f"{home}/pyramid", **NARROW)
    ready(page)
    usable = page.evaluate(USABLE)
    come, wrong = walked(page)
    assert (sorted(come), wrong) == (sorted(usable), [])


def test_what_the_keyboard_can_not_come_to_is_found(home: str, visit: Visit) -> None:
    page = visit(f"{home}/report")
    page.evaluate("document.querySelector('main button').tabIndex = -1")
    page.evaluate("document.querySelector('main select, main input').style.setProperty('outline', 'none', 'important')")
    usable = page.evaluate(USABLE)
    come, wrong = walked(page)
    assert len(set(usable) - come) == 1
    assert len(wrong) >= 1 and "no ring" in wrong[0]


def ready(page: Page) -> None:
    """Wait until the page is whole."""
    page.wait_for_load_state("networkidle")
    drawn(page)


def test_the_slash_leads_to_the_search_and_finds_somebody(home: str, visit: Visit) -> None:
    page = visit(f"{home}/pyramid")
    page.keyboard.press("/")
    page.keyboard.type("Ana Mor/")  # in the field it is a sign like others
    assert page.input_value("#everywhere") == "Ana Mor/"
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Ana Moreau").wait_for()
