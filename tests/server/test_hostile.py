"""Whatever an address asks for, the server answers with a page or a sentence, and never with a fault of its own."""

from __future__ import annotations

import itertools
import re
from urllib.parse import quote

import pytest

from tests.server.conftest import Browser, words
from ziggurat.server.registry import addresses

HOSTILE = ("nan", "-inf", "1e999", "0001-01-01", "9999-12-31", "9" * 47, "9" * 1500, "\x00'\"<b>", "p" + "f" * 16, "-1")
NAMES = (
    "at", "since", "until", "page", "ladder", "level", "sort", "order", "kind", "search", "import_id", "format", "way",
    "edge", "earlier", "later", "if_answered", "days", "topic", "limit", "self", "study", "names", "row_level", "by",
    "channel", "department", "periods",
)  # fmt: skip
PLACES = {"name": "rising", "ending": "csv", "person_id": "email:ana@example.org", "import_id": "1"}
GETS = sorted(one.path for one in addresses() if one.gives != "change")


def filled(path: str, **places: str) -> str:
    """An address with something in its places."""
    return re.sub(r"{(\w+)}", lambda place: quote((PLACES | places).get(place[1], "none"), safe=""), path)


def fine(answer) -> bool:
    """Whether the server answered, or said what is wrong, in words of its own."""
    return answer.status_code < 500 and (answer.status_code < 400 or len(words(answer.text) or answer.text) > 20)


@pytest.mark.parametrize("path", GETS)
def test_no_parameter_of_an_address_is_a_fault(browser: Browser, path: str) -> None:
    values = itertools.cycle(HOSTILE)
    for name in NAMES:
        value = next(values)
        answer = browser.get(filled(path), params={name: value})
        assert fine(answer), (name, value, answer.status_code)
    next(values)


@pytest.mark.parametrize("path", [path for path in GETS if "{" in path])
def test_no_place_in_an_address_is_a_fault(browser: Browser, path: str) -> None:
    for name, value in itertools.product(re.findall(r"{(\w+)}", path), HOSTILE):
        assert fine(browser.get(filled(path, **{name: value}))), (name, value)


@pytest.mark.parametrize("name", ["pyramid", "rising", "attribution", "moves"])
@pytest.mark.parametrize(
    "option", ["self", "study", "names", "tables", "ladder", "days", "seed", "at", "until", "limit"]
)
def test_every_option_of_a_study_is_read_in_one_place(browser: Browser, name: str, option: str) -> None:
    for value in ("inf", "nan", "-1", "x", "9" * 47):
        answer = browser.get(f"/api/studies/{name}", params={option: value})
        assert answer.status_code == 404, (value, answer.text)
        assert answer.json()["error"].endswith("."), answer.text
        assert browser.get(f"/study/{name}", params={option: value}).status_code in (200, 404)


@pytest.mark.parametrize("path", GETS)
def test_what_is_given_twice_is_refused(browser: Browser, path: str) -> None:
    answer = browser.get(f"{filled(path)}?at=2026-01-31&at=2026-02-28")
    assert answer.status_code == 404
    assert "`at` is given 2 times in the address; give it once" in answer.text


def test_no_number_of_an_import_is_a_fault(browser: Browser) -> None:
    for value, part in itertools.product(("9" * 47, "-1", "x", "nan", "٣" * 30), ("undo", "settle")):
        answer = browser.post(f"/data/imports/{value}/{part}", data={})
        if answer.status_code == 303:  # what is done behind the page says so there
            assert "is no import's number" in browser.finish(answer)
        else:
            assert 400 <= answer.status_code < 500, (value, part, answer.status_code)
