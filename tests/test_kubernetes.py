"""A real community of 4,470 people on 12 channels: ladders declared in a few lines recount what its README counts.

The data lies beside the repository and is no part of it.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from bench.figures import KUBERNETES

from ziggurat.settings.config import Config
from ziggurat.sources.mapping import Mapping
from ziggurat.workspace import Workspace

EVENTS = Path(__file__).parents[2] / "shared" / "data" / "kubernetes" / "events.csv"
pytestmark = pytest.mark.skipif(not EVENTS.exists(), reason="the Kubernetes events are not beside the repository")

MAPPING = msgspec.convert(KUBERNETES, Mapping)
# Shadowing, then leading a release; merging, then sitting in a chair; being seen on three channels.
LADDERS = {
    "release": """
        [[levels]]
        name = "Shadow"
        rules = [{kinds = ["volunteered"], channels = ["release-team"], at_least = 1}]
        [[levels]]
        name = "Lead"
        rules = [{kinds = ["led"], channels = ["release-team"], at_least = 1}]
    """,
    "seat": """
        [[levels]]
        name = "Merged"
        rules = [{kinds = ["contributed"], at_least = 1}]
        [[levels]]
        name = "Seated"
        rules = [{kinds = ["organised"], at_least = 1}]
    """,
    "merged": """
        [[levels]]
        name = "Merged"
        rules = [{kinds = ["contributed"], at_least = 1}]
    """,
    "channels": """
        [[levels]]
        name = "Everywhere"
        rules = [{on_channels = 3}]
    """,
}


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("kubernetes") / "space"
    Workspace.create(folder, Config(ladders=tuple(LADDERS)))
    for name, text in LADDERS.items():
        (folder / "ladders" / f"{name}.toml").write_text(text, "utf-8")
    space = Workspace.open(folder)
    told = space.import_file(EVENTS, source="k8s", mapping=MAPPING)
    assert (told["new"] + told["known"], told["rejected"]) == (40_760, 0)
    space.refresh()
    return space


def passage(space: Workspace, **asked: str) -> dict[str, dict]:
    return {row["order"]: row for row in space.ask("passage", **asked).rows()}


def people(members: Any) -> set[str]:
    return set(members.select("person_id").collect(backend="pyarrow").to_native()["person_id"].to_pylist())


def test_everybody_is_somebody(space: Workspace) -> None:
    assert space.derived.counts()["people"] == 4_470
    assert sum(row["people"] for row in space.ask("pyramid", ladder="release").rows()) == 4_470


def test_of_152_who_led_a_release_126_had_shadowed_before(space: Workspace) -> None:
    found = passage(space, ladder="release", first="Shadow", then="Lead")
    assert sum(row["people"] for row in found.values()) == 152
    assert found["earlier"]["people"] == 126
    members = space.ask("passage", ladder="release", first="Shadow", then="Lead").people(order="earlier")
    assert len(people(members)) == 126


def test_of_335_with_a_seat_232_had_merged_before_455_days_in_the_median(space: Workspace) -> None:
    found = passage(space, ladder="seat", first="Merged", then="Seated")
    assert sum(row["people"] for row in found.values()) == 335
    assert found["earlier"]["people"] == 232
    assert found["earlier"]["median_days"] == pytest.approx(455, abs=0.5)


def test_298_of_those_with_a_seat_ever_merged(space: Workspace) -> None:
    """On the ladder `seat` a seat alone counts as reaching `Merged` too, so a second ladder says who ever merged."""
    seated = people(space.ask("pyramid", ladder="seat").people(level=2))
    merged = people(space.ask("pyramid", ladder="merged").people(level=1))
    assert len(seated) == 335
    assert len(seated & merged) == 298


def test_1637_people_are_seen_on_three_channels_or_more(space: Workspace) -> None:
    levels = {row["level_name"]: row["people"] for row in space.ask("pyramid", ladder="channels").rows()}
    assert levels["Everywhere"] == 1_637


def test_the_moves_of_all_years_are_the_same_people_again(space: Workspace) -> None:
    """152 came to lead in 278 climbs: 126 of them by way of shadowing. What holds for life is never lost."""
    moves = space.ask("moves", ladder="release", since="2014-01-01", until="2026-12-31")
    [lead] = [row for row in moves.rows() if row["to_name"] == "Lead"]
    assert (lead["people"], lead["climbs"]) == (152, 152 + 126)
    assert moves.totals()["slips"] == 0
    assert moves.totals()["new"] == 4_470


def roads_to_a_first_seat(days: int) -> tuple[Counter[str], Counter[str]]:
    """Count in the plain file which channel came first, and which last, in the days before a first seat."""
    lives: dict[str, list[tuple[datetime, str, str]]] = {}
    with EVENTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lives.setdefault(row["person"], []).append(
                (datetime.fromisoformat(row["date"]), row["channel"], row["verb"])
            )
    first, last = Counter[str](), Counter[str]()
    for life in lives.values():
        seats = [at for at, _, verb in life if verb in ("became_chairs", "became_leads", "became_tech_leads")]
        if seats:
            seat = min(seats)
            before = sorted({at for at, _, _ in life if seat - timedelta(days=days) <= at < seat})
            ends = [sorted({channel for at, channel, _ in life if at == edge}) for edge in (before[:1] + before[-1:])]
            first["|".join(ends[0]) if ends else "(no touch)"] += 1
            last["|".join(ends[-1]) if ends else "(no touch)"] += 1
    return first, last


def test_the_channels_that_lead_people_to_their_first_seat(space: Workspace) -> None:
    """Where one channel alone came first (or last) its credit is counted in the file; ties only lie between bounds."""
    rows = space.ask(
        "attribution", ladder="seat", outcome="Seated", window_days=1_095, since="2014-01-01", labels=15
    ).rows()
    for model, plain in zip(("first", "last"), roads_to_a_first_seat(1_095), strict=True):
        credit = {row["label"]: row["credit"] for row in rows if row["model"] == model}
        counted = next(row["credit"] for row in rows if row["model"] == "counted")
        assert sum(credit.values()) + counted == pytest.approx(335)
        assert counted == plain["(no touch)"]
        for label, found in credit.items():
            assert plain[label] <= found <= sum(n for key, n in plain.items() if label in key.split("|"))
    first = {row["label"]: row["credit"] for row in rows if row["model"] == "first"}
    assert sorted(first, key=lambda label: -first[label])[:2] == ["pr:community", "org"]
