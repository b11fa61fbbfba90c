"""Reports that many tests read: of a simulated community, of a log that holds next to nothing, and of a hostile one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests import community, written
from ziggurat.base.instant import instant
from ziggurat.report.report import Report
from ziggurat.workspace import Workspace

MADE = dt.date(2026, 7, 1)
SINCE, UNTIL = community.SINCE, community.AT
VISITS = """
    at     actor      kind
    01-05  user:ana   visited
    01-10  user:ana   visited
    01-20  user:dora  visited
    02-20  user:emil  visited
"""
EVIL = """"><script>alert(1)</script><img src=x onerror=alert(1)>'$x^2$ #panic("x") @ref *b* \\ `c` </text></svg>"""
STEERING = "a\x00b\x1b[2Jc\u202ed\ufffee"
STEPS = f"""
title = '''{EVIL}'''
[[levels]]
name = '''{EVIL[:60]}'''
[[levels.rules]]
kinds = ["visited"]
at_least = 1
[[levels]]
name = "#set page(width: 1pt)"
[[levels.rules]]
kinds = ["purchased"]
at_least = 1
"""


@pytest.fixture(scope="session")
def space(town: Workspace) -> Workspace:
    """The workspace of a small simulated community."""
    return town


@pytest.fixture(scope="session")
def told(space: Workspace) -> Report:
    """Its report of a quarter."""
    return Report.of(space, made=MADE, since=SINCE, until=UNTIL)


@pytest.fixture(scope="session")
def cut(space: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same community, of which nothing has come in after the end of that quarter."""
    made = community.simulated()
    until = instant(UNTIL)
    folder = Workspace.create(tmp_path_factory.mktemp("report") / "cut", space.config)
    tables = {name: earlier(table, until) for name, table in made.tables.items()}
    written.take(folder, name="community", **tables)
    folder.refresh()
    return folder


def earlier(table: pa.Table, until: int) -> pa.Table:
    """The rows of a table up to an instant."""
    if "at" in table.column_names:
        return table.filter(pc.less_equal(table["at"].cast(pa.int64()), until))
    return table.filter(pc.less_equal(table["day"], dt.date.fromisoformat(UNTIL)))


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of three people who visited, of whom nothing else is known."""
    space = written.open_new(tmp_path_factory.mktemp("report") / "bare", name="Bare")
    written.take(space, interactions=written.interactions(VISITS))
    space.refresh()
    return Report.of(space, made=MADE)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of an organisation in which every name that can be is hostile."""
    space = written.open_new(tmp_path_factory.mktemp("report") / "hostile", ladder=STEPS, name=EVIL)
    rows = written.interactions("\n".join(["at     actor      kind", *lines()]))
    sent = pc.equal(rows["kind"], "emailed")
    names = pa.array([EVIL, STEERING] * len(rows))[: len(rows)]
    activity = pc.if_else(sent, names, pa.nulls(len(rows), pa.string()))
    rows = rows.set_column(rows.column_names.index("activity"), "activity", activity)
    rows = rows.set_column(rows.column_names.index("channel"), "channel", names)
    written.take(space, interactions=rows)
    space.refresh()
    return Report.of(space, made=MADE, since="2026-01-01", until="2026-03-31")


def lines() -> list[str]:
    """Forty people who are written to, visit and buy, again and again."""
    return [
        f"{month:02}-{2 + (person * 3 + turn) % 24:02}  user:u{person}  {kind}"
        for person in range(40)
        for month in (1, 2, 3)
        for turn, kind in enumerate(("emailed", "visited", "purchased"))
    ]


@dataclass
class Seen(HTMLParser):
    """What is in a page: tags with their attributes, and the text, in order."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="session")
def parsed() -> Callable[[str], Seen]:
    """A function that reads a page as a browser does."""

    def read(page: str) -> Seen:
        seen = Seen()
        seen.feed(page)
        seen.close()
        return seen

    return read
