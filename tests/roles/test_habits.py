"""When and where people are active, against reading row by row, and against hours that are known."""

from __future__ import annotations

from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests import community
from tests.levels.tables import ON
from tests.roles.told import ask, members, zone
from tests.written import micros
from ziggurat import catalogue
from ziggurat.base.errors import DeclarationError
from ziggurat.base.instant import moment
from ziggurat.roles.habits import BY, of_person
from ziggurat.settings.declared import Declared
from ziggurat.stats.clock import WEEKDAYS

WINDOW = {"since": "2025-12-31", "until": "2026-06-30"}


ZONES = ("UTC", "Europe/Berlin", "Australia/Lord_Howe")  # clocks change within the window


def cell(row: dict, by: str, there: ZoneInfo) -> tuple[str, str]:
    clock = row["at"].astimezone(there)
    hour = f"{clock:%H}"
    return {
        "weekday and hour": (WEEKDAYS[clock.weekday()], hour),
        "channel and hour": (row["channel"], hour),
        "channel and device": (row["channel"], row["device"] or "unknown"),
    }[by]


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("by", BY)
def test_it_agrees_with_reading_row_by_row(by, name):
    tables, there = community.tables() | {"zone": zone(name)}, ZoneInfo(name)
    whose = {one: row for row in tables["people"].to_pylist() for one in row["identities"]}
    done = defaultdict(lambda: defaultdict(list))
    for row in community.log().to_pylist():
        person = whose[row["actor"]]
        inside = "2026-01-01" <= f"{row['at']:%Y-%m-%d}" <= "2026-06-30"
        if inside and row["direction"] != "out" and not person["staff"] and not person["anonymous"]:
            done[person["person_id"]][cell(row, by, there)].append(row["at"])
    days = {
        (person, key): len({at.astimezone(there).date() for at in hers[key]})
        for person, hers in done.items()
        for key in hers
    }
    prefers = {person: max(hers, key=lambda key: (days[person, key], max(hers[key]))) for person, hers in done.items()}
    result = catalogue.find("habits").ask(tables, **ON, **WINDOW, by=by)
    rows = {(row["down"], row["across"]): row for row in result.rows()}
    assert set(rows) == {key for hers in done.values() for key in hers}
    for key, row in rows.items():
        assert row["people"] == sum(key in hers for hers in done.values())
        assert row["share"] == row["people"] / len(done)
        assert row["acts"] == sum(len(hers.get(key, ())) for hers in done.values())
        assert row["preferred"] == Counter(prefers.values())[key]
    assert sum(row["preferred"] for row in rows.values()) == len(done)
    for row in members(result):
        key = row["down"], row["across"]
        assert row["days"] == days[row["person_id"], key]
        assert row["preferred"] == (prefers[row["person_id"]] == key)


def test_weekdays_and_hours_are_those_of_the_calendar():
    rows = ask("habits", "actor  at\nemail:ana  2026-01-05 00:00\nemail:ana  2026-01-11 23:59", **WINDOW).rows()
    assert [(row["down"], row["across"]) for row in rows] == [("Monday", "00"), ("Sunday", "23")]


def test_hours_are_those_of_the_clocks_on_either_side_of_their_change():
    log = "actor  at\nemail:ana  2026-03-28 23:30\nemail:ana  2026-03-29 00:30\nemail:ana  2026-03-29 01:30"
    found = ask("habits", log, zone=zone("Europe/Berlin"), **WINDOW)
    assert [(row["down"], row["across"]) for row in found.rows()] == [("Sunday", hour) for hour in ("00", "01", "03")]
    assert "Hour, Europe/Berlin" in str(found.chart().to_dict())


def test_a_zone_that_there_is_not_is_named_with_the_nearest():
    with pytest.raises(DeclarationError, match=r"unknown timezone 'Europe/Berln'; did you mean 'Europe/Berlin'\?"):
        ask("habits", "actor  at\nemail:ana  2026-01-05", zone=zone("Europe/Berln"), **WINDOW)
    with pytest.raises(DeclarationError, match=r"settings: unknown timezone 'Mars/Olympus'\. Give an IANA name"):
        Declared(timezone="Mars/Olympus")


def test_people_who_keep_hours_are_found_at_them_and_those_who_keep_none_nowhere():
    draw = np.random.default_rng(1)
    lines = ["actor  at  channel  device"]
    for person in range(40):
        for day in range(1, 29):
            hour = 19 if day % 3 else draw.integers(24)
            lines.append(f"email:p{person}  2026-02-{day:02} {hour:02}:30  forum  mobile")
            lines.append(f"email:n{person}  2026-02-{day:02} {draw.integers(24):02}:30  web  web")
    result = ask("habits", "\n".join(lines), by="channel and hour", **WINDOW)
    preferred = {(row["down"], row["across"]): row["preferred"] for row in result.rows()}
    assert preferred["forum", "19"] == 40
    assert max(number for (channel, _), number in preferred.items() if channel == "web") < 8


@pytest.mark.parametrize("name", ZONES)
def test_one_person_prefers_what_she_does_on_most_days(name):
    there = ZoneInfo(name)
    crowd = community.crowd(community.simulated())
    start, until = micros("2026-01-01"), micros("2026-07-01") - 1
    known = [row for row in community.tables()["people"].to_pylist() if not row["staff"] and row["first_at"] <= until]
    seen = 0
    for row in known[:25]:
        _, history, codes = crowd.derived.one(int(row["person_id"][1:], 16), until)
        told = of_person(history, codes, zone=name, **WINDOW)
        acts = [one for one in history.to_pylist() if start <= one["at"] and one["kind"] >= 0 and one["direction"] != 1]
        assert told.acts == len(acts)
        if not acts:
            assert told == type(told)(None, None, None, 0, 0, name)
            continue
        seen += 1
        for mine, keys in (
            (told.channel, [codes["channel"][one["channel"]] for one in acts]),
            (told.device, [one["device"] or "unknown" for one in acts]),
            (told.hour, [moment(one["at"]).astimezone(there).hour for one in acts]),
        ):
            days, last = defaultdict(set), defaultdict(int)
            for key, one in zip(keys, acts, strict=True):
                days[key].add(moment(one["at"]).astimezone(there).date())
                last[key] = max(last[key], one["at"])
            assert (len(days[mine]), last[mine]) == max((len(days[name]), last[name]) for name in days)
    assert seen > 10
