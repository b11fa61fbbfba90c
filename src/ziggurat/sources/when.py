"""When did what a row of an unknown file tells happen? By what headings say, then by values, with a clock beside."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict

import pyarrow.compute as pc

from ziggurat.sources import names
from ziggurat.sources.draft import Draft
from ziggurat.sources.events import kind_of
from ziggurat.sources.looks import is_time
from ziggurat.sources.reasons import partly
from ziggurat.sources.who import HALF

RECORDED = frozenset({
    "created_at", "created", "created_date", "creation_date", "create_date", "start_date", "created_time",
    "date_created", "created_on", "added", "added_on", "added_at", "date_added", "added_time", "erstellt_am",
    "angelegt_am", "date_de_creation", "fecha_de_creacion",
})  # fmt: skip
ENDS = frozenset({
    "end", "ends", "ended", "closed", "solved", "resolved", "cancelled", "canceled", "leave", "left", "deleted",
    "bounced", "wertstellung", "until", "due", "expires", "expiry", "expiration", "expired", "valid", "renewal",
    "renews", "next", "bis", "fallig", "ablauf", "gultig", "vencimiento", "echeance", "out", "exit", "departure",
})  # fmt: skip
# Groups of kinds that a heading over dates may name: what else it names is a step of the row itself, as `Paid at` is.
OWN = frozenset({"attention", "permission", "endorsement", "effort"})
DATED = re.compile(r"^(?:date|datum|time|fecha)_(?:(?:of|de|du|des)_)?|_(?:at|on|am|date|time|datum|timestamp)$")
CLOCKS = "time start_time hour clock_time uhrzeit heure hora"
ZONES = "timezone time_zone tz zeitzone fuseau_horaire zona_horaria"
ZONED = r"(?i)\d\s*(z|utc|gmt|[+-]\d\d:?\d\d)$"


def find_time(draft: Draft, fields: dict[str, str], traits: Dict[str, str]) -> None:
    """Where no column named for the time fits, take one by its values, or one named for it of which some can be read.

    A name for which half of the values speak goes before values whose name says nothing.
    """
    if "at" in fields or "at" in draft.given("fields") or any(what == "at" for what, _ in draft.taken.values()):
        return
    shares = {name: draft.share(name, "at") or 0.0 for name in draft.headed(names.FIELD_NAMES["at"], fields)}
    best = max(shares, key=lambda name: shares[name], default="")
    named = {*fields.values(), *traits.values()}
    events = {*draft.headed(" ".join(names.EVENT_NAMES.values())), *of_their_own(draft)}
    free = [name for name in draft.free() if name not in named and name not in events and not names.is_summary(name)]
    dates = [name for name in free if is_time(draft.columns[name], draft.order)]
    found = next((name for name in dates if not ENDS & set(names.plain(name).split("_"))), "")
    if best and (shares[best] >= HALF or (shares[best] and not found)):
        draft.take(best, "at", partly("at", shares[best]))
        fields["at"] = best
    elif found:
        draft.take(found, "at", "its values look like dates")
        fields["at"] = found


def of_their_own(draft: Draft) -> dict[str, str]:
    """Return column → kind where a heading names what happened, and what is beneath it are dates: `Opened at`."""
    if draft.recipe:
        return {}
    free = (name for name in draft.free() if not ENDS & set(names.plain(name).split("_")))
    found = {name: kind for name in free if (kind := kind_of_heading(draft, name))}
    return {
        name: kind
        for name, kind in found.items()
        if draft.kinds.group_of[kind] in OWN and is_time(draft.columns[name], draft.order)
    }


def kind_of_heading(draft: Draft, name: str) -> str:
    """Return the kind that a heading names, with `at`, `on` or `date` beside it; nothing where it names none."""
    if names.is_summary(name):
        return ""
    bare = (DATED.sub("", variant) for variant in names.variants(name))
    return next((kind for variant in bare if variant and (kind := kind_of(variant, draft.kinds))), "")


def find_clock(draft: Draft, fields: Dict[str, str]) -> None:
    """Where the time is a date alone, take the column with the time of the day, and that with its zone, beside it.

    A zone that stands right behind a whole time is that of it; anywhere else it may be that of the person.
    """
    day = fields.get("at", "")
    if day and draft.share_clock(day):
        beside = list(draft.columns)[list(draft.columns).index(day) + 1 :][:1]
        zoned = draft.columns[day].share(pc.match_substring_regex(draft.columns[day].values(), ZONED)) > 0
        if not (draft.recipe or zoned) and set(beside) & set(draft.headed(ZONES, fields)) and draft.is_zone(beside[0]):
            draft.take(day, "at", "its name, and its values look like dates")
            draft.take(beside[0], "at", "its values are time zones")
        return
    if not day:
        return
    clock = next((name for name in draft.headed(CLOCKS, fields) if draft.is_clock(name)), "")
    if clock:
        draft.take(day, "at", "its name, and its values look like dates")
        draft.take(clock, "at", "its name, and its values are times of a day")
        zone = next((name for name in draft.headed(ZONES, fields) if draft.is_zone(name)), "")
        if zone:
            draft.take(zone, "at", "its values are time zones")
