"""What ladders ask for beside lives is kept beside them, and after a refresh is what it would be from scratch."""

from __future__ import annotations

import numpy as np
import pytest

from tests.written import interactions, open_new, take, traits
from ziggurat.asking.crowd import Crowd
from ziggurat.speech import tones
from ziggurat.workspace import Workspace

LADDER = """
[[levels]]
name = "Reachable"
[[levels.rules]]
from_kinds = ["subscribed"]
may = ["write"]

[[levels]]
name = "Speaks for us"
[[levels.rules]]
kinds = ["posted", "mentioned"]
says = ["for"]
at_least = 2
stance = ["advocate"]
knows = ["name"]

[[levels]]
name = "Helps"
[[levels.rules]]
kinds = ["answered"]
helpful = true
at_least = 1
"""
FIRST = """
    interaction_id  at     actor              kind         in_reply_to  text
    1               01-05  email:ana@x.org    asked        -            How does it open?
    2               01-06  email:bo@x.org     answered     1            Turn it to the left.
    3               01-06  email:bo@x.org     subscribed   -            -
    4               01-07  user:17            subscribed   -            -
    5               01-08  email:cy@x.org     posted       -            I love it, great people
    6               01-09  email:cy@x.org     mentioned    -            wonderful, thank you
"""
LATER = """
    interaction_id  at     actor              kind         in_reply_to  text
    7               02-05  email:ana@x.org    replied      2            Thanks, that worked!
    8               02-06  email:dora@x.org   visited      -            -
"""
NAMES = """
    identity         trait  value  at
    email:cy@x.org   name   Cy     01-20
"""


def levels(space: Workspace) -> list[tuple]:
    """Who stood on which level from when on, up to the end of the log."""
    asked = "SELECT identities[1] AS who, level, since FROM levels JOIN people USING (person_id)"
    rows = space.sql(f"{asked} WHERE since < TIMESTAMPTZ '2026-02-07 00:00:00+00'")
    return sorted((row["who"], row["since"], row["level"]) for row in rows.to_pylist())


@pytest.fixture
def twice(tmp_path) -> Workspace:
    """A workspace that was refreshed after each of two imports."""
    space = open_new(tmp_path / "space", ladder=LADDER)
    take(space, interactions=interactions(FIRST), traits=traits(NAMES))
    space.refresh()
    take(space, interactions=interactions(LATER))
    space.refresh()
    return space


def test_what_somebody_else_did_later_changes_a_level_that_was_folded_before(twice) -> None:
    now = {who: level for who, _, level in levels(twice)}
    assert now == {
        "email:ana@x.org": 0, "email:bo@x.org": 3, "user:17": 0, "email:cy@x.org": 2, "email:dora@x.org": 0,
    }  # fmt: skip
    assert [level for who, _, level in levels(twice) if who == "email:bo@x.org"] == [1, 3]


def test_a_refresh_gives_what_all_at_once_gives_and_so_does_a_frame(twice, tmp_path) -> None:
    once = open_new(tmp_path / "once", ladder=LADDER)
    take(once, interactions=interactions(FIRST), traits=traits(NAMES))
    take(once, interactions=interactions(LATER))
    once.refresh()
    assert levels(once) == levels(twice)
    crowd = Crowd(interactions(FIRST + "".join(LATER.splitlines(keepends=True)[2:])), traits=traits(NAMES))
    rows = crowd.levels(once.ladder()).select(["person_id", "level", "since"])
    rows = rows.sort_by([("person_id", "ascending"), ("since", "ascending")])
    asked = "SELECT person_id, level, epoch_us(since) AS since FROM levels ORDER BY person_id, since"
    assert [list(row.values()) for row in rows.to_pylist()] == [
        list(row.values()) for row in once.sql(asked).to_pylist()
    ]


def test_words_are_scored_once_and_dropped_with_their_segment(twice, monkeypatch) -> None:
    kept = set((twice.folder / "results" / "tones").iterdir())
    assert kept
    monkeypatch.setattr("ziggurat.derived.beside.tones", lambda *_: pytest.fail("scored again"))
    again = Workspace.open(twice.folder)
    assert again.ask("pyramid", at="2026-02-07").rows()
    assert set((twice.folder / "results" / "tones").iterdir()) == kept
    (twice.folder / "results" / "tones" / "segment-of-old.npy").write_bytes(b"")
    again.derived.sidecars.hear(again.derived.ready())
    assert set((twice.folder / "results" / "tones").iterdir()) == kept


def test_a_person_is_told_why_and_what_is_missing(twice) -> None:
    story = twice.story("user:17")
    [rule] = [row for row in story.why if row["level"] == 1]
    assert (rule["holds"], rule["have"], rule["conditions"]) == (
        False, 1, [{"words": "while we may write to them", "met": False}],
    )  # fmt: skip
    assert story.standing["lacks"] == "while we may write to them"


def test_tones_of_what_is_no_utterance_are_silent() -> None:
    assert tones.sounds(np.array([0.5, -0.5, 0.0, np.nan])).tolist() == [1, 2, 3, 4]
