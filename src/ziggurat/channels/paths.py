"""Which journeys did people make, and did they lead to the outcome?

What every study of journeys shares: which interactions are touches, what the outcome is, and how the lives in each
bucket are cut (`stats.journeys`). Journeys are of known people: neither staff nor anonymous. Nothing after `until` is
looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, TypeVar

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts.absence import Given, Step
from ziggurat.facts.census import Keep
from ziggurat.facts.meanings import Meanings, alike
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import people_of
from ziggurat.results import tables
from ziggurat.results.tables import Frame
from ziggurat.stats.journeys import CONVERTED, Journeys, Touches, Wins, cut
from ziggurat.study import Days, Family, Hours, Money, OneOf, Rungs, Text, Window, Within

Part = TypeVar("Part")
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

BY = ("channel", "activity", "kind")
HOUR = DAY // 24
ARROW = " > "
OTHER = "(other)"  # labels that are not distinguished
NO_TOUCH = "(no touch)"  # the path of an outcome that nothing came before


NO_CLIMBS = (np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True)
class Journey(Family):
    """What a journey is, and what it ends in."""

    outcome: Annotated[Text | None, "kinds of interaction parted by commas, or a level; level 2 if left out"] = None
    amount: Annotated[Money, "the least amount of an interaction that is the outcome"] = 0.0
    by: Annotated[str, OneOf(*BY), "what names a touch"] = "channel"
    touches: Annotated[Text, "kinds or directions parted by commas that count as touches; all if left out"] = ""
    window_days: Annotated[Days, Within(1 / 24, 36_500), "how long before the outcome a touch counts"] = 30.0
    collapse_hours: Annotated[Hours, "the same label again in less than this is the same touch"] = 1.0


def touching(rows: pa.Table, by: str, kinds: Bools, directions: Bools) -> Bools:
    """Tell which rows can be a touch."""
    columns = arrays(rows, ("kind", "direction", by))
    found: Bools = kinds[columns["kind"]] & directions[columns["direction"]] & (columns[by] >= 0)
    return found


def may_touch(given: Given) -> Keep:
    """Return what finds rows that can be a touch."""
    directions, kinds = split(given["touches"], given["buckets"])
    return partial(touching, by=given["by"], kinds=kinds, directions=directions)


TOUCH = Step(
    "can be a touch: named by its {by}, and of what `touches` names",
    ("touch", "touches"),
    "Choose another `by` or `touches`, or import that column.",
    may_touch,
    ("kind", "direction", "channel", "activity"),
)


def wins(rows: pa.Table, kinds: Bools | None, people: Ints) -> Bools:
    """Tell which rows are the outcome or, where `kinds` is None, of somebody who climbed to it."""
    if kinds is None:
        return np.isin(arrays(rows, ("person",))["person"], people)
    found: Bools = kinds[arrays(rows, ("kind",))["kind"]]
    return found


def may_win(given: Given) -> Keep:
    """Return what finds the outcome of journeys."""
    buckets, names = given["buckets"], given["names"]
    level = level_of(names, given["outcome"])
    if level is None:
        known = buckets.codes["kind"]
        kinds = chosen(alike(words(given["outcome"]), buckets), known, "outcome", known)
        return partial(wins, kinds=kinds, people=np.empty(0, np.int64))
    who, at = climbs(given["levels"], given["ladder"], level, given["until"])
    return partial(wins, kinds=None, people=np.unique(who[at > given["since"]]))


WON = Step(
    "is the outcome, or of somebody who climbed to the level that is",
    ("outcome, or act around one", "outcomes, or acts around them"),
    "Choose other kinds or another level by `outcome`, or a longer period.",
    may_win,
    ("kind",),
)


@dataclass(frozen=True)
class Trips:
    """Journeys to an outcome, to be folded bucket by bucket.

    labels: what the small integers of a touch stand for. recode: from the histories' codes to these. kinds: code →
    whether it is the outcome; None where that is a climb, whose people and instants are then in `climbs`, sorted.
    touching: kind → whether it can be a touch. directions: likewise. amount: the least that is the outcome.
    valued: whether journeys have the amounts of their outcomes. window, gap: µs. asked: the options as text.
    """

    buckets: Buckets
    by: str
    labels: Sequence[str]
    recode: npt.NDArray[np.int32]
    touching: Bools
    directions: Bools
    kinds: Bools | None
    climbs: tuple[Ints, Ints]
    amount: float
    valued: bool
    window: int
    gap: int
    since: int
    until: int

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the histories that are read."""
        amount = ("amount",) if self.kinds is not None and (self.valued or self.amount > 0) else ()
        directions = () if self.directions.all() else ("direction",)
        return tuple(dict.fromkeys(("person", "at", "kind", self.by, *directions, *amount)))

    def fold(self, kernel: Callable[[Journeys], Part]) -> Iterator[Part]:
        """Hand the journeys of each bucket to a kernel, and yield what it makes of them."""
        return self.buckets.fold(lambda rows: kernel(self.cut(rows)), self.columns)

    def cut(self, rows: pa.Table) -> Journeys:
        """Cut the journeys of one bucket."""
        columns = arrays(rows, self.columns)
        person, at, label = (columns[name] for name in ("person", "at", self.by))
        touch = self.touches(columns)
        if self.kinds is None:
            won_who, won_at = self.climbed(person)
            won = np.ones(won_at.size, np.bool_)
        else:
            won_who, won_at, won = person, at, self.won(columns)
        value = columns["amount"] if "amount" in columns else np.zeros(won_at.size)
        touches, wins = Touches(person, at, label, touch, self.recode), Wins(won_who, won_at, value, won)
        found = cut(touches, wins, window=self.window, gap=self.gap, since=self.since, until=self.until)
        hidden = self.buckets.anonymous
        if hidden.size:
            place = np.minimum(np.searchsorted(hidden, found.person), hidden.size - 1)
            found = found.of(hidden[place] != found.person)
        return found

    def touches(self, columns: Mapping[str, npt.NDArray[Any]]) -> Bools:
        """Tell which rows are touches."""
        # a row of kind -1 is no interaction, and -1 is the last place of this array: it is False there
        found: Bools = self.touching[columns["kind"]] & (columns["at"] <= self.until) & (columns[self.by] >= 0)
        if "direction" in columns:
            found &= self.directions[columns["direction"]]
        return found

    def won(self, columns: Mapping[str, npt.NDArray[Any]]) -> Bools:
        """Tell which rows are the outcome, where that is a kind of interaction."""
        if self.kinds is None:
            return np.zeros(columns["at"].size, np.bool_)
        found: Bools = self.kinds[columns["kind"]] & (columns["at"] <= self.until)
        return found & (columns["amount"] >= self.amount) if self.amount > 0 else found

    def climbed(self, person: Ints) -> tuple[Ints, Ints]:
        """Return the climbs of the people in a bucket, whose hashes lie next to each other."""
        who, at = self.climbs
        first, last = (0, 0) if not person.size else np.searchsorted(who, [person[0], person[-1] + 1])
        return who[first:last], at[first:last]


def trips(buckets: Buckets, levels: Frame, window: Window, rungs: Rungs, journey: Journey, *, valued: bool) -> Trips:
    """Read the options that every study of journeys takes, as its page says what they mean.

    valued: whether what outcomes are worth is looked at.
    Raises: QuestionError if a word is neither a level nor a kind in the log.
    """
    kinds = buckets.codes["kind"]
    level = level_of(rungs.names, journey.outcome)
    wanted = alike(words(journey.outcome or ""), buckets)
    won = None if level is not None else chosen(wanted, kinds, "outcome", [*rungs.names, *kinds])
    if won is not None and not won.any():
        raise QuestionError("`outcome` names nothing; name a kind of interaction or a level of the ladder.")
    ways, what = split(journey.touches, buckets)
    return Trips(
        buckets,
        journey.by,
        buckets.codes[journey.by],
        np.arange(len(buckets.codes[journey.by]), dtype=np.int32),
        what if won is None else what & ~won,
        ways,
        won,
        climbs(levels, rungs.ladder, level, window.until) if level is not None else NO_CLIMBS,
        journey.amount,
        valued,
        round(journey.window_days * DAY),
        round(journey.collapse_hours * HOUR),
        window.since,
        window.until,
    )


def arrays(rows: pa.Table, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """Return columns as arrays; no amount is nan."""
    return {name: rows[name].combine_chunks().to_numpy(zero_copy_only=False) for name in names}


def commonest(found: Trips, most: int) -> Trips:
    """Tell apart the labels with most touches by `until`, of equal ones the first by name; call the rest other."""
    if len(found.labels) <= most:
        return found
    columns = tuple(name for name in found.columns if name not in ("person", "amount"))

    def counted(rows: pa.Table) -> Ints:
        read = arrays(rows, columns)
        return np.bincount(read[found.by][found.touches(read)], minlength=len(found.labels))

    counts = sum(found.buckets.fold(counted, ("person", *columns)), np.zeros(len(found.labels), np.int64))
    kept = sorted(range(len(found.labels)), key=lambda code: (-counts[code], found.labels[code]))[:most]
    recode = np.full(len(found.labels), most, np.int32)
    recode[kept] = np.arange(most)
    return replace(found, labels=[*(found.labels[code] for code in kept), OTHER], recode=recode)


def words(text: str) -> list[str]:
    """Read words parted by commas.

    >>> words(" purchased, Donated ,")
    ['purchased', 'donated']
    """
    return [word.strip().casefold() for word in text.split(",") if word.strip()]


def level_of(names: Sequence[str], outcome: str | None) -> int | None:
    """Return the level that an outcome names, by name or number; without one the second, or the top of a lower ladder.

    Returns: None where the outcome names no level. Raises: QuestionError if it is level 0, which nobody climbs to.
    """
    if outcome is None:
        return min(2, len(names) - 1)
    text = str(outcome).strip().casefold()
    by_name = {name.casefold(): number for number, name in enumerate(names)}
    number = by_name.get(text, int(text) if text.isdecimal() else None)
    if number is not None and not 0 < number < len(names):
        raise QuestionError(f"nobody climbs to level {text}; the levels to climb to are: {', '.join(names[1:])}.")
    return number


def chosen(given: Sequence[str], known: Sequence[str], option: str, near: Sequence[str]) -> Bools:
    """Return which of the known words are given, False at an extra last place; see `Trips.cut`.

    Raises: QuestionError if one is not known.
    """
    places = {word.casefold(): place for place, word in enumerate(known)}
    found = np.zeros(len(known) + 1, np.bool_)
    for word in given:
        if word.casefold() not in places:
            raise QuestionError(
                f"`{option}` names '{word}', of which the log holds nothing{suggest(word, near) or '.'} "
                f"It can name: {', '.join(near)}."
            )
        found[places[word.casefold()]] = True
    return found


def split(touches: str, buckets: Buckets) -> tuple[Bools, Bools]:
    """Read which directions and which kinds can be touches; where no kind is named, all can that reach somebody."""
    given, kinds = words(touches), buckets.codes["kind"]
    ways = [word for word in given if word in DIRECTIONS]
    what = [word for word in given if word not in DIRECTIONS]
    directions = np.array([not ways or way in ways for way in DIRECTIONS])
    found = chosen(alike(what, buckets), kinds, "touches", [*DIRECTIONS, *kinds])
    if not what:
        found = Meanings.of_log(buckets).flags("sent")
    return directions, found


def climbs(levels: Frame, ladder: str, level: int, until: int) -> tuple[Ints, Ints]:
    """Return who climbed to a level or past it and when, sorted: people as hashes, instants in µs."""
    to, before = nw.col("level"), nw.col("from_level")
    rows = tables.frame(levels).filter(
        nw.col("ladder") == ladder,
        nw.col("since") <= until,
        nw.col("change").is_in(["first", "climb"]),
        to >= level,
        before.is_null() | (before < level),
    )
    found = tables.collect(rows, "person_id", "since")
    person = people_of(found["person_id"].combine_chunks())
    at = found["since"].combine_chunks().to_numpy(zero_copy_only=False).astype(np.int64)
    order = np.lexsort((at, person))
    return person[order], at[order]


def path_of(labels: Sequence[str], longest: int) -> str:
    """Write a path, of a long one only its last touches.

    >>> path_of(["mail", "web", "web", "store"], 3), path_of([], 3)
    ('… > web > web > store', '(no touch)')
    """
    shown = labels[-longest:]
    return ARROW.join(shown if len(shown) == len(labels) else ["…", *shown]) or NO_TOUCH


def converted(journeys: Journeys) -> Bools:
    """Tell which journeys converted."""
    found: Bools = journeys.state == CONVERTED
    return found
