"""What was known of a person on a day: recounted by hand, and never anything later."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.channels import lives
from ziggurat.base import kinds
from ziggurat.base.instant import DAY
from ziggurat.levels import features
from ziggurat.levels.features import DEEDS, Acts, Days, acts_by
from ziggurat.log.buckets import Buckets
from ziggurat.people.ids import people_of

PERIOD = 30 * DAY
DAYS = Days.before(lives.AT, PERIOD, 6)
Reader = Callable[[Buckets, np.ndarray, Days], Acts]


@pytest.fixture(scope="module")
def told():
    return lives.tables()


def everyone(tables) -> np.ndarray:
    people = tables["people"].filter(pc.invert(tables["people"]["staff"]))
    return np.sort(people_of(people["person_id"].combine_chunks()))


def cut(buckets: Buckets, at: int) -> Buckets:
    """The same lives, as if the log ended at an instant."""
    readers = [
        lambda names, read=read: (lambda rows: rows.filter(pc.less_equal(rows["at"], at)).select(names))(
            read([*names, "at"] if "at" not in names else names)
        )
        for read in buckets.readers
    ]
    return Buckets(readers, buckets.codes, buckets.staff, buckets.anonymous, buckets.kinds, buckets.agents)


def leaks(reader: Reader, buckets: Buckets, people: np.ndarray) -> list[str]:
    """What differs between what is said of each day, and what is said of it where the log ends with it."""
    whole, found = reader(buckets, people, DAYS), set()
    for number, at in enumerate(DAYS.at.tolist()):
        alone = reader(cut(buckets, at), people, DAYS)
        found |= {
            name
            for name in Acts._fields[1:]
            if not np.array_equal(getattr(whole, name)[:, number], getattr(alone, name)[:, number])
        }
    return sorted(found)


def test_nothing_later_is_in_what_is_said_of_a_day(told):
    assert leaks(acts_by, told["buckets"], everyone(told)) == []


def test_a_planted_leak_is_caught(told):
    def a_day_ahead(buckets: Buckets, people: np.ndarray, days: Days) -> Acts:
        return acts_by(buckets, people, Days(days.at + DAY, days.period))

    def sum_of_all(buckets: Buckets, people: np.ndarray, days: Days) -> Acts:
        found = acts_by(buckets, people, days)
        return found._replace(channels=found.channels + 0.001 * found.channels[:, -1:])

    found = leaks(a_day_ahead, told["buckets"], everyone(told))
    assert {"days", "pace", "acts", "last", "deeds", "got"} <= set(found)
    assert leaks(sum_of_all, told["buckets"], everyone(told)) == ["channels"]


def test_the_numbers_are_those_counted_by_hand(told):
    """A twin: every row by itself, as the docs say it."""
    buckets, people = told["buckets"], everyone(told)
    found = acts_by(buckets, people, DAYS)
    rows = pa.concat_tables([read(list(features.READ)) for read in buckets.readers]).to_pylist()
    meaning = kinds.load().meaning_of
    names = buckets.codes["kind"]
    seen = 0
    for place, person in enumerate(people.tolist()):
        for number, at in enumerate(DAYS.at.tolist()):
            past = [row for row in rows if row["person"] == person and row["kind"] >= 0 and row["at"] <= at]
            own = [row for row in past if row["direction"] != features.OUT]
            firsts: dict[int, int] = {}
            for row in own:
                firsts.setdefault(row["at"] // DAY, row["at"])
            fade = lambda then, at=at: 0.5 ** ((at - then) / (PERIOD / 2))  # noqa: E731
            assert found.acts[place, number] == len(own)
            assert found.days[place, number] == sum(then > at - PERIOD for then in firsts.values())
            assert found.pace[place, number] == pytest.approx(sum(map(fade, firsts.values())))
            assert found.last[place, number] == max((row["at"] for row in own), default=0)
            assert found.channels[place, number] == len({row["channel"] for row in own})
            for deed, word in enumerate(DEEDS):
                done = [row["at"] for row in own if getattr(meaning[names[row["kind"]]], word)]
                assert found.deeds[place, number, deed] == pytest.approx(sum(map(fade, done)))
            sent = [row for row in past if row["direction"] == features.OUT and meaning[names[row["kind"]]].sent]
            assert found.got[place, number] == pytest.approx(sum(fade(row["at"]) for row in sent))
            seen += len(own)
    assert seen > 1000
