"""Which interactions are behind an indicator, and what is each of them to it?

One function per indicator of `scenario.measures`, by the same rules as that measures it: the interactions that are
counted, and those that would have been, had they gone otherwise. What is looked for in people's lives holds nothing but
arrays, so that a cluster can look for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.instant import DAY
from ziggurat.facts.meanings import Meanings
from ziggurat.scenario.answered import HOUR, NEVER, RETURN_DAYS, WAIT_DAYS, Calls, departments
from ziggurat.scenario.found import Evidence
from ziggurat.scenario.lives import OUT, Kinds, Lived, key, ours, reactions, to_people
from ziggurat.scenario.measures import customers_recorded, known_stances, moves, on_several, readable
from ziggurat.stats.sequels import NONE

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Tested = tuple[Flags, Flags]  # for which it holds, and of which it is asked
Test = Callable[[Lived], Tested]
LONGEST = round(WAIT_DAYS * DAY)  # that a wait is looked at
STANCES = ("advocate", "passive", "detractor")


@dataclass(frozen=True)
class Behind:
    """What interactions are to an indicator.

    words: what one can be. place: of lived rows, the place of each in `words`, NONE for what has nothing to do with it.
    ever: whether those from before the window count too. hours: by key (`lives.key`), until the answer that counts.
    notes: what is behind the indicator and in no interaction.
    """

    words: tuple[str, ...]
    place: Callable[[Lived], Ints]
    ever: bool = False
    hours: tuple[pa.Array, Floats] | None = None
    notes: tuple[str, ...] = ()


def either(hit: Flags, among: Flags) -> Ints:
    """Return 0 where it holds, 1 where it does not, and NONE where it is not asked."""
    return np.where(hit, 0, np.where(among, 1, NONE))


def by_key(keys: pa.Array, places: Ints) -> Callable[[Lived], Ints]:
    """Find rows by source and id."""

    def place(lived: Lived) -> Ints:
        found = pc.fill_null(pc.index_in(key(lived.rows, "interaction_id"), value_set=keys), NONE)
        wanted: Ints = np.append(places, NONE)[found.to_numpy().astype(np.int64)]
        return wanted

    return place


def questions(
    yes: str,
    no: str,
    answered: Callable[[Calls], Ints],
    test: Callable[[Evidence, Ints], Tested],
) -> Callable[[Evidence], Behind]:
    """Show what called for an answer, by a test of it that returns for which it holds, and of which it is asked.

    yes, no: what it is then, and else. answered: when it was, by those whose answers count.
    """

    def behind(of: Evidence) -> Behind:
        keys, at = key(of.questions, "interaction_id"), answered(of.asked)
        hours = np.where(at < NEVER, (at - of.asked.at) / HOUR, np.nan)
        return Behind((yes, no), by_key(keys, either(*test(of, at))), hours=(keys, hours))

    return behind


def by_staff(asked: Calls) -> Ints:
    """Return when the organisation answered."""
    return asked.staff


def by_anyone(asked: Calls) -> Ints:
    """Return when anyone did."""
    return asked.anyone


def within(of: Evidence, answered: Ints) -> Tested:
    """Tell what was answered while its wait is looked at, of all."""
    asked = of.asked
    return answered <= np.minimum(asked.at + LONGEST, asked.until), np.ones(asked.at.size, np.bool_)


def in_time(of: Evidence, answered: Ints) -> Tested:
    """Tell what was answered in time, of what was asked long enough ago."""
    return of.asked.due & of.asked.in_time(answered), of.asked.due


def left_alone(of: Evidence, answered: Ints) -> Tested:
    """Tell what was not answered in time, of what was asked long enough ago."""
    return of.asked.due & ~of.asked.in_time(answered), of.asked.due


def on_target(of: Evidence, answered: Ints) -> Tested:
    """Tell what was answered within its target, of what has one."""
    return of.asked.on_target(of.targets)


def by_name(of: Evidence, answered: Ints) -> Tested:
    """Tell what someone known of the staff answered first, of what any of them did."""
    return of.asked.by_staff & (of.asked.answerer >= 0), of.asked.by_staff


def by_department(of: Evidence, answered: Ints) -> Tested:
    """Tell what staff of a known department answered first, of what any of them did."""
    return of.asked.by_staff & np.isin(of.asked.answerer, list(departments(of.directory))), of.asked.by_staff


def came_back(of: Evidence, answered: Ints) -> Tested:
    """Tell which answers went to people who came back, after whichever of theirs: that is what is counted."""
    back, _ = of.asked.returned(of.buckets)
    ripe = of.asked.in_time(answered) & (answered + RETURN_DAYS * DAY <= of.until)
    return ripe & np.isin(of.asked.person, back), ripe


def asked_again(of: Evidence, answered: Ints) -> Tested:
    """Tell what was asked again."""
    return of.asked.again()


def by_rows(words: tuple[str, ...], test: Callable[[Evidence, Kinds], Test]) -> Callable[[Evidence], Behind]:
    """Show what people did or were sent, by a test of rows that returns for which it holds, and of which it is asked.

    words: what a row is then, and else.
    """

    def behind(of: Evidence) -> Behind:
        tested = test(of, Kinds.of(of.buckets.codes.get("kind", []), of.kinds))
        return Behind(words, lambda rows: either(*tested(rows)))

    return behind


def heard(of: Evidence, coded: Kinds) -> Test:
    """Tell what people said."""
    return lambda rows: (rows.hers & coded.voice[rows.kind],) * 2


def by_known(of: Evidence, coded: Kinds) -> Test:
    """Tell what known people did, of what anyone did."""
    return lambda rows: (rows.hers, rows.hers | rows.anonymous)


def on_two_channels(of: Evidence, coded: Kinds) -> Test:
    """Tell what those did who were seen on several channels."""
    several = on_several(of)
    return lambda rows: (rows.hers & np.isin(rows.person, several), rows.hers)


def with_record(of: Evidence, coded: Kinds) -> Test:
    """Tell what people said of whom there is a customer's record."""
    people = customers_recorded(of)

    def test(rows: Lived) -> Tested:
        said = rows.hers & coded.voice[rows.kind]
        return said & np.isin(rows.person, people), said

    return test


def by_assignment(of: Evidence, coded: Kinds) -> Test:
    """Tell who was assigned in an experiment that can be read."""
    names = of.buckets.codes.get("activity", [])
    read = [names.index(name) for name in readable(of)]

    def test(rows: Lived) -> Tested:
        arms = rows.sent & coded.assigned[rows.kind]
        return arms & np.isin(rows.activity, read), arms

    return test


def by_reaction(of: Evidence, coded: Kinds) -> Test:
    """Tell to which messages people came back."""
    until = of.until
    return lambda rows: reactions(rows, coded, until)[::-1]


def by_gift(of: Evidence, coded: Kinds) -> Test:
    """Tell which replies and answers people gave, of theirs and ours."""
    directory, part = of.directory, of.part

    def test(rows: Lived) -> Tested:
        people = to_people(rows, coded)
        return people, people | ours(rows, coded, directory, part)

    return test


def deeds(flag: str, hit: Callable[[Kinds, Lived], Flags]) -> Callable[[Evidence, Kinds], Test]:
    """Tell by what active people come to a flag of `Seen`, and what those did who have it not."""

    def make(of: Evidence, coded: Kinds) -> Test:
        active, having = of.seen.who("channels"), of.seen.who(flag)

        def test(rows: Lived) -> Tested:
            found = hit(coded, rows) & np.isin(rows.person, active)
            return found, found | (rows.hers & ~np.isin(rows.person, having))

        return test

    return make


def began(coded: Kinds, rows: Lived) -> Flags:
    """Tell what began a conversation."""
    away = np.asarray(pc.is_null(rows.rows["in_reply_to"]).to_numpy(), np.bool_)
    found: Flags = rows.hers & coded.begins[rows.kind] & away
    return found


def by_receipt(coded: Kinds, rows: Lived) -> Flags:
    """Tell what was given to people."""
    found: Flags = rows.sent & coded.received[rows.kind]
    return found


def more(coded: Kinds, rows: Lived) -> Flags:
    """Tell what people did beyond looking and buying."""
    found: Flags = rows.hers & coded.more[rows.kind]
    return found


def followed_up(of: Evidence) -> Behind:
    """Show what people asked in the first half, and what we wrote in either."""
    middle = of.since + (of.until - of.since) // 2
    asked = key(of.part.of(of.rows, of.channels), "interaction_id")
    words = ("asked in the first half", "written by us in the first half", "written by us in the second half")
    coded = Kinds.of(of.buckets.codes.get("kind", []), of.kinds)

    def place(rows: Lived) -> Ints:
        told = np.asarray(pc.is_valid(rows.rows["text"]).to_numpy(), np.bool_)
        late = rows.at > middle
        question = np.asarray(pc.is_in(key(rows.rows, "interaction_id"), value_set=asked).to_numpy(False), np.bool_)
        ours = np.asarray(rows.rows["direction"].to_numpy() == OUT, np.bool_) & coded.choice[rows.kind]
        return np.where(told & question & ~late, 0, np.where(told & ours, 1 + late, NONE))

    return Behind(words, place)


def climbing(of: Evidence) -> Behind:
    """Show what tipped climbs; a slip comes of what people no longer do, so no interaction is behind it."""
    rows, _ = moves(of)
    climbs = rows.filter(pc.and_(pc.equal(rows["change"], "climb"), pc.is_valid(rows["cause"])))
    codes = pa.array(of.buckets.codes.get("source", []), pa.string())
    source = pc.index_in(climbs["cause_source"].cast(pa.string()), value_set=codes)
    keys = key(pa.table({"source": source, "id": climbs["cause"].cast(pa.string())}), "id")
    others = rows.num_rows - climbs.num_rows
    note = f"Slips, and climbs by time alone, come of what was not done, and have no interaction: there are {others}."
    return Behind(("tipped a climb",), by_key(keys, np.zeros(len(keys), np.int64)), notes=(note,) if others else ())


def stance(of: Evidence) -> Behind:
    """Show what people wrote, rated, recommended or complained of by whose stances are known, whenever they did."""
    words, person = known_stances(of)
    order = np.argsort(person)
    person, stands = person[order], np.array([STANCES.index(word) for word in words.to_pylist()], np.int64)[order]
    telling = Meanings.read(of.buckets.codes, of.kinds).flags("evidence")

    def place(rows: Lived) -> Ints:
        written = np.asarray(pc.is_valid(rows.rows["text"]).to_numpy(), np.bool_)
        at = np.searchsorted(person, rows.person)
        known = np.append(person, NONE)[at] == rows.person
        says = rows.hers & known & (telling[rows.kind] | written)
        return np.where(says, np.append(stands, NONE)[at], NONE)

    return Behind(tuple(f"by someone who is {word} now" for word in ("an advocate", "passive", "a detractor")),
                  place, ever=True)  # fmt: skip


BEHIND: Mapping[str, Callable[[Evidence], Behind]] = {
    "listening": by_rows(("heard",), heard),
    "answered": questions("answered by us in time", "not answered by us in time", by_staff, in_time),
    "answer-hours": questions("answered by us", "waited for us to the end", by_staff, within),
    "on-target": questions("answered within the target", "not answered within the target", by_staff, on_target),
    "answerers": questions(
        "first answered by someone known of the staff", "first answered by staff unnamed", by_staff, by_name
    ),
    "departments": questions(
        "first answered by a known department", "first answered by staff of none", by_staff, by_department
    ),
    "known": by_rows(("by someone known", "by an anonymous visitor"), by_known),
    "two-channels": by_rows(("by someone on several channels", "by someone on one channel"), on_two_channels),
    "records": by_rows(("by someone with a customer record", "by someone without one"), with_record),
    "experiments": by_rows(
        ("assigned in an experiment that can be read", "assigned in one that can't be"), by_assignment
    ),
    "followed-up": followed_up,
    "begun-by-people": by_rows(("began a conversation", "by someone who began none"), deeds("began", began)),
    "come-back": questions("answered, and came back", "answered, and did not come back", by_anyone, came_back),
    "reciprocity": by_rows(("came back on it", "did not come back on it"), by_reaction),
    "among-people": by_rows(("given by people", "given by us"), by_gift),
    "climbing": climbing,
    "stance": stance,
    "left-alone": questions("answered by nobody in time", "answered in time", by_anyone, left_alone),
    "asked-again": questions("asked again, unanswered", "not asked again", by_anyone, asked_again),
    "waited": questions("answered", "waited to the end", by_anyone, within),
    "received": by_rows(("given to someone", "by someone who was given nothing"), deeds("got", by_receipt)),
    "give-more": by_rows(("more than looking and buying", "by someone who only looked or bought"), deeds("more", more)),
}
