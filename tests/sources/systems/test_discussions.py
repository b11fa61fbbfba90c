"""Discussions of a repository: pages of three lists within each other, answers, deletions, and what GitHub refuses."""

from __future__ import annotations

import json

import pytest

from ziggurat.base.errors import SourceError
from ziggurat.sources.systems.github import GitHub


def said(name, hour, login="ana", **more):
    author = {"login": login, "__typename": "Bot" if login == "robo" else "User"} if login else None
    return {"id": name, "body": f"words {name}", "createdAt": f"2026-01-05T{hour:02}:00:00Z", "author": author} | more


class Repository:
    """Discussions as GitHub gives them: two a page, the one that changed last first; one of each list beneath a page."""

    def __init__(self) -> None:
        self.discussions = []

    def nodes(self, some, after, size):
        start = int(after or 0)
        more = len(some) > start + size
        info = {"endCursor": str(start + size) if more else None, "hasNextPage": more}
        return {"pageInfo": info, "nodes": some[start : start + size]}

    def comment(self, one, after=None):
        return one | {"replies": self.nodes(one.get("replies", []), after, 1)}

    def discussion(self, one, after=None):
        return one | {"comments": self.nodes([self.comment(each) for each in one["comments"]], after, 1)}

    def __call__(self, path, options, headers):
        if not path.endswith("/graphql"):
            return []
        if headers.get("authorization") != "Bearer hunter2":
            return 401, {}, {"message": "Bad credentials"}
        asked, after = options["__json__"]["variables"], options["__json__"]["variables"]["after"]
        if "id" not in asked:
            assert asked["owner"] == "x"
            some = [self.discussion(one) for one in sorted(self.discussions, key=lambda one: one["updatedAt"])[::-1]]
            return {"data": {"repository": {"discussions": self.nodes(some, after, 2)}}}
        for one in self.discussions:
            if one["id"] == asked["id"]:
                return {"data": {"node": self.discussion(one, after)}}
            for each in one["comments"]:
                if each["id"] == asked["id"]:
                    return {"data": {"node": self.comment(each, after)}}
        raise AssertionError(asked)


@pytest.fixture
def there():
    made = Repository()
    for number in range(1, 6):
        one = said(
            f"D{number}", number, number=number, title=f"Title {number}", updatedAt=f"2026-01-06T{number:02}:00:00Z"
        )
        made.discussions.append(one | {"comments": [], "category": {"name": "Ideas"}})
    made.discussions[0]["comments"] = [
        said("C1", 10, "bo", replies=[said("R1", 11), said("R2", 12, "robo"), said("R3", 13, None)]),
        said("C2", 14, "cy", isAnswer=True),
    ]
    return made


def test_discussions_are_read_with_all_that_was_said_in_them(fake, there, pulled) -> None:
    server = fake(there)
    settings = GitHub(("x/site",), "env:SYSTEM_TOKEN", server.url, discussions=True)
    rows = pulled(settings)
    first = "x/site discussion 1"
    assert {
        name: (row["actor"], row["kind"], row["in_reply_to"]) for name, row in rows.items() if name.startswith(first)
    } == {
        first: ("github:ana", "posted", None),
        f"{first} C1": ("github:bo", "replied", first),
        f"{first} R1": ("github:ana", "replied", f"{first} C1"),
        f"{first} R2": ("github:robo", "replied", f"{first} C1"),
        f"{first} C2": ("github:cy", "answered", first),
    }
    assert len(rows) == 9 and rows[first]["text"] == "Title 1\n\nwords D1"
    assert json.loads(rows[first]["properties"]) == {"category": "Ideas"}
    pulled(settings)
    assert pulled.counts[0] == pulled.counts[2] == 0


def test_an_edit_replaces_and_what_is_gone_leaves_a_mark(fake, there, pulled) -> None:
    settings = GitHub(("x/site",), "env:SYSTEM_TOKEN", fake(there).url, discussions=True)
    pulled(settings)
    there.discussions[2] |= {"body": "mended", "updatedAt": "2026-01-07T00:00:00Z"}
    del there.discussions[0]["comments"][1]
    rows = pulled(settings)
    assert (pulled.counts[0], pulled.counts[2]) == (0, 2)
    assert rows["x/site discussion 3"]["text"] == "Title 3\n\nmended"
    gone = rows["x/site discussion 1 C2"]
    assert (gone["text"], json.loads(gone["properties"])) == (None, {"deleted": True})


def test_what_github_refuses_is_told_and_no_token_is(fake, there, pulled, monkeypatch) -> None:
    server = fake(there)
    with pytest.raises(SourceError, match="asks for a `token`"):
        pulled(GitHub(("x/site",), "", server.url, discussions=True))
    settings = GitHub(("x/site",), "env:SYSTEM_TOKEN", server.url, discussions=True)
    server.answer = lambda path, options, headers: (
        {"data": None, "errors": [{"message": "Could not resolve hunter2"}]} if "graphql" in path else []
    )
    with pytest.raises(SourceError, match="can't answer: Could not resolve …"):
        pulled(settings)
    server.answer = there
    there.discussions[3] = {"id": 5, "updatedAt": "2026-01-06T04:00:00Z", "comments": []}
    assert len(pulled(settings)) == 8
    assert pulled.counts[3] == 1
