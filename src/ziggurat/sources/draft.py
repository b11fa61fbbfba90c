"""Which columns of an unknown file has a guess taken so far, and which of the others would do for a field?"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.kinds import Kinds
from ziggurat.sources import moments, names, zones
from ziggurat.sources.cells import numbers
from ziggurat.sources.chunk import Chunk
from ziggurat.sources.events import kind_of
from ziggurat.sources.looks import ENOUGH, is_there, share_e_mail, share_phone, share_time
from ziggurat.sources.mapping import KEEP, SKIP
from ziggurat.sources.occasions import NO, YES, day_in, period_in, read_mark
from ziggurat.sources.profile import Seen
from ziggurat.sources.states import state_of

NUMERIC = ("amount", "refund", "minutes", "score", "reach", "impressions", "cost", "money", "staff_minutes")
SAID_BY_NAME = ("amount", "money", "cost")  # taken however little of them reads: their unreadable cells are to be seen
TIMES = ("at", "day")
MOST_NAMES = 100  # different values of a column that no name explains and that may hold event names
MOST_CHANNELS = 60
MOST_STATES = 30
CLOCK = r"(?i)^\d{1,2}[:.]\d{2}([:.]\d{2}(\.\d+)?)?\s*([ap]\.?m\.?)?$"
ZONE = r"(?i)^(z|utc|gmt|(utc|gmt)?[+-]\d{2}:?\d{2}|[ecmp][sd]t|w?e?c?es?t|bst|jst|ae[sd]t|[a-z]+/[a-z_]+(/[a-z_]+)?)$"
UNSPOKEN = r"^[^\p{L}]*$|^\[\s*[\[{]"  # numbers, dates and lists of JSON are neither event names nor said by anybody
SPAN = re.compile(r"^\d{1,3}:\d\d(:\d\d)?$|\d\s*(h|m|s|hours?|hrs?|min(ute)?s?|sec(ond)?s?)\b", re.IGNORECASE)


@dataclass
class Draft:
    """The proposal while it is being made.

    said: the parts of the mapping that were said outright. source: the name that the rows get. marked: the kind that a
    mark means where a column of marks is taken for the state. recipe: whether a recipe says what the columns are.
    first: the first rows of the file. statement: whether it is that of a bank account. ways: what the state makes of a
    row there: what came in counts, what went out does not. booked: the column that says what a row was booked as.
    """

    columns: Dict[str, Seen]
    order: str
    decimal: str
    kinds: Kinds
    said: Dict[str, Any] = field(default_factory=dict)
    source: str = ""
    marked: str = ""
    recipe: bool = False
    first: Chunk | None = None
    statement: bool = False
    booked: str = ""
    ways: Dict[str, str] = field(default_factory=dict)
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)  # column → what for, why

    def take(self, name: str, what: str, why: str) -> None:
        """Take a column for something."""
        self.taken[name] = (what, why)

    def free(self) -> list[str]:
        """Return the columns that nothing has taken yet."""
        return [name for name in self.columns if name not in self.taken]

    def given(self, part: str) -> Dict[str, Any]:
        """Return one part of the mapping as it was said, such as its constants."""
        found: Dict[str, Any] = self.said.get(part, {})
        return found

    def is_taken(self, *beginnings: str) -> bool:
        """Say whether a column is taken for something that begins like one of these."""
        return any(what.startswith(beginnings) for what, _ in self.taken.values())

    def headed(self, headers: str, but: Dict[str, str] | None = None, *, loose: bool = False) -> list[str]:
        """Return the free columns with one of these headers, the likeliest first, without those of `but`.

        loose: whether the last word of a name with dots may be the header: `via.channel` is a channel.
        """
        used = set((but or {}).values())
        free: dict[str, list[str]] = {}
        for name in self.free():
            if name not in used:
                last = name.rpartition(".")[2] if loose and not names.is_of_staff(name) else name
                for called in dict.fromkeys([*names.variants(name), *names.variants(last)]):
                    free.setdefault(called, []).append(name)
        return list(dict.fromkeys(name for header in headers.split() for name in free.get(header, ())))

    def named(self, headers: str, fits: Callable[[Seen], bool]) -> str | None:
        """Return the free column with the likeliest of these headers whose values fit."""
        return next((name for name in self.headed(headers) if fits(self.columns[name])), None)

    def columns_of(self, prefix: str) -> dict[str, list[str]]:
        """Return what → columns for all that was taken for `prefix what`."""
        found: dict[str, list[str]] = {}
        for name, (what, _) in self.taken.items():
            if what.startswith(prefix):
                found.setdefault(what.removeprefix(prefix), []).append(name)
        return found

    def share(self, name: str, what: str) -> float | None:
        """Return the share of a column's values that read as a field needs them; None where any text will do."""
        seen = self.columns[name]
        if what in TIMES:
            return share_time(seen, self.order)
        if what in NUMERIC:
            values = seen.values()
            read = pc.is_valid(numbers(values, self.decimal).values)
            if what in ("minutes", "staff_minutes"):
                spans = pa.array(
                    [bool(SPAN.search(value) or not value.strip("-–—")) for value in seen.counts], pa.bool_()
                )
                read = pc.or_(read, spans)
            return seen.share(read)
        if what in ("email", "phone"):
            return share_e_mail(seen) if what == "email" else share_phone(seen)
        if what == "state":
            return self.share_states(name)
        return self.share_known(name) if what == "kind" else None

    def share_known(self, name: str, most: int | None = None) -> float:
        """Return the share of a column's values that name a kind; 0 where it has more than `most` different ones."""
        seen = self.columns[name]
        if most is not None and len(seen.counts) > most:
            return 0.0
        said = {their.strip().lower() for their in self.given("kinds")}
        known = [
            value.lower() in said or value.lower() in self.kinds.group_of or bool(kind_of(value, self.kinds))
            for value in seen.counts
        ]
        return seen.share(pa.array(known, pa.bool_()))

    def share_states(self, name: str) -> float:
        """Return the share of a column's values that say what became of a row; 0 where it has too many."""
        seen = self.columns[name]
        if len(seen.counts) > MOST_NAMES:
            return 0.0
        said = {their.strip().lower() for their in self.given("states")}
        known = [value.lower() in said or bool(state_of(value)) for value in seen.counts]
        return seen.share(pa.array(known, pa.bool_()))

    def has_digits(self, name: str) -> bool:
        """Say whether most cells of a column hold a digit."""
        seen = self.columns[name]
        return seen.share(pc.match_substring_regex(seen.values(), r"\d")) >= ENOUGH

    def says_undone(self, name: str) -> bool:
        """Say whether a column holds few different values, some of which undo a row: refunded, failed."""
        counts = self.columns[name].counts
        return 0 < len(counts) <= MOST_STATES and any(
            state_of(value) in (SKIP, f"{KEEP} + refunded") for value in counts
        )

    def says_kinds(self, name: str) -> bool:
        """Say whether a column holds few different values, some of which say what somebody did: attended, no-show."""
        counts = self.columns[name].counts
        return 0 < len(counts) <= MOST_STATES and any(state_of(value) in self.kinds.group_of for value in counts)

    def is_reply(self, name: str) -> bool:
        """Say whether a column holds yes and no, and what else is said to an invitation, such as maybe."""
        counts = self.columns[name].counts
        said = {value.strip().lower() for value in counts}
        return bool(said & YES) and all(value in YES | NO or state_of(value) for value in said)

    def is_naught(self, name: str) -> bool:
        """Say whether a column holds numbers of which each is zero."""
        return pc.all(pc.equal(numbers(self.columns[name].values(), self.decimal).values, 0.0)).as_py() is True

    def share_clock(self, name: str) -> float:
        """Return the share of a column's values that say a time of the day."""
        return self.columns[name].share(pc.match_substring_regex(self.columns[name].values(), r"\d:\d\d|^\d{6,}|T\d"))

    def is_clock(self, name: str) -> bool:
        """Say whether a column holds times of a day, without the day."""
        seen = self.columns[name]
        return seen.share(pc.match_substring_regex(seen.values(), CLOCK)) >= ENOUGH

    def is_zone(self, name: str) -> bool:
        """Say whether a column holds time zones as they may stand behind a time."""
        seen = self.columns[name]
        known = [bool(re.search(ZONE, value) or zones.named(value)) for value in seen.counts]
        return len(known) <= MOST_NAMES and seen.share(pa.array(known, pa.bool_())) >= ENOUGH

    def is_day(self, name: str) -> bool:
        """Say whether the heading of a column is a date, or ends with one, or is a month or a year."""
        return bool(period_in(name)) or (not name.strip().isdecimal() and bool(day_in(name)))

    def is_marked(self, name: str) -> bool:
        """Say whether a column holds nothing but marks: yes, no, x."""
        counts = self.columns[name].counts
        return bool(counts) and all(value.strip().lower() in YES | NO for value in counts)

    def share_marks(self, name: str) -> float:
        """Return the share of a column's values that are dates, or marks such as x, yes and no."""
        seen = self.columns[name]
        dated = self.is_day(name)
        marks = [read_mark(value, self.decimal, counts=dated)["mark"] is not None for value in seen.counts]
        dates = pc.is_valid(moments.parse(seen.values(), "UTC", self.order, latest=moments.LEAP).values)
        return seen.share(pc.or_(pa.array(marks, pa.bool_()), dates))

    def fits(self, name: str, what: str, enough: float = ENOUGH) -> bool:
        """Say whether a column's values are what a field needs; what an event name means is no matter of form.

        enough: share of them that must be.
        """
        seen = self.columns[name]
        if what == "interaction_id":
            return is_there(seen) and seen.filled == seen.rows and not seen.double
        if what in ("kind", "text") and seen.share(pc.match_substring_regex(seen.values(), UNSPOKEN)) >= ENOUGH:
            return False
        if what == "channel":
            return is_there(seen) and len(seen.counts) <= MOST_CHANNELS and max(map(len, seen.counts)) <= 40
        share = None if what == "kind" else self.share(name, what)
        return is_there(seen) if share is None else share >= enough

    def measured(self, heads: Dict[str, str], enough: float = ENOUGH) -> dict[str, str]:
        """Return field → column by header, where the values are what the field needs.

        Of several that may be the kind, the one most of whose values are known event names. What is called an amount is
        one if any of it reads. A field that was said is left out.
        """
        fields: dict[str, str] = {}
        said = {*self.given("fields"), *self.given("constants"), *(what for what, _ in self.taken.values())}
        for what, headers in heads.items():
            if what in said:
                continue
            headed = [name for name in self.headed(headers, fields, loose=True) if not names.is_summary(name)]
            found = [name for name in headed if self.fits(name, what, enough)]
            if what in SAID_BY_NAME and not found:
                found = [name for name in headed if self.share(name, what)]
                found = found or [name for name in headed if self.has_digits(name)][:1]  # its cells are to be seen
            if what == "amount":
                found = [name for name in found if not self.is_naught(name)]
            if what == "activity":  # `Newsletter: yes` says who is on it, and not which
                found = [name for name in found if not self.is_marked(name)]
            if what == "state" and not found and "amount" in fields:
                found = [name for name in headed if self.says_undone(name)]
            if what == "kind" and len(found) > 1:
                found.sort(key=self.share_known, reverse=True)
            if found:
                fields[what] = found[0]
        return fields
