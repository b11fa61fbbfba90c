"""How is a ladder made or changed, and who would stand where on it before it counts?"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ziggurat.base import durable, rewrite
from ziggurat.base.errors import DeclarationError, QuestionError, suggest
from ziggurat.base.instant import instant
from ziggurat.levels import ladder as declared
from ziggurat.levels.ladder import Ladder, Level, Rule
from ziggurat.workspace import ladders, refresh
from ziggurat.workspace.folder import Folder

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
SHOWN = 5  # people who are named of each move


@dataclass(frozen=True)
class Draft:
    """A ladder that is being made or changed: its file as it would be, and what that says."""

    text: str
    ladder: Ladder


@dataclass(frozen=True)
class Move:
    """People who would come from one level to another: both by name, how many, and a few by person_id."""

    before: str
    after: str
    people: int
    some: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """What a ladder would do now.

    levels: people by level, from 0. rules: people of whom each rule holds, in order of declaration. unseen: by rule,
    the kinds that it names and nothing ever brought. moves: who would stand elsewhere, the most first; unmoved:
    how many others there are.
    """

    levels: list[int]
    rules: list[int]
    unseen: list[list[str]]
    moves: list[Move]
    unmoved: int


def ladder_text(space: Folder, name: str) -> str:
    """Return the file of a ladder, to the letter: the workspace's own, or the shipped one of that name.

    Raises: QuestionError if there is none.
    """
    known = {**ladders.shipped_files(), **ladders.own_files(space)}
    if name not in known:
        raise QuestionError(f"There is no ladder named '{name[:40]}'{suggest(name[:40], known) or '.'}")
    return known[name].read_text("utf-8")


def draft(space: Folder, name: str, wanted: Mapping[str, Any], *, like: str) -> Draft:
    """Return a ladder as it would be: the file of another with what is wanted in it, comments kept.

    name: under which it would be kept. wanted: `title` and `levels`, as TOML would hold them; None takes a key out.
    like: the ladder whose file is changed. Raises: DeclarationError naming what is wrong where.
    """
    if not NAME.fullmatch(name):
        raise DeclarationError(
            f"'{name[:40]}' can't be the name of a ladder; use small letters, digits and hyphens, such as our-club."
        )
    text = rewrite.changed(ladder_text(space, like), {"name": None, **wanted})
    return Draft(text, declared.parse(tomllib.loads(text) | {"name": name}, space.kinds, f"ladders/{name}.toml"))


def save_ladder(space: Folder, name: str, wanted: Mapping[str, Any], *, like: str) -> Draft:
    """Keep a ladder of the workspace's own in `ladders/`, and return it; see `draft`."""
    found = draft(space, name, wanted, like=like)
    path = durable.folder(space.folder / "ladders") / f"{name}.toml"
    durable.replace(path, found.text.encode())
    return found


def try_ladder(space: Folder, ladder: Ladder, before: Ladder) -> Trial:
    """Return where everyone would stand on a ladder now, and who stands elsewhere on the one before.

    A level is the one before that has its name; one whose name is new is the one in its place, if that has gone.
    Raises: WorkspaceError before the first refresh.
    """
    at = instant(refresh.as_of(space))
    raises = space.state.raises()
    now, then = (space.derived.tried(one, raises, at).to_pylist() for one in (ladder, before))
    level_then = {row["person_id"]: row["level"] for row in then}
    was = same_levels(ladder, before)
    moved: dict[tuple[str, str], list[str]] = {}
    for row in now:
        old = level_then.get(row["person_id"], 0)
        if was.get(row["level"]) != old:
            moved.setdefault((before.names[old], ladder.names[row["level"]]), []).append(row["person_id"])
    counts = Counter(row["level"] for row in now)
    moves = [Move(*way, len(people), tuple(sorted(people)[:SHOWN])) for way, people in moved.items()]
    return Trial(
        [counts[number] for number in range(len(ladder.names))],
        [holding(space, rule, at) for _, rule in ladder.rules()],
        [unseen_kinds(space, rule, at) for _, rule in ladder.rules()],
        sorted(moves, key=lambda one: (-one.people, one.before, one.after)),
        len(now) - sum(one.people for one in moves),
    )


def same_levels(ladder: Ladder, before: Ladder) -> dict[int, int]:
    """Return which level of a ladder is which of the one before, by number; those that are new are left out."""
    old, new = ([name.lower() for name in one.names] for one in (before, ladder))
    found = {number: old.index(name) for number, name in enumerate(new) if name in old}
    for number, name in enumerate(new):
        if name not in old and number < len(old) and old[number] not in new:
            found[number] = number
    return found


def holding(space: Folder, rule: Rule, at: int) -> int:
    """Return of how many people one rule alone holds at an instant (µs)."""
    alone = Ladder("one-rule", (Level("Holds", (rule,)),))

    def work() -> int:
        return sum(level > 0 for level in space.derived.tried(alone, (), at)["level"].to_pylist())

    return space.counted.get((space.derived.version(()), at, rule), work)[0]


def unseen_kinds(space: Folder, rule: Rule, at: int) -> list[str]:
    """Return the kinds that a rule waits for and that nothing in the log is, or is like, by an instant (µs)."""
    named = dict.fromkeys([*rule.kinds, *(rule.from_kinds or ()), *rule.with_kinds])
    seen = space.derived.seen("kind", at) if named else []
    return [kind for kind in named if not any(space.kinds.fits(one, (kind,)) for one in seen)]
