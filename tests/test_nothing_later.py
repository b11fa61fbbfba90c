"""Nothing later: what is said of an instant is the same whether or not the log goes on after it.

A community is logged once as a whole and once cut at the end of a day. Of that day every page, list and part of a page,
the API, every command, the news and the report must say the same of both, on so many people that rounding hides
nothing. Who is who, and what is told of people, is what is known now, so both know the same of that. What is gone
through is what is registered; see `tests.addresses`. The whole log has its rows in another order, too, and an agent of
others who does all that people do: that must be nothing to any page either.
"""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests import metamorphic as tell
from tests.addresses import PERSON, of_person, paths, with_options
from tests.metamorphic import Told
from tests.server.conftest import Browser, words
from ziggurat.cli.app import app, main
from ziggurat.news import news
from ziggurat.people.staff import Agents
from ziggurat.server.app import create_app
from ziggurat.settings.config import Config
from ziggurat.simulate import Community, Customers, simulate
from ziggurat.workspace import Workspace

DAY = dt.date(2026, 3, 31)
COMMUNITY = Community(
    people=420, days=270, seed=3, start=dt.date(2025, 9, 1), customers=Customers(starts=3.0, among=4.0)
)
TOLD = ("links", "traits")  # of whom was known by then; who they are is known now
COSTLY = "mass-media"  # takes minutes; tests of its own
PAGES = [path for path in paths("page", "part", "json", as_of=True) if COSTLY not in path]
LISTS = [
    "/people?sort=last_at&order=down", "/people?sort=interactions&order=down", "/people?kind=staff&sort=since",
    "/people?kind=anonymous&sort=last_at", "/api/people?sort=last_at&order=down", "/people?level=2&sort=interactions",
    "/moves/people?way=new", "/news?topic=waiting", "/news?topic=activities", "/news?topic=scenario", "/?days=91",
]  # fmt: skip
SLIDER = re.compile(r'<div class="wide" hidden>.*?</div>', re.DOTALL)  # leads to any day of the log, and shows its ends
LONG = re.compile(r"\d+\.\d{6,}(e-?\d+)?")
PRESENT = {  # commands that change something, or say what is stored now
    "init", "import", "log", "undo", "rejected", "refresh", "tidy", "export", "sql", "same", "apart", "raise", "serve",
    "demo", "simulate", "check", "backup", "jobs", "pull", "note", "next", "collect",
}  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Workspace]:
    """The community as a whole, and as it was at the end of the day."""
    folder = tmp_path_factory.mktemp("both")
    made = simulate(COMMUNITY)
    found = []
    config = msgspec.structs.replace(msgspec.convert(made.settings, Config), agents=Agents(identities=(tell.BOT,)))
    for name in ("whole", "cut"):
        told = Told({each: cut(table) if name == "cut" else table for each, table in made.tables.items()})
        if name == "whole":
            told = tell.permuted(tell.with_agents(told, 1), 1)
        found.append(tell.opened(folder / name / "community", told, config))
    whole, past = found
    assert past.derived.counts()["people"] >= 300 < whole.derived.counts()["people"] - 20
    return whole, past


def cut(table: pa.Table) -> pa.Table:
    """What had happened by the end of the day."""
    if "day" in table.column_names:
        return table.filter(pc.less_equal(table["day"], pa.scalar(DAY)))
    end = dt.datetime.combine(DAY, dt.time.max, dt.UTC)
    return table.filter(pc.less_equal(table["at"], pa.scalar(end, table["at"].type)))


@pytest.fixture(scope="module")
def servers(both: tuple[Workspace, Workspace]) -> Iterator[list[Asker]]:
    """A server on each."""
    opened = [Asker(create_app(space)) for space in both]
    yield opened
    for one in opened:
        one.app.state.jobs.close()
        one.app.state.fits.close()


class Asker:
    """Asks one server."""

    def __init__(self, app) -> None:
        self.app = app

    def get(self, path: str) -> tuple[int, str]:
        """Return the status, and the words of a page or the text of anything else."""
        answer = Browser(self.app).get(path)
        page = "html" in answer.headers["content-type"]
        return answer.status_code, rounded(words(SLIDER.sub("", answer.text)) if page else answer.text)


def rounded(text: str) -> str:
    """A text with long fractions to nine digits: sums over more rows may be added up in another order."""
    return LONG.sub(lambda found: f"{float(found[0]):.9g}", text)


def of_the_day(path: str) -> str:
    return with_options(path, at=f"{DAY}", until=f"{DAY}") if "?" not in path else f"{path}&at={DAY}"


def some_people(past: Workspace) -> list[str]:
    """The busiest of that day, one in the middle, and the last who came."""
    busy = past.people(sort="interactions", descending=True, at=DAY, size=400).rows
    late = past.people(sort="first_at", descending=True, at=DAY, size=1).rows
    return [row["person_id"] for row in (busy[0], busy[3], busy[150], *late)]


@pytest.mark.parametrize("path", [*(path for path in PAGES if PERSON not in path), *LISTS])
def test_a_page_says_the_same(servers, path) -> None:
    if path.startswith("/study/") and path.endswith(
        "/people"
    ):  # of a study that takes seconds the people are there once its page is
        for server in servers:
            server.get(of_the_day(path.removesuffix("/people")))
    (status, whole), past = (server.get(of_the_day(path)) for server in servers)
    assert (status, whole) == past
    assert status == 200, whole


@pytest.mark.parametrize("path", [path for path in PAGES if PERSON in path])
def test_a_person_is_told_the_same(both, servers, path) -> None:
    for one in some_people(both[1]):
        (status, whole), past = (server.get(of_the_day(of_person(path, one))) for server in servers)
        assert (status, whole) == past
        assert status == 200, whole


def test_what_is_looked_at_is_there(servers) -> None:
    """Pages that say nothing would say the same."""
    assert "Anonymous" in servers[0].get(of_the_day("/pyramid"))[1]
    assert servers[0].get("/people?sort=last_at&order=down") != servers[1].get("/people?sort=last_at&order=down")


# ---- commands ----------------------------------------------------------------------------------------------------

ASKED = {"ask": ["attention"], "person": [PERSON], "scenario": [], "news": ["--since", "2026-02-28"]}
ASKING = sorted(
    one.name
    for one in app.registered_commands
    if one.name not in PRESENT
    and ({"at", "until"} & set(inspect.signature(one.callback).parameters) or one.name == "ask")
)


def test_every_command_asks_of_a_day_or_is_of_the_present() -> None:
    named = {one.name for one in app.registered_commands}
    assert named <= {*ASKING, *PRESENT}


@pytest.mark.parametrize("name", [name for name in ASKING if name != "report"])
def test_a_command_says_the_same(both, capsys, name) -> None:
    said = []
    one = some_people(both[1])[0]
    takes = inspect.signature(next(each for each in app.registered_commands if each.name == name).callback).parameters
    for space in both:
        option = "--at" if "at" in takes else "--until"
        given = [of_person(text, one) for text in ASKED.get(name, [])]
        main_in(space.folder, [name, *given, option, str(DAY)])
        said.append(capsys.readouterr().out)
    assert said[0].replace(str(both[0].folder), str(both[1].folder)) == said[1] != ""


def main_in(folder: Path, arguments: list[str]) -> None:
    """Run a command, which ends with 0."""
    try:
        main(["-C", str(folder), *arguments])
    except SystemExit as ended:
        assert not ended.code


def test_news_are_the_same(both) -> None:
    whole, past = (news(space, since="2026-02-28", until=DAY) for space in both)
    assert [one.text for one in whole] == [one.text for one in past]
    assert whole == past


def test_a_report_is_the_same(both, tmp_path, capsys) -> None:
    made = []
    for number, space in enumerate(both):
        out = tmp_path / f"{number}.html"
        main_in(space.folder, ["report", str(out), "--until", str(DAY)])
        made.append(rounded(out.read_text("utf-8")))
    assert made[0] == made[1]
