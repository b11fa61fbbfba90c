"""Does what people pass on spread by itself: how many others pass on what one person did?

Somebody passes a thing on when they first share it (a kind that `spreads`, with an object). Whom they have it from is
told by the share itself, where it names or answers somebody who had passed the same on within so many days before.
Where it names nobody, it is told by ties: somebody whom they had turned to before the window, who had never turned to
them, and who passed the same on within so many days before. Friends like the same things and pass on what is in the
news, so the latter are counted the other way in time, too: how many passed it on so soon *before* those whom they
listen to. By chance both are alike; what there is more of after than before is taken as passed on. The **reproduction
number** is the mean of that for each who passed something on: above 1 a thing spreads by itself, below it dies out.

It says who came after whom, not that they would not have shared it by themselves; who only read or watched is in
`reach-value`. Of two who turn to each other nothing is told where no name is, so that the number is rather too low.

Source: Anderson & May (1991), Infectious Diseases of Humans, ch. 2; Goel, Anderson, Hofman & Watts (2016), The
structural virality of online diffusion, Management Science 62(1), 180-196.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY
from ziggurat.facts import needs
from ziggurat.facts import ties as reading
from ziggurat.facts.absence import Absence, Given, Step
from ziggurat.facts.cascades import NOBODY, Passed, passed
from ziggurat.facts.census import Keep
from ziggurat.facts.directory import Directory
from ziggurat.facts.given import Talk
from ziggurat.facts.meanings import Meanings
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, NUMBER, TEXT, interval
from ziggurat.stats.offspring import reproduction
from ziggurat.study import Back, Days, Text, Window, Within, study

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

EVER = np.iinfo(np.int64).min
ALL = "all channels"
SPREADS, DIES, OPEN = "spreads by itself", "dies out", "can't tell"


def shares(given: Given) -> Keep:
    """Return what finds the passing on of a named thing."""
    wanted = Meanings.of_log(given["buckets"]).flags("spreads")

    def keep(rows: pa.Table) -> Flags:
        return needs.own_of_kind(rows, wanted) & needs.valid(rows, ["object"])

    return keep


SHARED = Step(
    "passes on something that it names",
    ("share", "shares"),
    "Import what people share, with what it is as `object` and whom they have it from as `counterpart`.",
    shares,
    ("kind", "direction", "object"),
)


@dataclass(frozen=True)
class Virality(Result):
    """One row for all channels, then one per channel, most people first.

    people: who passed something on within the window, long enough before its end that others could follow. shares: how
    often they did, each thing once a person. named: of others, that name one of these as whom they have it from;
    tied: that name nobody, but come after somebody whom they listen to; mirrored: that come before somebody whom they
    listen to, as often as chance would have the former. reproduction: named and tied less mirrored by shares, not below
    0, with 95 % bounds `low` and `high`. generations: the longest chain, its first share not counted. largest: shares
    that go back to one. verdict: `spreads by itself` (low above 1), `dies out` (high below 1) or `can't tell`.
    Members: person_id, name, channel.
    """

    columns: ClassVar = {
        "channel": TEXT,
        "people": COUNT,
        "shares": COUNT("Shared"),
        "named": COUNT("Passed on by name"),
        "tied": COUNT("By ties"),
        "mirrored": COUNT("By ties the other way in time"),
        "reproduction": NUMBER("Reproduction number"),
        **interval(NUMBER),
        "generations": COUNT,
        "largest": COUNT("Largest cascade"),
        "verdict": TEXT,
    }
    keys: ClassVar = ("channel",)
    wholes: ClassVar = {"channel": ALL}
    absence: ClassVar = Absence(
        "none lies far enough back that others could have followed within {days} days",
        "Choose an earlier `since`, or fewer `days`.",
        (needs.DONE, SHARED),
    )

    def chart(self) -> alt.TopLevelMixin:
        """Draw the reproduction numbers with their bounds, and the line at which a thing spreads by itself."""
        rows = [self.worded(row) for row in self.rows()]
        if not rows:
            return charts.nothing()
        base = alt.Chart(charts.data(rows)).encode(y=alt.Y("channel:N", sort=None, title=None, axis=charts.BARE))
        title = "Others who pass on what one person passed on (1: it spreads by itself)"
        line = base.mark_rule(strokeWidth=2, color=charts.GREY).encode(x="low:Q", x2="high:Q")
        dots = base.mark_circle(size=90, opacity=1, color=charts.BLUE).encode(
            x=alt.X("reproduction:Q", title=title, scale=alt.Scale(zero=True)), tooltip=charts.tips(rows)
        )
        one = alt.Chart(charts.data([{"_one": 1}])).mark_rule(strokeDash=[4, 4]).encode(x="_one:Q")
        return charts.fitted(one + line + dots, len(rows))


@study
def virality(
    given: Talk,
    *,
    window: Annotated[Window, Back(365)],
    days: Annotated[Days, Within(0.01, 3_650), "within which others pass a thing on"] = 14,
    turning: Annotated[Text, "kinds by which one turns to another, parted by commas; the usual if left out"] = "",
) -> Virality:
    """Tell how many pass on what others passed on within (since, until].

    people, kinds: tables as `schema.PEOPLE` and `KINDS`. Ties are those of before `since`. Nothing after `until` is
    looked at. ladder and names do not matter here.
    Raises: QuestionError if `since` is not before `until`, or a kind is none.
    """
    since, until, span = window.since, window.until, round(days * DAY)
    directory = reading.known_by(given.people, until)
    ties = reading.read(given.buckets, directory, reading.turns(given.buckets, given.kinds, turning, EVER, since))
    spreads = Meanings.read(given.buckets.codes, given.kinds).flags("spreads")
    found = passed(given.buckets, directory, ties, spreads, until, span)
    ripe = (found.at > since) & (found.at <= until - span)
    names = [*given.buckets.codes.get("channel", []), None]
    parts = sorted(set(found.channel[ripe].tolist()), key=lambda code: (-int(of(found, ripe, code)), names[code] or ""))
    rows = [row_of(found, ripe, None)] if ripe.any() else []
    rows += [row_of(found, ripe & (found.channel == code), names[code]) for code in parts if names[code]]
    behind = [(None, found.person[ripe]), *((names[c], found.person[ripe & (found.channel == c)]) for c in parts)]
    return Virality(tables.from_rows(Virality.columns, rows), members(directory, behind))


def of(found: Passed, ripe: Flags, code: int) -> int:
    """Return how many people passed something on in a channel."""
    return int(np.unique(found.person[ripe & (found.channel == code)]).size)


def row_of(found: Passed, parents: Flags, channel: str | None) -> dict[str, Any]:
    """Return one row. parents: those which others could have followed."""
    named, tied = (followers(found, parents, column) for column in (found.named, found.tied))
    mirrored = ((found.mirrored != NOBODY) & parents).astype(np.int64)
    after = named + tied
    low_high = reproduction(after[parents], mirrored[parents] if found.listens else None)
    origin, depth = found.origins()
    ours = parents[origin]
    return {
        "channel": channel,
        "people": int(np.unique(found.person[parents]).size),
        "shares": int(parents.sum()),
        "named": int(named.sum()),
        "tied": int(tied.sum()),
        "mirrored": int(mirrored.sum()),
        **dict(zip(("reproduction", "low", "high"), low_high, strict=True)),
        "generations": int(depth[ours].max(initial=0)),
        "largest": int(np.bincount(origin[ours]).max(initial=0)) if ours.any() else 1,
        "verdict": SPREADS if low_high[1] > 1 else DIES if low_high[2] < 1 else OPEN,
    }


def followers(found: Passed, parents: Flags, after: Ints) -> Ints:
    """Return how many followed each of those who could be followed."""
    some = after[after >= 0]
    return np.bincount(some[parents[some]], minlength=found.at.size)


def members(directory: Directory, behind: Sequence[tuple[str | None, Ints]]) -> nw.LazyFrame[Any]:
    """Return who passed something on: person_id, name, channel."""
    parts = [(channel, np.unique(person)) for channel, person in behind]
    person = np.concatenate([np.empty(0, np.int64), *(who for _, who in parts)])
    channels = [channel for channel, who in parts for _ in range(who.size)]
    return tables.frame(pa.table({**directory.called(person), "channel": pa.array(channels, pa.string())}))
