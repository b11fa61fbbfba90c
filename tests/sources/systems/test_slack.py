"""Exports of chats are read from a folder or a ZIP file: names, threads, mentions, edits and what was deleted."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest

from ziggurat.base.errors import SourceError
from ziggurat.sources import exported
from ziggurat.sources.systems.discord import Discord
from ziggurat.sources.systems.slack import Slack

USERS = [
    {"id": "U1AB", "name": "ana", "real_name": "Ana Ng", "profile": {"email": "Ana@x.org", "display_name": "ana"}},
    {"id": "U2AB", "name": "bo", "profile": {"real_name": "Bo Li"}}, {"id": "B9AB", "name": "robot", "is_bot": True},
]  # fmt: skip
DAY = [
    {"type": "message", "user": "U1AB", "ts": "1767600000.000100", "text": "Who brings <https://x.org/cake|cake> &amp; tea?", "thread_ts": "1767600000.000100"},
    {"type": "message", "user": "U2AB", "ts": "1767600060.000200", "text": "I do.", "thread_ts": "1767600000.000100"},
    {"type": "message", "user": "U2AB", "ts": "1767600120.000000", "text": "<@U1AB> thanks"},
    {"type": "message", "subtype": "channel_join", "user": "U2AB", "ts": "1767600001.000000", "text": "<@U2AB> has joined"},
    {"type": "message", "subtype": "tombstone", "user": "U1AB", "ts": "1767600002.000000", "text": "This message was deleted."},
    {"type": "message", "subtype": "channel_topic", "user": "U1AB", "ts": "1767600003.000000", "text": "set the topic"},
    {"type": "message", "user": "U1AB", "ts": "soon", "text": "x"},
]  # fmt: skip
CHANNEL = {
    "guild": {"id": "1", "name": "Club"}, "channel": {"id": "7", "type": "GuildTextChat", "name": "help"},
    "messages": [
        {"id": "101", "type": "Default", "timestamp": "2026-01-05T10:00:00+01:00", "timestampEdited": None, "content": "Cake?", "author": {"id": "11", "name": "ana", "nickname": "Ana Ng", "isBot": False}, "mentions": [], "reactions": []},
        {"id": "102", "type": "Reply", "timestamp": "2026-01-05T10:01:00+01:00", "content": "Yes.", "author": {"id": "12", "name": "bo"}, "mentions": [{"id": "11", "name": "ana"}], "reference": {"messageId": "101", "channelId": "7"}},
        {"id": "103", "type": "Default", "timestamp": "2026-01-05T10:02:00+01:00", "content": "@ana hi", "author": {"id": "13", "name": "robot", "isBot": True}, "mentions": [{"id": "11", "name": "ana"}]},
        {"id": "104", "type": "GuildMemberJoin", "timestamp": "2026-01-05T10:03:00+01:00", "content": "joined", "author": {"id": "12", "name": "bo"}},
        {"id": "105", "type": "ChannelPinnedMessage", "timestamp": "2026-01-05T10:03:00+01:00", "content": "", "author": {"id": "12", "name": "bo"}},
    ],
}  # fmt: skip


def put(place, **documents):
    for name, value in documents.items():
        path = place / f"{name.replace('__', '/')}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))


def facts(rows):
    return {(row["kind"], row["actor"], row["in_reply_to"], row["counterpart"], row["text"]) for row in rows.values()}


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_slack_says_who_wrote_what_to_whom(pulled, tmp_path, form) -> None:
    export = tmp_path / "export"
    put(export, users=USERS, channels=[{"id": "C1", "name": "help"}])
    (export / "help").mkdir()
    (export / "help" / "2026-01-05.json").write_text(json.dumps(DAY))
    path = shutil.make_archive(str(tmp_path / "export"), "zip", export) if form == "zip" else "../export"
    rows = pulled(Slack(path))
    assert pulled.counts == [5, 0, 0, 1]
    first = "help/1767600000.000100"
    assert facts(rows) == {
        ("posted", "slack:U1AB", None, None, "Who brings cake & tea?"), ("replied", "slack:U2AB", first, None, "I do."),
        ("replied", "slack:U2AB", None, "slack:U1AB", "@ana thanks"), ("joined", "slack:U2AB", None, None, None),
        ("posted", "slack:U1AB", None, None, None),
    }  # fmt: skip
    assert rows["help/1767600060.000200"]["object"] == rows[first]["object"] == first
    traits = pulled.space.sql("SELECT identity, trait, value FROM traits ORDER BY ALL").to_pylist()
    assert [tuple(one.values()) for one in traits] == [
        ("slack:B9AB", "bot", "yes"), ("slack:B9AB", "name", "robot"), ("slack:U1AB", "name", "Ana Ng"), ("slack:U2AB", "name", "Bo Li"),
    ]  # fmt: skip
    pulled(Slack(path))
    assert pulled.counts == [0, 0, 0, 0]


def test_a_newer_export_replaces_what_was_edited(pulled, tmp_path) -> None:
    put(tmp_path / "export", users=USERS, help__2026=[])
    day = tmp_path / "export" / "help" / "2026-01-05.json"
    day.write_text(json.dumps(DAY[:2]))
    pulled(Slack("../export"))
    day.write_text(json.dumps([DAY[0], DAY[1] | {"text": "I don't.", "edited": {"ts": "1767600099.000000"}}]))
    rows = pulled(Slack("../export"))
    assert pulled.counts == [0, 1, 1, 0]
    assert rows["help/1767600060.000200"]["text"] == "I don't."


def test_discord_says_who_wrote_what_to_whom(pulled, tmp_path) -> None:
    put(tmp_path / "export", help=CHANNEL)
    assert facts(pulled(Discord("../export"))) == {
        ("posted", "discord:11", None, None, "Cake?"), ("replied", "discord:12", "101", None, "Yes."),
        ("replied", "discord:13", None, "discord:11", "@ana hi"), ("joined", "discord:12", None, None, None),
    }  # fmt: skip
    assert {"identity": "discord:13", "value": "yes"} in pulled.space.sql(
        "SELECT identity, value FROM traits"
    ).to_pylist()


def test_what_is_no_export_is_said(pulled, tmp_path, monkeypatch) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("hello")
    put(tmp_path / "other", users={"not": "a list"})
    put(tmp_path / "deep", help={"channel": {}, "messages": []})
    (tmp_path / "deep" / "help.json").write_text("[" * 100_000)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.json", b" " * (2 << 20))
    monkeypatch.setattr(exported, "LARGEST", 1 << 20)
    for settings, said in (
        (Slack("../none"), "there is no"), (Slack("../empty"), "no JSON document"), (Slack("../text"), "neither a folder nor a ZIP"),
        (Slack("../other"), "another shape"), (Discord("../deep"), "another shape"), (Slack("../bomb.zip"), "larger than"),
    ):  # fmt: skip
        with pytest.raises(SourceError, match=said):
            pulled(settings)


def test_what_comes_later_in_a_channel_answers_where_that_is_said(pulled, tmp_path) -> None:
    later = CHANNEL["messages"][0] | {
        "id": "106",
        "author": {"id": "14", "name": "cy"},
        "content": "I do.",
        "timestamp": "2026-01-05T11:00:00+01:00",
    }
    put(tmp_path / "discord", help=CHANNEL | {"messages": [CHANNEL["messages"][0], later]})
    assert [row["in_reply_to"] for row in pulled(Discord("../discord", later_answers=True)).values()] == [None, "101"]
    put(tmp_path / "slack", users=USERS, help__x=[])
    days = [
        {"user": "U1AB", "ts": "1767600000.0", "text": "Who?"},
        {"user": "U2AB", "ts": "1767600001.0", "text": "I."},
    ]
    (tmp_path / "slack" / "help" / "2026-01-05.json").write_text(json.dumps(days))
    rows = pulled(Slack("../slack", later_answers=True))
    assert rows["help/1767600001.0"]["in_reply_to"] == "help/1767600000.0"


ODD = [{"type": "message", "user": "U1AB", "ts": 1767600000, "text": "x"}, "torn", None]


def test_one_odd_element_of_an_export_is_rejected_and_the_others_are_taken(pulled, tmp_path) -> None:
    put(tmp_path / "slack", users=[*USERS, {"name": "nobody"}], a__2026=[])
    (tmp_path / "slack" / "a" / "2026-01-05.json").write_text(json.dumps([ODD[0], *DAY[:2], *ODD[1:]]))
    (tmp_path / "slack" / "a" / "2026-01-06.json").write_text("[{")
    assert {row["text"] for row in pulled(Slack("../slack")).values()} == {"Who brings cake & tea?", "I do."}
    assert pulled.counts == [2, 0, 0, 5]
    told = {(json.loads(one["row"])["document"], one["line"]) for one in pulled.space.rejected()["rows"]}
    day = "a/2026-01-05.json"
    assert told == {("users.json", 4), (day, 1), (day, 4), (day, 5), ("a/2026-01-06.json", 1)}
    assert any("Expected `str`, got `int`" in one["reason"] for one in pulled.space.rejected()["rows"])


def test_one_odd_message_or_document_of_discord_is_rejected(pulled, tmp_path) -> None:
    odd = {**CHANNEL, "messages": [{"id": 7}, *CHANNEL["messages"]]}
    put(tmp_path / "discord", help=odd, other=[1])
    assert len(pulled(Discord("../discord"))) == 4
    assert pulled.counts == [4, 0, 0, 2]
