"""How often will people come again, how much will they bring, and who is gone?

Of those who came at least once (bought or gave, unless other kinds are asked for), by the level on which they stand:
how many are still active, how often they will come again within the horizon, and how much money they will bring. It is
foretold from how often each came, when last, and since when they are known, by the BG/NBD model (BG/CNBD-k where the
log shows that people come more regularly than at random; BG/BB for discrete occasions) and the gamma-gamma model of
money, fitted to everyone at once: a level is only where people stand.

It foretells what goes on as it did: a campaign, a price or a season to come is in no such figure, and it does not say
what anyone would do if they were turned to. Nobody says that they are gone; that someone is, is inferred from their
silence. By the BG/NBD model nobody is ever gone before they have come again, so those who came once count as active.

Source: Fader, Hardie & Lee (2005); Fader, Hardie & Shang (2010); Fader & Hardie (2013); see `stats.bgnbd`,
`stats.regular`, `stats.bgbb` and `stats.spending`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa

from ziggurat.base.errors import QuestionError
from ziggurat.base.heavy import alt
from ziggurat.base.words.numbers import count, share
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, ever
from ziggurat.facts.given import Climbers
from ziggurat.facts.level_history import Standing
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, LEVEL, MEAN, MONEY, NUMBER, TEXT, interval
from ziggurat.stats import spending
from ziggurat.stats.lifetime import Fit
from ziggurat.study import At, Days, Family, OneOf, Rungs, Text, Within, slow_study
from ziggurat.value import backtest, outlook
from ziggurat.value import occasions as coming
from ziggurat.value.occasions import Occasions
from ziggurat.value.outlook import Bounds, Fitted

Row = dict[str, Any]
PARAMETERS = {
    "model": TEXT,
    "parameter": TEXT,
    "value": NUMBER,
    **interval(NUMBER),
}
ESTIMATES = ("alive", "times", "money")
MOST_DAYS = 3650  # of a horizon
MOST_PERIODS = 120


@dataclass(frozen=True)
class Lifetime(Result):
    """One row per level, top first.

    people: known people standing there who came at least once. others: those who never did, of whom nothing is
    foretold. again: of the people, those who came more than once. alive: people expected to be still active. times: how
    often they are expected to come within the horizon. money: what they are expected to bring then (workspace
    currency). Each with 95 % bounds (`_low`, `_high`) of what will be: they hold chance and what the parameters leave
    open, and those of times and money are widened where the same forecast failed half-way (see `value.backtest`; notes
    say what it showed). note: why there is no figure, null if there is. parameters: a second table of columns
    `PARAMETERS`, the models' estimates with 95 % bounds, times in days (bg/bb: in periods). fitted: what is known of
    everyone, for `of_person`. Members: person_id, name, level.
    """

    columns: ClassVar = {
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "people": COUNT("People who came"),
        "others": COUNT("Never came"),
        "again": COUNT("Came again"),
        "alive": MEAN("Still active, expected"),
        **interval(MEAN, "alive"),
        "times": MEAN("Times to come"),
        **interval(MEAN, "times"),
        "money": MONEY("Money to come"),
        **interval(MONEY, "money"),
        "note": TEXT,
    }
    keys: ClassVar = ("level",)
    absence: ClassVar = Absence("none counts", "Choose a later day.", (needs.COMING,), ever)
    parameters: pa.Table = field(default_factory=lambda: tables.from_rows(PARAMETERS, []))
    fitted: Fitted | None = None

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether it has people."""
        return bool(row["people"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw the money that each level will bring, or how often its people will come, with the bounds."""
        rows = self.rows()
        what = next((name for name in ("money", "times") if any(row[name] is not None for row in rows)), None)
        if what is None:
            return charts.bars(rows, y="level_name", x="people")
        drawn = [row | {"_said": describe_level(row)} for row in rows]
        base = alt.Chart(charts.data(drawn)).encode(y=alt.Y("level_name:N", sort=None, title=None, axis=charts.BARE))
        end, seen = charts.aside(150)
        scale = alt.Scale(range=[0, end], nice=False)
        title = "Money to come" if what == "money" else "Times to come"
        bar = base.mark_bar(color=charts.BLUE, height=alt.RelativeBandSize(0.66), cornerRadius=2).encode(
            x=alt.X(f"{what}:Q", title=title, scale=scale, axis=alt.Axis(tickCount=4, format=charts.FORMATS["float"])),
            tooltip=charts.tips(rows),
        )
        rule = base.mark_rule(strokeWidth=2).encode(x=alt.X(f"{what}_low:Q"), x2=f"{what}_high:Q")
        words = base.mark_text(align="right", opacity=seen).encode(x=alt.value(alt.ExprRef("width")), text="_said:N")
        return charts.fitted(bar + rule + words, len(rows))


def describe_level(row: Mapping[str, Any]) -> str:
    """Write how many people there are and how many of them are active."""
    people = count(row["people"], "person", "people")
    if not row["people"] or row["alive"] is None:
        return people
    return f"{people} · {share(row['alive'] / row['people'])} active"


@dataclass(frozen=True)
class Ahead(Family):
    """What is foretold, how far ahead, and by which model."""

    outcome: Annotated[Text, "kinds of interaction parted by commas that are coming again"] = "purchased, donated"
    horizon_days: Annotated[Days, Within(1, MOST_DAYS), "how far ahead to look"] = 365.0
    model: Annotated[str, OneOf(*outlook.MODELS), "people come at any time, or on discrete occasions"] = "bg/nbd"
    period_days: Annotated[Days, Within(1, MOST_DAYS), "of bg/bb: days in which all that happens is one occasion"] = (
        30.0
    )


@slow_study
def lifetime(given: Climbers, *, at: At, rungs: Rungs, ahead: Ahead) -> Lifetime:
    """Foretell as of an instant how often those who came will come again, and what they will bring, by level.

    people, levels, kinds: tables as `schema.PEOPLE`, `LEVELS` and `KINDS`. names: the level names, level 0 first.
    outcome: kinds of interaction parted by commas. horizon_days: how far ahead, to 3650. model: bg/nbd or bg/bb.
    period_days: of bg/bb, in which all that happens is one occasion. Nothing after `at` is looked at.
    Raises: QuestionError if a kind or model is unknown, or a number is out of its range.
    """
    known, fitted, standing, places = fit_people(given, at, rungs, ahead)
    group = standing.level[places]
    longest = MOST_PERIODS if fitted.model == "bg/bb" else MOST_DAYS / fitted.span_days
    tried = backtest.trials(
        known,
        fitted,
        lambda then: coming.occasions(given.buckets, fitted.words, at=then, span_days=fitted.span_days),
        longest,
    )
    found = backtest.widened(outlook.totals(known, fitted, group, len(rungs.names)), tried)
    counts = {
        "people": np.bincount(group, minlength=len(rungs.names)),
        "again": np.bincount(group[known.x > 0], minlength=len(rungs.names)),
    }
    counts["others"] = np.bincount(standing.level, minlength=len(rungs.names)) - counts["people"]
    rows = [row_of(level, rungs.names[level], counts, found, fitted) for level in range(len(rungs.names) - 1, -1, -1)]
    answer = tables.from_rows(Lifetime.columns, rows)
    told = tables.from_rows(PARAMETERS, parameters(known, fitted))
    notes = (*regularity(fitted), *backtest.notes(tried, fitted))
    return Lifetime(answer, tables.frame(standing.members(places)), {}, told, fitted, notes=notes)


def fit_people(
    given: Climbers, at: int, rungs: Rungs, ahead: Ahead
) -> tuple[Occasions, Fitted, Standing, outlook.Ints]:
    """Read who came when and fit the models; return also where each of them is among those who stand on the ladder."""
    by_period = ahead.model == "bg/bb"
    span = ahead.period_days if by_period else 1.0
    horizon = round(ahead.horizon_days / span) if by_period else ahead.horizon_days
    if by_period and not 1 <= horizon <= MOST_PERIODS:
        raise QuestionError(
            f"`horizon_days` of {ahead.horizon_days:g} are {horizon} periods of {ahead.period_days:g} days, but must "
            f"be from 1 to {MOST_PERIODS}; change `period_days`."
        )
    words = coming.chosen(ahead.outcome, given.kinds)
    standing = Standing.of(given.levels, given.people, ladder=rungs.ladder, names=rungs.names, at=at)
    known = coming.occasions(given.buckets, words, at=at, span_days=span)
    places = standing.places(known.person)
    known, places = known.take(places >= 0), places[places >= 0]
    return (
        known,
        outlook.learn(known, words, at=at, span_days=span, model=ahead.model, horizon=horizon),
        standing,
        places,
    )


def row_of(level: int, name: str, counts: Mapping[str, Any], found: Mapping[str, Bounds], fitted: Fitted) -> Row:
    """Return the row of one level."""
    row: Row = {"level": level, "level_name": name, **{what: int(some[level]) for what, some in counts.items()}}
    for what in ESTIMATES:
        for end, ends in zip(("", "_low", "_high"), found.get(what, (None, None, None)), strict=True):
            row[what + end] = None if ends is None else float(ends[level])
    return row | {"note": note(fitted)}


def regularity(fitted: Fitted) -> tuple[str, ...]:
    """Say that people come more regularly than by chance, where the log shows it."""
    if fitted.model not in outlook.REGULAR:
        return ()
    return (
        "People come more regularly than at random: the times between are as alike as if every "
        f"{fitted.model.rpartition('-')[2]} steps at random were one coming, and it is foretold from that.",
    )


def note(fitted: Fitted) -> str | None:
    """Say why there is no figure; null where there is."""
    return fitted.why or (None if fitted.priced else fitted.why_money)


def parameters(known: Occasions, fitted: Fitted) -> Iterator[Row]:
    """Yield the estimates, and whether those who come often bring more at a time, which the models take not to be."""
    if fitted.coming is not None:
        yield from estimates(fitted.model, fitted.coming)
    if fitted.paying is None:
        return
    yield from estimates("gamma-gamma", fitted.paying)
    seen = known.paid > 0
    often, much = np.log(known.paid[seen]), spending.logged(known.paid[seen], known.money[seen], fitted.paying)
    if np.ptp(often) > 0 and seen.sum() > 3:
        r = float(np.corrcoef(often, much)[0, 1])
        middle, half = np.arctanh(np.clip(r, -0.999999, 0.999999)), 1.96 / np.sqrt(seen.sum() - 3)
        row = {"model": "gamma-gamma", "parameter": "correlation of how often and how much", "value": r}
        yield row | {"low": float(np.tanh(middle - half)), "high": float(np.tanh(middle + half))}


def estimates(model: str, fit: Fit) -> Iterator[Row]:
    """Yield the parameters of one model, and its log-likelihood."""
    for name, value, low, high in zip(fit.names, fit.values, fit.low, fit.high, strict=True):
        yield {"model": model, "parameter": name, "value": float(value), "low": float(low), "high": float(high)}
    yield {"model": model, "parameter": "log-likelihood", "value": fit.log_likelihood, "low": None, "high": None}


@dataclass(frozen=True)
class OfPerson:
    """What is to be expected of one person, what from, and what it is compared with.

    times_so_far: occasions, the first included. known_days: since the first. silent_days: since the last. alive:
    probability that she is still active. times, money: expected within the horizon, with 95 % bounds. everyone: the
    same of an average person who came: alive, times, money. note: why there is no figure. acts: ids of the interactions
    read, in order.
    """

    times_so_far: int
    known_days: float
    silent_days: float
    alive: float | None
    times: tuple[float, float, float] | None
    money: tuple[float, float, float] | None
    everyone: Mapping[str, float]
    note: str | None
    acts: tuple[str, ...]


def of_person(history: pa.Table, codes: Mapping[str, Sequence[str]], answer: Lifetime) -> OfPerson | None:
    """Foretell one person from her history (`histories.COLUMNS`) by what an answer learned of everyone; None if she
    never came by then."""
    fitted = answer.fitted
    if fitted is None:
        return None
    known = coming.of_rows(history, codes=codes, words=fitted.words, at=fitted.at, span_days=fitted.span_days)
    if not known.person.size:
        return None
    found = {what: [float(end[0]) for end in ends] for what, ends in outlook.persons(known, fitted).items()}
    rows = answer.rows()
    count = max(1, sum(row["people"] for row in rows))
    means = {what: sum(row[what] or 0.0 for row in rows) / count for what in ESTIMATES if what in found}
    return OfPerson(
        int(known.x[0]) + 1,
        float(known.known[0]) * fitted.span_days,
        float(known.known[0] - known.last[0]) * fitted.span_days,
        found["alive"][0] if found else None,
        triple(found.get("times")),
        triple(found.get("money")),
        means,
        note(fitted),
        coming.acts(history, codes, fitted.words, fitted.at),
    )


def triple(ends: Sequence[float] | None) -> tuple[float, float, float] | None:
    """Return an expectation with its bounds."""
    return None if ends is None else (ends[0], ends[1], ends[2])
