"""What is acknowledged is on the disk and comes into the log once, whatever happens in between."""

from __future__ import annotations

import asyncio
import os

import pytest

from tests import asynchronous
from tests.inbox import kills
from ziggurat.base.errors import BusyError
from ziggurat.log.inbox import inbox as module
from ziggurat.log.inbox import segment, taking
from ziggurat.log.inbox.inbox import Inbox
from ziggurat.log.log import Log
from ziggurat.workspace.backup import copy_inbox
from ziggurat.workspace.collected import take_up
from ziggurat.workspace.integrity import of_inbox

KILLS = int(os.environ.get("ZIGGURAT_KILLS", "3"))
RECORDS = [b"", b"a", b"\0" * 40, os.urandom(5_000), "Zoë".encode()]


def put(folder, *contents, close=True):
    """Put records of source web, all at once; return what became of each."""

    async def all_at_once():
        return await asyncio.gather(*(inbox.put("web", each) for each in contents), return_exceptions=True)

    inbox = Inbox(folder / "inbox")
    found = asynchronous.run(all_at_once())
    if close:
        inbox.close()
    return found


def waiting(folder, taken=()):
    return [record for lot in taking.lots(folder, "web", dict(taken)) for record in lot.records]


def test_what_is_put_waits_in_order_and_many_share_one_sync(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(segment.os, "fsync", lambda file, real=os.fsync: (synced.append(file), real(file)))
    assert put(tmp_path, *RECORDS * 40) == [None] * 200
    assert waiting(tmp_path) == RECORDS * 40
    assert len(synced) < 20
    assert oct(segment.segments(tmp_path / "inbox" / "web")[0].stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("cut", [1, 7, 8, 12, 40])
def test_a_torn_end_is_no_record_and_what_stands_before_it_is_whole(tmp_path, cut):
    put(tmp_path, b"first", b"second record")
    (path,) = segment.segments(tmp_path / "inbox" / "web")
    whole = path.read_bytes()
    ends = [record.end for record in segment.records(path)]
    path.write_bytes(whole[:-cut])
    assert waiting(tmp_path) == [b"first", b"second record"][: sum(end <= len(whole) - cut for end in ends)]
    path.write_bytes(whole + b"\0" * cut)
    assert waiting(tmp_path) == [b"first", b"second record"]
    path.write_bytes(whole.replace(b"second", b"sEcond"))
    assert waiting(tmp_path) == [b"first"]


def test_nothing_is_acknowledged_that_the_disk_does_not_take_and_the_next_is(tmp_path, monkeypatch):
    real = os.write

    def full(file, content):
        raise OSError(28, "No space left on device")

    async def three():
        await inbox.put("web", b"before")
        monkeypatch.setattr(segment.os, "write", full)
        with pytest.raises(OSError, match="No space"):
            await inbox.put("web", b"lost")
        with pytest.raises(OSError, match="No space"):  # not even a new segment can be begun
            await inbox.put("web", b"lost, too")
        monkeypatch.setattr(segment.os, "write", real)
        await inbox.put("web", b"after")

    inbox = Inbox(tmp_path / "inbox")
    asynchronous.run(three())
    inbox.close()
    assert waiting(tmp_path) == [b"before", b"after"]


def test_what_failed_to_sync_is_cut_off(tmp_path, monkeypatch):
    real = os.fsync
    failures = iter([True])

    def sync(file):
        if next(failures, False):
            raise OSError(5, "Input/output error")
        real(file)

    async def three():
        await inbox.put("web", b"one")
        monkeypatch.setattr(os, "fsync", sync)
        with pytest.raises(OSError, match="Input/output"):
            await inbox.put("web", b"two")
        await inbox.put("web", b"three")

    inbox = Inbox(tmp_path / "inbox")
    asynchronous.run(three())
    inbox.close()
    assert waiting(tmp_path) == [b"one", b"three"]


def test_more_than_may_wait_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    found = put(tmp_path, *[b"0123456789"] * 5)
    assert any(isinstance(one, BusyError) for one in found)
    assert len(waiting(tmp_path)) == found.count(None) > 0


def test_a_lot_comes_into_the_log_once_and_its_segments_go_once_nobody_writes_to_them(tmp_path):
    log = Log(tmp_path / "log")
    inbox = Inbox(tmp_path / "inbox")
    asynchronous.run(inbox.put("web", b"a0"))
    assert [one.count("new") for one in take_up(log, tmp_path, "web", kills.read)] == [1]
    assert taking.sources(tmp_path) == ["web"]  # somebody still writes
    assert take_up(log, tmp_path, "web", kills.read) == []
    asynchronous.run(inbox.put("web", b"b"))
    inbox.close()
    copy_inbox(tmp_path / "inbox", tmp_path / "copy" / "inbox")
    assert waiting(tmp_path / "copy", log.taken_up("web").items()) == [b"b"]
    log.undo(1, at=log.imports()[0].at)  # what is taken back does not come again
    assert [one.count("new") for one in take_up(log, tmp_path, "web", kills.read)] == [1]
    assert list(kills.wrong(tmp_path, {"b"})) == []
    assert taking.sources(tmp_path) == []
    assert "1 of 2 are lost, such as a0" in next(kills.wrong(tmp_path, {"a0", "b"}))


def test_a_lot_whose_commit_is_all_that_was_left_is_not_told_again(tmp_path):
    """Killed between the commit and the dropping, which is all that the next one then does."""
    log = Log(tmp_path / "log")
    put(tmp_path, b"a0", b"b")
    (lot,) = taking.lots(tmp_path, "web", {})
    kept = {path: path.read_bytes() for path in segment.segments(tmp_path / "inbox" / "web")}
    take_up(log, tmp_path, "web", kills.read)
    for path, content in kept.items():
        path.write_bytes(content)
    assert log.taken_up("web") == lot.taken
    assert take_up(log, tmp_path, "web", kills.read) == []
    assert list(kills.wrong(tmp_path, {"a0", "b"})) == []


def test_a_segment_of_which_something_can_t_be_read_is_set_aside_and_told(tmp_path):
    log = Log(tmp_path / "log")
    put(tmp_path, b"a0", b"b", b"c")
    (path,) = segment.segments(tmp_path / "inbox" / "web")
    whole = path.read_bytes()
    spoilt = whole.replace(b"b", b"x", 1) if whole.index(b"b") > len(segment.MAGIC) else whole[:-1] + b"x"
    path.write_bytes(spoilt)
    (one,) = take_up(log, tmp_path, "web", kills.read)
    assert one.count("new") < 3
    assert segment.segments(tmp_path / "inbox" / "web") == []
    assert [each.read_bytes() for each in taking.torn(tmp_path)] == [spoilt]
    (found,) = of_inbox(tmp_path)
    assert (found.where, found.lost) == (taking.torn(tmp_path)[0], False)
    assert take_up(log, tmp_path, "web", kills.read) == []


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals here")
def test_nothing_acknowledged_is_lost_or_doubled_when_processes_are_killed(tmp_path):
    assert list(kills.attack(tmp_path, KILLS, seed=KILLS)) == []
