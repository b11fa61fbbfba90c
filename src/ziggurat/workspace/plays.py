"""Which plays does a workspace have?"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ziggurat.base.errors import DeclarationError, QuestionError, suggest
from ziggurat.levels.ladder import Ladder
from ziggurat.playbook import play as declared
from ziggurat.playbook.play import NEXT, Play
from ziggurat.playbook.segment import Segment
from ziggurat.workspace import ladders, segments
from ziggurat.workspace.folder import Folder

FOLDER = "plays"


def plays(space: Folder) -> dict[str, Play]:
    """Return the plays in use, by name: the shipped ones of no ladder or of this workspace's first ladder, and its own
    in `plays/`, of which one takes the place of the shipped one of its name; those that are not active are left out.

    Raises: DeclarationError if one is wrong.
    """
    rungs = ladders.ladders(space)
    found = {path.stem: declared.load(path, space.kinds) for path in sorted(declared.SHIPPED.glob("*.toml"))}
    found = {name: play for name, play in found.items() if play.ladder in ("", next(iter(rungs)))}
    for path in sorted((space.folder / FOLDER).glob("*.toml")):
        found[path.stem] = declared.load(path, space.kinds)
    return {name: fitting(space, play, rungs) for name, play in found.items() if play.active}


def play(space: Folder, name: str) -> Play:
    """Return one play. Raises: QuestionError if there is none of that name in use."""
    known = plays(space)
    if name not in known:
        near = suggest(name, known) or "; `ziggurat play list` lists them."
        raise QuestionError(f"no play named '{name[:60]}'{near}")
    return known[name]


def fitting(space: Folder, one: Play, rungs: Mapping[str, Ladder], where: str = "") -> Play:
    """Return a play if its ladder, levels and segment are there. where: what its file is called in errors.

    Raises: DeclarationError.
    """
    where = where or f"{FOLDER}/{one.name}.toml"
    try:
        whom = segments.segment(space, one.whom)
    except QuestionError as error:
        raise DeclarationError(f"{where}: {error}") from error
    return on_ladder(one, whom, rungs, where)


def fits(space: Folder, one: Play, where: str = "") -> Play:
    """Return a play if it fits this workspace; see `fitting`."""
    return fitting(space, one, ladders.ladders(space), where)


def on_ladder(one: Play, whom: Segment, rungs: Mapping[str, Ladder], where: str) -> Play:
    """Return a play if its ladder and levels are there. Raises: DeclarationError."""
    if one.ladder and one.ladder not in rungs:
        raise DeclarationError(f"{where}: no ladder named '{one.ladder}'{suggest(one.ladder, rungs) or '.'}")
    ladder = ladder_of(one, rungs)
    try:
        numbers = [ladder.number(level) for level in whom.level]
        if whom.forecast_level != "":
            ladder.number(whom.forecast_level)
        target = target_of(one, ladder, 0) if one.success.climbs else None
    except QuestionError as error:
        raise DeclarationError(f"{where}: {error}") from error
    if target is not None and numbers and min(numbers) >= target and one.success.level != NEXT:
        name = ladder.names[target]
        raise DeclarationError(f"{where}: nobody whom it means could climb to '{name}': they stand on it, or higher.")
    return one


def check_alone(one: Play, rungs: Mapping[str, Ladder], where: str) -> list[str]:
    """Return the names of the ladders on which a play could be, outside of any workspace, if there are any.

    Raises: DeclarationError that says what is wrong on the ladder that it names, or on the one that knows most levels.
    """
    whom = one.whom if isinstance(one.whom, Segment) else Segment()
    found, wrong = [], []
    for name in [one.ladder] if one.ladder else rungs:
        try:
            on_ladder(msgspec.structs.replace(one, ladder=name), whom, rungs, where)
        except DeclarationError as error:
            wrong.append(error)
        else:
            found.append(name)
    if not found:
        raise max(wrong, key=lambda error: "did you mean" in str(error))
    return found


def ladder_of(one: Play, rungs: Mapping[str, Ladder]) -> Ladder:
    """Return the ladder of a play."""
    return rungs[one.ladder] if one.ladder else next(iter(rungs.values()))


def target_of(one: Play, ladder: Ladder, level: int) -> int | None:
    """Return the level to which one who stands on a level is to climb; None where success is no climb, or there is
    nowhere to climb to."""
    if not one.success.climbs:
        return None
    target = level + 1 if one.success.level == NEXT else ladder.number(one.success.level)
    return target if level < target < len(ladder.names) else None
