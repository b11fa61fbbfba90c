"""How well do we know the people of each level, by name, address, likes, background, friends and a talk?

Of everyone on a level it is told of how many each part is known (`value.knowing`, docs/facts.md), and how old the
evidence is where it has an age. The people themselves, those who give much and of whom little is known first, are in
`strangers`. To know a name is not to be known by it: what is in the log is what any of us could look up, not what
anybody remembers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.facts.absence import Absence, ever
from ziggurat.facts.given import Ledgers
from ziggurat.facts.level_history import Placed
from ziggurat.facts.population import Folk
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, DAYS, LEVEL, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.study import At, Days, Rungs, Within, study
from ziggurat.value.knowing import NEVER, PARTS, TALK, knowing

Back = Annotated[Days, Within(1, 36_500), "how far back friends and talks count"]


@dataclass(frozen=True)
class Acquaintance(Result):
    """One row per level and part, highest level first: name, address, likes, background, friends, talk.

    people: on the level. known: of how many of them it is known; share: of `people`, 0 to 1, with 95 % Wilson bounds.
    median_days: how old the latest evidence is, of those of whom it has an age; null for traits, which have none.
    Members, one row per person and part: person_id, name, level, part, known, at (µs), and of a talk by: the identity
    of who of us.
    """

    columns: ClassVar = {
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "part": TEXT("What"),
        "people": COUNT,
        "known": COUNT("Known of"),
        "share": SHARE("Known of, share"),
        **interval(SHARE),
        "median_days": DAYS("Age of the evidence, median"),
    }
    keys: ClassVar = ("level", "part")
    absence: ClassVar = Absence("none is of somebody on the ladder", "Choose a later day.", (), ever)

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether anybody is on the level."""
        return bool(row["people"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw the share of each level of whom each part is known, darker for more."""
        rows = [row for row in self.rows() if row["people"]]
        if not rows:
            return charts.nothing()
        return charts.heatmap(rows, y="level_name", x="part", value="share", across="Per cent of each level")


@study
def acquaintance(given: Ledgers, languages: Frame, *, at: At, rungs: Rungs, days: Back = 365) -> Acquaintance:
    """Tell of how many people on each level name, address, likes, background and friends are known, and a talk was had.

    people, levels, kinds, rates, languages: tables as `schema.PEOPLE`, `LEVELS`, `KINDS`, `RATES` and `LANGUAGES`.
    names: of the levels. Nothing after `at` is looked at, but traits, which are as they are told now.
    Raises: QuestionError if an option can't be taken, or a level has no name.
    """
    folk = Folk.of(given.people, at)
    found = knowing(given, languages, folk, at - round(days * DAY), at)
    level = Placed.of(given.levels, rungs.ladder, at, rungs.names).at(folk.person, np.full(len(folk), at))
    rows = []
    for step in reversed(range(len(rungs.names))):
        here = level == step
        for part, name in enumerate(PARTS if len(folk) else ()):
            known, ages = found.known[here, part], found.at[here, part]
            row: dict[str, Any] = {"level": step, "level_name": rungs.names[step], "part": name}
            row |= {"people": int(here.sum()), "known": int(known.sum())}
            if known.size:
                low, high = wilson(row["known"], known.size)
                aged = ages[known & (ages > NEVER)]
                median = float(np.median(at - aged)) / DAY if aged.size else None
                row |= {"share": row["known"] / known.size, "low": low, "high": high, "median_days": median}
            rows.append(row)
    place = np.repeat(np.flatnonzero(level >= 0), len(PARTS))
    part_of = np.tile(np.arange(len(PARTS)), int((level >= 0).sum()))
    when = found.at[place, part_of]
    spots = (place.tolist(), part_of.tolist())
    talker = [found.by[one] or None if part == TALK else None for one, part in zip(*spots, strict=True)]
    columns = {
        "level": pa.array(level[place]),
        "part": pa.array(PARTS).take(pa.array(part_of)),
        "known": found.known[place, part_of],
        "at": pa.array(when, mask=when == NEVER),
        "by": pa.array(talker, pa.string()),
    }
    return Acquaintance(tables.from_rows(Acquaintance.columns, rows), folk.members(place, columns))
