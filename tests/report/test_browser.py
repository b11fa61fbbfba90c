"""The HTML file in a browser: light and dark, phone and desk, on paper, and to those who can't see it."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 31)"}


@pytest.fixture(scope="module")
def file(told, tmp_path_factory) -> Path:
    """The report on disk."""
    path = tmp_path_factory.mktemp("file") / "board.html"
    told.save(path)
    return path


@pytest.mark.parametrize("mode", GROUNDS)
@pytest.mark.parametrize("size", SIZES)
def test_it_fits_the_window_follows_light_and_dark_and_breaks_no_rule_of_access(chromium, file, mode, size):
    axe = Path(next(iter(find_spec("axe_playwright_python").submodule_search_locations))) / "axe.min.js"
    wide, high = SIZES[size]
    context = chromium.new_context(color_scheme=mode, viewport={"width": wide, "height": high}, bypass_csp=True)
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    ground = "getComputedStyle(document.querySelector('section')).backgroundColor"
    assert page.evaluate(ground) == GROUNDS[mode]
    drawn = "getComputedStyle(document.querySelector('svg > rect')).fill"
    assert page.evaluate(drawn) == GROUNDS[mode]
    figures = page.locator("figure").count()
    shown = page.locator(f"figure .{'narrow' if size == 'phone' else 'wide'} svg:visible").count()
    assert shown == page.locator("figure svg:visible").count() == figures > 5
    page.add_script_tag(path=axe)
    found = page.evaluate("async () => (await axe.run()).violations.map(each => each.id + ' ' + each.nodes[0].html)")
    assert found == []
    context.close()


@pytest.mark.parametrize("name", ["told", "bare", "hostile"])
def test_it_prints_on_six_pages_from_a_dark_screen_too(chromium, name, request, tmp_path):
    path = tmp_path / "board.html"
    request.getfixturevalue(name).save(path)
    page = chromium.new_page(color_scheme="dark")
    page.goto(path.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 6
