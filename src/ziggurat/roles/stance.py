"""Who speaks for us, who against us, and who neither?

Advocate, passive or detractor, from what a person did and wrote up to the instant: ratings, recommendations and
referrals, complaints, and the sentiment of their texts (`speech.evidence`), the older the less: a piece of evidence is
worth half as much after each half-life. Their stance is the one that most of it speaks for, with a confidence: the
probability that the next piece of evidence about them would speak for it (`stats.verdicts.chances`).

It is never from one message: a stance is known from a rating, or from evidence of two days at least, and with a
confidence of more than one half. Otherwise it is unknown, and stays so. Sentiment is not satisfaction; a detractor
here is someone whose words and deeds are against us more often than not, and neither lost nor wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar, NamedTuple

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.errors import QuestionError
from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY, Instant, instant, moment
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, Given, Step, ever
from ziggurat.facts.census import Keep
from ziggurat.facts.given import Histories
from ziggurat.facts.level_history import Placed
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.population import Folk
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, LEVEL, SHARE, TEXT, interval
from ziggurat.roles.parts import none, together
from ziggurat.speech.evidence import RATING, READ, SORTS, STANCES, WEIGHTS, Evidence, Looker
from ziggurat.speech.sentiment import VADER
from ziggurat.stats.intervals import wilson
from ziggurat.stats.verdicts import chances, decayed
from ziggurat.study import At, Days, Family, Number, OneOf, Rungs, Text, Within, study

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NAMES = (*STANCES, "unknown")
UNKNOWN = len(STANCES)
BY = ("everyone", "level")
HALF_LIFE_DAYS, TOP = 180.0, 10.0
WEIGHT = np.array([WEIGHTS[sort] for sort in SORTS])
NEVER = -(2**62)  # µs


def saying(rows: pa.Table, evidence: npt.NDArray[np.bool_], looks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell which rows may say where somebody stands. evidence, looks: by code of a kind."""
    return needs.own_of_kind(rows, evidence) | needs.is_text(rows, looks)


def may_say(given: Given) -> Keep:
    """Return what finds rows that may say where somebody stands."""
    means = Meanings.of_log(given["buckets"])
    evidence = np.array([word is not None for word in means.words("evidence")], np.bool_)
    return partial(saying, evidence=evidence, looks=means.flags("looks"))


SAYING = Step(
    "is a rating, recommendation, referral or complaint, or a text by known people",
    ("piece of evidence", "pieces of evidence"),
    "Import surveys, reviews, referrals, or posts and mail with their `text`.",
    may_say,
    ("kind", "direction", "text"),
)


@dataclass(frozen=True)
class Stances(Result):
    """One row per stance, `unknown` last; by level, the top first.

    level, level_name: null for everyone. people: known people. share: of known people (on the level), 0 to 1, with its
    95 % Wilson bounds `low` and `high`, which leave aside that stances are uncertain themselves. confidence: mean of
    these people's, 0 to 1; null where it is unknown, and without people. Members: person_id, name, level, stance,
    confidence, days (with evidence), latest_at (µs).
    """

    columns: ClassVar = {
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "stance": TEXT,
        "people": COUNT,
        "share": SHARE("Share of people"),
        **interval(SHARE),
        "confidence": SHARE,
    }
    keys: ClassVar = ("level", "stance")
    absence: ClassVar = Absence(
        "none says surely enough where anybody stands",
        "Import ratings or recommendations; of one text alone no stance is told.",
        (SAYING,),
        ever,
    )
    wholes: ClassVar = {"level_name": "everyone"}

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether anybody's stance is known."""
        return bool(row["stance"] in STANCES and row["people"])

    def chart(self) -> alt.TopLevelMixin:
        """Draw the share of each stance with its bounds, or by level as a heat map."""
        rows = [row for row in self.rows() if row["share"] is not None]
        if any(row["level"] is not None for row in rows):
            return charts.heatmap(rows, y="level_name", x="stance", value="share", across="Per cent of each level")
        return charts.shares(rows, y="stance")


class Known(NamedTuple):
    """What is known of people, one row a person with any evidence."""

    person: Ints
    stance: Ints  # place in NAMES
    confidence: Floats
    days: Ints
    latest: Ints  # µs


NOTHING = none(Known, 5)


@dataclass(frozen=True)
class Weighing(Family):
    """How what people said and did is weighed."""

    half_life_days: Annotated[Days, Within(0.01, 36_500), "after how long evidence is worth half"] = HALF_LIFE_DAYS
    top: Annotated[Number, Within(0.01, 1_000_000), "the top of the scale on which people rate"] = TOP
    scorer: Annotated[Text, "by what sentiment is scored, as it is registered"] = VADER


USUAL = Weighing()


@study
def stance(
    given: Histories,
    kinds: Frame,
    languages: Frame,
    *,
    at: At,
    rungs: Rungs,
    by: Annotated[str, OneOf(*BY), "whose stance: of everyone, or by level"] = BY[0],
    weighing: Weighing,
) -> Stances:
    """Tell where known people stand at an instant.

    people, levels, kinds, languages: tables as `schema.PEOPLE`, `LEVELS`, `KINDS` and `LANGUAGES`. names: the level
    names, level 0 first. by: everyone, or level. half_life_days: after which evidence is worth half. top: of the scale
    on which people rate; its bottom is 0. scorer: a name in `sentiment.SCORERS`. Nothing after `at` is looked at.
    Raises: QuestionError if half_life_days or top is not above 0, there is no such scorer, or the table holds a level
    without a name.
    """
    looker = looking(given.buckets.codes, kinds, languages, weighing)
    parts = given.buckets.fold(lambda rows: judge_people(looker.found(rows, at), at, weighing.half_life_days), READ)
    found = together(Known, NOTHING, parts)
    folk = Folk.of(given.people, at)
    known = everyone(found, folk)
    steps: dict[int | None, str | None] = {None: None}
    level = None
    if by != BY[0]:
        level = Placed.of(given.levels, rungs.ladder, at, rungs.names).at(folk.person, np.full(len(folk), at))
        steps = {step: rungs.names[step] for step in reversed(range(len(rungs.names)))}
    rows = []
    for step, name in steps.items():
        here = slice(None) if level is None else level == step
        told = rows_of(known.stance[here], known.confidence[here])
        rows += [{"level": step, "level_name": name} | row for row in told]
    return Stances(tables.from_rows(Stances.columns, rows), members(known, folk, level))


def everyone(found: Known, folk: Folk) -> Known:
    """Return what is known of all known people, in their order; those without evidence are unknown."""
    place = folk.places(found.person)
    there, size = place >= 0, len(folk)
    blank = (UNKNOWN, np.nan, 0, NEVER)
    columns = [np.full(size, value) for value in blank]
    for column, values in zip(columns, found[1:], strict=True):
        column[place[there]] = values[there]
    return Known(folk.person, *columns)


def members(known: Known, folk: Folk, level: Ints | None) -> nw.LazyFrame[Any]:
    """Return the people behind the rows."""
    return folk.members(
        np.arange(len(folk)),
        {
            "level": pa.nulls(len(folk), pa.int64()) if level is None else pa.array(level, mask=level < 0),
            "stance": pa.array(NAMES).take(pa.array(known.stance)),
            "confidence": pa.array(known.confidence, mask=np.isnan(known.confidence)),
            "days": known.days,
            "latest_at": pa.array(known.latest, mask=known.latest == NEVER),
        },
    )


def looking(codes: Mapping[str, list[str]], kinds: Frame, languages: Frame, weighing: Weighing) -> Looker:
    """Check the options, and return how evidence is looked for."""
    for option, value in (("top", weighing.top), ("half_life_days", weighing.half_life_days)):
        if not value > 0:
            raise QuestionError(f"`{option}` is {value}, but must be above 0.")
    return Looker.of(codes, kinds, languages, weighing.scorer, weighing.top)


def judge_people(evidence: Evidence, until: int, half_life_days: float) -> Known:
    """Return where people stand by the evidence about them."""
    if not evidence.row.size:
        return NOTHING
    who, number = np.unique(evidence.person, return_inverse=True)
    weight = weigh_evidence(evidence, until, half_life_days)
    votes = np.bincount(number * len(STANCES) + evidence.says, weight, who.size * len(STANCES))
    chance = chances(votes.reshape(who.size, len(STANCES)))
    days = np.bincount(number, minlength=who.size).astype(np.int64)
    rated = np.bincount(number, evidence.sort == SORTS.index(RATING), who.size) > 0
    best = chance.argmax(axis=1)
    confidence = chance[np.arange(who.size), best]
    known = (rated | (days >= 2)) & (confidence > 0.5)
    latest = np.full(who.size, NEVER)
    np.maximum.at(latest, number, evidence.at)
    return Known(who, np.where(known, best, UNKNOWN), np.where(known, confidence, np.nan), days, latest)


def weigh_evidence(evidence: Evidence, until: int, half_life_days: float) -> Floats:
    """Return what each piece of evidence is worth at an instant (µs)."""
    return WEIGHT[evidence.sort] * decayed((until - evidence.at) / DAY, half_life_days)


def rows_of(stances: Ints, confidence: Floats) -> list[dict[str, Any]]:
    """Return a row for each stance."""
    counts = np.bincount(stances, minlength=len(NAMES)).tolist()
    total, rows = sum(counts), []
    for number, name in enumerate(NAMES):
        row: dict[str, Any] = {"stance": name, "people": counts[number]}
        if total:
            bounds = dict(zip(("low", "high"), wilson(counts[number], total), strict=True))
            row |= {"share": counts[number] / total, **bounds}
        if counts[number] and number != UNKNOWN:
            row["confidence"] = float(confidence[stances == number].mean())
        rows.append(row)
    return rows


@dataclass(frozen=True)
class Reason:
    """One piece of evidence about a person.

    says: the stance that it speaks for. because: rating, recommendation, complaint or text. score: of a rating 0 to
    10, of a text -1 to 1, None of others. weight: what it is worth at the instant, in pieces of evidence.
    """

    says: str
    because: str
    at: Any  # UTC datetime
    channel: str
    score: float | None
    weight: float
    source: str
    interaction_id: str


@dataclass(frozen=True)
class Stance:
    """Where one person stands. confidence: 0 to 1, None where it is unknown. reasons: the weightiest first."""

    stance: str
    confidence: float | None
    reasons: tuple[Reason, ...]


def of_person(
    history: pa.Table,
    codes: Mapping[str, list[str]],
    kinds: Frame,
    languages: Frame,
    *,
    at: Instant,
    weighing: Weighing = USUAL,
) -> Stance:
    """Tell where one person stands at an instant, as `stance` would, with all reasons.

    history: all her rows as `log.histories.COLUMNS`, in order. codes: of its columns. The others as for `stance`.
    """
    until = instant(at)
    looker = looking(codes, kinds, languages, weighing)
    half_life_days = weighing.half_life_days
    evidence = looker.found(history, until)
    known = judge_people(evidence, until, half_life_days)
    if not evidence.row.size:
        return Stance(NAMES[UNKNOWN], None, ())
    weight = weigh_evidence(evidence, until, half_life_days)
    rows = history.take(pa.array(evidence.row)).to_pylist()
    reasons = tuple(
        Reason(
            STANCES[evidence.says[place]],
            SORTS[evidence.sort[place]],
            moment(int(evidence.at[place])),
            codes["channel"][rows[place]["channel"]],
            None if np.isnan(evidence.score[place]) else float(evidence.score[place]),
            float(weight[place]),
            codes["source"][rows[place]["source"]],
            rows[place]["interaction_id"],
        )
        for place in np.argsort(-weight, kind="stable").tolist()
    )
    sure = float(known.confidence[0])
    return Stance(NAMES[known.stance[0]], None if np.isnan(sure) else sure, reasons)
