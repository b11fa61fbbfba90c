"""Small communities for studies of what people ask and say, with all that those studies need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from tests.facts.asking import STAFF, START
from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds, schema
from ziggurat.people.staff import Staff
from ziggurat.settings.declared import Declared
from ziggurat.workspace import library

Row = dict[str, Any]
NAMES = ["Known", "Liking", "Speaking"]
ON = {"ladder": "talk", "names": NAMES}
LADDER = library.ladder(
    {
        "name": "talk",
        "levels": [
            {"name": "Liking", "rules": [{"kinds": ["liked"], "at_least": 1}]},
            {"name": "Speaking", "rules": [{"kinds": ["posted", "replied"], "at_least": 2}]},
        ],
    }
)
TARGETS = {"forum": 24.0, "phone*": 6.0}
ALIVE: list[Crowd] = []  # a crowd's folder goes with it


def rowed(rows: list[Row]) -> pa.Table:
    """Rows as interactions; what they don't say: an id each, source a, `in` unless the kind is ours."""
    directions = kinds.load().direction_of
    filled = [
        {"interaction_id": f"r{number}", "source": "a", "direction": directions[row["kind"]], **row}
        for number, row in enumerate(rows)
    ]
    return pa.Table.from_pylist([{"received_at": row["at"], **row} for row in filled], schema=schema.INTERACTIONS)


def tables(interactions: pa.Table, targets: Mapping[str, float] = TARGETS) -> Row:
    """The tables by name."""
    crowd = Crowd(interactions, staff=Staff(identities=(STAFF,)))
    ALIVE[:] = [*ALIVE[-2:], crowd]
    return {
        "buckets": crowd.derived.buckets(),
        "people": crowd.people(),
        "levels": crowd.levels(LADDER),
        "kinds": kinds.load().table(),
        **Declared(targets=targets).tables(),
    }


def asked_on(channels: Mapping[str, float], people: int, seed: int, days: float = 60, each: float = 3.0) -> list[Row]:
    """Questions of many people at random instants, each answered after an exponential wait.

    channels: name → median wait in hours. each: questions per person and channel, on average.
    """
    draw = np.random.default_rng(seed)
    rows: list[Row] = []
    for channel, median in channels.items():
        for number in draw.integers(people, size=draw.poisson(each * people)).tolist():
            at = START + dt.timedelta(hours=float(draw.uniform(0, 24 * days)))
            wait = dt.timedelta(hours=float(draw.exponential(median / np.log(2))))
            same = {"actor": f"user:{number}", "channel": channel}
            rows.append({**same, "interaction_id": f"q{len(rows)}", "kind": "asked", "at": at})
            rows.append({**same, "kind": "responded", "at": at + wait, "in_reply_to": rows[-1]["interaction_id"]})
    return rows


BAGS = {
    "delivery": "parcel late courier doorstep damaged tracking depot",
    "money": "invoice refund price voucher discount billing charged",
    "garden": "tomato seedling compost watering blossom hedge soil",
}
FILLER = "please the and today really about again something we our"


def sentence(draw: np.random.Generator, bag: str) -> str:
    """Three words of a bag among words that say nothing."""
    words = [*draw.choice(BAGS[bag].split(), 3, replace=False), *draw.choice(FILLER.split(), 4, replace=False)]
    return " ".join(draw.permutation(words))


def talk(theirs: Mapping[str, float], ours: Mapping[str, float], seed: int, people: int = 120, sent: int = 60) -> Any:
    """Posts of people, some with a topic of their own, and newsletters to all; shares of either side by bag."""
    draw = np.random.default_rng(seed)
    rows: list[Row] = []
    for number in range(people):
        for _ in range(1 + draw.poisson(2)):
            text = sentence(draw, str(draw.choice(list(theirs), p=list(theirs.values()))))
            at = START + dt.timedelta(minutes=int(draw.integers(60 * 24 * 60)))
            asks = draw.random() < 0.5
            kind = "asked" if asks else "posted"
            rows.append({"actor": f"user:{number}", "channel": "forum", "kind": kind, "at": at, "text": text})
    for issue in range(sent):
        text = sentence(draw, str(draw.choice(list(ours), p=list(ours.values()))))
        same = {"channel": "email", "kind": "emailed", "object": f"issue {issue}", "text": text}
        at = START + dt.timedelta(days=60 * (issue + 1) / sent)
        rows += [{**same, "actor": f"user:{number}", "at": at} for number in range(0, people, 7)]
    return rowed(rows)
