"""What changed in a repository is read page by page: issues, pull requests, comments and reviews, once each."""

from __future__ import annotations

import pytest

from ziggurat.base.errors import DeclarationError, LaterError
from ziggurat.sources.systems import github
from ziggurat.sources.systems.github import GitHub

WEB = "https://github.com/x/site"


class Repository:
    """Items as GitHub gives them: those that changed since, the longest unchanged first, two a page."""

    def __init__(self) -> None:
        self.lists = {"issues": {}, "issues/comments": {}, "pulls/comments": {}, "pulls/2/reviews": {}}
        self.url = ""

    def add(self, what, key, hour, login="ana", **more):
        at = f"2026-01-05T{hour:02}:00:00Z"
        item = {
            "id": key,
            "user": {"login": login, "type": "User"},
            "body": f"words {key}",
            "created_at": at,
            "updated_at": at,
        }
        self.lists[what][key] = item | more

    def __call__(self, path, options, headers):
        if headers.get("authorization") not in (None, "Bearer hunter2") or headers.get("Authorization") == "Bearer no":
            return 401, {}, b""
        some = [*self.lists[path.removeprefix("/repos/x/site/")].values()]
        if "reviews" not in path:
            assert (options["sort"], options["direction"]) == ("updated", "asc")
            some = sorted(
                (one for one in some if one["updated_at"] >= options.get("since", "")),
                key=lambda one: one["updated_at"],
            )
        start = 2 * (int(options.get("page", 1)) - 1)
        more = "&".join(f"{key}={value}" for key, value in (options | {"page": start // 2 + 2}).items())
        following = {"link": f'<{self.url}{path}?{more}>; rel="next"'} if len(some) > start + 2 else {}
        return 200, following, some[start : start + 2]


@pytest.fixture
def there(fake):
    made = Repository()
    made.server = fake(made)
    made.url = made.server.url
    made.add("issues", 11, 1, number=1, title="It breaks", html_url=f"{WEB}/issues/1")
    made.add(
        "issues", 12, 2, login="bo", number=2, title="Mend it", html_url=f"{WEB}/pull/2", pull_request={"url": "x"}
    )
    made.add("issues", 13, 3, number=3, title="More", html_url=f"{WEB}/issues/3", user=None)
    made.add("issues/comments", 21, 2, login="bo", html_url=f"{WEB}/issues/1#issuecomment-21")
    made.add("pulls/comments", 31, 3, html_url=f"{WEB}/pull/2#discussion_r31")
    made.add("pulls/2/reviews", 41, 4, login="cy", state="APPROVED", submitted_at="2026-01-05T04:00:00Z")
    made.add("pulls/2/reviews", 42, 4, login="helper[bot]", state="PENDING")
    made.settings = GitHub(("x/site",), "env:SYSTEM_TOKEN", made.url)
    return made


def test_each_says_who_did_what_in_reply_to_what(there, pulled) -> None:
    rows = pulled(there.settings)
    assert {(row["kind"], row["actor"], row["in_reply_to"], row["object"]) for row in rows.values()} == {
        ("asked", "github:ana", None, "x/site#1"), ("contributed", "github:bo", None, "x/site#2"),
        ("replied", "github:bo", "x/site#1", "x/site#1"), ("replied", "github:ana", "x/site#2", "x/site#2"),
        ("reviewed", "github:cy", "x/site#2", "x/site#2"),
    }  # fmt: skip
    assert rows["x/site#1"]["text"] == "It breaks\n\nwords 11"


def test_only_what_changed_is_read_again_and_an_edit_replaces(there, pulled) -> None:
    pulled(there.settings)
    there.server.asked.clear()
    there.add(
        "issues/comments",
        21,
        9,
        login="bo",
        html_url=f"{WEB}/issues/1#issuecomment-21",
        body="mended",
        created_at="2026-01-05T02:00:00Z",
    )
    there.add(
        "issues", 14, 8, number=4, title="New", html_url=f"{WEB}/issues/4", user={"login": "helper[bot]", "type": "Bot"}
    )
    rows = pulled(there.settings)
    assert (pulled.counts[0], pulled.counts[2]) == (1, 1)
    assert rows["x/site replied 21"]["text"] == "mended"
    assert not [path for path, _ in there.server.asked if "reviews" in path]
    assert pulled.space.sql("SELECT value FROM traits WHERE trait = 'bot'").to_pylist() == [{"value": "yes"}]


def test_a_pause_keeps_what_came_before(there, pulled, monkeypatch) -> None:
    monkeypatch.setattr(github, "PAGES", 1)
    answer = there.server.answer

    def tired(path, options, headers):
        limit = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000"}
        return (403, limit, b"") if options.get("page") else answer(path, options, headers)

    there.server.answer = tired
    with pytest.raises(LaterError):
        pulled(there.settings)
    assert pulled.space.sql("SELECT count(*) AS n FROM interactions").to_pylist() == [{"n": 3}]
    there.server.answer = answer
    assert len(pulled(there.settings)) == 5


def test_what_is_no_repository_is_refused() -> None:
    with pytest.raises(DeclarationError, match="write owner/name"):
        GitHub(("https://github.com/x/site",))
