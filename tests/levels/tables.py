"""Level histories written as text: one line per person, one `level@day` per change.

    ana  0@01-01  2@02-01:posted/forum/Meetup  1@03-01

Days are of 2026 unless a year is given, at midnight UTC. What follows a colon is kind, channel and
activity of the cause.
"""

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from ziggurat.base import schema

LADDER = "community"
NAMES = ["Known", "Following", "Endorsing", "Contributing", "Owning"]
ON = {"ladder": LADDER, "names": NAMES}
DAY = 86_400_000_000
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def day(text: str) -> int:
    """`02-01` or `2025-02-01` as microseconds at midnight UTC."""
    full = text if len(text) > 5 else f"2026-{text}"
    return (dt.datetime.fromisoformat(full).replace(tzinfo=dt.UTC) - EPOCH) // dt.timedelta(microseconds=1)


def history(text: str, ladder: str = LADDER) -> pa.Table:
    """The level history as `schema.LEVELS`; a rule is named after the level it belongs to."""
    rows: list[dict[str, Any]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        person, *steps = line.split()
        before: int | None = None
        for number, step in enumerate(steps):
            what, _, when = step.partition("@")
            when, _, cause = when.partition(":")
            if rows and number:
                rows[-1]["until"] = day(when)
            rows.append(change(person, ladder, int(what), day(when), before, cause))
            before = int(what)
    return pa.Table.from_pylist(rows, schema=schema.LEVELS)


def change(person: str, ladder: str, level: int, since: int, before: int | None, cause: str) -> dict[str, Any]:
    """One row, its `change` worked out from the level before."""
    kind, channel, activity = [*cause.split("/"), "", "", ""][:3]
    way = "first" if before is None else "climb" if level > before else "slip"
    rule = max(level, before or 0) if way == "slip" else level
    return {
        "person_id": person,
        "ladder": ladder,
        "level": level,
        "since": since,
        "until": None,
        "change": way,
        "from_level": before,
        "rule": f"rule of {rule}" if rule else None,
        "cause": None if way == "slip" else f"{person}-{since}",
        "cause_source": None if way == "slip" else "test",
        "cause_kind": kind or None,
        "cause_channel": channel or None,
        "cause_activity": activity or None,
    }


def folk(known: str = "", staff: str = "", anonymous: str = "") -> pa.Table:
    """People as `schema.PEOPLE`, ids separated by spaces; an anonymous one may say when first seen: `anon@02-01`."""
    rows = []
    for flags, ids in (((False, False), known), ((True, False), staff), ((False, True), anonymous)):
        for word in ids.split():
            person, _, when = word.partition("@")
            first = day(when or "01-01")
            rows.append(
                {
                    "person_id": person,
                    "name": person.title(),
                    "staff": flags[0],
                    "agent": False,
                    "anonymous": flags[1],
                    "interactions": 1,
                    "first_at": first,
                    "last_at": first,
                }
            )
    return pa.Table.from_pylist(rows, schema=schema.PEOPLE)


def standings(text: str, ladder: str = LADDER) -> pa.Table:
    """Standings as `schema.STANDINGS`: a header, then one line per person; `-` is null, columns ending in _at and
    `since` are days. The next level is the one above, up to the top."""
    header, *lines = [line.split() for line in text.splitlines() if line.strip()]
    rows = []
    for line in lines:
        row: dict[str, Any] = {"ladder": ladder}
        for name, cell in zip(header, line, strict=True):
            kind = schema.STANDINGS.field(name).type
            if cell == "-":
                row[name] = None
            elif name == "since" or name.endswith("_at"):
                row[name] = day(cell)
            else:
                row[name] = (
                    cell if pa.types.is_string(kind) else float(cell) if pa.types.is_floating(kind) else int(cell)
                )
        row.setdefault("peak", row["level"])
        row["next_level"] = None if row["level"] == len(NAMES) - 1 else row["level"] + 1
        if row.get("need"):
            row["nearness"] = row["have"] / row["need"]
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=schema.STANDINGS)


def crowd(seed: int = 7, size: int = 240) -> dict[str, pa.Table]:
    """A seeded crowd: climbs, slips, returns, jumps, several people moving at one instant, staff, anonymous people, a
    second ladder, and changes after the middle of 2026; standings are as of the end of June 2026."""
    draw = np.random.default_rng(seed)
    lines, other, staff, anonymous, known = [], [], [], [], []
    causes = ["posted/forum/Launch", "attended/event/Meetup", "shared/web", "replied/email"]
    for number in range(size):
        person = f"p{number:03}"
        (staff if number % 17 == 0 else anonymous if number % 11 == 0 else known).append(person)
        if person in anonymous:
            continue
        when = dt.date(2025, 1, 1) + dt.timedelta(days=int(draw.integers(0, 40)) * 14)
        level, steps = int(draw.integers(0, 2)), []
        for _ in range(int(draw.integers(1, 9))):
            steps.append(f"{level}@{when}" + f":{causes[draw.integers(0, 4)]}")
            when += dt.timedelta(days=int(draw.integers(1, 9)) * 7)
            level = int(draw.choice([other for other in range(5) if abs(other - level) in (1, 2)]))
        lines.append(f"{person} {' '.join(steps)}")
        other.append(f"{person} 4@2025-01-01")
    levels = pa.concat_tables([history("\n".join(lines)), history("\n".join(other), "another")])
    seen = " ".join(f"{person}@2025-{1 + number % 12:02}-01" for number, person in enumerate(anonymous))
    people = folk(" ".join(known), " ".join(staff), seen)
    return {"levels": levels, "people": people, "standings": as_of(levels, day("07-01") - 1, draw)}


def as_of(levels: pa.Table, at: int, draw: np.random.Generator) -> pa.Table:
    """Standings that agree with the history, the rest drawn."""
    rows = []
    for row in levels.to_pylist():
        past = [r for r in levels.to_pylist() if r["person_id"] == row["person_id"] and r["ladder"] == row["ladder"]]
        if row["since"] > at or (row["until"] is not None and row["until"] <= at):
            continue
        past = [r for r in past if r["since"] <= at]
        level, top, grace = row["level"], row["level"] == len(NAMES) - 1, draw.random() < 0.2
        peak = max(r["level"] for r in past)
        have = float(draw.integers(0, 5))
        rows.append(
            {name: row[name] for name in ("person_id", "ladder", "level", "since")}
            | {
                "first_level": past[0]["level"],
                "first_at": past[0]["since"],
                "last_at": row["since"],
                "peak": peak,
                "peak_at": next(r["since"] for r in past if r["level"] == peak),
                "lapsed_at": at - 5 * DAY if grace else None,
                "slips_at": at + int(draw.integers(1, 30)) * DAY if grace else None,
                "next_level": None if top else level + 1,
                "next_rule": None if top else f"rule of {level + 1}",
                "have": None if top else have,
                "need": None if top else 5.0,
                "nearness": None if top else have / 5,
            }
        )
    return pa.Table.from_pylist(rows, schema=schema.STANDINGS)
