"""Rooms are read newest first: replies, threads, edits, what was taken back, reactions, who joins; and no room at all."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest

from ziggurat.base.errors import SourceError
from ziggurat.sources.systems.matrix import Matrix

ANA, BO = "@ana:x.example", "@bo:x.example"
ROOM, NEWS = "!help:x.example", "!news:x.example"


class Server:
    """Events of rooms as Matrix gives them: three a page, newest first; the last page is empty and has no end."""

    def __init__(self) -> None:
        self.rooms = {ROOM: [], NEWS: []}

    def say(self, name, content, sender=ANA, room=ROOM, kind="m.room.message", **more):
        self.rooms[room].append({
            "event_id": name, "type": kind, "sender": sender, "origin_server_ts": 1_767_600_000_000 + 1_000 * len(self.rooms[room]),
            "content": {"msgtype": "m.text", "body": content} if isinstance(content, str) else content, **more,
        })  # fmt: skip

    def __call__(self, path, options, headers):
        if headers.get("authorization") != "Bearer hunter2":
            return 401, {}, {"errcode": "M_UNKNOWN_TOKEN"}
        if path.endswith("/joined_rooms"):
            return {"joined_rooms": list(self.rooms)}
        room = unquote(path.split("/")[5])
        if path.endswith("/joined_members"):
            return {"joined": {ANA: {"display_name": "Ana Ng"}, BO: {"display_name": None}}}
        last = int(options.get("from", len(self.rooms[room])))
        chunk = self.rooms[room][:last][::-1][:3]
        return {"chunk": chunk} | ({"end": str(last - len(chunk))} if chunk else {})


@pytest.fixture
def server():
    return Server()


def reply(text, to, **more):
    return {"msgtype": "m.text", "body": text, "m.relates_to": {"m.in_reply_to": {"event_id": to}}, **more}


def test_what_is_said_in_rooms_is_in_the_log_with_whom_it_answers(fake, server, pulled) -> None:
    settings = Matrix(fake(server).url, "env:SYSTEM_TOKEN")
    server.say("$0", {"membership": "join"}, kind="m.room.member", state_key=ANA)
    server.say("$1", "When?")
    server.say("$2", reply(f"> <{ANA}> When?\n\nOn Monday.", "$1"), BO)
    server.say("$3", {"body": "more", "m.relates_to": {
        "rel_type": "m.thread", "event_id": "$1", "is_falling_back": True, "m.in_reply_to": {"event_id": "$2"}}}, BO)  # fmt: skip
    server.say("$4", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$2", "key": "👍"}}, kind="m.reaction")
    server.say("$5", {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$2", "key": "👎"}}, kind="m.reaction")
    server.say("$6", {"body": "thanks", "m.mentions": {"user_ids": [BO]}})
    server.say("$7", {"membership": "join"}, kind="m.room.member", state_key=ANA,
               unsigned={"prev_content": {"membership": "join"}})  # fmt: skip
    server.say("$8", {"membership": "leave"}, kind="m.room.member", state_key=ANA,
               unsigned={"prev_content": {"membership": "join"}})  # fmt: skip
    server.say("$9", {"ciphertext": "x"}, room=NEWS, kind="m.room.encrypted")
    server.say("$10", {"ciphertext": "x"}, room=NEWS, kind="m.room.encrypted")
    rows = pulled(settings)
    assert {name: (row["actor"], row["kind"], row["in_reply_to"], row["text"]) for name, row in rows.items()} == {
        "$0": (f"matrix:{ANA}", "joined", None, None),
        "$1": (f"matrix:{ANA}", "posted", None, "When?"),
        "$2": (f"matrix:{BO}", "replied", "$1", "On Monday."),
        "$3": (f"matrix:{BO}", "replied", "$1", "more"),
        "$4": (f"matrix:{ANA}", "liked", "$2", None),
        "$6": (f"matrix:{ANA}", "replied", None, "thanks"),
        "$8": (f"matrix:{ANA}", "left", None, None),
    }
    assert (rows["$6"]["counterpart"], rows["$3"]["object"]) == (f"matrix:{BO}", f"{ROOM} $1")
    assert pulled.counts[3] == 1
    [refused] = pulled.space.sql("SELECT reason FROM rejected").to_pylist()
    assert "encrypted" in refused["reason"]
    pulled(settings)
    assert pulled.counts[0] == pulled.counts[2] == 0


def test_an_edited_text_replaces_and_one_that_was_taken_back_goes_with_a_mark(fake, server, pulled) -> None:
    settings = Matrix(fake(server).url, "env:SYSTEM_TOKEN", (ROOM,))
    for number in range(1, 9):
        server.say(f"${number}", f"words {number}")
    pulled(settings)
    for number, text in enumerate(("first", "last"), 20):
        server.say(f"${number}", {"body": f"* {text}", "m.new_content": {"body": text},
                                  "m.relates_to": {"rel_type": "m.replace", "event_id": "$3"}})  # fmt: skip
    server.rooms[ROOM][0]["unsigned"] = {
        "m.relations": {"m.replace": {"content": {"m.new_content": {"body": "mended"}}}}
    }
    server.rooms[ROOM][4] |= {"content": {}, "unsigned": {"redacted_because": {"event_id": "$30"}}}
    del server.rooms[ROOM][6]  # a server that forgets
    rows = pulled(settings)
    assert (pulled.counts[0], pulled.counts[2]) == (0, 4)
    assert (rows["$3"]["text"], rows["$1"]["text"]) == ("last", "mended")
    for name in ("$5", "$7"):
        assert (rows[name]["text"], json.loads(rows[name]["properties"])) == (None, {"deleted": True})


def test_who_is_in_no_room_or_may_not_ask_is_told_so(fake, server, pulled, monkeypatch) -> None:
    there = fake(server)
    with pytest.raises(SourceError, match="in none of those named"):
        pulled(Matrix(there.url, "env:SYSTEM_TOKEN", ("!other:x.example",)))
    server.rooms = {}
    with pytest.raises(SourceError, match="shows no room"):
        pulled(Matrix(there.url, "env:SYSTEM_TOKEN"))
    with pytest.raises(SourceError, match="names no"):
        pulled(Matrix(there.url))
    monkeypatch.setenv("SYSTEM_TOKEN", "hunter3")
    with pytest.raises(SourceError, match="the token is wrong"):
        pulled(Matrix(there.url, "env:SYSTEM_TOKEN"))


HOSTILE = [
    {"content": {"body": ["x"], "m.relates_to": "x"}}, {"content": {"m.relates_to": {"m.in_reply_to": 7}}},
    {"content": {"m.mentions": {"user_ids": 5}}}, {"unsigned": {"m.relations": {"m.replace": []}}},
    {"origin_server_ts": 10**17}, {"origin_server_ts": -1}, {"sender": "null"}, {"sender": 7}, {"event_id": None},
    {"type": "m.reaction", "content": {"m.relates_to": {"key": [], "event_id": {}}}},
    {"type": "m.room.member", "state_key": ANA, "content": {"membership": {}}, "unsigned": {"prev_content": 1}},
]  # fmt: skip


def test_whatever_an_event_holds_the_others_are_taken(fake, server, pulled) -> None:
    for number, odd in enumerate(HOSTILE):
        server.say(f"$odd{number}", "words")
        server.rooms[ROOM][-1] |= odd
        server.say(f"$fine{number}", "words")
    rows = pulled(Matrix(fake(server).url, "env:SYSTEM_TOKEN"))
    assert sum(name.startswith("$fine") for name in rows) == len(HOSTILE)
    assert pulled.counts[3] == 5
