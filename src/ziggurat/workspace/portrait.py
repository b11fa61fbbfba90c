"""What is one person told to be, from both sides, and why?

How they consume, where they stand towards us, to whom they are tied and how they are answered; what they gave and what
they got; what is to be expected of them, and with whom they are here. Each is what a study says of everyone, told of
one person with what it rests on. What can't be told is None or 'unknown', and says why where the study does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, cast

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.asking.asking import StudyRunner
from ziggurat.asking.lens import Lens
from ziggurat.base.instant import DAY, moment
from ziggurat.derived import ByHand, Derived
from ziggurat.facts.given import Questions, Talk
from ziggurat.facts.ties import called
from ziggurat.facts.waits import WHO, Waits, waits
from ziggurat.levels.ladder import Ladder
from ziggurat.levels.signals import Signals
from ziggurat.levels.story import interactions
from ziggurat.people.ids import person_id
from ziggurat.results import tables
from ziggurat.results.result import Result, read
from ziggurat.roles import accounts, answering, consumption, habits, near, stance
from ziggurat.roles.acts import ROLES
from ziggurat.roles.groups import ALL
from ziggurat.study import Rungs, Window
from ziggurat.value import lifetime
from ziggurat.value import occasions as coming
from ziggurat.value import person as ledger
from ziggurat.value.entries import Book
from ziggurat.value.knowing import PARTS as KNOWN
from ziggurat.value.knowing import ask_next
from ziggurat.workspace.portrait_parts import (
    Acquaintance,
    Act,
    Answered,
    Group,
    Host,
    KnownPart,
    Line,
    Member,
    Organisation,
    Outlook,
    Question,
    Reason,
    Role,
    Row,
    Signal,
    Stance,
    Theme,
    Tie,
    Ties,
    plain,
)

DAYS = 365.0  # back from the instant
SHOWN = 12  # interactions listed under one reason, latest first; counts say how many there are
PARTS = (
    *("signals", "roles", "habit", "stance", "ties", "questions", "ledger", "lifetime", "account"),
    "acquaintance",
)
MOST_DAYS = 36_500


@dataclass(frozen=True, eq=False)
class Portrait:
    """One person as of an instant, looking `days` back from it; each part is worked out when it is first asked for.

    staff: or an agent, of whom nothing is told. known: neither they nor anonymous, of whom `roles` and `habit` are.
    Money is in the workspace's currency, instants are datetimes, and `interactions` are rows in words, latest first, at
    most `SHOWN`.
    """

    person: int
    at: int  # µs
    days: float
    known: bool
    staff: bool
    history: pa.Table = field(repr=False)
    codes: Mapping[str, list[str]] = field(repr=False)
    needed: Callable[..., Mapping[str, Any]] = field(repr=False)  # names of tables → tables
    ask: Callable[..., Result] = field(repr=False)  # a study and its options → its answer
    waits: Callable[[], Waits] = field(repr=False)  # of everyone's questions in the window
    noticed: Callable[[], Mapping[str, list[Row]]] = field(repr=False)  # everyone's signals, by id

    @property
    def since(self) -> int:
        """Where the window begins, in µs, itself excluded."""
        return self.at - round(self.days * DAY)

    def told(self) -> Row:
        """Return all parts by name, with the window that they are of, as programs and files take them."""
        told = {name: plain(getattr(self, name)) for name in PARTS}
        return {"since": moment(self.since), "until": moment(self.at)} | told

    @cached_property
    def signals(self) -> list[Signal]:
        """What is unusual by their own rhythm (`flagging`, `rising`); empty where nothing is."""
        return [Signal(**one) for one in self.noticed().get(person_id(self.person), [])] if self.known else []

    @cached_property
    def roles(self) -> list[Role]:
        """Her roles in the window (`consumption`)."""
        if self.staff:
            return []
        found = consumption.of_person(
            self.history, self.codes, self.needed("kinds")["kinds"], since=self.since, until=self.at, latest=SHOWN
        )
        return [
            Role(one.role, one.acts, one.days, one.confidence, ROLES.get(one.role), self.said(one.latest))
            for one in found
        ]

    @cached_property
    def habit(self) -> habits.Preference | None:
        """Where and when she is most active in the window (`habits`): channel, device, hour, acts, days, and
        the time zone of that hour, zone."""
        if self.staff:
            return None
        zone = tables.zone(self.needed("zone")["zone"])
        return habits.of_person(self.history, self.codes, since=self.since, until=self.at, zone=zone)

    @cached_property
    def stance(self) -> Stance | None:
        """Where she stands (`stance`). Evidence of any age counts, old one less."""
        if not self.known:
            return None
        given = self.needed("kinds", "languages")
        found = stance.of_person(self.history, self.codes, given["kinds"], given["languages"], at=self.at)
        reasons = [
            Reason(one.says, one.because, one.score, one.weight, self.said([(one.source, one.interaction_id)])[0])
            for one in found.reasons
        ]
        return Stance(found.stance, found.confidence, reasons)

    @cached_property
    def ties(self) -> Ties | None:
        """To whom she is tied in the window (`conversation`, `hosts`, `groups`)."""
        if not self.known:
            return None
        given = self.needed("buckets", "people", "kinds")
        found = near.of_person(Talk(**given), self.history, at=self.at, days=self.days)
        people = [
            Tie(
                **vars(one) | {"last_at": moment(one.last_at), "acts": [with_datetime(act) for act in one.acts[:SHOWN]]}
            )
            for one in found.ties
        ]
        host = None
        if found.host is not None and found.welcome is not None:
            named = tables.frame(given["people"]).filter(nw.col("person_id") == found.host)
            name = tables.collect(named, "name")["name"][0].as_py()
            host = Host(found.host, name, with_datetime(found.welcome))
        first = None if found.first_word is None else moment(found.first_word)
        return Ties(people, first, host, self.group if people else None)

    @cached_property
    def group(self) -> Group:
        """The group of the conversation that she is in."""
        answer = self.ask("groups", days=self.days)
        rows = answer.rows()
        hers = [group for group in self.own(answer, "group") if group != ALL]
        row = next((row for row in rows if row["group"] in hers), None)
        verdict = rows[0]["verdict"] if rows else None
        mine = {name: row[name] if row else None for name in ("group", "people", "ties", "channels", "bridges")}
        return Group(**mine, of=len(rows) - 1 if rows else 0, verdict=verdict)

    @cached_property
    def questions(self) -> Answered | None:
        """How her questions in the window fared (`answering`)."""
        if not self.known:
            return None
        found = self.waits()
        told = answering.of_person(found, self.person, self.codes["source"])
        who = found.table.filter(pc.equal(found.table["person"], self.person))["answerer_person"].to_pylist()
        rows = [
            Question(
                **{name: value for name, value in row.items() if name not in ("source", "interaction_id", "asked_at")},
                asked_at=moment(row["asked_at"]),
                answerer_id=None if other < 0 else person_id(other),
                interaction=self.said([(row["source"], row["interaction_id"])])[0],
            )
            for row, other in zip(told.questions, who, strict=True)
        ]
        return Answered(rows[::-1], told.answered, told.median_hours)

    @cached_property
    def ledger(self) -> list[Line]:
        """What she gave and got in the window (`mutual-value`)."""
        if not self.known:
            return []
        given, found = self.needed("buckets", "kinds", "rates"), self.waits()
        book = Book.of(self.codes, given["kinds"], given["rates"])
        window = {"since": self.since, "until": self.at}
        others = ledger.from_others(given["buckets"], found.directory, book, self.person, **window)
        asked = found.table.filter(pc.equal(found.table["person"], self.person))
        lines = ledger.of_person(self.history, self.codes, book, **window, asked=asked, others=others)
        shown = [(one.source, one.interaction_id) for line in lines for one in line.behind[:SHOWN]]
        rows = {one: self.said([one])[0] for one in shown if one in self.places}
        who = others["person"].to_numpy()
        told = zip(
            interactions(others, self.codes, range(who.size)), who.tolist(), called(found.directory, who), strict=True
        )
        rows |= {
            (row["source"], row["interaction_id"]): row | {"by": {"person_id": person_id(one), "name": name}}
            for row, one, name in told
        }
        amounts = ("side", "entry", "acts", "hours", "money", "worth")
        return [
            Line(
                **{name: getattr(line, name) for name in amounts},
                count=len(line.behind),
                interactions=[rows[one.source, one.interaction_id] for one in line.behind[:SHOWN]],
            )
            for line in lines
        ]

    @cached_property
    def lifetime(self) -> Outlook | None:
        """What is to be expected of her (`lifetime`); None where she never came."""
        if not self.known:
            return None
        answer = cast("lifetime.Lifetime", self.ask("lifetime"))
        found, fitted = lifetime.of_person(self.history, self.codes, answer), answer.fitted
        if found is None or fitted is None:
            return None
        counted = np.flatnonzero(coming.mark_occasions(self.history, self.codes, fitted.words, fitted.at))
        level = self.own(answer, "level")
        row = next((one for one in answer.rows() if one["level"] in level), None)
        told: Row = {"so_far": found.times_so_far, "known_days": found.known_days, "silent_days": found.silent_days}
        told |= {"level_name": row["level_name"] if row else None, "level_people": row["people"] if row else 0}
        told |= {"alive": found.alive, "alive_everyone": found.everyone.get("alive")}
        told["alive_level"] = level_average(row, "alive")
        for name in ("times", "money"):
            told |= dict(zip((name, f"{name}_low", f"{name}_high"), getattr(found, name) or (None,) * 3, strict=True))
            told |= {f"{name}_level": level_average(row, name), f"{name}_everyone": found.everyone.get(name)}
        told |= {"horizon_days": fitted.horizon * fitted.span_days, "kinds": list(fitted.words), "note": found.note}
        told["count"] = counted.size
        return Outlook(**told, interactions=interactions(self.history, self.codes, counted[::-1][:SHOWN].tolist()))

    @cached_property
    def account(self) -> Organisation | None:
        """The organisation that she is of (`accounts`), as in the window; None where nothing tells of any."""
        if not self.known:
            return None
        answer = cast("accounts.Accounts", self.ask("accounts", days=self.days))
        found = accounts.of_person(person_id(self.person), answer)
        if found is None:
            return None
        return Organisation(**found.row, her_days=found.days, others=[Member(**one) for one in found.others])

    @cached_property
    def acquaintance(self) -> Acquaintance | None:
        """What is known of them (`acquaintance`), and what they like and dislike (`likes`); None of the unknown."""
        if not self.known:
            return None
        parts = self.rows_of(self.ask("acquaintance", days=self.days), "part", "known", "at", "by")
        parts.sort(key=lambda row: KNOWN.index(row["part"]))
        liked = self.ask("likes", since=moment(self.since), until=moment(self.at), at=None)
        themes = self.rows_of(liked, *(one.name for one in fields(Theme)))
        themes.sort(key=lambda row: (-(row["said_for"] + row["said_against"]), -row["bought"], row["theme"]))
        talk: Row = next((row for row in parts if row["part"] == "talk"), {})
        ties = self.ties.people if self.ties else ()
        return Acquaintance(
            [KnownPart(row["part"], row["known"], since_of(row["at"])) for row in parts],
            [Theme(**row | {"last_at": moment(row["last_at"])}) for row in themes],
            [one for one in ties if one.turned_to and one.turned_by],
            talk.get("by"),
            since_of(talk.get("at")),
            ask_next([row["known"] for row in parts]) if parts else None,
        )

    def rows_of(self, answer: Result, *columns: str) -> list[Row]:
        """Return what an answer's members say of her, a row each, in their order."""
        hers = nw.col("person_id") == person_id(self.person)
        found: list[Row] = read(lambda: answer.members.filter(hers).select(*columns)).to_pylist()
        return found

    def own(self, answer: Result, column: str) -> list[Any]:
        """Return what an answer's members say of her in one column."""
        hers = nw.col("person_id") == person_id(self.person)
        found: list[Any] = read(lambda: answer.members.filter(hers).select(column))[column].to_pylist()
        return found

    def said(self, wanted: Iterable[tuple[str, str]]) -> list[Row]:
        """Return interactions of hers in words. wanted: source and id of each."""
        return interactions(self.history, self.codes, [self.places[one] for one in wanted])

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """Return the row of each interaction by source and id."""
        kinds, sources, ids = (self.history[name].to_pylist() for name in ("kind", "source", "interaction_id"))
        named = self.codes["source"]
        return {
            (named[source], one): row
            for row, (kind, source, one) in enumerate(zip(kinds, sources, ids, strict=True))
            if kind >= 0
        }


class Portraits:
    """Portraits of the people of one folder. Whose questions waited how long, and who gives a signal, is read for all
    at once, and kept."""

    def __init__(self, derived: Derived, answers: StudyRunner) -> None:
        self.derived = derived
        self.answers = answers
        self.lock = threading.Lock()
        self.kept: tuple[tuple[Any, ...], Waits] | None = None
        self.signals: tuple[tuple[Any, ...], dict[str, list[Row]]] | None = None

    def of(self, person: int, ladder: Ladder, raises: ByHand, *, at: int, days: float | None = None) -> Portrait:
        """Return the portrait of one person (hash) as of an instant (µs), in the `days` up to it.

        Raises: QuestionError if she was not known by then, or `days` is out of its range.
        """
        days = DAYS if days is None else days
        tables.within("days", days, 1, MOST_DAYS)
        row, history, codes = self.derived.one(person, at)
        anonymous, staff = row["anonymous"], row["staff"] or row["agent"]

        lens = Lens(ladder, raises, at, at, self.derived.version(raises), self.answers)

        def needed(*names: str) -> Mapping[str, Any]:
            return self.answers.tables(names, lens, {"at": at})

        def ask(study: str, **options: Any) -> Result:
            return lens.ask(study, **({"at": at} | options))

        def waited() -> Waits:
            since = at - round(days * DAY)
            key = (self.derived.version(raises), ladder, since, at)
            with self.lock:
                if self.kept is None or self.kept[0] != key:
                    given = needed("buckets", "people", "levels", "targets")
                    rungs = Rungs(ladder.name, ladder.names)
                    found = waits(Questions(**given), Window(since, at), rungs, answers=WHO[0])
                    self.kept = key, found
                return self.kept[1]

        def noticed() -> Mapping[str, list[Row]]:
            key = (self.derived.version(raises), at)
            with self.lock:
                if self.signals is None or self.signals[0] != key:
                    given = needed("buckets", "kinds")
                    self.signals = key, Signals.of(given["buckets"], given["kinds"], at).told()
                return self.signals[1]

        known = not (anonymous or staff)
        return Portrait(person, at, days, known, staff, history, codes, needed, ask, waited, noticed)


def since_of(at: int | None) -> Any:
    """Return an instant (µs) as a datetime; None where there is none."""
    return None if at is None else moment(at)


def with_datetime(act: near.Act) -> Act:
    """Return what one of two people did towards the other, its instant as a datetime."""
    return Act(**vars(act) | {"at": moment(act.at)})


def level_average(row: Mapping[str, Any] | None, name: str) -> float | None:
    """Return what an average person of a level is expected to do; None where that is not told."""
    if row is None or row[name] is None or not row["people"]:
        return None
    return float(row[name]) / int(row["people"])
