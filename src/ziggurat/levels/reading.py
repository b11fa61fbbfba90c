"""How is a ladder's table read as of an instant?

What every study of a ladder shares: which rows of `levels` stand at an instant, what a climb is, and how a level is
named. Nothing here or above it sees a row that begins after the instant, and a row that ends after it is open: what
is said of an instant never depends on anything later.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.facts.absence import Step
from ziggurat.facts.needs import flags
from ziggurat.results.tables import Frame, frame

BENEATH = -1  # beneath level 0: an anonymous observer (pyramid), or someone not known yet (moves)


def climbed(rows: pa.Table) -> npt.NDArray[np.bool_]:
    """Tell which rows of `levels` began with a climb, as `climbs` does."""
    way, level = rows["change"].cast(pa.string()), rows["level"].to_numpy()
    return flags(pc.equal(way, "climb")) | (flags(pc.equal(way, "first")) & np.asarray(level > 0, np.bool_))


def on_or_above(rows: pa.Table, least: int) -> npt.NDArray[np.bool_]:
    """Tell which rows of `levels` are of a level or of one above it."""
    return np.asarray(rows["level"].to_numpy() >= least, np.bool_)


def reaches(option: str) -> Step:
    """Return the step that is left by those who reached the level that an option names."""
    return Step(
        f"reaches the level {{{option}}}",
        ("arrival on that level or above", "arrivals on that level or above"),
        f"Choose a lower level by `{option}`, or a later day.",
        lambda given: partial(on_or_above, least=level_of(given["names"], given[option])),
        ("level",),
    )


CLIMBED = Step(
    "is a climb",
    ("climb", "climbs"),
    "Choose a longer period, or another ladder.",
    lambda given: climbed,
    ("change", "level"),
)


def on_ladder(table: Frame, ladder: str, at: int) -> nw.LazyFrame[Any]:
    """Return the rows of `levels` or `standings` of one ladder that had begun by `at`, levels as int64."""
    rows = frame(table).filter(nw.col("ladder") == ladder, nw.col("since") <= at)
    return rows.with_columns(nw.col("level").cast(nw.Int64()))


def levels_as_of(levels: Frame, ladder: str, at: int) -> nw.LazyFrame[Any]:
    """Return the one row of `levels` per person that stands at `at`; people not known by then have none."""
    return on_ladder(levels, ladder, at).filter(nw.col("until").is_null() | (nw.col("until") > at))


def climbs() -> nw.Expr:
    """Tell whether a row of `levels` began with a climb: from a lower level, or from nowhere straight onto a level."""
    return (nw.col("change") == "climb") | ((nw.col("change") == "first") & (nw.col("level") > 0))


def name_of(names: Sequence[str], level: int) -> str:
    """Return the name of a level. Raises: QuestionError if the table holds a level that the ladder does not."""
    if not 0 <= level < len(names):
        raise QuestionError(
            f"The level history holds level {level}, but this ladder ends at level {len(names) - 1} "
            f"({names[-1] if names else 'none'}); refresh the history or name every level."
        )
    return names[level]


def level_of(names: Sequence[str], level: int | str) -> int:
    """Return the number of a level given as number or name. Raises: QuestionError with the nearest name if unknown.

    >>> level_of(["Known", "Following", "Endorsing"], "endorsing")
    2
    """
    by_name = {name.casefold(): number for number, name in enumerate(names)}
    text = str(level).strip()
    number = by_name.get(text.casefold(), int(text) if text.isdecimal() else -1)
    if not 0 <= number < len(names):
        raise QuestionError(f"no level '{level}'{suggest(text, names) or '.'} The levels are: {', '.join(names)}.")
    return number
