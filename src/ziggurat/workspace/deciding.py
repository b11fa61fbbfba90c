"""What becomes of the steps of a week? All that is said at once is checked first, then done together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from ziggurat.base.errors import QuestionError, WorkspaceError
from ziggurat.base.instant import ahead
from ziggurat.state import steps
from ziggurat.state.steps import Decision
from ziggurat.workspace import proofs, sending
from ziggurat.workspace.folder import Folder, login, today

LONGEST = 10_000  # characters of a message
# word → the status that it leads to
STATUSES: Mapping[str, steps.Status] = {
    "accept": "accepted", "snooze": "snoozed", "decline": "declined", "reopen": "queued",
    "sent": "sent", "done": "done",
}  # fmt: skip


def decide_steps(
    space: Folder, decisions: Mapping[str, Sequence[int]], *, day: Any = None, reason: str = "", by: str = ""
) -> str:
    """Say what becomes of steps: accept, snooze (until a day), decline (for a reason), sent, done, or reopen, which
    takes any of the first three back. decisions: the numbers of steps by that word.

    What was sent or done is logged as an interaction of ours; return the number of that import, or nothing. Raises:
    QuestionError or WorkspaceError if one of them can't be said, or two are said of one step; then none is done.
    """
    who, now = by or login(), datetime.now(UTC)
    some = read(decisions, day, reason, today(space, now))
    known = {one["id"]: one for one in steps.steps(space.state.database)}
    for one in some:
        if one.number not in known or known[one.number]["status"] not in one.among:
            raise WorkspaceError(steps.missing(one.number, one.among))
    refuse_ended(space, some, known)
    taken = [known[one.number] for one in some if one.status in steps.TAKEN]
    done = sending.log(space, taken, by=who, at=now) if taken else ""
    steps.decide(space.state.database, some, by=who, at=now)
    return done


def refuse_ended(space: Folder, some: Sequence[Decision], known: Mapping[int, Mapping[str, Any]]) -> None:
    """Raises: WorkspaceError if a step is to be taken, or opened again, of a play that is stopped, paused or gone."""
    asked = [one.number for one in some if one.status not in ("declined", "snoozed")]
    if not asked:
        return
    ended = proofs.endings(space, among=asked)
    for number in asked:
        name = known[number]["play"]
        if name in ended:
            way = f"`ziggurat play resume {name}` lets it go on" if proofs.PAUSED in ended[name] else "decline the step"
            raise WorkspaceError(
                f"step {number} is of the play {name}. {ended[name]} Turn to nobody by it; {way}, and "
                "`ziggurat note` keeps that somebody was contacted already."
            )


def read(decisions: Mapping[str, Sequence[int]], day: Any, reason: str, today: date) -> list[Decision]:
    """Return what is said of each step. Raises: QuestionError if a word, a day or a reason is wrong or lacks."""
    words: dict[int, str] = {}
    found = []
    for what, numbers in decisions.items():
        if what not in STATUSES:
            raise QuestionError(f"a step can't be '{what[:40]}'; it can: {', '.join(STATUSES)}.")
        for number in dict.fromkeys(numbers):
            if number in words:
                raise QuestionError(f"step {number} is named under '{words[number]}' and '{what}'; say one of them.")
            words[number] = what
            found.append(decision(number, what, day, reason, today))
    if not found:
        raise QuestionError("no step is named; give the number of at least one.")
    return found


def decision(number: int, what: str, day: Any, reason: str, today: date) -> Decision:
    """Return what is said of one step."""
    status = STATUSES[what]
    if what == "reopen":
        return Decision(number, status, among=steps.REOPENED)
    if what == "snooze":
        if not day:
            raise QuestionError("to let a step wait, say until which day, such as 2026-03-31.")
        return Decision(number, status, day=ahead("day", day, today + timedelta(days=1)))
    if what == "decline":
        if not reason.strip():
            raise QuestionError("to decline a step, say why: next time it is known.")
        return Decision(number, status, reason=reason.strip()[:LONGEST])
    return Decision(number, status)


def decide_step(space: Folder, number: int, what: str, *, day: Any = None, reason: str = "", by: str = "") -> None:
    """Say what becomes of one step; see `decide_steps`."""
    decide_steps(space, {what: [number]}, day=day, reason=reason, by=by)


def take_steps(space: Folder, numbers: Sequence[int], *, status: Literal["sent", "done"] = "sent", by: str = "") -> str:
    """Say that open steps were taken; return the number of the import that logs them; see `decide_steps`."""
    return decide_steps(space, {status: numbers}, by=by)


def edit_step(space: Folder, number: int, *, subject: str, text: str, by: str = "") -> None:
    """Change what is to be said. Raises: WorkspaceError if there is no open step of that number."""
    if max(len(subject), len(text)) > LONGEST:
        raise QuestionError(f"a message has at most {LONGEST:,} characters.")
    steps.edit(space.state.database, number, subject, text, by=by or login(), at=datetime.now(UTC))
