"""Which zone does a name mean that is none of IANA's: `Eastern Time (US & Canada)`, `(GMT+01:00) Berlin`, `Berlin`?"""

from __future__ import annotations

import re
import zoneinfo
from functools import cache

# Regions as calendars and web services name them, without `time`, `standard`, `US` and what stands in brackets.
REGIONS = {
    "America/New_York": "eastern, et, new england",
    "America/Chicago": "central, ct",
    "America/Denver": "mountain, mt",
    "America/Los_Angeles": "pacific, pt",
    "America/Phoenix": "arizona",
    "America/Juneau": "alaska, alaskan",
    "Pacific/Honolulu": "hawaii, hawaiian, hawaii-aleutian",
    "America/Halifax": "atlantic",
    "America/St_Johns": "newfoundland",
    "America/Regina": "saskatchewan, canada central",
    "America/Mexico_City": "guadalajara, central america mexico",
    "America/Guatemala": "central america",
    "America/Lima": "quito, sa pacific",
    "America/Sao_Paulo": "brasilia, brasília, e. south america",
    "Europe/London": "edinburgh, british, british summer, gmt, greenwich mean",
    "Europe/Lisbon": "western european",
    "Europe/Zurich": "bern",
    "Europe/Berlin": "central european, central european summer, w. europe, western europe",
    "Europe/Budapest": "central europe",
    "Europe/Paris": "romance",
    "Europe/Athens": "eastern european, eastern european summer, gtb",
    "Europe/Kiev": "fle, kyiv",
    "Europe/Moscow": "russian, st. petersburg",
    "Africa/Johannesburg": "pretoria, south africa",
    "Africa/Nairobi": "e. africa, east africa",
    "Africa/Lagos": "west central africa, w. central africa",
    "Asia/Muscat": "abu dhabi, arabian",
    "Asia/Karachi": "islamabad, pakistan",
    "Asia/Kolkata": "chennai, mumbai, new delhi, india",
    "Asia/Bangkok": "hanoi, se asia",
    "Asia/Shanghai": "beijing, china",
    "Asia/Tokyo": "osaka, sapporo, japan",
    "Asia/Seoul": "korea",
    "Australia/Sydney": "aus eastern, australian eastern",
    "Pacific/Auckland": "wellington, new zealand",
}  # fmt: skip
NAMED = {name: zone for zone, regions in REGIONS.items() for name in regions.split(", ")}
OFFSET = re.compile(r"^\(?(?:gmt|utc)(?:\s*[+-]\s*\d{1,2}(?::?\d{2})?)?\)?[\s,-]+(?=\S)")
SAYING_NOTHING = re.compile(r"\b(?:time|standard|daylight|u\.?s\.?|& canada)(?=\s|$)")


def named(text: str) -> str:
    """Return IANA's name of the zone that a text names and nothing else; nothing where it names none.

    A region of a country that puts its clocks on means the time that its clocks show, in summer and in winter.

    >>> named("Eastern Time (US & Canada)"), named("(GMT+01:00) Berlin"), named("Mumbai"), named("soon")
    ('America/New_York', 'Europe/Berlin', 'Asia/Kolkata', '')
    """
    bare = OFFSET.sub("", text.strip().lower())
    bare = bare[1:-1] if bare.startswith("(") and bare.endswith(")") else bare
    bare = re.sub(r"\s*\([^)]*\)?$", "", bare)
    bare = " ".join(SAYING_NOTHING.sub(" ", bare).split())
    tries = [bare, *bare.split(", ")]  # Windows lists several cities of one zone
    return next((zone for name in tries if (zone := NAMED.get(name) or cities().get(name, ""))), "")


@cache
def cities() -> dict[str, str]:
    """Return the zone of each city that has one named for it, in lower case."""
    known = (zone for zone in sorted(zoneinfo.available_timezones()) if "/" in zone and not zone.startswith("Etc/"))
    return {zone.rpartition("/")[2].replace("_", " ").lower(): zone for zone in known}
