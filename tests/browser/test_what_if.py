"""What-if, as a browser sends it: sliders hold values to their last digit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests import community
from tests.browser.conftest import served
from ziggurat.demo import make_community

PLACE = "/scenario?since=2026-03-31&until=2026-06-30"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on a simulated community."""
    folder = tmp_path_factory.mktemp("town") / "town"
    make_community(folder, community.SMALL)
    with served(folder) as address:
        yield address


def test_what_is_not_touched_comes_back_as_it_was(town: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{town}{PLACE}")
    form = page.get_by_role("form", name="What if")
    expect(form).to_be_visible(timeout=30_000)  # once it is worked out
    held = {one.get_attribute("name"): one.get_attribute("value") for one in form.locator("input[type=range]").all()}
    assert any(len(value) > 12 for value in held.values())
    form.get_by_role("button", name="Compute").click()
    page.wait_for_url("**if.answered=*")
    expect(page.get_by_text("Then:")).to_have_count(0)
    form.locator("select").first.select_option(index=4)
    expect(page.get_by_text("Then:")).to_be_visible()
    said = parse_qs(urlsplit(page.url).query)
    assert all(abs(float(said[name][0]) - float(value)) < 1e-12 for name, value in held.items())
    expect(form.get_by_text("(set)")).to_have_count(1)
