"""Page 7, where plays turned to anybody: what did next steps do?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ziggurat.base.instant import instant
from ziggurat.base.words.days import day
from ziggurat.playbook.proof import HARMS, HELPS, NOTHING
from ziggurat.report.pages import Page, Table
from ziggurat.report.scope import Scope
from ziggurat.report.wording import between, count, number, plain, share, whole
from ziggurat.state.steps import OPEN, TAKEN

if TYPE_CHECKING:
    from ziggurat.workspace.proofs import Proof

TITLE = "Next steps, and what they did"
LISTED = 7  # plays, and segments
CLEAR = (HELPS, HARMS, NOTHING)  # verdicts that say something
CAVEATS = (
    "An effect is that of being offered the step, whether or not its owner took it, on the people whom the play means.",
    "Of a play that leaves nobody out by chance it can't be told here what it brings.",
)
Steps = Sequence[Mapping[str, Any]]


def page(scope: Scope) -> Page | None:
    """Write the page; None where no play had turned to anybody by the end of the period."""
    found = scope.workspace.worked(scope.lens)
    if not found.steps:
        return None
    since = instant(scope.since)
    steps = [one for one in found.steps if instant(one["assigned_at"]) > since]
    clear = [one for one in found.proofs if one.verdict in CLEAR and one.observed is None]
    sentences = (*tell_steps(steps), *tell_week(found.steps), *(f"“{called(one)}”: {one.said}" for one in clear))
    tables = tuple(filter(None, (plays(found.proofs), segments(scope))))
    return Page(TITLE, headline(found.proofs, clear), sentences, (), tables, CAVEATS)


def called(one: Proof) -> str:
    """Return what a play is called."""
    return plain(one.play.title or one.play.name, 60)


def headline(proofs: Sequence[Proof], clear: Sequence[Proof]) -> str:
    """Say of how many plays it is known what they do."""
    asked = count(len(proofs), "play has", "plays have")
    verdicts = Counter(one.verdict for one in clear)
    if not verdicts:
        return f"{asked} turned to people; of none is it clear yet what it does."
    words = {HELPS: "helps", HARMS: "harms and is stopped", NOTHING: "does nothing worth its minutes"}
    many = {HELPS: "help", HARMS: "harm and are stopped", NOTHING: "do nothing worth their minutes"}
    parts = [f"{number(size)} {words[name] if size == 1 else many[name]}" for name in CLEAR if (size := verdicts[name])]
    left = len(proofs) - len(clear)
    tail = f"; of {number(left)} it is not clear yet" if left else ""
    return f"{asked} turned to people: {', '.join(parts)}{tail}."


def tell_steps(steps: Steps) -> list[str]:
    """Say what became of the steps of the period."""
    if not steps:
        return ["No next step was begun in this period."]
    became = Counter(one["status"] for one in steps)
    held, taken = became["held out"], sum(became[status] for status in TAKEN)
    offered = len(steps) - held
    return [
        f"In this period {count(offered, 'step was', 'steps were')} begun, and {count(held, 'person', 'people')} left "
        f"out by chance; {number(taken)} taken, {number(became['declined'])} declined, "
        f"{number(sum(became[status] for status in OPEN))} open."
    ]


def tell_week(steps: Steps) -> list[str]:
    """Say what the last week was filled with."""
    week = max(one["week"] for one in steps)
    some = [one for one in steps if one["week"] == week and one["status"] != "held out"]
    taken = [one for one in some if one["status"] in TAKEN]
    minutes = number(sum(one["minutes"] for one in some))
    return [
        f"The last week that was filled, of {day(week)}, had {count(len(some), 'step', 'steps')} in {minutes} "
        f"minutes, of which {number(len(taken))} {'was' if len(taken) == 1 else 'were'} taken."
    ]


def plays(proofs: Sequence[Proof]) -> Table | None:
    """List the plays with most people whose window is over."""
    some = sorted(proofs, key=lambda one: (-one.effects[0].offered, one.play.name))[:LISTED]
    if not some:
        return None
    rows = tuple(
        (
            called(one),
            whole(effect.offered),
            share(effect.offered_share) if effect.offered_share is not None else "–",
            whole(effect.held),
            share(effect.held_share) if effect.held_share is not None else "–",
            "–" if effect.low is None or effect.high is None else between(effect.low, effect.high),
            "nobody is left out" if not one.play.held else effect.verdict,
        )
        for one in some
        for effect in one.effects[:1]
    )
    which = f"{len(some)} of {len(proofs)} plays" if len(proofs) > len(some) else "The plays"
    caption = (
        f"{which}, the people whose window is over, and the difference with 95\u00a0% bounds that hold at every look"
    )
    heads = ("Play", "Offered", "Succeeded", "Left out", "Succeeded", "Difference", "Known of it")
    return Table(caption, heads, rows, frozenset(range(1, 6)))


def segments(scope: Scope) -> Table | None:
    """List the saved segments with their people at the end of the period."""
    saved = scope.workspace.segments()
    some = [*saved.items()][:LISTED]
    rows = tuple(
        (
            plain(one.title or name, 60),
            plain(one.words(), 160),
            whole(len(scope.workspace.listed(one, ladder=one.ladder or scope.ladder, at=scope.until))),
        )
        for name, one in some
    )
    which = f"{len(some)} of {len(saved)} saved segments" if len(saved) > len(some) else "The saved segments"
    caption = f"{which}, and how many people are in each at the end of the period"
    return Table(caption, ("Segment", "Who", "People"), rows, frozenset({2})) if rows else None
