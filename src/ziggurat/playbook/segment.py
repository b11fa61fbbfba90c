"""Which people are meant: a filter that is declared, saved, and shown as words and as an address?

All that is said must hold; of several values of one field any one suffices. The fields are the same in TOML, in the
address of a page, on the command line and in the library.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from ziggurat.base import declare
from ziggurat.base.errors import DeclarationError, QuestionError, suggest
from ziggurat.base.instant import day
from ziggurat.base.kinds import Kinds
from ziggurat.base.words.numbers import count, number, share, typed
from ziggurat.base.words.texts import plain
from ziggurat.levels.chain import steps_of

APART = "|"  # between several values of a field in an address
LONGEST = 200  # characters of a value
MOST = 50  # values of a field
DAYS = 36_500.0  # at most
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
WHO = {
    "known": "known people",
    "staff": "staff",
    "agents": "agents",
    "anonymous": "anonymous observers",
    "all": "everyone",
}
MOVES = {"climbed": "climbed", "slipped": "slipped", "came": "first came"}
STANCES = ("advocate", "passive", "detractor", "unknown")
# as the study `consumption` has them, within 90 days
ROLES = ("creator", "conversationalist", "critic", "collector", "joiner", "spectator", "lurker")
# as the study `one-sided` has it, within 365 days → its words
LEDGERS = {
    "gives": "give us surely more than they get, beside their level",
    "gets": "get surely more than they give us, beside their level",
}
# as the study `forecast` has them → what they will do
FORECASTS = {"climb": "climb", "slip": "slip", "silence": "fall silent", "reach": "reach"}
SOONEST, FURTHEST = 7.0, 1100.0  # days that the study `forecast` looks ahead
LIKELY = 0.5  # a chance from which somebody is meant where none is said
# a signal → its words, as a page and a sentence have them
SIGNALS = {
    "flagging": "are flagging",
    "gone quiet": "have gone quiet",
    "in grace": "are in grace",
    "slipped": "slipped of late",
    "below peak": "stand below their highest level",
    "rising": "are rising",
    "picking up": "are picking up",
    "climbed": "climbed of late",
    "near": "are near the next level",
    "waits": "wait for an answer",
    "hosts": "answer newcomers",
}


class Segment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A filter of people.

    title: what it is called. ladder: that levels, moves and signals are of; the one that is looked at if left out.
    kind: known, staff, agents, anonymous or all. search: as on the page of people. level: names or numbers. moved:
    climbed, slipped or came (was first known), within moved_days. signal: any of `SIGNALS`. stance: any of `STANCES`.
    role: any of `ROLES`. ledger: gives or gets, of `LEDGERS`. account: organisations, by trait or domain. trait:
    `town: Kyiv`, or a name alone for whoever has it at all; * stands for any text. tag: kept tags. forecast: any of
    `FORECASTS`, of whom the study says that it comes within forecast_days with a chance from chance_from to below
    chance_below, 0 to 1; from LIKELY where neither is said. forecast_level: that `reach` is of, the highest if left
    out. due: a chain of acts as the study `act-paths` takes it, for whose next step they are due; due_step: the step
    that they took last, from 1, any if left out. did: kinds of
    interaction, with patterns of channel and activity, and a text in it (said), at least `times` times, within
    did_days, or from did_since through did_until (days, UTC).
    """

    title: str = ""
    ladder: str = ""
    kind: str = "known"
    search: str = ""
    level: tuple[str | int, ...] = ()
    moved: str = ""
    moved_days: float = 30
    signal: tuple[str, ...] = ()
    stance: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    ledger: str = ""
    account: tuple[str, ...] = ()
    trait: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    forecast: str = ""
    forecast_days: float = 30
    forecast_level: str | int = ""
    chance_from: float | None = None
    chance_below: float | None = None
    due: str = ""
    due_step: int | None = None
    did: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    activity: tuple[str, ...] = ()
    said: str = ""
    times: int = 1
    did_days: float | None = None
    did_since: str = ""
    did_until: str = ""

    @property
    def acts(self) -> bool:
        """Tell whether it asks what people did."""
        return bool(self.did or self.channel or self.activity or self.said or self.times > 1 or self.when)

    @property
    def when(self) -> str:
        """Say in which time they did it; nothing where it may be any."""
        if self.did_days is not None:
            return f"within {count_days(self.did_days)}"
        since, until = (f"{word} {text}" for word, text in (("from", self.did_since), ("to", self.did_until)))
        return " ".join([since] * bool(self.did_since) + [until] * bool(self.did_until))

    def address(self) -> dict[str, str]:
        """Return it as options of an address: what is not said is left out."""
        said = msgspec.to_builtins(self)
        said.pop("title", None)
        return {
            name: APART.join(map(str, value)) if isinstance(value, (list, tuple)) else written(value)
            for name, value in said.items()
        }

    def words(self) -> str:
        """Say in words who is meant, such as `known people on Endorsing who climbed within 30 days`."""
        texts = [WHO[self.kind]]
        if self.level:
            texts.append(f"on {either(f'level {one}' if str(one).isdecimal() else str(one) for one in self.level)}")
        tests = [test for test in (*self.test_words(), self.act_words()) if test]
        return " ".join(texts) + (f" who {'; who '.join(tests)}" if tests else "")

    def test_words(self) -> list[str]:
        """Say each test but those of level and acts."""
        return [
            f"{MOVES[self.moved]} within {count_days(self.moved_days)}" if self.moved else "",
            " or ".join(SIGNALS[one] for one in self.signal),
            f"are {either(f'of stance {one}' for one in self.stance)}" if self.stance else "",
            f"had the role of {either(self.role)} within 90 days" if self.role else "",
            LEDGERS[self.ledger] if self.ledger else "",
            f"belong to {either(self.account)}" if self.account else "",
            f"have {either(self.trait)}" if self.trait else "",
            f"are tagged {either(self.tag)}" if self.tag else "",
            self.forecast_words(),
            self.due_words(),
            f"are found by “{plain(self.search)}”" if self.search else "",
        ]

    @property
    def chances(self) -> tuple[float, float]:
        """Return from which chance on, and below which, somebody is meant by a forecast; 2 where there is no end."""
        start = LIKELY if self.chance_from is None and self.chance_below is None else self.chance_from or 0.0
        return start, 2.0 if self.chance_below is None else self.chance_below

    def forecast_words(self) -> str:
        """Say what they will do, and how likely; nothing where that does not matter."""
        if not self.forecast:
            return ""
        level = str(self.forecast_level)
        name = f"level {level}" if level.isdecimal() else plain(level) or "the highest level"
        what = f"{FORECASTS[self.forecast]}{f' {name}' if self.forecast == 'reach' else ''}"
        low, high = self.chances
        ends = [f"{share(low)} or more"] * (low > 0) + [f"less than {share(high)}"] * (high <= 1)
        return (
            f"will {what} within {count_days(self.forecast_days)} with a chance of {' and '.join(ends) or 'any size'}"
        )

    def due_words(self) -> str:
        """Say on which chain of acts they are due; nothing where that does not matter."""
        if not self.due:
            return ""
        last = f"took step {self.due_step} of" if self.due_step else "are on the way of"
        return f"{last} “{plain(self.due)}” and are due for the next"

    def act_words(self) -> str:
        """Say what they did; nothing where that does not matter."""
        if not self.acts:
            return ""
        where = [f"{word} {either(some)}" for word, some in (("on", self.channel), ("of", self.activity)) if some]
        said = f"with “{plain(self.said)}” in it" if self.said else ""
        often = f"at least {self.times} times" if self.times > 1 else ""
        return " ".join(filter(None, [either(self.did) or "did anything", *where, said, often, self.when]))


FIELDS = tuple(name for name in Segment.__struct_fields__ if name != "title")
LISTS = tuple(name for name in FIELDS if isinstance(getattr(Segment(), name), tuple))


NUMBERS = {  # fields that hold a number, and whether it is a whole one
    "moved_days": False, "forecast_days": False, "chance_from": False, "chance_below": False, "due_step": True,
    "times": True, "did_days": False,
}  # fmt: skip


def written(value: Any) -> str:
    """Write one value as an address has it: a number in all its digits."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value)


def count_days(days: float) -> str:
    """Say how many days.

    >>> count_days(1), count_days(30)
    ('1 day', '30 days')
    """
    return f"{typed(days)} day{'' if days == 1 else 's'}"


def either(words: Any) -> str:
    """Write words of which any one suffices, each cut to what fits a sentence."""
    *first, last = [plain(str(word)) for word in words] or [""]
    return f"{', '.join(first)} or {last}" if first else last


def read(given: Mapping[str, str], kinds: Kinds) -> Segment:
    """Read a segment from an address; other options in it are left alone.

    Raises: QuestionError if it can't be taken.
    """
    said: dict[str, Any] = {name: given[name].strip() for name in FIELDS if given.get(name, "").strip()}
    for name in LISTS:
        if name in said:
            said[name] = [part.strip() for part in said[name].split(APART) if part.strip()]
    for name, whole in NUMBERS.items():
        if name in said:
            said[name] = read_number(name, said[name], whole=whole)
    try:
        segment = msgspec.convert(said, Segment, strict=False)
    except msgspec.ValidationError as error:
        raise QuestionError(f"that filter can't be read: {declare.explain(str(error), Segment)}") from error
    return check(segment, kinds)


def load(data: Mapping[str, Any], kinds: Kinds, where: str) -> Segment:
    """Read a declaration. Raises: DeclarationError that says where and what is wrong."""
    segment = declare.convert(data, Segment, where)
    try:
        return check(segment, kinds)
    except QuestionError as error:
        raise DeclarationError(f"{where}: {error}") from error


def check(segment: Segment, kinds: Kinds) -> Segment:
    """Return a segment if all in it is known. Raises: QuestionError that names what is not, and what may be meant."""
    one_of("kind", segment.kind, WHO)
    if segment.moved:
        one_of("moved", segment.moved, MOVES)
    if segment.ledger:
        one_of("ledger", segment.ledger, LEDGERS)
    check_forecast(segment)
    check_due(segment, kinds)
    for name, words in (("signal", SIGNALS), ("stance", STANCES), ("role", ROLES)):
        for one in getattr(segment, name):
            one_of(name, one, words)
    for kind in segment.did:
        one_of("did", kind, kinds.direction_of)
    for name in ("moved_days", "did_days"):
        days = getattr(segment, name)
        if days is not None and not 0 < days <= DAYS:
            raise QuestionError(f"`{name}` is {days:g}, but must be above 0 and at most {number(DAYS)} days.")
    if not 1 <= segment.times <= 1_000_000:
        raise QuestionError(f"`times` is {segment.times}, but must be from 1 to 1,000,000.")
    check_texts(segment)
    for name in ("did_since", "did_until"):
        if getattr(segment, name):
            day(name, getattr(segment, name))
    if segment.did_days is not None and (segment.did_since or segment.did_until):
        raise QuestionError("`did_days` says how long ago at most; leave it out beside `did_since` or `did_until`.")
    if segment.did_since and segment.did_until and segment.did_since > segment.did_until:
        raise QuestionError(
            f"`did_since` ({segment.did_since}) lies after `did_until` ({segment.did_until}); swap them."
        )
    return segment


def check_forecast(segment: Segment) -> None:
    """Raises: QuestionError if a forecast is none, or what is said of it does not fit it."""
    if segment.forecast:
        one_of("forecast", segment.forecast, FORECASTS)
    for name in ("chance_from", "chance_below"):
        chance = getattr(segment, name)
        if chance is None:
            continue
        if not segment.forecast:
            raise QuestionError(f"`{name}` is of a forecast; say which by `forecast`: {', '.join(FORECASTS)}.")
        if not 0 <= chance <= 1:
            raise QuestionError(f"`{name}` is {chance:g}, but must be from 0 to 1; 40 % is 0.4.")
    low, high = segment.chances
    if low >= high:
        raise QuestionError(
            f"nobody has a chance from {low:g} to below {high:g}; swap `chance_from` and `chance_below`."
        )
    if not SOONEST <= segment.forecast_days <= FURTHEST:
        raise QuestionError(
            f"`forecast_days` is {segment.forecast_days:g}, but must be from {SOONEST:g} to {number(FURTHEST)}, "
            "such as 30, 90 or 365."
        )
    if segment.forecast_level != "" and segment.forecast != "reach":
        raise QuestionError("`forecast_level` is of `forecast` = reach alone; leave it out, or say that.")


def check_due(segment: Segment, kinds: Kinds) -> None:
    """Raises: QuestionError if a chain of acts is none, or has no such step before its last."""
    if not segment.due:
        if segment.due_step is not None:
            raise QuestionError("`due_step` is of a chain of acts; say it by `due`, such as shared > attended.")
        return
    last = len(steps_of(segment.due, kinds.direction_of, "due")) - 1
    if segment.due_step is not None and not 1 <= segment.due_step <= last:
        raise QuestionError(
            f"`due_step` is {segment.due_step}, but must be from 1 to {last}: the step after which another is due."
        )


def check_texts(segment: Segment) -> None:
    """Raises: QuestionError if a text is too long, holds what parts texts, or there are too many."""
    for name in FIELDS:
        value = getattr(segment, name)
        several = name in LISTS
        texts = [str(one) for one in value] if several else [value] if isinstance(value, str) else []
        if len(texts) > MOST:
            raise QuestionError(f"`{name}` has {count(len(texts), 'value', 'values')}, but may have at most {MOST}.")
        for text in texts:
            if len(text) > LONGEST or (several and (APART in text or not text.strip())):
                raise QuestionError(
                    f"`{name}` holds '{plain(text)}', but a value has 1 to {LONGEST} characters, and no '{APART}'."
                )


def read_number(name: str, text: str, *, whole: bool) -> float:
    """Return the number that a text says. Raises: QuestionError if it is none, or no whole one where that is wanted."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or (whole and value != int(value)):
        wanted = "a whole number, such as 2" if whole else "a number, such as 30 or 0.4"
        raise QuestionError(f"`{name}` is '{plain(text)}', but must be {wanted}.")
    return int(value) if whole else value


def one_of(name: str, value: str, known: Any) -> None:
    """Raises: QuestionError if a value is no known word."""
    if value not in known:
        near = suggest(value, known) or f"; there are: {', '.join([*known][:20])}."
        raise QuestionError(f"`{name}` has no '{plain(value)}'{near}")


def check_name(name: str) -> str:
    """Return the name of a segment or play. Raises: QuestionError if it can be none."""
    if not NAME.fullmatch(name):
        near = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")[:60]
        meant = f"; did you mean '{near}'?" if NAME.fullmatch(near) else "."
        raise QuestionError(
            f"'{plain(name)}' can't be a name, which is 1 to 60 small letters, digits, - and _, "
            f"the first of them a letter or digit{meant}"
        )
    return name
