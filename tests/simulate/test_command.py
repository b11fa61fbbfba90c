"""`ziggurat simulate` makes a workspace, once, and writes beside it what is true; its page says what it prints."""

import datetime as dt
import re
import shlex
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest

from tests.test_demo import BLOCK, plain, typed
from ziggurat import demo
from ziggurat.base.errors import WorkspaceError
from ziggurat.base.instant import instant
from ziggurat.cli import main
from ziggurat.settings.config import Config
from ziggurat.simulate import Community, Customers, Organisation, simulate
from ziggurat.simulate.settings import settings
from ziggurat.simulate.truth import TABLES
from ziggurat.workspace import Workspace

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "simulate.md").read_text("utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("simulated") / "fernhill"
    demo.prepare_community(place)
    return place


def ended_with(arguments, code):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == code or (code == 0 and ended.value.code is None)


def test_it_makes_a_workspace_and_writes_the_truth(tmp_path, capsys):
    place = tmp_path / "small"
    (tmp_path / "knobs.toml").write_text(
        "people = 30\nstart = 2020-02-01\n[organisation]\nanswered_share = 0\n", "utf-8"
    )
    ended_with(["simulate", str(place), "--days", "60", "--seed", "4", "--knobs", str(tmp_path / "knobs.toml")], 0)
    made = simulate(
        Community(people=30, days=60, seed=4, start=dt.date(2020, 2, 1), organisation=Organisation(answered_share=0))
    )
    shown = capsys.readouterr().out
    assert shown.startswith(
        f"{made.tables['interactions'].num_rows} interactions of 30 people are in {place}, and what"
    )
    assert all(command in shown for command, _ in demo.NEXT_COMMUNITY)
    (then,) = re.findall(r"pyramid --compare-at (\S+)", shown)
    counts = Workspace.open(place).derived.counts()
    assert counts["first_at"] < instant(then) < counts["last_at"]
    assert Workspace.open(place).ask("pyramid", compare_at=then).rows()
    assert {path.stem for path in (place / "truth").glob("*.parquet")} == set(TABLES)
    assert all(pq.read_table(place / "truth" / f"{name}.parquet").equals(made.truth[name]) for name in TABLES)
    assert "docs/simulate.md" in (place / "truth" / "README.md").read_text("utf-8")
    assert Workspace.open(place).config.currency == "EUR"


@pytest.mark.parametrize(
    ("arguments", "knobs", "message"),
    [
        (["--people", "0"], "", r"^Error: community: people = 0 must be from 1 to 10,000,000\.$"),
        (
            [],
            "[organisation]\nanswerd_share = 1",
            "knobs.toml: unknown field `answerd_share` at organisation; did you",
        ),
        ([], "[customers]\nreturns = 'often'", "knobs.toml: expected `float`, got `str` at customers, returns"),
    ],
)
def test_what_can_not_be_simulated_is_refused_and_makes_nothing(tmp_path, capsys, arguments, knobs, message):
    (tmp_path / "knobs.toml").write_text(knobs, "utf-8")
    ended_with(["simulate", str(tmp_path / "new"), "--knobs", str(tmp_path / "knobs.toml"), *arguments], 1)
    assert re.search(message, capsys.readouterr().err)
    assert not (tmp_path / "new").exists()


def test_a_workspace_that_is_there_is_left_alone(tmp_path, capsys):
    Workspace.create(tmp_path, Config(name="Harbour Club"))
    ended_with(["simulate", str(tmp_path), "--people", "5"], 1)
    assert "is a workspace already; choose another folder." in capsys.readouterr().err
    assert Workspace.open(tmp_path).imports() == []
    assert not (tmp_path / "truth").exists()
    with pytest.raises(WorkspaceError, match="is a workspace of 'Harbour Club'; give the demo another --folder"):
        demo.prepare_community(tmp_path)


def test_a_second_time_nothing_is_imported_again(folder):
    before = Workspace.open(folder).derived.version([])
    assert demo.prepare_community(folder)["people"] == 2000
    assert Workspace.open(folder).derived.version([]) == before
    assert len(Workspace.open(folder).imports()) == 1


def test_what_an_interrupted_run_left_is_completed(tmp_path):
    Workspace.create(tmp_path / "community", msgspec.convert(settings(), Config))
    assert demo.prepare_community(tmp_path / "community")["people"] == 2000


@pytest.mark.parametrize("place", range(1 + len(demo.NEXT_COMMUNITY)))
def test_what_it_says_to_look_at_next_works(folder, capsys, place):
    command, _ = demo.next_community(Workspace.open(folder).derived.counts())[place]
    assert len(typed(folder, capsys, command)) > 1


def examples():
    """Return every command that the page shows, with the output beneath it."""
    for block in BLOCK.findall(PAGE):
        command, _, output = block.removeprefix("$ ziggurat -C fernhill ").partition("\n")
        yield command, output.rstrip("\n")


@pytest.mark.parametrize(("command", "output"), list(examples()))
def test_the_page_shows_what_the_product_prints(folder, capsys, command, output):
    assert shlex.split(command)
    assert typed(folder, capsys, command) == plain(output)


def test_the_page_tells_every_setting_with_its_default_and_every_table():
    lines = PAGE.partition("## Settings")[2].splitlines()
    for struct in (Community(), Organisation(), Customers()):
        for name in struct.__struct_fields__:
            value = getattr(struct, name)
            if isinstance(value, (Organisation, Customers)):
                continue
            row = next(line for line in lines if line[:1] == "|" and f"`{name}`" in line.split("|")[1])
            place = re.findall(r"`(\w+)`", row.split("|")[1]).index(name)
            cell = row.split("|")[2]
            if isinstance(value, (int, float)):
                assert float(cell.split(",")[place]) == value, name
            elif isinstance(value, dt.date):
                assert cell.strip() == str(value)
            elif isinstance(value, tuple):
                assert cell.strip() == ", ".join(value)
            else:
                assert cell.strip() == ", ".join(f"{channel} {hours:g}" for channel, hours in value.items())
    for name, columns in TABLES.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        assert set(re.findall(r"`(\w+)`", row)) >= {name, *columns.names}
