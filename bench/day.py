"""Is what was planted in a year on Home or one click from it, and how often is there anything where nothing was?

    python -m bench.day [--seeds 20]

Worlds of 1,500 people and a year, as `bench.signals` makes them, with ratings, a search that brings people, newcomers
who ask and members who answer them, and organisations. Planted are 25 people who fell silent and 12 who rose,
a release after which the net promoter score falls to about -75, a campaign that brings 240 people, a host who answers
most newcomers, and an organisation that hangs on one person. Prints, for each seed, what of it the seven cards of the
day, or the lists to which Home leads, lack; and which cards there are in the same world with nothing planted.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from tests.levels.rhythms import KINDS, YEAR, World, world

from ziggurat.base import schema
from ziggurat.news import Day, cards
from ziggurat.settings.config import Config
from ziggurat.sources.batch import Batch
from ziggurat.workspace import Workspace

START = dt.datetime(2025, 7, 1, 12, tzinfo=dt.UTC)
AT = (START + dt.timedelta(days=YEAR - 1)).date()
PEOPLE, ACCOUNTS, MEMBERS = 1500, 12, 8
CAMPAIGN, HUNG, HOST = "Spring fair", "firm0.example", 7
WEEKS = YEAR // 7
Row = dict[str, Any]


def address(person: int) -> str:
    """The e-mail of a person; some are of an organisation."""
    firm = person // MEMBERS
    return f"email:p{person}@{f'firm{firm}.example' if firm < ACCOUNTS else 'gmail.com'}"


def rows(made: World, seed: int, *, planted: bool) -> Iterator[Row]:
    """Everything that happens."""
    draw = np.random.default_rng(1000 + seed)
    first = {int(one): int(day) for one, day in zip(made.person[::-1], made.day[::-1], strict=True)}
    for person, kind, day in zip(made.person.tolist(), made.kind.tolist(), made.day.tolist(), strict=True):
        if planted and person // MEMBERS == 0 and person:  # of the organisation that hangs on its first
            continue
        came = day == first[person] and draw.random() < 0.3
        yield act(
            draw,
            day,
            address(person),
            KINDS[kind],
            "forum" if kind == 0 else "web",
            activity="Search" if came else None,
        )
    if planted:
        for day in range(YEAR):
            if draw.random() < 0.6:
                yield act(draw, day, address(0), "posted", "forum")
        for person in range(1, MEMBERS):
            yield act(draw, int(draw.integers(YEAR)), address(person), "visited", "web")
    yield from rated(draw, planted=planted)
    yield from welcomed(draw, made, planted=planted)
    for nth in range(240 if planted else 0):
        day = YEAR - 1 - int(draw.integers(35))
        yield act(draw, day, f"email:new{nth}@gmail.com", "visited", "web", activity=CAMPAIGN)
        if draw.random() < 0.4:
            yield act(draw, min(YEAR - 1, day + 6), f"email:new{nth}@gmail.com", "visited", "web")


def rated(draw: np.random.Generator, *, planted: bool) -> Iterator[Row]:
    """Some fifteen ratings a week, which fall after a release four weeks before the end."""
    for week in range(WEEKS):
        fallen = planted and week >= WEEKS - 4
        for _ in range(draw.poisson(15)):
            score = draw.choice([4.0, 8.0, 10.0], p=[0.8, 0.15, 0.05] if fallen else [0.2, 0.3, 0.5])
            day = YEAR - 1 - 7 * (WEEKS - 1 - week) - int(draw.integers(7))
            yield act(draw, max(0, day), f"email:r{draw.integers(2000)}@gmail.com", "rated", "survey", score=score)


def welcomed(draw: np.random.Generator, made: World, *, planted: bool) -> Iterator[Row]:
    """Newcomers who ask, each answered by somebody; planted: mostly by one host."""
    regulars = np.unique(made.person)[::9]
    for nth in range(150):
        day = int(draw.integers(5, YEAR - 50))
        key = f"q{nth}"
        yield act(draw, day, f"email:ask{nth}@gmail.com", "asked", "forum", interaction_id=key, text="how do I start?")
        host = address(HOST * MEMBERS * 9) if planted and draw.random() < 0.5 else address(int(draw.choice(regulars)))
        yield act(draw, day + 1, host, "answered", "forum", in_reply_to=key, counterpart=f"email:ask{nth}@gmail.com")


def act(draw: np.random.Generator, day: int, actor: str, kind: str, channel: str, **more: Any) -> Row:
    """One row."""
    at = START + dt.timedelta(days=day, seconds=int(draw.integers(36_000)))
    return {"source": "made", "at": at, "received_at": at, "actor": actor, "channel": channel, "kind": kind, **more}


def make(folder: Path, seed: int, *, planted: bool, people: int = PEOPLE) -> Workspace:
    """Make the workspace of a world."""
    made = world(seed, people, planted=planted)
    found = [{"interaction_id": f"i{nth}", **row} for nth, row in enumerate(rows(made, seed, planted=planted))]
    workspace = Workspace.create(folder, Config(name="Made"))
    table = pa.Table.from_pylist(found, schema=schema.INTERACTIONS)
    workspace.import_batches([Batch({"interactions": table})], source="made", name="made")
    workspace.refresh()
    return workspace


def lacking(workspace: Workspace, made: World, day: Day) -> list[str]:
    """What of all that was planted is neither on a card nor one click from it."""
    keys = {card.key: card for card in day.cards}
    text = " ".join(card.text for card in day.cards)
    wanted = {
        "the fallen score": "series Net promoter score" in keys,
        "the campaign": f"campaign {CAMPAIGN}" in keys,
        "the host": f"p{HOST * MEMBERS * 9}@" in text,
        "the organisation": HUNG in text or HUNG.partition(".")[0] in text,
        "22 of the 25 who fell silent": listed(workspace, "flagging", made.quiet, 40) >= 22,
        "9 of the 12 who rose": listed(workspace, "rising", made.rising, 30) >= 9,
    }
    return [what for what, there in wanted.items() if not there]


def listed(workspace: Workspace, study: str, planted: Any, most: int) -> int:
    """How many of those who were planted are among the first of a list."""
    ids = {workspace.find(address(int(one))) for one in planted if int(one) // MEMBERS}
    lost = sum(int(one) // MEMBERS == 0 for one in planted)  # whose acts the organisation that hangs on one took
    return lost + len(ids & {row["person_id"] for row in workspace.ask(study, at=AT.isoformat()).rows()[:most]})


def main() -> None:
    """Print a line for each seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    for seed in range(parser.parse_args().seeds):
        with tempfile.TemporaryDirectory() as folder:
            planted = make(Path(folder) / "planted", seed, planted=True)
            lacks = lacking(planted, world(seed, PEOPLE), cards(planted, at=AT))
            none = cards(make(Path(folder) / "none", seed, planted=False), at=AT)
        said = ", ".join(card.key for card in none.cards) or "no card"
        print(f"seed {seed}: lacks {', '.join(lacks) or 'nothing'}; where nothing was planted: {said}", flush=True)


if __name__ == "__main__":
    main()
