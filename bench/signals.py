"""How many of those who fell silent, and of those who rose, are at the top of the lists, and who is without cause?

    python -m bench.signals [--seeds 20]

Worlds of 1,500 people and a year, as `tests/levels/rhythms.py` makes them. Prints, for each seed, how many of the 25
who fell silent are within the first 40, how many of the 12 who rose are within the first 30, and how many people in a
world with nothing planted give a signal of either sort.
"""

from __future__ import annotations

import argparse

import numpy as np
import pyarrow as pa
from tests.levels.rhythms import DAY, YEAR, World, buckets, world

from ziggurat.base import kinds, schema
from ziggurat.levels import rhythm
from ziggurat.levels.flagging import flagging
from ziggurat.levels.rising import rising
from ziggurat.people.ids import person_id

AT = YEAR * DAY - 1
ON = {"at": AT, "ladder": "own", "names": ["Known", "Member"]}


def found(made: World) -> tuple[int, int]:
    """Return how many of those who were planted are at the top of the two lists."""
    folds, people = buckets(made)
    rows = [
        {"person_id": row["person_id"], "ladder": "own", "level": 1, "since": row["first_at"], "peak": 1}
        for row in people.to_pylist()
    ]
    named = [{name: row.get(name) for name in schema.STANDINGS.names} for row in rows]
    standings = pa.Table.from_pylist(named, schema=schema.STANDINGS)
    tables = (standings, schema.LEVELS.empty_table(), people, folds, kinds.load().table())
    both = []
    for study, first, planted in ((flagging, 40, made.quiet), (rising, 30, made.rising)):
        listed = {row["person_id"] for row in study(*tables, **ON).rows()[:first]}
        both.append(len(listed & {person_id(int(one)) for one in planted}))
    return both[0], both[1]


def claimed(made: World) -> tuple[int, int]:
    """Return of how many people each signal is claimed."""
    judged = rhythm.rhythms(buckets(made)[0], AT)
    quiet, up = (rhythm.strongest(judged, chance).chance for chance in (judged.quiet, judged.rising))
    return int(np.sum(quiet <= rhythm.UNSURE)), int(np.sum(up <= rhythm.UNSURE))


def main() -> None:
    """Print a line for each seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    for seed in range(parser.parse_args().seeds):
        quiet, up = found(world(seed))
        falsely, wrongly = claimed(world(seed, planted=False))
        print(
            f"seed {seed}: silent {quiet} of 25, risen {up} of 12; where nothing is: {falsely} quiet, {wrongly} rising"
        )


if __name__ == "__main__":
    main()
