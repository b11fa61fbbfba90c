"""A workspace whose log is small enough to count by hand: what the pages must show can be read off it.

At the end of 31 March 2026, on the ladder of `LADDER`: Ana leads; Bea (slipped on 1 March), Chidi and the hostile
person follow; Dora (left on 20 March) and Emil (not known before 5 March) are known; one visitor is anonymous; Sam is
staff.
"""

from __future__ import annotations

import csv
from pathlib import Path

from ziggurat.people.staff import Staff
from ziggurat.settings.config import Config
from ziggurat.sources.mapping import Mapping
from ziggurat.workspace import Workspace

HOSTILE = """<script>document.title="owned"</script>"><img src=x onerror='document.title="owned"'>"""
RIGHT_TO_LEFT = "\u202eשלום عليكم"
LONG = "x" * 10_000
LADDER = """
title = "Harbour ladder"
[[levels]]
name = "Following"
means = "Lets us write to her."
[[levels.rules]]
from_kinds = ["subscribed"]
until_kinds = ["unsubscribed"]
[[levels]]
name = "Endorsing"
means = "Speaks for us."
[[levels.rules]]
kinds = ["shared"]
at_least = 2
within_days = 90
[[levels]]
name = "Leading"
means = "Brings others along."
[[levels.rules]]
kinds = ["organised"]
at_least = 1
within_days = 365
"""
LOG = """
2026-01-05  email:ana@example.org    email   subscribed    -              -
2026-01-10  email:ana@example.org    social  shared        -              -
2026-01-12  email:ana@example.org    social  shared        -              -
2026-03-01  email:ana@example.org    event   organised     Spring meetup  -
2025-12-01  email:bea@example.org    social  shared        -              -
2025-12-02  email:bea@example.org    social  shared        -              -
2026-01-06  email:bea@example.org    email   subscribed    -              -
2026-02-10  email:chidi@example.org  email   subscribed    -              -
2026-03-31  email:chidi@example.org  email   opened        Newsletter     -
2026-01-08  email:dora@example.org   email   subscribed    -              -
2026-03-20  email:dora@example.org   email   unsubscribed  -              -
2026-03-05  email:emil@example.org   web     visited       -              -
2026-01-09  user:hostile             HOSTILE subscribed    HOSTILE        HOSTILE
2026-01-11  user:hostile             forum   posted        -              LONG
2026-01-12  user:hostile             forum   posted        -              RIGHT
2026-02-02  anon:7f3                 web     visited       -              -
2026-02-03  email:sam@harbour.org    forum   answered      -              -
"""
NAMES = {
    "email:ana@example.org": "Ana Moreau",
    "email:bea@example.org": "Bea Okafor",
    "email:chidi@example.org": "Chidi Brandt",
    "email:dora@example.org": "Dora Silva",
    "email:emil@example.org": "Emil Novak",
    "email:sam@harbour.org": "Sam Staff",
    "user:hostile": HOSTILE,
}
SPECIAL = {"-": "", "HOSTILE": HOSTILE, "LONG": LONG, "RIGHT": RIGHT_TO_LEFT}
EVENTS = Mapping(
    fields={
        "at": "at", "actor": "who", "channel": "channel", "kind": "kind", "activity": "activity", "text": "text",
    }
)  # fmt: skip
TRAITS = Mapping(target="people", fields={"actor": "who"}, traits={"name": "name", "city": "city"})


def make(folder: Path) -> Workspace:
    """Make the workspace in a folder."""
    Workspace.create(
        folder, Config(name="Harbour <Commons>", currency="EUR", ladders=("harbour",), staff=Staff(("harbour.org",)))
    )
    (folder / "ladders" / "harbour.toml").write_text(LADDER, "utf-8")
    workspace = Workspace.open(folder)
    rows = [[SPECIAL.get(cell, cell) for cell in line.split(None, 3)] for line in LOG.strip().splitlines()]
    rows = [[*row[:3], *(SPECIAL.get(cell, cell) for cell in columns(row[3]))] for row in rows]
    workspace.import_file(
        write(folder / "log.csv", ["at", "who", "channel", "kind", "activity", "text"], rows),
        source="log",
        mapping=EVENTS,
    )
    people = [[who, name, HOSTILE if who == "user:hostile" else "Porto"] for who, name in NAMES.items()]
    workspace.import_file(
        write(folder / "people.csv", ["who", "name", "city"], people), source="people", mapping=TRAITS
    )
    workspace.refresh()
    return workspace


def columns(rest: str) -> list[str]:
    """Split the last three columns of a line, the middle of which may hold a space."""
    kind, more = rest.split(None, 1)
    activity, text = more.rsplit(None, 1)
    return [kind, activity.strip(), text]


def write(path: Path, header: list[str], rows: list[list[str]]) -> Path:
    """Write a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path
