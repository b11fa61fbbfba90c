"""Several workspaces in one server: each is whole in its place, and each leads to the others."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harbour import make
from tests.server.conftest import Browser
from ziggurat.base.errors import WorkspaceError
from ziggurat.server.app import create_app
from ziggurat.workspace import Workspace

ADDRESS = re.compile(r'(?:href|action|src)="(/[^"]*)"')
LINK = re.compile(r'href="(/[^"]*)"')
ROOT = "/w/the-other-one"


@pytest.fixture(scope="module")
def both(space: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser on the harbour, with another harbour in `/w/the-other-one`."""
    other = make(tmp_path_factory.mktemp("second") / "The other_one")
    app = create_app(space, also=[other])
    yield Browser(app)
    app.state.jobs.close()


def test_every_page_of_the_other_one_stays_with_it(both: Browser) -> None:
    ahead, seen = [f"{ROOT}/"], set()
    while ahead and len(seen) < 25:
        path = ahead.pop()
        seen.add(path.partition("?")[0])
        page = both.get(path)
        assert page.status_code == 200, path
        if not page.headers["content-type"].startswith("text/html"):
            continue
        found = {address.replace("&amp;", "&") for address in ADDRESS.findall(page.text)}
        assert {address for address in found if not address.startswith(ROOT)} == {"/"}, path
        linked = {address.replace("&amp;", "&") for address in LINK.findall(page.text)}
        read = [one for one in sorted(linked) if re.match(rf"{ROOT}/(?!static|data/(imports|uploads|refresh))", one)]
        ahead += [one for one in read if one.partition("?")[0] not in seen]
    assert len(seen) == 25


def test_each_leads_to_the_others_and_says_where_one_is(both: Browser) -> None:
    for root in ("", ROOT):
        page = both.get(f"{root}/people").text
        assert 'href="/"' in page
        assert f'href="{ROOT}/"' in page
        assert f'<a href="{root}/" aria-current="true">' in page
        assert f'<a href="{root}/people" aria-current="page">' in page


def test_one_alone_shows_no_others(browser: Browser) -> None:
    assert 'aria-label="Workspaces"' not in browser.get("/people").text


def test_an_upload_may_be_as_large_as_in_the_first(both: Browser) -> None:
    rows = "email,when,what\n" + "ana@example.org,2026-01-05,visited\n" * 100_000
    answer = both.post(f"{ROOT}/data/uploads", files={"file": ("large.csv", rows)})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{ROOT}/data/uploads/")
    assert both.get(answer.headers["location"]).status_code == 200


def test_json_errors_stay_json(both: Browser) -> None:
    assert both.get(f"{ROOT}/api/studies/pyramidd").json() == both.get("/api/studies/pyramidd").json()


def test_two_of_one_name_are_refused(space: Workspace, tmp_path: Path) -> None:
    others = [Workspace.create(tmp_path / name / "Same") for name in ("a", "b")]
    with pytest.raises(WorkspaceError, match=r"would both be shown at /w/same; rename one of the folders"):
        create_app(space, also=others)
