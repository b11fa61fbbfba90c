"""How is it printed what one person is told to be, from both sides?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ziggurat.base.words.numbers import count, number
from ziggurat.cli.show import table, tell, words

if TYPE_CHECKING:
    from ziggurat.workspace.portrait import Portrait
    from ziggurat.workspace.portrait_parts import Acquaintance, Answered, Line, Organisation, Outlook, Stance, Ties

SHOWN = 5  # reasons printed of each kind; the page and `/api` have more
Row = Mapping[str, Any]


def show(portrait: Portrait, names: Sequence[str]) -> None:
    """Print all parts, levels by name; of staff nothing, of an anonymous visitor what they do."""
    if portrait.staff:
        return
    taking_part(portrait)
    if not portrait.known:
        return
    if portrait.stance:
        standing(portrait.stance)
    if portrait.ties:
        among(portrait.ties)
    if portrait.questions:
        print_questions(portrait.questions)
    if portrait.acquaintance:
        acquainted(portrait.acquaintance)
    ledger(portrait.ledger)
    outlook(portrait.lifetime)
    account(portrait.account, names)


def taking_part(portrait: Portrait) -> None:
    """Print their roles, and where and when they are most active."""
    tell(f"\nHow they take part, in {number(portrait.days, places=0)} days", "bold")
    rows = [
        {**vars(row), "confidence_share": row.confidence, "latest": describe_first(row.interactions)}
        for row in portrait.roles
    ]
    table(rows, ("role", "acts", "days", "confidence_share", "latest"))
    habit = portrait.habit
    if habit and habit.acts:
        device = "" if habit.device == "unknown" else f" (device {habit.device})"
        when = "" if habit.hour is None else f", and in the hour from {habit.hour:02}:00 {habit.zone}"
        tell(f"Most often on {habit.channel}{device}{when}.")


def standing(stance: Stance) -> None:
    """Print where they stand, and the weightiest evidence."""
    tell("\nWhere they stand towards us", "bold")
    sure = "" if stance.confidence is None else f", with {words('share', stance.confidence)} confidence"
    tell(f"{stance.stance.capitalize()}{sure}, by {count(len(stance.reasons), 'piece', 'pieces')} of evidence.")
    rows = [
        {**vars(one), "what": describe_first([one.interaction]), "text": one.interaction["text"]}
        for one in stance.reasons
    ]
    if rows:
        table(rows[:SHOWN], ("says", "because", "score", "weight", "what", "text"))


def among(ties: Ties) -> None:
    """Print to whom they are tied, who welcomed them, and their group."""
    tell("\nTo whom they are tied", "bold")
    host, group = ties.host, ties.group
    if host:
        when = words("at", host.act.at)
        tell(f"Welcomed by {host.name or host.person_id}, who {host.act.kind} on {host.act.channel} on {when}.")
    elif ties.first_word:
        tell(f"First said something on {words('at', ties.first_word)}; nobody turned to them in the two weeks after.")
    if group and group.group:
        tell(f"In group {group.group} of {number(group.of)}, of {count(group.people or 0, 'person', 'people')}.")
    elif group:
        tell(f"In no group of the conversation, whose groups are {group.verdict}.")
    rows = [{**vars(row), "from them": row.turned_to, "to them": row.turned_by} for row in ties.people]
    table(rows[: 2 * SHOWN], ("person_id", "name", "from them", "to them", "last_at"))
    if len(rows) > 2 * SHOWN:
        tell(f"and {number(len(rows) - 2 * SHOWN)} more", "dim")


def print_questions(questions: Answered) -> None:
    """Print how their questions fared."""
    tell("\nHow they are answered", "bold")
    rows = [{**vars(row), "text": row.interaction["text"]} for row in questions.questions]
    median = questions.median_hours
    half = "" if median is None else f", half within {words('hours', median)} hours"
    tell(f"{count(len(rows), 'question', 'questions')}, {number(questions.answered)} answered{half}.")
    if rows:
        table(rows[:SHOWN], ("asked_at", "channel", "answered", "hours", "target_hours", "answerer", "by", "text"))


def acquainted(known: Acquaintance) -> None:
    """Print what is known of them, what they like and dislike, and what to ask next."""
    tell("\nWhat we know of them", "bold")
    table([vars(row) for row in known.parts], ("part", "known", "at"))
    if known.talked_at:
        tell(f"{known.talked_by or 'Somebody of the staff'} talked to them last, on {words('at', known.talked_at)}.")
    told = ("theme", "verdict", "said_for", "said_against", "bought", "returned", "last_at")
    if known.themes:
        table([vars(row) for row in known.themes[:SHOWN]], told)
    if known.ask:
        tell(f"To ask next: {known.ask}")


def ledger(rows: Sequence[Line]) -> None:
    """Print both sides of the ledger, each entry with its latest interaction."""
    tell("\nWhat they gave and got", "bold")
    lines = [{**vars(row), "latest": describe_first(row.interactions)} for row in rows]
    known = [name for name in ("hours", "money", "worth") if any(row[name] is not None for row in lines)]
    table(lines, ("side", "entry", "acts", *known, "latest"))


def ago(days: float) -> str:
    """Write how long before the day that is looked at something was.

    >>> ago(0.2), ago(1), ago(12.4)
    ('on that day', '1 day ago', '12 days ago')
    """
    return f"{count(round(days), 'day', 'days')} ago" if round(days) else "on that day"


def outlook(found: Outlook | None) -> None:
    """Print what is to be expected of them, beside their level and everyone."""
    tell("\nWhat is to be expected", "bold")
    if found is None:
        tell("They never bought or gave, and of who never came nothing can be foretold.")
        return
    told = vars(found)
    tell(f"Has come on {count(told['so_far'], 'occasion', 'occasions')}, last {ago(told['silent_days'])}.")
    rows = [
        {"within days": told["horizon_days"], "what": name, "theirs": told[name], "low": told.get(f"{name}_low")}
        | {"high": told.get(f"{name}_high"), "level": told[f"{name}_level"], "everyone": told[f"{name}_everyone"]}
        for name in ("alive", "times", "money")
        if told[name] is not None
    ]
    if rows:
        table(rows, ("within days", "what", "theirs", "low", "high", "level", "everyone"))
    if told["note"]:
        tell(f"{told['note'].capitalize()}.", "dim")


def account(found: Organisation | None, names: Sequence[str]) -> None:
    """Print of which organisation they are, and who else of it is known."""
    tell("\nWho else is there", "bold")
    if found is None:
        tell("Nothing tells of an organisation that they are of.")
        return
    tell(
        f"{found.account}: {count(found.people, 'person', 'people')}, {number(found.active)} active; "
        f"{found.her_days:,} of their {count(found.days, 'day', 'days')} are theirs."
    )
    if found.others:
        rows = [{**vars(one), "level": names[one.level]} for one in found.others]
        table(rows[: 2 * SHOWN], ("person_id", "name", "level"))


def describe_first(rows: Sequence[Row]) -> str | None:
    """Say the first of some interactions, if there is one."""
    return (
        " · ".join(words(name, rows[0][name]) for name in ("at", "kind", "channel") if rows[0][name]) if rows else None
    )
