"""A chat's messages are read page by page: whom they quote and mention, edits, deletions, and a bot that sees none."""

from __future__ import annotations

import json

import pytest

from ziggurat.base.errors import SourceError
from ziggurat.sources.systems import zulip
from ziggurat.sources.systems.zulip import Zulip

ME = "Basic Ym90QHgub3JnOmh1bnRlcjI="  # bot@x.org:hunter2


class Chat:
    """Messages as Zulip gives them: from an anchor on, in order of their numbers."""

    def __init__(self) -> None:
        self.messages = {}

    def say(self, number, content, sender=7, room="help", **more):
        self.messages[number] = {
            "id": number, "sender_id": sender, "sender_full_name": "Ana Ng", "sender_email": f"user{sender}@x.org", "type": "stream",
            "timestamp": 1_767_600_000 + number, "content": content, "display_recipient": room, "stream_id": 3, "subject": "Cake", **more,
        }  # fmt: skip

    def __call__(self, path, options, headers):
        if headers.get("Authorization") != ME:
            return 401, {}, {"result": "error", "msg": "Invalid API key"}
        assert (path, json.loads(options["narrow"])[0]["operand"]) == ("/api/v1/messages", "public")
        some = [one for number, one in sorted(self.messages.items()) if number >= int(options["anchor"])]
        page = some[: min(int(options["num_after"]), 3)]
        return {"result": "success", "messages": page, "found_newest": len(page) == len(some), "found_oldest": True}


@pytest.fixture
def chat(monkeypatch):
    monkeypatch.setattr(zulip, "PAGE", 3)
    return Chat()


def test_messages_are_read_with_whom_they_quote_and_mention(fake, chat, pulled) -> None:
    settings = Zulip(fake(chat).url, "bot@x.org", "env:SYSTEM_TOKEN")
    chat.say(10, "Who brings cake?", sender_email="ana@x.org")
    quote = "@_**Ana Ng|7** [said](https://x.org/#narrow/channel/3-help/topic/Cake/near/10):\n```quote\nWho brings cake?\n```\nI do."
    chat.say(20, quote, sender=8)
    chat.say(30, "@**Bo Li|8** thanks!")
    chat.say(40, "private", type="private", display_recipient=[{"id": 7}])
    for number in range(50, 58):
        chat.say(number, "more", room="news")
    rows = pulled(settings)
    assert len(rows) == 11
    assert (rows["20"]["kind"], rows["20"]["in_reply_to"], rows["20"]["text"]) == ("replied", "10", "I do.")
    assert (rows["30"]["kind"], rows["30"]["counterpart"]) == ("replied", "zulip:8")
    assert (rows["10"]["kind"], rows["10"]["object"]) == ("posted", "3/Cake")
    [link] = pulled.space.sql("SELECT a, b FROM links").to_pylist()
    assert link == {"a": "zulip:7", "b": "email:ana@x.org"}
    pulled(settings)
    assert pulled.counts == [0, 11, 0, 0]


def test_an_edited_text_replaces_and_a_deleted_one_goes_with_a_mark(fake, chat, pulled) -> None:
    settings = Zulip(fake(chat).url, "bot@x.org", "env:SYSTEM_TOKEN", channels=("help",))
    for number in range(1, 8):
        chat.say(number, f"words {number}", room="help" if number < 6 else "news")
    assert len(pulled(settings)) == 5
    chat.say(2, "mended")
    del chat.messages[4]
    rows = pulled(settings)
    assert pulled.counts == [0, 3, 2, 0]
    assert (rows["2"]["text"], rows["4"]["text"], json.loads(rows["4"]["properties"])) == (
        "mended",
        None,
        {"deleted": True},
    )


def test_a_bot_that_sees_nothing_is_told_so(fake, chat, pulled) -> None:
    with pytest.raises(SourceError, match="shows no message to bot@"):
        pulled(Zulip(fake(chat).url, "bot@x.org", "env:SYSTEM_TOKEN"))
    with pytest.raises(SourceError, match="the token is wrong"):
        pulled(Zulip(fake(chat).url, "other@x.org", "env:SYSTEM_TOKEN"))


def test_what_comes_later_in_a_topic_answers_where_that_is_said(fake, chat, pulled) -> None:
    settings = Zulip(fake(chat).url, "bot@x.org", "env:SYSTEM_TOKEN", later_answers=True)
    chat.say(1, "Who brings cake?")
    chat.say(2, "I mean tomorrow.")
    chat.say(3, "I do.", sender=8)
    chat.say(4, "Else.", sender=8, subject="Tea")
    rows = pulled(settings)
    assert [(row["kind"], row["in_reply_to"]) for row in rows.values()] == [
        ("posted", None),
        ("posted", None),
        ("replied", "1"),
        ("posted", None),
    ]
    chat.say(5, "Me too.", sender=9)
    assert pulled(settings)["5"]["in_reply_to"] == "1"
    assert pulled.counts == [1, 4, 0, 0]
