"""The commands about people, and the decisions that only people can make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ziggurat.base.errors import QuestionError
from ziggurat.base.words.numbers import count, number
from ziggurat.cli import portrait, segments
from ziggurat.cli.choosing import only_one
from ziggurat.cli.place import following, fresh, open_workspace
from ziggurat.cli.segments import SegmentName
from ziggurat.cli.show import print_as_json, table, tell, words
from ziggurat.cli.studies import At, LadderName

if TYPE_CHECKING:
    from ziggurat.levels.story import Story
    from ziggurat.workspace.portrait_parts import Signal

BLOCKS = "·▁▂▃▄▅▆▇█"  # level 0, then from low to high
LEAST = timedelta(microseconds=1)
STEPS = 60  # signs of a level strip
PARTS = ("person", "level", "level_name", "standing", "levels", "why", "timeline", "total")  # of a story, as JSON
DEEDS = ("at", "kind", "channel", "activity", "object", "amount", "minutes", "text", "also")

First = Annotated[
    str | None, typer.Argument(metavar="A", help="An identity, such as email:ana@example.org, or a name.")
]
Second = Annotated[str | None, typer.Argument(metavar="B", help="Another identity.")]
Why = Annotated[str, typer.Option(help="The reason, for whoever looks at it later.")]
By = Annotated[str | None, typer.Option(help="Who decides it; your login name if not given.")]
List = Annotated[bool, typer.Option("--list", help="List what was decided.")]
Undo = Annotated[bool, typer.Option("--undo", help="Take the decision of these two back.")]


def people(
    context: typer.Context,
    search: Annotated[str, typer.Option(help="Text anywhere in a name or an identity.")] = "",
    level: Annotated[str | None, typer.Option(help="Only those on this level; a name or number.")] = None,
    kind: Annotated[str, typer.Option(help="known, staff, agents, anonymous or all.")] = "",
    segment: SegmentName = None,
    filters: Annotated[
        list[str] | None, typer.Option("--filter", help="A field of a segment, as did=attended; may be said again.")
    ] = None,
    save: Annotated[str | None, typer.Option(help="Save the filter as a segment of this name.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the whole list to this .csv or .xlsx file.")] = None,
    columns: Annotated[str, typer.Option(help="Columns of that file, parted by commas; else for a mail tool.")] = "",
    sort: Annotated[str, typer.Option(help="name, level, since, interactions, last_at or first_at.")] = "name",
    down: Annotated[bool, typer.Option("--down", help="The largest or latest first.")] = False,
    at: At = None,
    ladder: LadderName = None,
    page: Annotated[int, typer.Option(min=1, max=10_000_000, help="Which page.")] = 1,
    rows: Annotated[int, typer.Option("--rows", min=1, max=1000, help="People on a page.")] = 20,
) -> None:
    """List people: search, filter, sort, save the filter, write the list to a file."""
    from ziggurat.playbook.segment import check_name

    workspace = fresh(context)
    said = {"search": search, "kind": kind, "level": level or ""}
    wanted = segments.meant(workspace, segment, filters or [], said)
    if save is not None:
        check_name(save)
    if out is not None:
        names = [name.strip() for name in columns.split(",") if name.strip()]
        written = workspace.export_people(out, wanted, columns=names, ladder=ladder, at=at)
        tell(f"Wrote {count(written, 'person', 'people')} to {out}.")
    if save is not None:
        kept = workspace.save_segment(save, wanted)
        tell(f"Saved as segment {save}: {kept.words()}.")
    if out is not None:
        return
    found = workspace.people(ladder=ladder, at=at, segment=wanted, sort=sort, descending=down, page=page, size=rows)
    if print_as_json(lambda: {"total": found.total, "page": found.page, "pages": found.pages, "rows": found.rows}):
        return
    named = [row | {"name": row["called"]} for row in found.rows]
    table(named, ("person_id", "name", "level_name", "since", "interactions", "last_at", "identities"))
    tell(f"{count(found.total, 'person', 'people')}, page {found.page} of {number(found.pages)}.", "dim")


def person(
    context: typer.Context,
    who: Annotated[str, typer.Argument(metavar="PERSON", help="A name, an e-mail address, or another identity or id.")],
    at: At = None,
    ladder: LadderName = None,
    page: Annotated[int, typer.Option(min=1, max=10_000_000, help="Which page of the timeline.")] = 1,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Interactions on a page of the timeline.")] = 15,
    brief: Annotated[bool, typer.Option("--brief", help="Only their level, why, and what happened.")] = False,
) -> None:
    """Tell one person's whole story: where they stand, what they are told to be, why, and everything that happened."""
    workspace = fresh(context)
    story = workspace.story(who, ladder=ladder, at=at, page=page, size=rows)
    about = None if brief else workspace.portrait(who, ladder=ladder, at=at)
    if print_as_json(
        lambda: {part: getattr(story, part) for part in PARTS} | {"portrait": about.told() if about else None}
    ):
        return
    introduce(story, about.signals if about else ())
    for one in workspace.shared(story.person["identities"]):
        tell(one, "yellow")
    if story.levels:
        strip(story)
    reasons(story)
    if about:
        portrait.show(about, story.names)
    tell("\nWhat happened, newest first", "bold")
    show_deeds(story.timeline)
    pages = max(1, -(-story.total // rows))
    tell(
        f"{count(story.total, 'interaction', 'interactions')}, page {page} of {number(pages)}; --page N turns it.",
        "dim",
    )


def introduce(story: Story, signals: Sequence[Signal]) -> None:
    """Print who they are, what is unusual of late, and where they stand."""
    import msgspec

    from ziggurat.people.called import display_name

    who = story.person
    tell(display_name(who["name"], who["identities"]), "bold")
    for signal in signals:
        tell(f"{signal.what.capitalize()}: {signal.rhythm}.", "yellow")
    tell(f"{who['person_id']}  {'  '.join(who['identities'])}")
    traits: Mapping[str, Any] = msgspec.json.decode(who["traits"] or "{}")
    if traits:
        tell(", ".join(f"{name}: {value}" for name, value in traits.items()))
    if story.standing is None:
        sorts = {"staff": "Staff stand on no ladder.", "agent": "An agent, and no person; it stands on no ladder."}
        found = (words for sort, words in sorts.items() if who[sort])
        tell(next(found, "An anonymous visitor, who stands on no ladder."))
        return
    standing = story.standing
    text = f"{story.level_name} since {words('since', standing['since'])}"
    if standing["peak"] > standing["level"]:
        text += f"; their highest was {story.names[standing['peak']]}, first on {words('at', standing['peak_at'])}"
    tell(text)
    if standing["lapsed_at"] is not None:
        tell(f"No rule of this level has held since {words('at', standing['lapsed_at'])}.", "yellow")
    if standing["slips_at"] is not None:
        tell(f"They slip on {words('at', standing['slips_at'])} if nothing more happens.", "yellow")


def strip(story: Story) -> None:
    """Print their level over time as one line of blocks, and every change of the last ten."""
    from ziggurat.base.instant import instant, moment

    begin = instant(story.levels[0]["since"])
    span = max(story.at - begin, 1)
    instants = [begin + span * step // (STEPS - 1) for step in range(STEPS)]
    drawn = "".join(block(story, at) for at in instants)
    tell(f"\n{words('at', story.levels[0]['since'])} {drawn} {words('at', moment(story.at))}")
    scale = max(len(story.names) - 1, 1)
    tell("  ".join(f"{BLOCKS[level * 8 // scale]} {name}" for level, name in enumerate(story.names)), "dim")
    rows = [
        {
            "since": row["since"],
            "change": row["change"],
            "level": story.names[row["level"]],
            "rule": row["rule"],
            "tipped by": describe_cause(row),
        }
        for row in story.levels[-10:]
    ]
    table(rows, ("since", "change", "level", "rule", "tipped by"))


def block(story: Story, at: int) -> str:
    """Return the sign of their level at an instant."""
    from ziggurat.base.instant import instant

    level = next(row["level"] for row in reversed(story.levels) if instant(row["since"]) <= at)
    return BLOCKS[level * 8 // max(len(story.names) - 1, 1)]


def describe_cause(row: Mapping[str, Any]) -> str:
    """Say the interaction that tipped a change, if there is one."""
    return " · ".join(str(row[name]) for name in ("cause_kind", "cause_channel", "cause_activity") if row[name])


def reasons(story: Story) -> None:
    """Print the rules of their level and of the next one, each with the interactions that it counts."""
    for level in dict.fromkeys(row["level"] for row in story.why):
        rules = [row for row in story.why if row["level"] == level]
        tell(
            f"\n{'Why they are here' if level == story.level else 'What the next level needs'}: {story.names[level]}",
            "bold",
        )
        for row in rules:
            tell(f"{'holds' if row['holds'] else 'does not hold'}: {row['rule']}")
            have, need = words("have", row["have"]), words("need", row["need"])
            tell(f"  {have} of {need} {row['unit']}" + (f", until {words('at', row['until'])}" if row["until"] else ""))
            if row["interactions"] and level == story.level:
                show_deeds(row["interactions"][:5])


def show_deeds(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print interactions, without columns in which nothing stands."""
    rows = [{**row, "also": said_beside(row.get("cells") or {})} for row in rows]
    filled = [name for name in DEEDS if any(row.get(name) is not None for row in rows)]
    if rows:
        table([{name: row.get(name) for name in filled} for row in rows], filled)


def said_beside(cells: Mapping[str, Any]) -> str | None:
    """Write the cells of a row that no field took; None where there are none."""
    return "; ".join(f"{name}: {text}" for name, text in cells.items()) or None


def same(
    context: typer.Context, a: First = None, b: Second = None, why: Why = "", by: By = None,
    list_: List = False, undo: Undo = False,
) -> None:  # fmt: skip
    """Decide that two identities are one person."""
    if not list_or_undo(context, a, b, listed=list_, undo=undo):
        open_workspace(context).merge(a or "", b or "", why=why, by=by)
        tell(f"{a} and {b} are one person. Next: {following(context, 'refresh')}")


def apart(
    context: typer.Context, a: First = None, b: Second = None, why: Why = "", by: By = None,
    list_: List = False, undo: Undo = False,
) -> None:  # fmt: skip
    """Decide that two identities are not to be linked with each other."""
    if not list_or_undo(context, a, b, listed=list_, undo=undo):
        open_workspace(context).part(a or "", b or "", why=why, by=by)
        tell(f"{a} and {b} are not to be linked. Next: {following(context, 'refresh')}")


def list_or_undo(context: typer.Context, a: str | None, b: str | None, *, listed: bool, undo: bool) -> bool:
    """List what was decided or take a decision back, where that is asked for; tell whether it was.

    Raises: QuestionError if two identities are needed and are not given.
    """
    only_one(list=listed, undo=undo)
    workspace = open_workspace(context)
    if listed:
        rows = [{**row, "decided": "same" if row["same"] else "apart"} for row in workspace.state.decisions()]
        table(rows, ("a", "b", "decided", "why", "decided_by", "at"))
        return True
    if a is None or b is None:
        raise QuestionError(
            "two identities are needed, such as email:ana@example.org github:ana; --list lists decisions."
        )
    if undo:
        workspace.undecide(a, b)
        tell(f"What was decided of {a} and {b} is taken back. Next: {following(context, 'refresh')}")
    return undo


def raise_by_hand(
    context: typer.Context,
    who: Annotated[
        str | None, typer.Argument(metavar="PERSON", help="A name, an e-mail address, or another identity or id.")
    ] = None,
    level: Annotated[str | None, typer.Argument(help="A level's name or number.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day of it.")] = None,
    why: Why = "",
    since: Annotated[str | None, typer.Option(help="Its first day; from now on if not given.")] = None,
    by: By = None,
    ladder: LadderName = None,
    list_: List = False,
    undo: Annotated[int | None, typer.Option(min=1, max=2**53, help="Take back the raise of this number.")] = None,
) -> None:
    """Raise a person to a level by hand, until an expiry, for a reason."""
    only_one(list=list_, undo=undo, until=until)
    workspace = open_workspace(context)
    if list_:
        rows = [{**row, "number": str(row["id"]), "until": row["until"] - LEAST} for row in workspace.state.raises()]
        table(rows, ("number", "identity", "ladder", "level", "since", "until", "why", "decided_by", "decided_at"))
    elif undo is not None:
        workspace.state.lower(undo)
        tell(f"Raise {undo} is taken back.")
    elif who is None or level is None or until is None or not why:
        raise QuestionError("a raise needs a person, a level, --until DATE and --why REASON; --list lists all raises.")
    else:
        workspace.raise_to(who, level, until=until, why=why, since=since, ladder=ladder, by=by)
        tell(f"{who} stands on {level} or higher from {since or 'now'} until {until}.")
