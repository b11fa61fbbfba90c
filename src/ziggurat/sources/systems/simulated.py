"""What happened in a community that is simulated? All of it, each time; the same seed gives the same."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ziggurat.simulate import Community, Simulated, simulate
from ziggurat.sources.batch import Batch
from ziggurat.sources.source import Part, Pull, Source

BATCH_ROWS = 100_000


class SimulatedSettings(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type", tag="simulated"
):
    """Of which community; see `simulate.Community`."""

    community: Community = Community()


def read(settings: SimulatedSettings, pull: Pull) -> Iterator[Part]:
    """Simulate the community, unless the same one was read already."""
    which = msgspec.json.encode(settings.community, order="deterministic").decode()
    if pull.cursor.get("community") != which:
        yield Part("community", batches(simulate(settings.community)), {"community": which})


def batches(made: Simulated) -> Iterator[Batch]:
    """Yield a simulated log: what is told of people first, then what happened, oldest first."""
    yield Batch({name: table for name, table in made.tables.items() if name != "interactions"}, read=0.0)
    rows = made.tables["interactions"]
    for start in range(0, rows.num_rows, BATCH_ROWS):
        part = rows.slice(start, BATCH_ROWS)
        yield Batch({"interactions": part}, read=(start + part.num_rows) / rows.num_rows)


SOURCE = Source(SimulatedSettings, lambda _: ("interaction_id",), read)
