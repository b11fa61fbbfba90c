"""From when on are the conditions of a rule met, whatever it counts?

Each condition of a rule is a list of switches: from an instant on, it is met until another one, if nothing more
happens.

stance        who has one of the stances named, told from what was said up to then: until it changes or fades
knows         we know it of them: from the first trait that says so, or, of likes, the first act that does
may name      from a trait that gives leave on, until one that withdraws it
may write     from the first address at which they can be written to on, but not while they have unsubscribed
with_kinds    one of these happened to or by them within the rule's window
unless_kinds  none of them did

A rule's conditions are met until the earliest of these ends: `gates` gives that as one list for all rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.kinds import Kinds
from ziggurat.facts.tellers import TELLERS
from ziggurat.levels.ladder import Ladder, Rule
from ziggurat.levels.lives import Gates, Lives
from ziggurat.levels.plan import FOREVER, NEVER, OUT, window
from ziggurat.speech import tones
from ziggurat.speech.leanings import NAMES as STANCES
from ziggurat.speech.leanings import UNKNOWN, Leanings, leanings
from ziggurat.stats.jit import jit

Ints = npt.NDArray[np.int64]
NONE = np.empty(0, np.int64)

WHAT = ("name", "likes", "background", "leave to be named", "address")
NAME, LIKES, BACKGROUND, NAMED, ADDRESS = range(5)


class Known(NamedTuple):
    """What became known of people, sorted by person, instant and what; yes is 0 where leave was withdrawn. In int64."""

    person: Ints
    at: Ints  # µs
    what: Ints  # place in WHAT
    yes: Ints


NOTHING_KNOWN = Known(NONE, NONE, NONE, NONE)


class Switches(NamedTuple):
    """When one condition changes: it is then met until `until`, NEVER for not met. met: before the first of them."""

    person: Ints
    at: Ints
    until: Ints
    row: Ints  # of the interaction that did it, -1 for none
    met: bool


def gates(lives: Lives, codes: Sequence[str], ladder: Ladder, kinds: Kinds, known: Known) -> Gates:
    """Return when the conditions of each rule change. codes: of kinds. known: of these people at least."""
    rules = [rule for _, rule in ladder.rules()]
    found: list[Ints] = []
    met = np.ones(len(rules), np.int64)
    stances: list[Leanings] = []

    def once() -> Leanings:
        if not stances:
            stances.append(leaning(lives, codes, kinds))
        return stances[0]

    for number, rule in enumerate(rules):
        if rule.conditions:
            all_of = switches(rule, lives, codes, kinds, known, once)
            met[number] = int(all(one.met for one in all_of))
            found.append(met_by_all(all_of, number))
    if not found:
        return Gates(NONE, NONE, NONE, NONE, NONE, met)
    person, at, rule_of, until, row = np.concatenate(found).T
    order = np.lexsort((rule_of, at, person))
    person, at, rule_of, until, row = (np.ascontiguousarray(one[order]) for one in (person, at, rule_of, until, row))
    return Gates(person, at, rule_of, until, row, met)


def leaning(lives: Lives, codes: Sequence[str], kinds: Kinds) -> Leanings:
    """Return people's stances."""
    return leanings(lives.person, lives.at, (lives.kind, lives.direction, lives.score, lives.tone), codes, kinds)


def switches(
    rule: Rule, lives: Lives, codes: Sequence[str], kinds: Kinds, known: Known, stances: Callable[[], Leanings]
) -> list[Switches]:
    """Return the switches of each of a rule's conditions."""
    found = [while_stance(stances(), rule.stance)] if rule.stance else []
    for word in rule.knows:
        found.append(once_known(lives, codes, kinds, known, WHAT.index(word)))
    if "name" in rule.may:
        found.append(with_leave(known))
    if "write" in rule.may:
        found.append(once_known(lives, codes, kinds, known, ADDRESS))
        found.append(while_subscribed(lives, codes, kinds))
    if rule.with_kinds:
        found.append(while_some(lives, codes, rule))
    if rule.unless_kinds:
        found.append(while_none(lives, codes, rule))
    return found


def while_stance(stances: Leanings, wanted: Sequence[str]) -> Switches:
    """Return when people have one of the stances wanted."""
    wants = np.isin(np.arange(len(STANCES)), [STANCES.index(one) for one in wanted])
    fades = ~wants[UNKNOWN] & (stances.stance != UNKNOWN)
    until = np.where(wants[stances.stance], np.where(fades, stances.lapse, FOREVER), NEVER)
    return Switches(stances.person, stances.at, until, stances.row, bool(wants[UNKNOWN]))


def once_known(lives: Lives, codes: Sequence[str], kinds: Kinds, known: Known, what: int) -> Switches:
    """Return from when on something is known of people: the first of what traits and what their acts say."""
    told = known.what == what
    person, at, row = known.person[told], known.at[told], np.full(int(told.sum()), -1)
    if what == LIKES:
        acts = liking(lives, codes, kinds)
        person, at = np.concatenate([person, lives.person[acts]]), np.concatenate([at, lives.at[acts]])
        row = np.concatenate([row, acts])
        order = np.lexsort((-row, at, person))
        person, at, row = person[order], at[order], row[order]
    first = np.flatnonzero(np.diff(person, prepend=-1) != 0)
    return Switches(person[first], at[first], np.full(first.size, FOREVER), row[first], met=False)


def liking(lives: Lives, codes: Sequence[str], kinds: Kinds) -> Ints:
    """Return the rows in which people say what they like or don't."""
    wanted = TELLERS.knows["likes"].kinds
    tells = np.array([*(kinds.like_of.get(name, name) in wanted for name in codes), False], np.bool_)
    worded = (lives.tone == tones.FOR) | (lives.tone == tones.AGAINST)
    return np.flatnonzero((lives.kind >= 0) & (lives.direction != OUT) & (tells[lives.kind] | worded))


def with_leave(known: Known) -> Switches:
    """Return when people have given leave to be named, until they withdraw it."""
    told = known.what == NAMED
    until = np.where(known.yes[told] == 1, FOREVER, NEVER)
    return Switches(known.person[told], known.at[told], until, np.full(until.size, -1), met=False)


def while_subscribed(lives: Lives, codes: Sequence[str], kinds: Kinds) -> Switches:
    """Return when people have unsubscribed, and when they subscribed again."""
    meanings = [kinds.meaning_of.get(name) for name in codes]
    given, withdrawn = (
        np.array([*(bool(one and one.consent == word) for one in meanings), False], np.bool_)[lives.kind]
        for word in ("given", "withdrawn")
    )
    row = np.flatnonzero(given | withdrawn)
    return Switches(lives.person[row], lives.at[row], np.where(given[row], FOREVER, NEVER), row, met=True)


def while_some(lives: Lives, codes: Sequence[str], rule: Rule) -> Switches:
    """Return when something happened that must have, and until when that is in the rule's window."""
    span = window(rule)
    row = np.flatnonzero(np.array([*(name in rule.with_kinds for name in codes), False], np.bool_)[lives.kind])
    until = np.full(row.size, FOREVER) if span == int(FOREVER) else lives.at[row] + span
    return Switches(lives.person[row], lives.at[row], until, row, met=False)


def while_none(lives: Lives, codes: Sequence[str], rule: Rule) -> Switches:
    """Return when something happened that must not have, and when that has left the rule's window."""
    span = window(rule)
    row = np.flatnonzero(np.array([*(name in rule.unless_kinds for name in codes), False], np.bool_)[lives.kind])
    person, at = lives.person[row], lives.at[row]
    closed = Switches(person, at, np.full(row.size, NEVER), row, met=True)
    if span == int(FOREVER):
        return closed
    following = np.append(person[1:], -1) == person
    again = following & (np.append(at[1:], 0) - at <= span)
    person, at = person[~again], at[~again] + span
    person_of, instant = np.concatenate([closed.person, person]), np.concatenate([closed.at, at])
    until = np.concatenate([closed.until, np.full(at.size, FOREVER)])
    rows = np.concatenate([row, np.full(at.size, -1)])
    order = np.lexsort((instant, person_of))
    return Switches(person_of[order], instant[order], until[order], rows[order], met=True)


def met_by_all(all_of: Sequence[Switches], rule: int) -> Ints:
    """Return when a rule's conditions are met by all of them: columns person, at, rule, until and row."""
    person, at, until, row = (np.concatenate([one[place] for one in all_of]) for place in range(4))
    which = np.repeat(np.arange(len(all_of)), [one.person.size for one in all_of])
    order = np.lexsort((which, at, person))  # stable: of one instant and condition, the later row counts
    start = np.array([FOREVER if one.met else NEVER for one in all_of])
    found: Ints = earliest(person[order], at[order], which[order], until[order], row[order], start, rule)
    return found


@jit
def earliest(person: Any, at: Any, which: Any, until: Any, row: Any, start: Any, rule: int) -> Any:
    """Return, for each instant at which any of some conditions changes, until when all of them are met."""
    out = np.empty((person.size, 5), np.int64)
    now = start.copy()
    size = 0
    for place in range(person.size):
        new = place == 0 or person[place] != person[place - 1]
        if new:
            now[:] = start
        now[which[place]] = until[place]
        if not new and at[place] == at[place - 1]:
            size -= 1
            cause = max(out[size, 4], row[place])
        else:
            cause = row[place]
        out[size, 0], out[size, 1], out[size, 2] = person[place], at[place], rule
        out[size, 3], out[size, 4] = now.min(), cause
        size += 1
    return out[:size]
