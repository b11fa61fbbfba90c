"""What takes long says that it is being worked on, and moves nothing; what comes at once says nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

Visit = Callable[..., Page]
SAID = "Working it out …"


def test_a_form_says_that_it_is_worked_on_and_nothing_moves(home: str, visit: Visit) -> None:
    page = visit(f"{home}/study/pyramid")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#wait")).to_be_hidden()
    where = page.locator("h1").bounding_box()
    held: list[Route] = []
    page.route("**/study/pyramid?*", lambda route: held.append(route))  # noqa: PLW0108 - it must be a function
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#wait")).to_have_text(SAID)
    expect(page.locator("main")).to_have_attribute("aria-busy", "true")
    assert page.locator("h1").bounding_box() == where
    held.pop().continue_()
    expect(page.locator("#wait")).to_be_hidden()
    expect(page.locator("main")).not_to_have_attribute("aria-busy", "true")


@pytest.mark.parametrize(
    ("path", "link"), [("/studies", "main a[href^='/study/pyramid']"), ("/", "nav a[href='/moves']")]
)
def test_a_link_says_that_it_is_worked_on(home: str, visit: Visit, path: str, link: str) -> None:
    page = visit(f"{home}{path}")
    page.wait_for_load_state("networkidle")
    page.evaluate("addEventListener('click', (event) => event.preventDefault())")  # as if there were no answer yet
    page.locator(link).first.click()
    expect(page.locator("#wait")).to_have_text(SAID)


def test_a_file_a_jump_and_another_window_are_not_waited_for(home: str, visit: Visit) -> None:
    page = visit(f"{home}/study/pyramid")
    page.wait_for_load_state("networkidle")
    with page.expect_download():
        page.get_by_role("link", name="CSV").click()
    with page.context.expect_page():
        page.locator("header nav a").first.click(modifiers=["Control"])
    page.evaluate("document.querySelector('.skip').click()")
    page.wait_for_timeout(600)
    expect(page.locator("#wait")).to_be_hidden()


def test_who_wants_no_motion_sees_none(home: str, visit: Visit) -> None:
    for motion, name in (("reduce", "none"), ("no-preference", "step")):
        page = visit(f"{home}/studies", reduced_motion=motion)
        shown = "getComputedStyle(document.getElementById('wait'), '::before').animationName"
        assert page.evaluate(shown) == name
