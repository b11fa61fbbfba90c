"""Who gives us much and is little known, and what should we ask them next?

Everyone who gave anything within the time looked at, by what they gave times the parts that are not known of them
(`acquaintance`): who gives most and of whom least is known comes first. `ask` is the one question that would fill the
first gap, in the order in which one comes to know somebody: name, address, a talk, likes, background, friends.

To give much is told in one unit, which is never all of it; and whoever wants to stay unknown may.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.errors import QuestionError
from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, back
from ziggurat.facts.given import Ledgers
from ziggurat.facts.population import Folk
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, INSTANT, LEVEL, NUMBER, TEXT
from ziggurat.study import At, Limit, OneOf, Rungs, study
from ziggurat.value.acquaintance import Back
from ziggurat.value.entries import GAVE, HIGH, SIDES
from ziggurat.value.knowing import FRIENDS, LIKES, NEVER, PARTS, TALK, ask_next, knowing, lacking
from ziggurat.value.ledger import Reading, ledger

Floats = npt.NDArray[np.float64]
UNITS = ("acts", "money", "hours", "worth")


@dataclass(frozen=True)
class Strangers(Result):
    """One row per person who gave anything and of whom something is not known, the most valuable strangers first.

    gave: what they gave within `days`, in the unit `value`. known: how many of the six parts are known of them. lacks:
    the others, in words. likes_at, friends_at, talked_at: the latest evidence of each, null for none. talked_by: the
    identity of who of us talked to them then. ask: the one question to ask next. All are counts, and have no error.
    Members: person_id, name, level.
    """

    columns: ClassVar = {
        "person_id": TEXT("Person"),
        "name": TEXT,
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "gave": NUMBER,
        "known": COUNT("Parts known, of 6"),
        "lacks": TEXT("Not known"),
        "likes_at": INSTANT("Likes, last told"),
        "friends_at": INSTANT("Friends, last seen together"),
        "talked_at": INSTANT("Last talk with us"),
        "talked_by": TEXT("Who of us"),
        "ask": TEXT("To ask next"),
    }
    keys: ClassVar = ("person_id",)
    absence: ClassVar = Absence(
        "none is by somebody of whom anything is left to be known", "Choose a longer time.", (needs.DONE,), back("days")
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw what the first twenty gave; two of one name have a bar each."""
        drawn = ("person_id", "level_name", "gave", "known")
        rows = [
            {"who": row["name"] or row["person_id"], **{name: row[name] for name in drawn}} for row in self.rows()[:20]
        ]
        return charts.rank_bars(rows, label="who", x="gave", colour="level_name") if rows else charts.nothing()


@study
def strangers(
    given: Ledgers,
    languages: Frame,
    *,
    at: At,
    rungs: Rungs,
    days: Back = 365,
    value: Annotated[str, OneOf(*UNITS), "in what it is told how much they gave"] = "acts",
    limit: Limit = 1000,
) -> Strangers:
    """List those who gave most and of whom least is known, and what to ask each next.

    people, levels, kinds, rates, languages: tables as `schema.PEOPLE`, `LEVELS`, `KINDS`, `RATES` and `LANGUAGES`.
    names: of the levels. Nothing after `at` is looked at, but traits, which are as they are told now.
    Raises: QuestionError if `value` is worth and no rate is declared, or an option can't be taken.
    """
    since = at - round(days * DAY)
    folk = Folk.of(given.people, at)
    reading = Reading.of(given, rungs, since, at, high=HIGH)
    if value == "worth" and not reading.book.rates:
        raise QuestionError("`value` is 'worth', but no rates are declared; write [rates] in ziggurat.toml.")
    gave = given_by(reading, folk, value)
    found = knowing(given, languages, folk, since, at)
    parts = found.known.sum(axis=1)
    score = gave * (len(PARTS) - parts)
    some = np.flatnonzero(score > 0)
    order = some[np.lexsort((folk.person[some], -gave[some], -score[some].round(9)))]
    level = reading.placed.at(folk.person, np.full(len(folk), at))
    rows = []
    for place in order[:limit].tolist():
        row: dict[str, Any] = {"person_id": folk.ids[place].as_py(), "name": folk.name[place].as_py()}
        row |= {"level": int(level[place]) if level[place] >= 0 else None}
        row |= {"level_name": rungs.names[level[place]] if level[place] >= 0 else None}
        row |= {"gave": float(gave[place]), "known": int(parts[place]), "talked_by": found.by[place] or None}
        row |= {"lacks": ", ".join(lacking(found.known[place])), "ask": ask_next(found.known[place])}
        for name, part in (("likes_at", LIKES), ("friends_at", FRIENDS), ("talked_at", TALK)):
            when = int(found.at[place, part])
            row[name] = None if when == NEVER else when
        rows.append(row)
    columns = {"level": pa.array(level[order], mask=level[order] < 0)}
    return Strangers(tables.from_rows(Strangers.columns, rows), folk.members(order, columns))


def given_by(reading: Reading, folk: Folk, value: str) -> Floats:
    """Return what everyone gave, in a unit."""
    book = ledger(reading)
    theirs = book.side() == SIDES.index(GAVE)
    amount = book.column("minutes").astype(np.float64) / 60 if value == "hours" else book.column(value)
    place = folk.places(book.column("person"))
    chosen = theirs & (place >= 0)
    return np.bincount(place[chosen], amount[chosen].astype(np.float64), len(folk)).astype(np.float64)
