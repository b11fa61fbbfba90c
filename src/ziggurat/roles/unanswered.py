"""Which questions are still open, whose are they, and how long overdue is an answer?

A list to be worked down: what called for an answer and had none by the instant, those of people on the highest level
first, or the oldest first. Anonymous visitors are left out: nobody can turn to them.

That a question is open means that the log holds no answer. It may have been answered where no log is kept, or have
settled itself. What is listed is counted and has no error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY, moment
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, back
from ziggurat.facts.given import Questions
from ziggurat.facts.level_history import NOWHERE
from ziggurat.facts.waits import WHO, Waits, waits
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import HOURS, INSTANT, LEVEL, TEXT
from ziggurat.study import At, Days, Family, Limit, OneOf, Rungs, Window, study

Ints = npt.NDArray[np.int64]
FIRST = ("valuable", "oldest")
SHOWN = 300  # characters of a text
STATES = {"overdue": charts.ORANGE, "in time": charts.BLUE, "nothing promised": charts.GREY}


@dataclass(frozen=True)
class Unanswered(Result):
    """One row per open question of a known person.

    level: hers at the instant. channel, kind, object, text (its first 300 characters): where and what she asked.
    asked_at: when (UTC). hours: since then. target_hours: promised on the channel, null where nothing is.
    overdue_hours: hours beyond the promise, negative while there is time. source, interaction_id: the question in the
    log.
    Members: person_id, name, source, interaction_id; not cut off by `limit`.
    """

    columns: ClassVar = {
        "person_id": TEXT("Person"),
        "name": TEXT,
        "level": LEVEL("Level no."),
        "level_name": TEXT("Level"),
        "channel": TEXT,
        "kind": TEXT("What"),
        "object": TEXT("About"),
        "text": TEXT,
        "asked_at": INSTANT,
        "hours": HOURS,
        "target_hours": HOURS,
        "overdue_hours": HOURS("Hours overdue"),
        "source": TEXT,
        "interaction_id": TEXT,
    }
    keys: ClassVar = ("source", "interaction_id")
    absence: ClassVar = Absence(
        "none waits for an answer any more",
        "To look further back, raise `days`; to count answers by us alone, set `answers` to staff.",
        (needs.QUESTION,),
        back("days"),
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw the open questions on each channel by how long they wait, overdue ones apart."""
        return draw_questions([row | {"state": state(row["overdue_hours"])} for row in self.rows()])


@dataclass(frozen=True)
class Listed(Family):
    """Which questions are listed, and in which order."""

    days: Annotated[Days, "how long ago a question may have been asked"] = 90
    answers: Annotated[str, OneOf(*WHO), "whose answers count"] = "anyone"
    first: Annotated[str, OneOf(*FIRST), "which come first: those of the highest level, or the oldest"] = FIRST[0]
    limit: Limit = 1000


@study
def unanswered(given: Questions, *, at: At, rungs: Rungs, listed: Listed) -> Unanswered:
    """List what people asked in the `days` before `at` and nobody has answered by then.

    people, levels, targets: tables as `schema.PEOPLE`, `LEVELS` and `TARGETS`. names: the level names, level 0 first.
    answers: by anyone, or by staff alone. first: those of the highest level (`valuable`), each level's oldest first; or
    the `oldest`. limit: most rows, at least 1. Nothing after `at` is looked at.
    Raises: QuestionError if an option is out of range, or a level has no name.
    """
    asked = waits(given, Window(at - round(listed.days * DAY), at), rungs, answers=listed.answers, texts=True)
    codes = given.buckets.codes
    found = asked.some(~asked.done & asked.known)
    level = found.placed.at(found.person, np.full(found.at.size, at))
    rank = np.zeros(level.size, np.int64) if listed.first == "oldest" else -level
    order = np.lexsort((found.person, found.at, rank))
    rows = question_rows(found, order[: listed.limit], level, codes, rungs.names)
    return Unanswered(tables.from_rows(Unanswered.columns, rows), tables.frame(members(found, codes)))


def question_rows(
    found: Waits, order: Ints, level: Ints, codes: Mapping[str, Sequence[str]], names: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the rows of some questions, by their positions."""
    who = found.names()
    told = found.table.select(["channel", "kind", "object", "text", "source", "interaction_id"]).take(pa.array(order))
    rows: list[dict[str, Any]] = told.set_column(3, "text", pc.utf8_slice_codeunits(told["text"], 0, SHOWN)).to_pylist()
    for row, place in zip(rows, order.tolist(), strict=True):
        row |= {name: codes[name][row[name]] for name in ("channel", "kind", "source")}
        stands, target, hours = int(level[place]), float(found.target[place]), float(found.hours[place])
        row |= {
            "person_id": who["person_id"][place].as_py(),
            "name": who["name"][place].as_py(),
            "level": None if stands == NOWHERE else stands,
            "level_name": None if stands == NOWHERE else names[stands],
            "asked_at": moment(int(found.at[place])),
            "hours": hours,
            "target_hours": None if np.isnan(target) else target,
            "overdue_hours": None if np.isnan(target) else hours - target,
        }
    return rows


def members(found: Waits, codes: Mapping[str, Sequence[str]]) -> pa.Table:
    """Return who asked each open question."""
    sources = pa.array(list(codes.get("source", [])), pa.string()).take(found.table["source"])
    told = {"source": sources, "interaction_id": found.table["interaction_id"]}
    return pa.table(found.names() | told).sort_by([("person_id", "ascending"), ("interaction_id", "ascending")])


def state(overdue: float | None) -> str:
    """Say whether an answer is overdue."""
    return "nothing promised" if overdue is None else "overdue" if overdue > 0 else "in time"


def draw_questions(rows: Sequence[dict[str, Any]]) -> alt.TopLevelMixin:
    """Draw one dot per question, as long as it waits, a line for each channel and state."""
    shown = ("channel", "state", "hours", "level_name", "name", "kind")
    drawn_ = [{name: row[name] for name in (*shown, "person_id")} | {"days": row["hours"] / 24} for row in rows]
    channels = sorted(set(charts.distinct(rows, "channel")))
    legend = alt.Legend(orient="bottom", symbolOpacity=1)
    scale = alt.Scale(domain=list(STATES), range=list(STATES.values()))
    shape = alt.Scale(domain=list(STATES), range=list(charts.MARKS[: len(STATES)]))
    dots = (
        alt.Chart(charts.data(drawn_))
        .mark_point(filled=True, size=50, opacity=0.75)
        .encode(
            y=alt.Y("channel:N", sort=channels, title=None, axis=charts.BARE),
            yOffset=alt.YOffset("state:N", sort=list(STATES), scale=alt.Scale(domain=list(STATES))),
            x=alt.X("days:Q", title="Days without an answer", axis=alt.Axis(tickCount=6)),
            color=alt.Color("state:N", title=None, scale=scale, legend=legend),
            shape=alt.Shape("state:N", title=None, scale=shape, legend=legend),
            tooltip=[alt.Tooltip(f"{name}:N", title=charts.column_words(name)) for name in shown if name != "hours"]
            + [alt.Tooltip("hours:Q", title="Hours", format=charts.FORMATS["float"])],
        )
    )
    return charts.fitted(dots, len(channels) * 1.3)
