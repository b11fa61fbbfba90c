"""A play is declared strictly, every shipped one is sound, and a message is text whatever is put into it."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest

from ziggurat.base import kinds
from ziggurat.base.errors import DeclarationError
from ziggurat.levels import ladder as ladders
from ziggurat.playbook import calendar, message, segment
from ziggurat.playbook.play import SHIPPED, load, parse

KINDS = kinds.load()
SOUND = {"name": "x", "step": "invite", "whom": {"level": ["Endorsing"]}, "success": {"level": "Owning"}}


def test_there_is_a_play_for_each_step_of_each_shipped_ladder_and_for_its_top() -> None:
    plays = [load(path, KINDS) for path in SHIPPED.glob("*.toml")]
    for path in ladders.SHIPPED.glob("*.toml"):
        rungs = ladders.load(path, KINDS)
        own = [play for play in plays if play.ladder == rungs.name]
        steps = {(*play.whom.level, play.success.level) for play in own if play.success.climbs}
        assert steps == set(zip(rungs.names, rungs.names[1:], strict=False)), rungs.name
        assert any(play.whom.level == (rungs.names[-1],) and not play.success.climbs for play in own)
    general = {play.name for play in plays if not play.ladder}
    assert general == {
        "answer-who-waits", "keep-who-flags", "thank-who-climbed", "listen-to-who-turned-against-us", "thank-hosts",
    }  # fmt: skip
    for play in plays:
        assert play.title and play.why and play.subject and play.text, play.name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stepp": "x"}, "unknown field `stepp`; did you mean `step`?"),
        ({"step": "invit"}, "did you mean `invite`"),
        ({"whom": {"levl": ["x"]}}, "whom: unknown field `levl`; did you mean `level`?"),
        ({"whom": {"kind": "staff"}}, "nobody turns to staff"),
        ({"whom": 3}, "`whom` must be the name of a segment"),
        ({"text": "Hello {frst_name}"}, "no placeholder `{frst_name}`; did you mean `first_name`?"),
        ({"success": {"kinds": ["atended"]}}, "unknown kind 'atended'; did you mean 'attended'?"),
        ({"success": {"kinds": ["attended"], "level": "Owning"}}, "and not both"),
        ({"unless": {"one_per": "acount"}}, "did you mean `account`"),
        ({"holdout_share": 1}, "`holdout_share` is 1, but must be from 0 to 0.9"),
        ({"minutes": float("nan")}, "`minutes` is nan"),
        ({"success": {"within_days": 0}}, "`success.within_days` is 0"),
        ({"channel": []}, "at least one `channel`"),
    ],
)
def test_what_can_not_be_meant_is_refused(change, said) -> None:
    assert parse(SOUND, KINDS).success.level == "Owning"
    with pytest.raises(DeclarationError) as refused:
        parse(SOUND | change, KINDS, "plays/x.toml")
    assert said in str(refused.value)
    assert str(refused.value).startswith("plays/x.toml")


def test_the_play_and_the_segment_of_the_docs_are_sound() -> None:
    for page, read in (("plays", parse), ("segments", segment.load)):
        text = (Path(__file__).parents[2] / "docs" / f"{page}.md").read_text("utf-8")
        shown = tomllib.loads(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0])
        assert read(shown if page == "segments" else {"name": "guests", **shown}, KINDS, page)


def test_a_value_from_outside_stays_text() -> None:
    hostile = "Ana\r\nBcc: all@example.org {level}\u202e" + "x" * 500
    filled = message.fill("Hello {name}!\n{level}", {"name": hostile, "level": "Owning"})
    first, second = filled.split("\n")
    assert second == "Owning" and first.startswith("Hello Ana Bcc: all@example.org {level}") and len(first) < 200
    address = message.mail_to("a&b?c@example.org", "x&bcc=y", filled)
    assert (
        address.count("&") == 1 and "\n" not in address and address.startswith("mailto:a%26b%3Fc@example.org?subject=")
    )


def test_a_calendar_is_folded_and_escaped() -> None:
    step = {"id": 7, "week": dt.date(2026, 3, 2), "title": "Invite;", "name": "Ána\nEND:VEVENT", "owner": "bo",
            "story": "é" * 200, "subject": "a,b", "text": "c"}  # fmt: skip
    text = calendar.write_calendar([step], dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC))
    lines = text.split("\r\n")
    assert text.count("\r\nEND:VEVENT\r\n") == 1 and all(len(line.encode()) <= 75 for line in lines)
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:Invite\\;: Ána END:VEVENT (bo)" in unfolded and "a\\,b" in unfolded and "é" * 200 in unfolded
    assert "DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260303" in text
