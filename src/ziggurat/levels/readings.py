"""What does a ladder read in lives beside what happened: what was said, what is known of people, and what helped?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.kinds import Kinds
from ziggurat.facts import help as answers
from ziggurat.facts.help import Help
from ziggurat.levels.conditions import NOTHING_KNOWN, Known, gates
from ziggurat.levels.ladder import Ladder
from ziggurat.levels.lives import Gates, Lives
from ziggurat.levels.plan import OUT
from ziggurat.speech.tones import sayings
from ziggurat.stats.jit import jit

Ints = npt.NDArray[np.int64]
NO_SAYINGS = np.empty(0, np.int8)


class Beside(NamedTuple):
    """What is not in people's own lives: what became known of them, and which of their answers were taken as help."""

    known: Known = NOTHING_KNOWN
    help: Help = answers.NONE


NOTHING = Beside()


class Readings(NamedTuple):
    """Lives as the sweep takes them.

    lives: with a row more for each answer that was taken as help, see `plan.plan`. says: what each row says, empty
    where no rule asks. gates: when the conditions of rules change. row: of the lives given, of each row.
    """

    lives: Lives
    says: npt.NDArray[np.int8]
    gates: Gates
    row: Ints | None


def asks(ladder: Ladder) -> set[str]:
    """Return what a ladder asks for beside what happened: tone, known or help."""
    rules = [rule for _, rule in ladder.rules()]
    found = {"known": any(rule.knows or rule.may for rule in rules), "help": any(rule.helpful for rule in rules)}
    found["tone"] = any(rule.says or rule.stance or "likes" in rule.knows for rule in rules) or found["help"]
    return {name for name, asked in found.items() if asked}


def readings(lives: Lives, codes: Sequence[str], ladder: Ladder, kinds: Kinds, beside: Beside) -> Readings:
    """Read some people's lives for a ladder. codes: of kinds. beside: of these people at least."""
    rules = [rule for _, rule in ladder.rules()]
    beside = of_them(lives, beside)
    found = gates(lives, codes, ladder, kinds, beside.known)
    says = NO_SAYINGS
    if any(rule.says for rule in rules):
        says = sayings(lives.kind, lives.direction, lives.score, lives.tone, codes, kinds)
    if not any(rule.helpful for rule in rules):
        return Readings(lives, says, found, None)
    row, at, more = merged(lives.person, lives.at, *beside.help)
    arrays: list[Any] = [one[row] if one.size else one for one in lives]
    made = Lives(*arrays)._replace(at=at)
    made.kind[more] += len(codes)
    made.direction[more] = OUT
    moved = np.append(np.flatnonzero(~more), -1)
    for one in made:
        one.flags.writeable = False  # as columns are: the kernel is compiled for one kind of arrays
    return Readings(made, says[row] if says.size else says, found._replace(row=moved[found.row]), row)


def of_them(lives: Lives, beside: Beside) -> Beside:
    """Return what is beside some people's lives, of them alone or of those whose hashes are between theirs."""
    return Beside(Known(*of(lives, beside.known)), Help(*of(lives, beside.help)))


def of(lives: Lives, columns: Sequence[Ints]) -> list[Ints]:
    """Return those rows of columns, of which the first is sorted people, that are of these people or between them."""
    edges = lives.person[[0, -1]] if lives.person.size else np.zeros(2, np.int64)
    first, after = np.searchsorted(columns[0], edges[0]), np.searchsorted(columns[0], edges[1], "right")
    return [one[first:after] for one in columns]


@jit
def merged(person: Any, at: Any, who: Any, when: Any, place: Any) -> Any:
    """Put answers that were taken as help among the rows of their authors, behind what happened at the same instant.

    Returns: for each row, which one it is, or which answer's; its instant; and whether it is one more.
    """
    row = np.empty(person.size + who.size, np.int64)
    instant = np.empty(row.size, np.int64)
    more = np.zeros(row.size, np.bool_)
    size, nth, begin = 0, 0, 0
    while begin < person.size:
        end = begin + 1
        while end < person.size and person[end] == person[begin]:
            end += 1
        while nth < who.size and who[nth] < person[begin]:
            nth += 1
        for here in range(begin, end + 1):
            while nth < who.size and who[nth] == person[begin] and (here == end or when[nth] < at[here]):
                if begin + place[nth] < end:
                    row[size], instant[size], more[size] = begin + place[nth], when[nth], True
                    size += 1
                nth += 1
            if here < end:
                row[size], instant[size] = here, at[here]
                size += 1
        begin = end
    return row[:size].copy(), instant[:size].copy(), more[:size].copy()
