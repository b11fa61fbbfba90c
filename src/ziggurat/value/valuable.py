"""From whom is most to be expected, and whom are we about to lose?

The people behind `lifetime`, one by one: how often each came, how long they have been silent, how likely they are still
active, how often they will come within the horizon and how much they will bring.

`by` says what comes first: those from whom most is to be expected, or those of whom most is missed, because they would
bring much if only they were surely active. Neither says that turning to someone changes what they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from ziggurat.base.heavy import alt
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, ever
from ziggurat.facts.given import Climbers
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import CHANCE, COUNT, DAYS, LEVEL, MEAN, MONEY, TEXT, interval
from ziggurat.study import At, Limit, OneOf, Rungs, study
from ziggurat.value import outlook
from ziggurat.value.lifetime import Ahead, fit_people, note

BY = ("expected", "missed")


@dataclass(frozen=True)
class Valuable(Result):
    """One row per person who came at least once, first those who matter most, at most `limit`.

    so_far: occasions, the first included. silent_days: since the last one. alive: probability that she is still
    active, 0 to 1; it has no bounds of its own. times: expected within the horizon. money: what she is expected to
    bring then (workspace currency). Both with 95 % bounds (`_low`, `_high`) of what will be: they hold chance and, for
    times, what the parameters leave open. missed: times that would be expected on top were she surely active. note: why
    there is no figure, null if there is. Members: person_id, name, level.
    """

    columns: ClassVar = {
        "person_id": TEXT("Person"),
        "name": TEXT,
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "so_far": COUNT("Times so far"),
        "silent_days": DAYS,
        "alive": CHANCE("Chance of being active"),
        "times": MEAN("Times to come"),
        **interval(MEAN, "times"),
        "money": MONEY("Money to come"),
        **interval(MONEY, "money"),
        "missed": MEAN("Visits missed"),
        "note": TEXT,
    }
    keys: ClassVar = ("person_id",)
    absence: ClassVar = Absence("none counts", "Choose a later day.", (needs.COMING,), ever)

    def chart(self) -> alt.TopLevelMixin:
        """Draw what is to be expected of the first thirty, with the bounds, stronger for those surely active."""
        rows = [row for row in self.rows() if row["times"] is not None][:30]
        what = "money" if any(row["money"] is not None for row in rows) else "times"
        drawn = [row | {"_who": f"{row['name'] or row['person_id']} · {row['level_name']}"} for row in rows]
        base = alt.Chart(charts.data(drawn)).encode(
            y=alt.Y("person_id:N", sort=None, title=None, axis=None), tooltip=charts.tips(rows)
        )
        scale = alt.Scale(range=[200, alt.ExprRef("max(width - 10, 240)")], nice=False, zero=True)
        x = alt.X(
            f"{what}:Q",
            scale=scale,
            title=f"{charts.column_words(what)} to come",
            axis=alt.Axis(tickCount=4, format=charts.FORMATS["float"]),
        )
        rule = base.mark_rule(strokeWidth=2, opacity=0.45).encode(x=alt.X(f"{what}_low:Q"), x2=f"{what}_high:Q")
        legend = alt.Legend(orient="bottom", format=".0%", values=[0.1, 0.5, 0.9], symbolType="circle")
        strength = alt.Scale(domain=[0, 1], range=[0.15, 1])
        dots = base.mark_circle(size=110, color=charts.BLUE).encode(
            x=x, opacity=alt.Opacity("alive:Q", title="Still active", scale=strength, legend=legend)
        )
        words = base.mark_text(align="left", limit=190).encode(x=alt.value(0), text="_who:N")
        return charts.fitted(rule + dots + words, max(1.0, 0.7 * len(rows)))


@study
def valuable(
    given: Climbers,
    *,
    at: At,
    rungs: Rungs,
    ahead: Ahead,
    by: Annotated[str, OneOf(*BY), "what comes first"] = "expected",
    limit: Limit = 1000,
) -> Valuable:
    """List the people from whom most is to be expected, or of whom most is missed.

    people, levels, kinds: tables as `schema.PEOPLE`, `LEVELS` and `KINDS`; the options are those of `lifetime`. by:
    expected or missed. limit: most rows to return, at least 1.
    Raises: QuestionError if a kind or model is unknown, or a number is out of its range.
    """
    known, fitted, standing, places = fit_people(given, at, rungs, ahead)
    best = outlook.likely(known, fitted)
    each = best["money"] if "money" in best else best.get("times", known.x)
    alive = best.get("alive", np.ones(known.person.size))
    missing = (1 - alive) / np.maximum(alive, 1e-300)
    score = each * missing if by == "missed" else each
    order = np.lexsort((known.person, -known.x, -score))[:limit]
    listed, rows = known.take(order), []
    found = outlook.persons(listed, fitted)
    shown = standing.members(places[order]).to_pylist()
    lost = found["times"].mean * missing[order] if found else None
    for nth, row in enumerate(shown):
        row |= {"level_name": rungs.names[row["level"]], "so_far": int(listed.x[nth]) + 1, "note": note(fitted)}
        row["silent_days"] = float(listed.known[nth] - listed.last[nth]) * fitted.span_days
        row["alive"] = None if not found else float(found["alive"].mean[nth])
        row["missed"] = None if lost is None else float(lost[nth])
        for what in ("times", "money"):
            for end, ends in zip(("", "_low", "_high"), found.get(what, (None, None, None)), strict=True):
                row[what + end] = None if ends is None else float(ends[nth])
        rows.append(row)
    return Valuable(tables.from_rows(Valuable.columns, rows), tables.frame(standing.members(places)))
