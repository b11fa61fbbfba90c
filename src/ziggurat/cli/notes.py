"""The command that keeps what is remembered of a person, and what is to be done about them."""

from __future__ import annotations

from typing import Annotated

import typer

from ziggurat.base.errors import QuestionError
from ziggurat.base.words.numbers import count
from ziggurat.cli.choosing import only_one
from ziggurat.cli.people import By
from ziggurat.cli.place import following, open_workspace
from ziggurat.cli.segments import SegmentName
from ziggurat.cli.show import table, tell

Number = Annotated[int | None, typer.Option(min=1, max=2**53, help="Say that the task of this number is done.")]


def note(
    context: typer.Context,
    who: Annotated[
        str | None, typer.Argument(metavar="PERSON", help="A name, an e-mail address, or another identity or id.")
    ] = None,
    text: Annotated[str, typer.Argument(help="What is to be kept.")] = "",
    sort: Annotated[str, typer.Option("--as", help="note, task, tag, contacted or snoozed.")] = "note",
    day: Annotated[
        str | None, typer.Option(help="When a task is due, when they were contacted, or until when they can wait.")
    ] = None,
    owner: Annotated[str, typer.Option(help="Whose task it is; whoever says so if not given.")] = "",
    by: By = None,
    list_: Annotated[bool, typer.Option("--list", help="List what is kept, of one person or of all.")] = False,
    done: Number = None,
    undo: Annotated[int | None, typer.Option(min=1, max=2**53, help="Take back what has this number.")] = None,
    trait: Annotated[
        str | None, typer.Option(help="Correct a trait of this name, such as town: the words are its value.")
    ] = None,
    segment: SegmentName = None,
    undo_all: Annotated[
        int | None, typer.Option(min=1, max=2**53, help="Take back what was kept of a whole segment at once.")
    ] = None,
) -> None:
    """Keep a note, a task, a tag, or that somebody was contacted or can wait."""
    only_one(list=list_, done=done, undo=undo, undo_all=undo_all, segment=segment, trait=trait)
    if any(one is not None for one in (done, undo, undo_all)) and (who or text):
        raise QuestionError("--done and --undo take a number alone; keep something of a person by itself.")
    workspace = open_workspace(context)
    if list_:
        rows = [{**row, "number": str(row["id"])} for row in workspace.notes(who)]
        table(rows, ("number", "identity", "sort", "text", "day", "owner", "decided_by", "decided_at", "done_at"))
    elif done is not None:
        workspace.finish(done, by=by or "")
        tell(f"Task {done} is done.")
    elif undo is not None:
        workspace.forget(undo)
        tell(f"What was kept as {undo} is taken back.")
    elif undo_all is not None:
        tell(f"What was kept of {count(workspace.forget_all(undo_all), 'person', 'people')} is taken back.")
    elif segment is not None:
        people = [row["person_id"] for row in workspace.listed(segment)]
        words = " ".join(filter(None, (who, text)))
        number, size = workspace.note_all(people, words, sort=sort, day=day, owner=owner, by=by or "")
        tell(f"Kept of {count(size, 'person', 'people')} as {sort}; --undo-all {number} takes it back.")
    elif who is not None and trait is not None:
        back = workspace.set_trait(who, trait, text, by=by or "")
        undo_it, refresh = following(context, f"undo {back}"), following(context, "refresh")
        tell(f"Said of {who}: {trait} is {text}. `{undo_it}` takes it back. Next: {refresh}")
    elif who is None:
        raise QuestionError("a note needs a person and words; --list lists what is kept.")
    else:
        number = workspace.note(who, text, sort=sort, day=day, owner=owner, by=by or "")
        tell(f"Kept of {who} as {sort} {number}; --undo {number} takes it back.")
