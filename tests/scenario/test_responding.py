"""When questions are answered: against a loop over rows, against the indicators, and against hours that are planted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from tests.levels.tables import ON
from tests.roles.told import ask, members, zone
from tests.scenario import naive, test_measures
from ziggurat import catalogue
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import moment
from ziggurat.scenario.responding import BY
from ziggurat.stats.clock import HOURS, WEEKDAYS

SINCE, UNTIL = test_measures.SINCE, test_measures.UNTIL
WINDOW = {"since": SINCE, "until": UNTIL}
PARTS = ({}, {"channel": "forum"}, {"department": "community"}, {"channel": "email", "department": "care"})
IN_TIME = 14 * naive.DAY
SPRING = {"since": "2026-02-28", "until": "2026-05-31"}  # clocks are put forward in it
BERLIN = ZoneInfo("Europe/Berlin")


def responding(**options):
    tables = test_measures.tables() | {"zone": zone(options.pop("zone", "UTC"))}
    return catalogue.find("responding").ask(tables, **ON, **{**WINDOW, **options})


@cache
def questions() -> list[dict]:
    """All that was asked, with its answers, read row by row."""
    return test_measures.naive().asked()


def departments(log: naive.Naive) -> dict[str, str]:
    """Who of the staff is of which department."""
    staff = [row for row in log.owner.values() if row["staff"] and row["traits"]]
    told = {row["person_id"]: json.loads(row["traits"]).get("department") for row in staff}
    return {person: name for person, name in told.items() if name}


def dealt_with(log: naive.Naive, name: str) -> set[str]:
    """Whom a department sent something, answered or turned to."""
    ours = {person for person, one in departments(log).items() if one == name}
    pairs = [(row["actor"], row["counterpart"]) for row in log.rows if row["direction"] == "out"]
    pairs += [(row["counterpart"], row["actor"]) for row in log.rows]
    found = [log.who(whom) for whom, by in pairs if (log.who(by) or {}).get("person_id") in ours]
    return {one["person_id"] for one in found if one and not one["staff"] and not one["anonymous"]}


def asked_of(log: naive.Naive, channel: str = "", department: str = "") -> list[dict]:
    """What was asked of a part of the business."""
    known, met = departments(log), dealt_with(log, department) if department else set()
    found = []
    for one in questions():
        answerer = log.who(one["answers"][0][2]) if one["answers"] else None
        hers = log.who(one["actor"])["person_id"] in met
        ours = answerer is not None and known.get(answerer["person_id"]) == department
        if channel in ("", one["channel"]) and (not department or (hers and (ours or not one["answers"]))):
            found.append(one)
    return found


def median(waits: list[tuple[float, bool]], due: int) -> float | None:
    """The first time at which at most half still wait, by Kaplan and Meier; 336 hours where not within them."""
    left = 1.0
    for time in sorted({wait for wait, _ in waits}):
        risk = sum(wait >= time for wait, _ in waits)
        left *= 1 - sum(wait == time and done for wait, done in waits) / risk
        if left <= 0.5 + 1e-12:
            return time
    return 336.0 if due else None


def row_of(log: naive.Naive, asked: list[dict]) -> dict:
    """The row of some questions."""
    due = hits = 0
    waits = []
    for one in asked:
        answered = log.first(one, staff=True)
        due += one["us"] + IN_TIME <= UNTIL
        hits += one["us"] + IN_TIME <= UNTIL and answered - one["us"] <= IN_TIME
        end = min(one["us"] + IN_TIME, UNTIL)
        waits.append(((min(answered, end) - one["us"]) / 3.6e9, answered <= end))
    return {
        "people": len({log.who(one["actor"])["person_id"] for one in asked}),
        "questions": len(asked),
        "due": due,
        "share": hits / due if due else None,
        "median_hours": pytest.approx(median(waits, due)) if waits else None,
    }


def part_of(one: dict, at: float, by: str, there: ZoneInfo) -> str:
    """The hour, the weekday or the channel of a question, at an instant."""
    clock = moment(int(at)).astimezone(there)
    return {"hour": f"{clock:%H}", "weekday": WEEKDAYS[clock.weekday()], "channel": one["channel"]}[by]


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "Asia/Kathmandu"])
@pytest.mark.parametrize("part", PARTS, ids=str)
@pytest.mark.parametrize("by", BY)
def test_it_agrees_with_reading_row_by_row(by, part, name):
    log, there = test_measures.naive(), ZoneInfo(name)
    everything = asked_of(log, **part)
    in_time = [one for one in everything if log.first(one, staff=True) - one["us"] <= IN_TIME]
    if by == "department":
        wanted = [part["department"]] if "department" in part else sorted(set(departments(log).values()))
        cells = {one: asked_of(log, **{**part, "department": one}) for one in wanted}
        cells = {one: some for one, some in cells.items() if any(each["answers"] for each in some)}
        given = {one: [each for each in some if each in in_time] for one, some in cells.items()}
    else:
        names = {"hour": HOURS, "weekday": WEEKDAYS, "channel": {one["channel"] for one in everything}}[by]
        cells = {cell: [one for one in everything if part_of(one, one["us"], by, there) == cell] for cell in names}
        given = {
            cell: [one for one in in_time if part_of(one, log.first(one, staff=True), by, there) == cell]
            for cell in names
        }
    expected = {
        cell: row_of(log, some) | {"part": cell, "answers": len(given[cell])} for cell, some in cells.items()
    } | {None: row_of(log, everything) | {"part": None, "answers": len(in_time)}}
    rows = {row["part"]: row for row in responding(by=by, zone=name, **part).rows()}
    assert set(rows) == set(expected)
    assert len(everything) > 5
    for cell, row in expected.items():
        assert {key: rows[cell][key] for key in row} == row
    if by != "department":
        assert sum(row["answers"] for cell, row in rows.items() if cell is not None) == rows[None]["answers"] > 5


@pytest.mark.parametrize("part", PARTS[:3], ids=str)
def test_the_row_of_everything_is_what_the_indicators_say(part):
    lowest = [msgspec.structs.replace(one, least=1) for one in test_measures.SHIPPED.indicators]
    tables = test_measures.tables() | {"criteria": msgspec.structs.replace(test_measures.SHIPPED, indicators=lowest)}
    scenario = catalogue.find("scenario").ask(tables, **ON, **WINDOW, periods=1, **part)
    told = {row["indicator"]: row for row in scenario.rows()}
    row = responding(**part).rows()[0]
    shares, hours = (("share", "low", "high"), ("median_hours", "median_low", "median_high"))
    for indicator, names, cases in (("answered", shares, "due"), ("answer-hours", hours, "questions")):
        values = [told[indicator][name] for name in ("value", "low", "high", "cases")]
        assert [row[name] for name in (*names, cases)] == values
        assert values[0] is not None


def test_a_row_of_a_channel_or_a_department_is_that_of_everything_asked_there():
    for by in ("channel", "department"):
        rows = [row for row in responding(by=by).rows() if row["part"] is not None]
        assert len(rows) > 2
        assert [row["questions"] for row in rows] == sorted((row["questions"] for row in rows), reverse=True)
        for row in rows:
            alone = responding(**{by: row["part"]}).rows()[0]
            assert row | {"part": None} == alone


def planted(draw: np.random.Generator) -> str:
    """A question an hour on each channel; chat is answered from 9 to 17 by the clocks of Berlin, the forum always."""
    lines = ["interaction_id  at  actor  channel  kind  in_reply_to"]
    for place in range(24 * 91):
        at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=place, minutes=int(draw.integers(60)))
        for channel in ("chat", "forum"):
            answered = at + timedelta(minutes=int(draw.integers(5, 50)))
            there = answered.astimezone(BERLIN)
            if channel == "chat" and not 9 <= there.hour < 17:
                opens = there.replace(hour=9, minute=int(draw.integers(50))) + timedelta(days=there.hour >= 17)
                answered = opens.astimezone(UTC)
            number = f"{channel}{place}"
            lines.append(f"{number}  {at:%Y-%m-%d %H:%M}  user:{place % 37}  {channel}  asked  -")
            lines.append(f"a{number}  {answered:%Y-%m-%d %H:%M}  user:{place % 37}  {channel}  responded  {number}")
    return "\n".join(lines)


def test_hours_at_which_a_channel_is_answered_are_found_across_a_change_of_clocks():
    log = planted(np.random.default_rng(1))

    def rows(channel: str, name: str) -> dict:
        found = ask("responding", log, zone=zone(name), channel=channel, **SPRING)
        return {row["part"]: row for row in found.rows()}

    chat, forum, askew = rows("chat", "Europe/Berlin"), rows("forum", "Europe/Berlin"), rows("chat", "UTC")
    open_at = {f"{hour:02}" for hour in range(9, 17)}
    assert {hour for hour in HOURS if chat[hour]["answers"]} == open_at
    assert {hour for hour in HOURS if forum[hour]["answers"]} == set(HOURS)
    assert {hour for hour in HOURS if askew[hour]["answers"]} == {f"{hour:02}" for hour in range(7, 16)}
    for hour in set(HOURS) - {"16"}:  # of which some are answered at once, and some on the next morning
        wait = 0.5 if hour in open_at else (9 - int(hour)) % 24
        assert chat[hour]["median_hours"] == pytest.approx(wait, abs=0.6)
        assert chat[hour]["median_low"] <= chat[hour]["median_hours"] <= chat[hour]["median_high"]
        assert forum[hour]["median_hours"] == pytest.approx(0.45, abs=0.15)
    assert chat[None]["share"] == forum[None]["share"] == 1


def test_where_nobody_asked_there_is_no_row_and_the_page_says_so():
    found = ask("responding", "at  actor  kind\n2026-04-01 10:00  user:ana  visited", **SPRING)
    assert found.rows() == members(found) == []
    assert "Of 1 interaction of 1 person" in found.empty and "none calls for an answer" in found.empty


def test_where_nobody_answered_every_hour_waits_on_and_none_is_at_home():
    lines = [f"2026-04-{day:02} 10:{day:02}  user:{day}  asked" for day in range(1, 21)]
    rows = {row["part"]: row for row in ask("responding", "\n".join(["at  actor  kind", *lines]), **SPRING).rows()}
    assert (rows[None]["questions"], rows[None]["share"], rows[None]["median_hours"]) == (20, 0, 336)
    assert rows["10"] | {"part": None} == rows[None]
    assert all(row["answers"] == 0 for row in rows.values())
    assert all(rows[hour]["share"] is rows[hour]["median_hours"] is None for hour in HOURS if hour != "10")


def test_a_row_opens_to_those_who_asked_then():
    found = responding(by="weekday", zone="Europe/Berlin")
    log, told = test_measures.naive(), members(found)
    for day in WEEKDAYS:
        asked = [one for one in questions() if part_of(one, one["us"], "weekday", BERLIN) == day]
        who = {log.who(one["actor"])["person_id"] for one in asked}
        assert {row["person_id"] for row in told if row["part"] == day} == who
    names = {row["person_id"]: row["name"] for row in log.owner.values()}
    assert all(row["name"] == names[row["person_id"]] for row in told)


def test_a_part_that_there_is_not_is_named_with_the_nearest():
    with pytest.raises(QuestionError, match=r"no channel named 'forrum'; did you mean 'forum'\?"):
        responding(channel="forrum")
    with pytest.raises(QuestionError, match=r"no department named 'car'; did you mean 'care'\?"):
        responding(department="car")
    with pytest.raises(QuestionError, match=r"`by` is 'hours'; did you mean 'hour'\?"):
        responding(by="hours")


def test_the_zone_is_said_in_the_chart_and_the_notes():
    found = responding(zone="Europe/Berlin")
    assert "Hour, Europe/Berlin" in str(found.chart().to_dict())
    assert found.notes == ("Hours and weekdays are those of Europe/Berlin.",)
    by_channel = responding(by="channel", zone="Europe/Berlin")
    assert by_channel.notes == ()
    assert "Berlin" not in str(by_channel.chart().to_dict())
