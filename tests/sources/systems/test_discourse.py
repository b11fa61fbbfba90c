"""A forum's posts are read by number: pages without any, edits, deletions, and an account that may see none."""

from __future__ import annotations

import json

import pytest

from ziggurat.base.errors import LaterError, SourceError
from ziggurat.sources.systems.discourse import Discourse


class Forum:
    """Posts by number, as Discourse gives them: those of fifty numbers up to one, the newest first."""

    def __init__(self) -> None:
        self.posts = {}

    def post(self, number, topic=1, place=1, user="Ana", reply=None, raw="Hello?", **more):
        self.posts[number] = {
            "id": number, "topic_id": topic, "post_number": place, "created_at": f"2026-01-05T10:00:{number % 60:02}.000Z",
            "username": user, "name": f"{user} Ng", "raw": raw, "topic_title": "Cake", "reply_to_post_number": reply, **more,
        }  # fmt: skip

    def __call__(self, path, options, headers):
        if headers.get("Api-Key") != "hunter2":
            return 403, {}, b""
        last = int(options.get("before", max(self.posts, default=0)))
        some = [one for number, one in self.posts.items() if last - 50 < number <= last]
        return {"latest_posts": sorted(some, key=lambda one: -one["id"])}


@pytest.fixture
def forum():
    return Forum()


def test_posts_are_read_once_with_whom_they_answer(fake, forum, pulled) -> None:
    settings = Discourse(fake(forum).url, "env:SYSTEM_TOKEN")
    forum.post(3)
    forum.post(4, place=2, user="Bo", reply=1, raw="Yes.", accepted_answer=True)
    forum.post(251, topic=2, place=1)  # three pages without any are between
    forum.post(252, topic=2, place=2, post_type=3)
    rows = pulled(settings)
    assert pulled.counts == [3, 0, 0, 0]
    assert (rows["1/1"]["kind"], rows["1/1"]["text"], rows["1/1"]["actor"]) == (
        "posted",
        "Cake\n\nHello?",
        "discourse:ana",
    )
    assert (rows["1/2"]["kind"], rows["1/2"]["in_reply_to"], rows["1/2"]["object"]) == ("answered", "1/1", "1")
    pulled(settings)
    assert pulled.counts == [0, 3, 0, 0]


def test_an_edited_text_replaces_and_a_deleted_one_goes_with_a_mark(fake, forum, pulled) -> None:
    settings = Discourse(fake(forum).url, "env:SYSTEM_TOKEN")
    for number in (1, 2, 3):
        forum.post(number, place=number, raw=f"words {number}")
    pulled(settings)
    forum.post(1, raw="mended")
    forum.post(2, place=2, raw="x", deleted_at="2026-01-06T00:00:00Z")
    del forum.posts[3]  # to whoever may not see deleted posts; it was the newest
    rows = pulled(settings)
    assert pulled.counts == [0, 0, 3, 0]
    assert rows["1/1"]["text"] == "Cake\n\nmended"
    for name in ("1/2", "1/3"):
        assert (rows[name]["text"], json.loads(rows[name]["properties"])) == (None, {"deleted": True})
    pulled(settings)
    assert pulled.counts[2] == 0


def test_what_is_beyond_the_window_is_not_taken_for_deleted(fake, forum, pulled) -> None:
    settings = Discourse(fake(forum).url, "env:SYSTEM_TOKEN")
    for number in (1, 40, 1_030, 1_060):
        forum.post(number, place=number)
    pulled(settings)
    for number in (1_100, 2_200, 2_300):
        forum.post(number, place=number)
    assert len(pulled(settings)) == 7
    rows = pulled(settings)
    assert not [row for row in rows.values() if row["text"] is None]


def test_who_sees_nothing_is_told_so_and_who_may_not_ask_too(fake, forum, pulled, monkeypatch) -> None:
    settings = Discourse(fake(forum).url, "env:SYSTEM_TOKEN")
    with pytest.raises(SourceError, match="shows no post"):
        pulled(settings)
    monkeypatch.setenv("SYSTEM_TOKEN", "hunter3")
    with pytest.raises(SourceError, match="the token is wrong"):
        pulled(settings)


def test_a_pause_in_the_middle_loses_nothing(fake, forum, pulled, monkeypatch) -> None:
    monkeypatch.setattr("ziggurat.sources.systems.discourse.PART", 2)
    server = fake(forum)
    settings = Discourse(server.url, "env:SYSTEM_TOKEN")
    for number in range(1, 260, 7):
        forum.post(number, place=number)

    def tired(path, options, headers):
        return (429, {"retry-after": "900"}, b"") if options.get("before") == "150" else forum(path, options, headers)

    server.answer = tired
    with pytest.raises(LaterError):
        pulled(settings)
    server.answer = forum
    assert len(pulled(settings)) == len(forum.posts)
