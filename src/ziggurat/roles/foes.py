"""To whom do people turn most of those who speak against us and for us, and whose words are heard?

Three things that are distinguished elsewhere, side by side for each person: their standing in the conversation (to how
many others turned to them, and how often; `conversation`), where they stand towards us (`stance`), and their level on
the ladder. Who speaks against us comes first, those who are heard most at the top; then who speaks for us.

A word is taken as heard when somebody turns to who said it: answers, replies, mentions, likes, shares. So many who only
read are not counted, and to turn to somebody is not to agree: many turn to someone to contradict them. Who speaks
against us is neither lost nor wrong, and often the one who cares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.base.words.numbers import bounded, count
from ziggurat.facts import needs
from ziggurat.facts import ties as reading
from ziggurat.facts.absence import Absence, back
from ziggurat.facts.given import Climbers
from ziggurat.facts.level_history import Placed
from ziggurat.facts.population import Folk
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, LEVEL, NUMBER, SHARE, TEXT
from ziggurat.roles import stance as leaning
from ziggurat.roles.parts import together
from ziggurat.speech.evidence import READ, STANCES
from ziggurat.stats.pagerank import pagerank
from ziggurat.stats.shares import of_people
from ziggurat.study import At, Days, Limit, Rungs, Text, Within, study

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
AGAINST, FOR = "detractor", "advocate"
ORDER = (AGAINST, FOR, "passive", "unknown")
MOST = 20  # to whom most people turned, of whom a note tells how many speak against us
COLOURS = {AGAINST: charts.ORANGE, FOR: charts.GREEN, "passive": charts.GREY, "unknown": charts.SKY}


@dataclass(frozen=True)
class Foes(Result):
    """One row per known person to whom others turned, or whose stance is known: those who speak against us first, then
    those who speak for us, then the others; within each the one to whom most people turned first.

    stance: advocate, passive, detractor or unknown. confidence: of it, 0 to 1; null where it is unknown. turned_to_by:
    people who turned to them. times: how often. heard_share: `times` as a share of all times that anybody turned to
    anybody, 0 to 1. standing: PageRank times the number of people who turned or were turned to, acts in the last `days`
    alike; 0 for those who were not. All of these are counts and have no error; a note tells with bounds which share of
    what is heard is said by those against us. Members: person_id, name, stance, level.
    """

    columns: ClassVar = {
        "person_id": TEXT("Person"),
        "name": TEXT,
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "stance": TEXT,
        "confidence": SHARE,
        "turned_to_by": COUNT,
        "times": COUNT,
        "heard_share": SHARE("Share of all that is heard"),
        "standing": NUMBER,
    }
    keys: ClassVar = ("person_id", "stance", "level")
    absence: ClassVar = Absence(
        "none is towards another known person, nor says surely enough where anybody stands",
        "Import who turns to whom (`counterpart`, `in_reply_to`), ratings, or texts.",
        (needs.DONE,),
        back("days"),
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw everyone: how many turned to them, by level, and where they stand."""
        rows = [row | {"_turned": max(0.5, row["turned_to_by"])} for row in self.rows() if row["level_name"]]
        if not rows:
            return charts.nothing()
        levels = charts.distinct(sorted(rows, key=lambda row: -row["level"]), "level_name")
        stances = [one for one in ORDER if one in charts.distinct(rows, "stance")]
        scale = alt.Scale(domain=stances, range=[COLOURS[one] for one in stances])
        legend = alt.Legend(orient="bottom", symbolOpacity=1)
        marks = (
            alt.Chart(charts.data(rows))
            .mark_point(filled=True, size=70, opacity=0.8)
            .encode(
                x=alt.X("_turned:Q", title="People who turned to them", scale=alt.Scale(type="log")),
                y=alt.Y("level_name:N", sort=levels, title=None, axis=charts.BARE),
                yOffset=alt.YOffset("stance:N", sort=list(ORDER)),
                color=alt.Color("stance:N", title=None, scale=scale, legend=legend),
                shape=alt.Shape("stance:N", title=None, scale=alt.Scale(domain=stances), legend=legend),
                tooltip=charts.tips(rows, ("person_id", "_turned")),
            )
        )
        return charts.fitted(marks, 1.6 * len(levels))


class Heard(NamedTuple):
    """How people are heard, in the order of those who are known: who turned to them, how often, and their standing."""

    by: Ints
    times: Ints
    standing: Floats


@study
def foes(
    given: Climbers,
    languages: Frame,
    *,
    at: At,
    rungs: Rungs,
    days: Annotated[Days, Within(1, 36_500), "how far back people turned to each other"] = 365,
    turning: Annotated[Text, "kinds by which one turns to another, parted by commas; the usual if left out"] = "",
    limit: Limit = 1000,
) -> Foes:
    """List who speaks against us and for us with how they are heard, and where they stand on the ladder.

    people, levels, kinds, languages: tables as `schema.PEOPLE`, `LEVELS`, `KINDS` and `LANGUAGES`. names: of the
    levels. Nothing after `at` is looked at.
    Raises: QuestionError if a kind is none, or the table holds a level without a name.
    """
    folk = Folk.of(given.people, at)
    known = stances(given, languages, folk, at)
    heard = hear(given, folk, at - round(days * DAY), at, turning)
    level = Placed.of(given.levels, rungs.ladder, at, rungs.names).at(folk.person, np.full(len(folk), at))
    rank = np.array([ORDER.index(name) for name in leaning.NAMES])[known.stance]
    some = np.flatnonzero((heard.by > 0) | (known.stance != leaning.UNKNOWN))
    order = some[np.lexsort((folk.person[some], -heard.standing[some].round(9), -heard.by[some], rank[some]))]
    whole = max(1, int(heard.times.sum()))
    rows = []
    for place in order[:limit].tolist():
        sure = known.confidence[place]
        rows.append(
            {
                "person_id": folk.ids[place].as_py(),
                "name": folk.name[place].as_py(),
                "level": int(level[place]) if level[place] >= 0 else None,
                "level_name": rungs.names[level[place]] if level[place] >= 0 else None,
                "stance": leaning.NAMES[known.stance[place]],
                "confidence": None if np.isnan(sure) else float(sure),
                "turned_to_by": int(heard.by[place]),
                "times": int(heard.times[place]),
                "heard_share": float(heard.times[place] / whole),
                "standing": float(heard.standing[place]),
            }
        )
    columns: dict[str, Any] = {
        "stance": pa.array(leaning.NAMES).take(pa.array(known.stance[order])),
        "level": pa.array(level[order], mask=level[order] < 0),
    }
    return Foes(
        tables.from_rows(Foes.columns, rows), folk.members(order, columns), {}, notes=tuple(notes(known.stance, heard))
    )


def stances(given: Climbers, languages: Frame, folk: Folk, at: int) -> leaning.Known:
    """Return where everyone stands, as the study `stance` has it by its own options."""
    weighing = leaning.USUAL
    looker = leaning.looking(given.buckets.codes, given.kinds, languages, weighing)
    parts = given.buckets.fold(
        lambda rows: leaning.judge_people(looker.found(rows, at), at, weighing.half_life_days), READ
    )
    return leaning.everyone(together(leaning.Known, leaning.NOTHING, parts), folk)


def hear(given: Climbers, folk: Folk, since: int, until: int, turning: str) -> Heard:
    """Return how everyone was heard within (since, until]."""
    what = reading.turns(given.buckets, given.kinds, turning, since, until)
    ties = reading.read(given.buckets, reading.known_by(given.people, until), what)
    size = ties.person.size
    standing = pagerank(ties.source, ties.target, ties.weight, size) * size
    found = Heard(np.zeros(len(folk), np.int64), np.zeros(len(folk), np.int64), np.zeros(len(folk)))
    place = folk.places(ties.person)
    found.by[place] = np.bincount(ties.target, minlength=size)
    found.times[place] = np.bincount(ties.target, ties.times, size).astype(np.int64)
    found.standing[place] = standing
    return found


def notes(stance: Ints, heard: Heard) -> Sequence[str]:
    """Say which share of what is heard is said by those against us, and how many of the most heard they are."""
    against = stance == STANCES.index(AGAINST)
    found = of_people((heard.times * against).astype(np.float64), heard.times.astype(np.float64))
    if found is None:
        return []
    least = np.sort(heard.by)[-MOST:][0]  # who ties with the last of them is one of them
    most = np.flatnonzero(heard.by >= max(1, least))
    times = count(int(heard.times.sum()), "time", "times")
    return [
        f"Of {times} that somebody turned to somebody, {bounded(*found)} went to people who speak against us.",
        f"Of the {most.size} to whom most people turned, {int(against[most].sum())} speak against us.",
    ]
