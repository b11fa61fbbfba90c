"""How far can a report be relied on: what does the log hold, and what not?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.instant import instant
from ziggurat.report.pages import Page
from ziggurat.report.scope import Scope
from ziggurat.report.wording import count, day, listed, number, plain

CHANNELS = 10  # named at most
SENTENCE = 200  # characters of what is said of a source that has stopped


def limits(scope: Scope, pages: Sequence[Page]) -> tuple[tuple[str, str], ...]:
    """Return what is to be known of the data, label and text."""
    channels = heard(scope)
    begin = f"from {day(scope.first)}" if scope.first <= scope.until else "empty"
    found = {row["level"]: row["people"] for row in scope.at_end("pyramid").rows()}
    known = sum(people for level, people in found.items() if level >= 0)
    anonymous = found.get(-1, 0)
    staff = ours(scope)
    missing = [f"“{page.title}”" for page in pages if page.missing]
    late = ". What came in or was decided after the last refresh is not in it" if scope.workspace.stale() else ""
    early = ". It begins after the period does" if scope.first > scope.since else ""
    stopped = scope.workspace.stopped(scope.until)
    machines = scope.workspace.automatic(scope.until)
    left_out = f"{count(machines, 'interaction', 'interactions')} by the end of the period, in no figure"
    return (
        (
            "Log",
            f"{begin}; {count(channels.total(), 'interaction', 'interactions')} with people by the end of the period"
            f"{early}{late}",
        ),
        ("Channels in the log", name_channels(channels)),
        *(("A source that has stopped", plain(str(one), SENTENCE)) for one in stopped),
        *((("Scanners and other machines", left_out),) if machines else ()),
        (
            "People",
            f"{number(known)} known, and {number(anonymous)} anonymous who are counted apart; "
            f"{number(staff)} of staff, never counted",
        ),
        (
            "Rows rejected",
            f"{number(scope.workspace.rejected(size=1)['total'])} not yet dealt with, kept with their reasons",
        ),
        ("Not supported", f"{listed(missing) or 'no page as a whole'}; each page says what it lacks"),
        (
            "Rules",
            f"ladder “{plain(scope.ladder.title or scope.ladder.name)}”; "
            f"criteria of the scenarios “{plain(scope.criteria.version)}”",
        ),
    )


def ours(scope: Scope) -> int:
    """Count the staff who were known by the end of the period."""
    derived = scope.workspace.derived
    query = f"SELECT count(*) FROM {derived.people()} WHERE staff AND first_at <= {instant(scope.until)}"
    return int(derived.connect().sql(query).fetchall()[0][0])


def heard(scope: Scope) -> Counter[str]:
    """Count the interactions of everyone but staff and agents by channel, up to the end of the period."""
    buckets = scope.workspace.derived.buckets()
    until = instant(scope.until)

    def kernel(rows: pa.Table) -> pa.Table:
        kept = rows.filter(pc.and_(pc.greater_equal(rows["kind"], 0), pc.less_equal(rows["at"], until)))
        return kept.group_by("channel").aggregate([([], "count_all")])

    names = buckets.codes.get("channel", [])
    found: Counter[str] = Counter()
    for part in buckets.fold(kernel, ("person", "at", "kind", "channel")):
        for code, size in zip(part["channel"].to_pylist(), part["count_all"].to_pylist(), strict=True):
            found[names[code]] += size
    return found


def name_channels(channels: Counter[str]) -> str:
    """Name the channels, the busiest first."""
    if not channels:
        return "none"
    words = [plain(name, 32) for name, _ in sorted(channels.items(), key=lambda pair: (-pair[1], pair[0]))]
    more = len(words) - CHANNELS
    return listed([*words[:CHANNELS], f"{more} more"] if more > 0 else words)
