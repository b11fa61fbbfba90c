"""Would the same forecasts, made at the beginning of each past period, have come true?

Every model of `forecast` learns from the periods that were over by a day and foretells the next one; what it foretold
is laid beside what came. So nothing is judged that was learnt from, and each model stands beside plain volume (how much
somebody ever did), plain recency (when they were last here), and saying the same of everyone.

What was right before need not be right again: the last row of a long list of past periods is no promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import moment
from ziggurat.base.words.days import day
from ziggurat.base.words.numbers import count, share
from ziggurat.base.words.texts import listed
from ziggurat.facts.given import Climbers
from ziggurat.facts.population import Folk
from ziggurat.levels import features
from ziggurat.levels.cases import cases
from ziggurat.levels.forecast import Coming, Forecast, notes
from ziggurat.levels.learning import MODELS, Floats, Ints, Judged, Split, judge
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, FLAG, MEAN, NUMBER, SHARE, TEXT, interval
from ziggurat.stats import ranking
from ziggurat.stats.intervals import wilson
from ziggurat.study import At, Rungs, slow_study

ALL, FIFTHS = "all periods", ("lowest fifth", "second fifth", "middle fifth", "fourth fifth", "highest fifth")
FIRST = 20  # people of a period who were told most
BESIDE = ("same for all", "recency", "volume")


@dataclass(frozen=True)
class ForecastQuality(Result):
    """One row per model over all periods that could be judged; of the model that was chosen, of plain volume and plain
    recency and of saying the same of everyone one for each period; of the one that was chosen one for each fifth of the
    cases by what it told.

    part: `all periods`, the day with which a period began, or a fifth. chosen: whether it is the model that `forecast`
    tells by. people: in these cases; cases: people times periods. came: to how many of these. expected: the sum of
    what was told; with 95 % bounds of what would come, of a period. ratio: expected / came, null where it came to none.
    auc, average_precision, brier, lift: as `stats.ranking` has them; lift is of the tenth who were told most; null of
    fifths. first_share: of those to whom it came, how many were among the 20 of their period who were told most, 0 to
    1, with 95 % bounds (Wilson); who ties at the edge counts in part; null of fifths. better: by how many
    standard errors a model was surprised less than the best of the simpler ones.
    Members: person_id, name, part.
    """

    columns: ClassVar = {
        "model": TEXT,
        "part": TEXT("Of"),
        "chosen": FLAG,
        "people": COUNT,
        "cases": COUNT,
        "came": COUNT,
        "expected": MEAN,
        **interval(MEAN),
        "ratio": NUMBER("Expected over observed"),
        "auc": NUMBER("AUC"),
        "average_precision": NUMBER,
        "brier": NUMBER("Brier score"),
        "lift": NUMBER("Lift of the first tenth"),
        "first_share": SHARE(f"Of those to whom it came, in the first {FIRST}"),
        **interval(SHARE, "first_share"),
        "better": NUMBER("Better than simpler, in standard errors"),
    }
    keys: ClassVar = ("part",)
    absence: ClassVar = Forecast.absence
    judged: Judged | None = field(default=None, compare=False)

    def chart(self) -> alt.TopLevelMixin:
        """Draw what was expected and what came, by fifths of what was told."""
        rows = [
            {"part": row["part"], "what": what, "share": row[name] / row["cases"], "low": None, "high": None}
            for row in self.rows()
            if row["part"] in FIFTHS and row["cases"]
            for what, name in (("expected", "expected"), ("came", "came"))
        ]
        if not rows:
            return charts.nothing()
        return charts.spreads(rows, y="part", x="share", low="low", high="high", each="what")


@slow_study
def forecast_quality(given: Climbers, *, at: At, rungs: Rungs, coming: Coming) -> ForecastQuality:
    """Judge the forecasts of `forecast` on past periods.

    people, levels, kinds: tables as `schema.PEOPLE`, `LEVELS` and `KINDS`. Nothing after `at` is looked at.
    Raises: QuestionError if an option is out of range, or the table holds a level without a name.
    """
    asked = coming.asked(rungs.names)
    found, folk, begin = cases(given, at, rungs, asked)
    judged = judge(found)
    rows = list(rows_of(judged, begin)) if judged.best else []
    expected = float(judged.now.chance(found)[found.came < 0].sum()) if judged.now else 0.0
    return ForecastQuality(
        tables.from_rows(ForecastQuality.columns, rows),
        tables.frame(members(judged, begin, folk)),
        {},
        judged,
        notes=(*notes(judged, coming, asked, rungs, expected), *rank_note(judged)),
    )


def rank_note(judged: Judged) -> tuple[str, ...]:
    """Say how many of those to whom it came stood first beforehand, beside plain volume and recency, and on how many
    cases that rests."""
    if judged.best is None:
        return ()
    models = dict.fromkeys((judged.best, "volume", "recency"))
    shares = {name: by_rank(judged.splits, name).get("first_share") for name in models}
    told = listed([f"{share(found)} by `{name}`" for name, found in shares.items() if found is not None])
    if not told:
        return ()
    came = sum(float(split.of.came.sum()) for split in judged.splits)
    return (
        f"By rank: of {count(round(came), 'case', 'cases')} in which it came, so many were among the {FIRST} people "
        f"who were told most at the beginning of their period: {told}. Every figure here rests on these cases alone.",
    )


def rows_of(judged: Judged, begin: features.Days) -> Iterator[dict[str, Any]]:
    """Yield all rows: models over all periods, then by period, then by fifth."""
    best = judged.best or ""
    for name in MODELS:
        yield {"better": judged.better.get(name)} | figures(judged, name, ALL, judged.splits)
    for name in (*BESIDE, *([best] if best not in BESIDE else [])):
        for split in judged.splits:
            learnt, _ = split.told[name]
            _, low, high = learnt.total(split.of)
            yield figures(judged, name, day(moment(int(begin.at[split.period]))), [split]) | {"low": low, "high": high}
    told, came, person = together(judged.splits, best)
    for number, some in enumerate(fifths(told)):
        row = {"model": best, "part": FIFTHS[number], "chosen": True, "people": np.unique(person[some]).size}
        yield row | counts(told[some], came[some])


def together(splits: tuple[Split, ...] | list[Split], name: str) -> tuple[Floats, Floats, Ints]:
    """Return what a model told of all cases of some periods, what came, and to whom."""
    told = np.concatenate([split.told[name][1] for split in splits])
    came, person = (np.concatenate([getattr(split.of, one) for split in splits]) for one in ("came", "person"))
    return told, came, person


def figures(judged: Judged, name: str, part: str, splits: tuple[Split, ...] | list[Split]) -> dict[str, Any]:
    """Return the row of a model over some periods."""
    told, came, person = together(splits, name)
    return {
        "model": name,
        "part": part,
        "chosen": name == judged.best,
        "people": np.unique(person).size,
        **counts(told, came),
        "auc": ranking.auc(told, came),
        "average_precision": ranking.average_precision(told, came),
        "brier": ranking.brier(told, came) if len(told) else None,
        "lift": ranking.lift(told, came),
        **by_rank(splits, name),
    }


def by_rank(splits: tuple[Split, ...] | list[Split], name: str) -> dict[str, float | None]:
    """Return the share of those to whom it came who were among the first of their period, with its bounds."""
    came = sum(float(split.of.came.sum()) for split in splits)
    if not came:
        return {}
    hits = sum(ranking.in_first(split.told[name][1], split.of.came, FIRST) for split in splits)
    low, high = wilson(hits, came)
    return {"first_share": hits / came, "first_share_low": float(low), "first_share_high": float(high)}


def counts(told: Floats, came: Floats) -> dict[str, Any]:
    """Return how many cases there are, and what was expected of them and came."""
    hits, expected = int(came.sum()), float(told.sum())
    return {"cases": len(told), "came": hits, "expected": expected, "ratio": expected / hits if hits else None}


def fifths(told: Floats) -> list[Ints]:
    """Return the places of the cases of each fifth by what was told; those who were told the same are kept together."""
    _, place, size = np.unique(told, return_inverse=True, return_counts=True)
    middle = (np.cumsum(size) - size / 2)[place]
    number = np.minimum((5 * middle / max(1, len(told))).astype(np.int64), 4)
    return [np.flatnonzero(number == one) for one in range(5)]


def members(judged: Judged, begin: features.Days, folk: Folk) -> pa.Table:
    """Return person_id, name and part of everyone who was judged."""
    parts: list[str] = []
    places: list[Ints] = []
    groups = [(ALL, np.unique(np.concatenate([split.of.place for split in judged.splits])))] if judged.splits else []
    groups += [(day(moment(int(begin.at[split.period]))), split.of.place) for split in judged.splits]
    if judged.best:
        told = np.concatenate([split.told[judged.best][1] for split in judged.splits])
        place = np.concatenate([split.of.place for split in judged.splits])
        groups += [(FIFTHS[number], np.unique(place[some])) for number, some in enumerate(fifths(told))]
    for part, some in groups:
        parts += [part] * len(some)
        places.append(some)
    at = pa.array(np.concatenate(places) if places else np.empty(0, np.int64))
    columns = {"person_id": folk.ids.take(at), "name": folk.name.take(at), "part": pa.array(parts, pa.string())}
    return pa.table(columns)
