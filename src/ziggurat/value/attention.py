"""Do we give our time to the right people: the most valuable, those at the top, or only new ones?

The closing questions of The Five Levels of Customer Engagement, each answered with a figure and a sentence. Are we
spending enough time with our most valuable people: the share of our time that went to the tenth of people who brought
most, beside the share of value that they brought. Have we begun quality interactions with those at the top: with how
many of them we began a two-way one. Or do we only spend time and money on chasing new ones: the share that went to
people who had given nothing by then, to anonymous visitors, and to media. And what would moving a tenth of our time
touch?

All of it describes one window and says nothing of effects. That people who bring much get little time may be right:
some need none. What moving time would touch is how many people it would pay for at the time that each of them took so
far; it is no forecast of what they would do. Bounds (95 %) take people as independent of each other, and what media
and activities without touches cost as exact; where a few people make up most of a sum, they are too narrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.heavy import alt
from ziggurat.base.words.numbers import bounded, number
from ziggurat.base.words.numbers import share as percentage
from ziggurat.facts.absence import Absence
from ziggurat.facts.given import Spending
from ziggurat.facts.population import Folk
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, SHARE, TEXT, interval
from ziggurat.stats.intervals import wilson
from ziggurat.stats.ratios import Z, paired_difference
from ziggurat.stats.shares import of_people
from ziggurat.study import Family, Rungs, Share, Text, Year, study
from ziggurat.value.effort import Effort, Worth, read
from ziggurat.value.ledger import Reading
from ziggurat.value.members import name_members
from ziggurat.value.outlay import ANONYMOUS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Bounds = tuple[float, float, float]
rounded = partial(number, places=0)

VALUABLE = "Are we spending enough time with our most valuable people?"
QUALITY = "Have we begun quality interactions with those at the top?"
TIME = "Or are we just spending our time chasing new ones?"
MONEY = "Or are we just spending our money chasing new ones?"
MOVED = "What would moving some of our time touch?"
OF = {
    VALUABLE: "our time, with the most valuable",
    QUALITY: "people at the top, with a talk begun",
    TIME: "our time, with new ones",
    MONEY: "our money, for new ones",
    MOVED: "people at the top, if time is moved",
}


@dataclass(frozen=True)
class Attention(Result):
    """One row per question.

    answer: a sentence. share: the figure behind it, 0 to 1, of what `of` says, with its 95 % bounds; null where
    nothing is known of it. people: those that the answer is about: the most valuable; those at the top; the new ones
    who were touched; those on the level that time is moved to. Members: person_id, name, question.
    """

    columns: ClassVar = {
        "question": TEXT,
        "answer": TEXT,
        "of": TEXT("Share of what"),
        "share": SHARE,
        **interval(SHARE),
        "people": COUNT,
    }
    keys: ClassVar = ("question",)
    absence: ClassVar = Absence(
        "none tells of time or money of ours, so nobody can say for whom it is spent",
        "Import minutes of meetings, calls and answers, or costs.",
    )

    def says(self, row: Mapping[str, Any]) -> bool:
        """Tell whether the question could be answered by a figure."""
        return row["share"] is not None

    def chart(self) -> alt.TopLevelMixin:
        """Draw each share with its bounds, by what it is a share of."""
        rows = [row for row in self.rows() if row["share"] is not None]
        return charts.shares(rows, y="of")


@dataclass(frozen=True)
class Finding:
    """What is said to one question: see `Attention`. who: hashes of the people."""

    question: str
    answer: str
    share: Bounds | None
    who: Ints


@dataclass(frozen=True)
class Closing(Family):
    """What the closing questions are asked of."""

    most: Annotated[Share, "the share of people that are the most valuable"] = 0.1
    top: Annotated[Text | None, "the level at the top; the highest on which anybody stands if left out"] = None
    moved: Annotated[Share, "the share of the time on another level that is moved to the top"] = 0.1
    take: Annotated[Text | None, "the level that it is taken from; that with most time if left out"] = None


@study
def attention(given: Spending, *, window: Year, rungs: Rungs, worth: Worth, closing: Closing) -> Attention:
    """Answer the closing questions for (since, until].

    people, levels, exposures, costs, kinds, rates: tables as `schema.PEOPLE`, `LEVELS`, `EXPOSURES`, `COSTS`, `KINDS`
    and `RATES`. names: of the levels. value: what makes people valuable: money, hours, acts or worth. most: the share
    of people that are the most valuable. top: the level at the top, to which time is moved, the highest on which
    anybody stands if left out. moved: the share of our time that is moved. take: the level that it is taken from, the
    one that gets most if left out. days: within which she comes back for a message to begin a talk. high: the least
    rating that counts as advocacy. Nothing after `until` is looked at. Raises: QuestionError if an option can't be
    taken; DeclarationError if a rate is of no kind.
    """
    wanted = [
        None if level is None else level_of(rungs.names, name, level)
        for name, level in (("top", closing.top), ("take", closing.take))
    ]
    reading = Reading.of(given.ledgers, rungs, window.since, window.until, high=worth.high)
    known = read(reading, given.bought, worth)
    folk = Folk.of(given.people, window.until).person
    stood = reading.placed.at(folk, np.full(folk.size, window.until))
    goal = int(stood.max(initial=0)) if wanted[0] is None else wanted[0]
    at_top = folk[stood == goal]
    answers = [
        valuable(known, folk, worth.value, closing.most),
        quality(known, at_top, rungs.names[goal]),
        chasing(known, TIME),
        chasing(known, MONEY),
        moving(known, at_top, rungs.names, goal, wanted[1], closing.moved),
    ]
    who = np.concatenate([answer.who for answer in answers])
    questions = [answer.question for answer in answers for _ in range(answer.who.size)]
    rows = [row_of(answer) for answer in answers] if folk.size else []
    notes = tuple(f"{row['question']} {row['answer']}" for row in rows)
    table = tables.from_rows(Attention.columns, rows)
    return Attention(table, name_members(who, {"question": questions}, given.people), notes=notes)


def level_of(names: Sequence[str], option: str, level: str) -> int:
    """Return the number of a level given as number or name. Raises: QuestionError with the nearest name if unknown."""
    places = {name.casefold(): number for number, name in enumerate(names)}
    text = level.strip().casefold()
    number = places.get(text, int(text) if text.isdecimal() else -1)
    if not 0 <= number < len(names):
        near = suggest(level, names) or "."
        raise QuestionError(f"`{option}` is '{level}', which is no level{near} The levels are: {', '.join(names)}.")
    return number


def row_of(answer: Finding) -> dict[str, Any]:
    """Return one row of the answer."""
    share = answer.share or (None, None, None)
    row = {"question": answer.question, "answer": answer.answer, "of": OF[answer.question], "people": answer.who.size}
    return row | dict(zip(("share", "low", "high"), share, strict=True))


def valuable(known: Effort, folk: Ints, unit: str, most: float) -> Finding:
    """Compare the share of our time that the most valuable get with the share of value that they bring."""
    brought = np.maximum(known.value.sum(axis=0), 0)
    rank = np.lexsort((known.person, -brought))[: max(1, round(most * folk.size))]
    chosen = np.zeros(known.person.size, np.bool_)
    chosen[rank[brought[rank] > 0]] = True
    who = known.person[chosen]
    minutes = known.spent[0].sum(axis=0)
    share, worth = (of_people(amount * chosen, amount) for amount in (minutes, brought))
    gap = paired_difference((minutes * chosen, minutes), (brought * chosen, brought))
    if share is None or worth is None or gap is None:
        missing = "no time of ours" if share is None else f"no {unit} that anyone gave"
        return Finding(VALUABLE, f"Nobody can say: the log holds {missing} in this window.", share, who)
    verdict = (
        "less than they bring" if gap[2] < 0 else "more than they bring" if gap[1] > 0 else "about what they bring"
    )
    text = (
        f"The {who.size} who gave most brought {percentage(worth[0])} of all {unit} and got {bounded(*share)} of our "
        f"{rounded(minutes.sum() / 60)} hours: {verdict}."
    )
    return Finding(VALUABLE, text, share, who)


def quality(known: Effort, at_top: Ints, name: str) -> Finding:
    """Say with how many of those at the top we began a two-way interaction."""
    spent = known.outlay
    begun = np.unique(spent.column("person")[spent.column("begun") > 0])
    with_them = int(np.isin(at_top, begun).sum())
    if not at_top.size:
        return Finding(QUALITY, f"Nobody stands on {name}.", None, at_top)
    share = (with_them / at_top.size, *wilson(with_them, at_top.size))
    times = int(spent.column("begun")[np.isin(spent.column("person"), at_top)].sum())
    text = f"With {with_them} of the {at_top.size} on {name}, {bounded(*share)}, we began {times} two-way interactions."
    return Finding(QUALITY, text, share, at_top)


def chasing(known: Effort, question: str) -> Finding:
    """Say what share of our time or money went to new people."""
    spent = known.outlay
    unit, column, media = (0, "minutes", 0.0) if question == TIME else (1, "money", spent.media)
    fresh = (spent.column("new") > 0) | (spent.column("level") == ANONYMOUS)
    part = np.bincount(
        np.searchsorted(known.person, spent.column("person")), spent.column(column) * fresh, known.person.size
    )
    who = np.unique(spent.column("person")[fresh])
    whole = known.spent[unit].sum(axis=0)
    found, total = of_people(part, whole), float(whole.sum())
    if found is None and not media:
        return Finding(
            question, f"Nobody can say: the log holds no {'time' if question == TIME else 'money'} of ours.", None, who
        )
    low, middle, high = ((value * total + media) / (total + media) for value in sorted(found or (0.0, 0.0, 0.0)))
    what = f"{rounded(total / 60)} hours" if question == TIME else f"{rounded(total + media)} in money"
    also = f", {rounded(media)} of it through media to people unknown" if media else ""
    text = (
        f"{bounded(middle, low, high)} of our {what} went to {who.size} people who had given nothing by then{also}: "
        f"{'most' if low > 0.5 else 'less than half' if high < 0.5 else 'about half'} of it chases new ones."
    )
    return Finding(question, text, (middle, low, high), who)


def moving(known: Effort, at_top: Ints, names: Sequence[str], goal: int, take: int | None, moved: float) -> Finding:
    """Say how many more people at the top some of the time on another level would pay for."""
    hours = known.spent[0, :-1].sum(axis=1) / 60
    others = np.where(np.arange(hours.size) == goal, -1.0, hours)
    source = int(others.argmax()) if take is None else take
    taken = known.spent[0, goal][np.isin(known.person, at_top)]
    each, free = taken[taken > 0] / 60, float(moved * hours[source])
    left = at_top.size - each.size
    moving_ = f"{percentage(moved)} of the {rounded(hours[source])} hours on {names[source]}"
    if source == goal or not free or not each.size:
        why = (
            f"nobody on {names[goal]} got any"
            if source != goal and free
            else f"there is none elsewhere to move to {names[goal]}"
        )
        return Finding(MOVED, f"Nobody can say what moving time would touch: {why}.", None, at_top)
    if not left:
        more = f"{rounded(60 * free / at_top.size)} minutes more for each of the {at_top.size} on {names[goal]}"
        return Finding(MOVED, f"{moving_} would be {more}, all of whom have got some already.", None, at_top)
    half = Z * float(each.std(ddof=1)) / float(np.sqrt(each.size)) if each.size > 1 else 0.0
    mean = float(each.mean())
    counts = [min(float(left), free / one) if one > 0 else float(left) for one in (mean, mean + half, mean - half)]
    some = (
        f"{rounded(counts[0])} ({rounded(counts[1])} to {rounded(counts[2])}) of the {left}"
        if counts[1] < left
        else f"all {left}"
    )
    text = (
        f"{moving_} would pay for {some} on {names[goal]} who got none, at the {rounded(60 * mean)} minutes that it "
        f"took with each of the others there. Whether they would do more, only an experiment can tell."
    )
    share, low, high = (count / at_top.size for count in counts)
    return Finding(MOVED, text, (share, low, high), at_top)
