"""The commands of plays: what to do next, which plays there are, and what they did."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ziggurat.base.errors import QuestionError
from ziggurat.base.words.numbers import count, number, share
from ziggurat.cli.choosing import belongs
from ziggurat.cli.ladders import kinds_here
from ziggurat.cli.output import writing
from ziggurat.cli.people import By
from ziggurat.cli.place import FILE, folder, following, fresh, open_workspace
from ziggurat.cli.show import print_as_json, progress, table, tell

if TYPE_CHECKING:
    from ziggurat.base.kinds import Kinds
    from ziggurat.playbook.play import Play
    from ziggurat.workspace.week import Filled

Numbers = list[int] | None
MOST = 1_000_000_000  # of steps that will ever be numbered
Name = Annotated[str | None, typer.Argument(metavar="PLAY", help="Its name; all if not given.")]


def next_steps(
    context: typer.Context,
    owner: Annotated[str, typer.Option(help="Only the steps of this owner.")] = "",
    fill: Annotated[bool, typer.Option("--fill", help="Queue this week's steps first.")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="List those that wait until a later day, too.")] = False,
    accept: Annotated[
        Numbers, typer.Option(max=MOST, help="Accept the step of this number; may be said again.")
    ] = None,
    sent: Annotated[Numbers, typer.Option(max=MOST, help="Say that it was sent.")] = None,
    done: Annotated[Numbers, typer.Option(max=MOST, help="Say that it is done.")] = None,
    snooze: Annotated[Numbers, typer.Option(max=MOST, help="Let it wait until --day.")] = None,
    decline: Annotated[Numbers, typer.Option(max=MOST, help="Decline it, for the reason in --why.")] = None,
    reopen: Annotated[
        Numbers, typer.Option(max=MOST, help="Take back that it was accepted, declined or is to wait.")
    ] = None,
    day: Annotated[str | None, typer.Option(help="Until when a step waits.")] = None,
    why: Annotated[str, typer.Option(help="Why a step is declined.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write the steps to this .csv or .ics file.")] = None,
    by: By = None,
) -> None:
    """Say whom to turn to next and with what, and what became of it."""
    belongs("--day", day, "--snooze", snooze)
    belongs("--why", why, "--decline", decline)
    check_ending(out)
    workspace, who = fresh(context), by or ""
    words = {"accept": accept, "snooze": snooze, "decline": decline, "reopen": reopen, "sent": sent, "done": done}
    decisions = {word: numbers for word, numbers in words.items() if numbers}
    if decisions:
        workspace.decide_steps(decisions, day=day, reason=why, by=who)
    if fill:
        with progress() as shown:
            filled = workspace.fill_week(by=who, progress=shown)
        tell_filled(filled)
    found = [one for one in workspace.queue(every=waiting) if owner in ("", one["owner"])]
    if out is not None:
        save(out, found)
        return
    last, ended = workspace.last_week(), workspace.endings()
    if print_as_json(lambda: {"total": len(found), "rows": found, "last_week": last, "ended": ended}):
        return
    if last is not None:
        tell(last.words())
    for one in found:
        tell(f"\n{one['id']}. {one['title']}: {one['name'] or one['identity']}", "bold")
        tell(f"{one['owner']}, {number(one['minutes'])} minutes, on {one['channel']}, {one['status']}", "dim")
        tell(one["story"])
    for name, reason in ended.items():
        tell(f"{name}: {reason} Its open steps are shown no more.", "yellow")
    minutes = number(sum(one["minutes"] for one in found))
    tell(
        f"\n{count(len(found), 'step', 'steps')}, {minutes} minutes. `ziggurat next --fill` queues this week's.", "dim"
    )


def check_ending(path: Path | None) -> None:
    """Raises: QuestionError if a file of steps is of neither sort."""
    if path is not None and path.suffix not in (".csv", ".ics"):
        raise QuestionError(f"steps are written as .csv or .ics, not '{path.suffix}'.")


def save(path: Path, found: list[dict[str, Any]]) -> None:
    """Write steps to a file of a sort that is checked. Raises: QuestionError if it can't be written."""
    from ziggurat.playbook.calendar import write_calendar
    from ziggurat.results.result import write_csv

    columns = ("id", "owner", "title", "name", "email", "channel", "minutes", "story", "subject", "text", "status")
    with writing(path):
        if path.suffix == ".ics":
            path.write_bytes(write_calendar(found, datetime.now(UTC)).encode())
        else:
            write_csv(path, columns, ([one[name] for name in columns] for one in found))
    tell(f"Wrote {count(len(found), 'step', 'steps')} to {path}.")


def tell_filled(filled: Filled) -> None:
    """Say what filling the week did."""
    tell(
        f"Queued {count(filled.offered, 'step', 'steps')}, and left {count(filled.held, 'person', 'people')} out by "
        f"chance: at least {share(filled.share)} of what any choice could be expected to move."
    )
    for name in filled.stopped:
        tell(f"{name} is stopped: it harms. `ziggurat play proof {name}` says how that is known.", "yellow")
    for name in filled.paused:
        tell(
            f"{name} is paused: it does nothing worth its minutes. `ziggurat play resume {name}` lets it go on.",
            "yellow",
        )


def list_(context: typer.Context) -> None:
    """List the plays in use."""
    rows = [
        {
            "name": one.name, "title": one.title, "step": one.step, "owner": one.owner, "minutes": one.minutes,
            "held out": share(one.held),
        }
        for one in open_workspace(context).plays().values()
    ]  # fmt: skip
    table(rows, ("name", "title", "step", "owner", "minutes", "held out"))


def check(context: typer.Context, file: Annotated[Path, typer.Argument(help="A TOML file.")]) -> None:
    """Check a play that is declared in a file, and say whom it means."""
    from ziggurat.playbook.play import load

    kinds = kinds_here(context)
    found = load(file, kinds, str(file))
    meant = (
        reach_here(context, found, str(file)) if (folder(context) / FILE).exists() else ladders_of(found, file, kinds)
    )
    whom = found.whom if isinstance(found.whom, str) else found.whom.words()
    success = found.success.words(str(found.success.level))
    tell(f"'{found.name}' is sound: {found.step} {whom}; it worked if they {success}.\n{meant}")


def reach_here(context: typer.Context, play: Play, where: str) -> str:
    """Say how many people of the workspace a play means. Raises: DeclarationError if it does not fit there."""
    workspace = fresh(context)
    play = workspace.fits(play, where)
    if workspace.derived.manifest() is None:
        return f"Whom it means is known after `{following(context, 'refresh')}`."
    return workspace.reach(play).words()


def ladders_of(play: Play, file: Path, kinds: Kinds) -> str:
    """Say on which shipped ladders a play could be. Raises: DeclarationError if on none."""
    from ziggurat.levels.ladder import SHIPPED, load
    from ziggurat.workspace.plays import check_alone

    rungs = {path.stem: load(path, kinds) for path in sorted(SHIPPED.glob("*.toml"))}
    return f"It fits these ladders: {', '.join(check_alone(play, rungs, str(file)))}."


def run(context: typer.Context, name: Name = None, by: By = None) -> None:
    """Draw who is left out by chance, and queue this week's steps."""
    with progress() as shown:
        filled = fresh(context).fill_week(play=name, by=by or "", progress=shown)
    tell_filled(filled)


def resume(context: typer.Context, name: Annotated[str, typer.Argument(metavar="PLAY", help="Its name.")]) -> None:
    """Let a play go on that was found to do nothing worth its minutes; one that harms stays stopped."""
    open_workspace(context).resume_play(name)
    tell(f"plays/{name}.toml says `regardless = true` now: the play goes on when the week is filled.")


def proof(context: typer.Context, name: Name = None) -> None:
    """Say what plays did, by the people who were left out by chance."""
    workspace = fresh(context)
    found = [workspace.prove(name)] if name else [one for one in workspace.prove_all() if one.left]
    told = [
        {
            "name": one.play.name, "said": one.said, "effects": one.effects, "observed": one.observed,
            "ended": one.ended,
        }
        for one in found
    ]  # fmt: skip
    if print_as_json(lambda: {"rows": told}):
        return
    for one in found:
        tell(one.play.title or one.play.name, "bold")
        tell(one.said)
        if one.ended:
            tell(one.ended, "yellow")
        columns = ("level", "offered", "held", "offered_share", "held_share", "effect", "low", "high", "verdict")
        rows = [{name: getattr(each, name) for name in columns} for each in one.effects]
        if one.observed is None and one.effects[0].effect is not None:
            table(rows, columns)
    if not found:
        tell("No play has turned to anybody yet; `ziggurat next --fill` begins.")
