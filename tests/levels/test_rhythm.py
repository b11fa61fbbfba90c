"""Silences and rises are judged by everyone's own rhythm: nothing where nothing is, and what is planted comes first."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pyarrow as pa
import pytest
from scipy import integrate, special, stats

from tests.levels.rhythms import DAY, KINDS, YEAR, World, buckets, world
from ziggurat.base import kinds, schema
from ziggurat.levels import rhythm
from ziggurat.levels.flagging import flagging
from ziggurat.levels.rising import rising
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import person_id

VOCABULARY = kinds.load().table()
AT = YEAR * DAY - 1
ON = {"at": AT, "ladder": "own", "names": ["Known", "Member"]}


def claims(made: World) -> tuple[set[int], set[int]]:
    """Whom signals are claimed of: gone quiet, and picking up."""
    found = rhythm.rhythms(buckets(made)[0], AT)
    return tuple(
        set(one.person[one.chance <= rhythm.UNSURE].tolist())
        for one in (rhythm.strongest(found, found.quiet), rhythm.strongest(found, found.rising))
    )


@pytest.mark.parametrize("seed", range(3))
def test_where_nothing_is_planted_fewer_than_one_in_a_hundred_are_claimed(seed) -> None:
    quiet, up = claims(world(seed, planted=False))
    assert len(quiet) <= 15
    assert len(up) <= 15


def naive(made: World, person: int, kind: int | None) -> tuple[float, float]:
    """The chances of so long a silence, and of so many days, of one person and kind, by the definitions, day by day."""
    days = {d: {int(p) for p, x in zip(made.person, made.day, strict=True) if x == d} for d in range(YEAR)}
    first = min(d for d in days if days[d])
    mean = sum(len(days[d]) for d in range(first, YEAR)) / (YEAR - first)
    clock, passed = {}, 0.0
    for d in range(first, YEAR):
        passed += (len(days[d]) + 5) / (mean + 5)
        clock[d] = passed

    def days_of(p: int, k: int | None) -> list[int]:
        return sorted({int(d) for q, j, d in zip(*made[:3], strict=True) if q == p and k in (None, int(j))})

    def gaps_of(p: int, k: int | None, since: int | None = None, until: int = YEAR) -> list[float]:
        own = days_of(p, k)
        after = own[-1] - 365 if own and since is None else since
        return [clock[b] - clock[a] for a, b in itertools.pairwise(own) if after < b <= until]

    def phi_of(*bounds: int) -> float:
        every = [gaps_of(p, k, *bounds) for p in {int(p) for p in made.person} for k in (None, *range(len(KINDS)))]
        own_phi = [np.var(g, ddof=1) / np.mean(g) ** 2 for g in every if len(g) >= 10]
        common = float(np.median(own_phi)) if own_phi else 1.0
        gaps = gaps_of(person, kind, *bounds)
        varied = np.var(gaps, ddof=1) / np.mean(gaps) ** 2 if len(gaps) > 1 else common
        return max(0.25, (len(gaps) * varied + 10 * common) / (len(gaps) + 10))

    phi, gaps, own = phi_of(), gaps_of(person, kind), days_of(person, kind)
    shape = max(0.5, len(gaps) / max(1, phi)) + 0.5
    longer = (1 + (clock[YEAR - 1] - clock[own[-1]]) / (shape * np.mean(gaps) * (1 + phi) / 2)) ** -shape
    quiet = 1 - (1 - longer) ** max(1, 365 / np.mean(gaps)) if len(gaps) >= 5 else 1.0
    chances = [1.0]
    for weeks in (4, 8):
        edge = YEAR - 1 - 7 * weeks
        now, past = sum(d > edge for d in own), sum(d <= edge for d in own)
        begun = min(days_of(person, None))
        if now < 3 or begun > edge - 7 * weeks:
            continue
        phi = phi_of(edge - 365, edge)
        rate = stats.gamma(past / max(1, phi) + 0.5, scale=1 / (clock[edge] - clock[begun]))
        span = clock[YEAR - 1] - clock[edge]
        shape = now / max(1, phi)

        def at_least(x: float, shape: float = shape, span: float = span, rate: object = rate) -> float:
            return special.gammainc(shape, x * span) * rate.pdf(x)

        many = integrate.quad(at_least, 0, rate.isf(1e-14), epsabs=1e-13)[0]
        chances.append(2 * (1 - (1 - many) ** (365 / (7 * weeks))))
    return quiet, min(chances)


def test_the_chances_are_those_of_the_definitions() -> None:
    made = world(5, 60, planted=False)
    found = rhythm.rhythms(buckets(made)[0], AT)
    judged = 0
    for person, kind in [(int(one), kind) for one in np.unique(made.person)[:8] for kind in (None, 1)]:
        code = rhythm.ALL if kind is None else kind
        place = np.flatnonzero((found.person == person) & (found.kind == code))
        if place.size and found.gaps[place[0]] >= 2:
            quiet, rising = naive(made, person, kind)
            assert found.quiet[place[0]] == pytest.approx(quiet, rel=1e-6, abs=1e-12)
            assert found.rising[place[0]] == pytest.approx(rising, rel=1e-5, abs=1e-9)
            judged += (quiet < 1) + (rising < 1)
    assert judged >= 6


def both_lists(made: World) -> tuple[list[dict], list[dict]]:
    """Who flags and who rises, if all stand on one level."""
    folds, people = buckets(made)
    rows = [
        {"person_id": row["person_id"], "ladder": "own", "level": 1, "since": row["first_at"], "peak": 1,
         "peak_at": row["first_at"], "first_level": 1, "first_at": row["first_at"]}
        for row in people.to_pylist()
    ]  # fmt: skip
    standings = pa.Table.from_pylist(
        [{name: row.get(name) for name in schema.STANDINGS.names} for row in rows], schema=schema.STANDINGS
    )
    given = (standings, schema.LEVELS.empty_table(), people, folds, VOCABULARY)
    return flagging(*given, **ON).rows(), rising(*given, **ON).rows()


@pytest.mark.parametrize("seed", [11, 12])
def test_what_is_planted_is_at_the_top_of_both_lists(seed) -> None:
    made = world(seed)
    quiet, up = (rows[:most] for rows, most in zip(both_lists(made), (40, 30), strict=True))
    assert len({row["person_id"] for row in quiet} & {person_id(int(one)) for one in made.quiet}) >= 22
    assert len({row["person_id"] for row in up} & {person_id(int(one)) for one in made.rising}) >= 9
    assert all("nothing for" in row["rhythm"] for row in quiet)


def test_who_fell_silent_lately_comes_before_who_did_more_and_left_long_ago() -> None:
    ends, every = [165, 295, *[YEAR] * 20], [1, 2, *[5] * 20]
    lives = [np.arange(who % 5, end, step) for who, (end, step) in enumerate(zip(ends, every, strict=True))]
    person = np.repeat(np.arange(len(lives)), [life.size for life in lives])
    made = World(person, np.zeros(person.size, int), np.concatenate(lives), *[np.empty(0, int)] * 2)
    first, second = both_lists(made)[0]
    assert (first["person_id"], second["person_id"]) == (person_id(1), person_id(0))
    assert first["stake"] < second["stake"]


def test_a_silence_is_said_in_words() -> None:
    days = np.arange(0, 200, 2)
    made = World(np.zeros(days.size, int), np.zeros(days.size, int), days, *[np.empty(0, int)] * 2)
    found = rhythm.rhythms(buckets(made)[0], 270 * DAY - 1)
    place = int(np.flatnonzero(found.kind == 0)[0])
    when = {"until": f"{dt.date(1970, 1, 1) + dt.timedelta(int(found.last[place])):%d %b}", "days": "71"}
    said = rhythm.silence_in_words(found, place, KINDS, when)
    assert said == "posted every second day until 18 Jul; nothing for 71 days"


def lived(days: int, *lives: tuple[int, int, list[int]]) -> rhythm.Rhythm:
    """Rhythms at the end of so many days of lives: person, kind, and the days of their acts."""
    person, kind, day = (np.concatenate(part) for part in zip(*[
        (np.full(len(own), who), np.full(len(own), what), np.array(own)) for who, what, own in lives
    ], strict=True))  # fmt: skip
    return rhythm.rhythms(buckets(World(person, kind, day, *[np.empty(0, int)] * 2))[0], days * DAY - 1)


def test_a_silence_of_one_kind_is_told_from_one_of_all_and_an_old_one_is_no_news() -> None:
    """0 stopped altogether; 1 stopped posting and still visits; 2 left more than a year before; 3 is there as ever."""
    every = {who: list(range(0, end, 2)) for who, end in enumerate((600, 600, 300, 700))}
    found = lived(700, *((who, 0, own) for who, own in every.items()), (1, 1, list(range(0, 700, 2))))
    signal = rhythm.strongest(found, found.quiet)
    claimed = dict(zip(signal.person.tolist(), (signal.chance <= rhythm.UNSURE).tolist(), strict=True))
    assert claimed == {0: True, 1: True, 2: False, 3: False}
    assert dict(zip(signal.person.tolist(), signal.whole.tolist(), strict=True)) == {
        0: True,
        1: False,
        2: False,
        3: False,
    }


def test_a_rise_is_said_in_words() -> None:
    as_ever, late = list(range(0, 400, 14)), list(range(373, 400, 2))
    found = lived(400, (0, 0, sorted({*as_ever, *late})), (1, 0, [5, *late]), (2, 1, [40]), (2, 0, late))
    said = {
        (int(found.person[place]), int(found.kind[place])): rhythm.rise_in_words(found, place, KINDS)
        for place in range(found.person.size)
    }
    assert said[0, 0] == "posted on 16 of the last 28 days; before that every other week"
    assert said[1, 0] == "posted on 14 of the last 28 days; not in the year before"
    assert said[2, rhythm.ALL] == "was here on 14 of the last 28 days; before that only once"


def test_who_came_each_quarter_and_now_comes_each_week_picks_up_within_eight_weeks() -> None:
    """No four weeks hold more than four of such days. Whoever does one kind of thing alone is looked at once."""
    weeks = list(range(0, 400, 7))
    rise = [*weeks[::13], *(day for day in weeks if day > 354)]
    others = [(who, 0, weeks[who % 3 :: 1 + who % 4]) for who in range(1, 40)]
    found = lived(400, (0, 0, rise), *others)
    signal = rhythm.strongest(found, found.rising)
    assert signal.person[signal.chance <= rhythm.UNSURE].tolist() == [0]
    place = int(signal.place[0])
    assert (found.span[place], found.now[place], signal.chance[0]) == (56, 7, found.rising[place])
    assert rhythm.rise_in_words(found, place, KINDS) == "posted on 7 of the last 56 days; before that every 85 days"
    twice = lived(400, (0, 0, rise), (0, 1, rise[1:]), *others)
    assert rhythm.strongest(twice, twice.rising).chance[0] >= 2 * min(twice.rising[twice.person == 0])


def test_nobody_and_nothing_give_no_signal() -> None:
    found = rhythm.rhythms(Buckets((), {"kind": []}), AT)
    assert found.person.size == 0
    assert rhythm.strongest(found, found.quiet).person.size == 0
