"""What one message more does for the mix is what the study of the mix says once that message is in the log."""

from __future__ import annotations

import pyarrow as pa
import pytest

from tests.channels import lives
from tests.channels.test_mix import TEXT, YEAR
from tests.levels.tables import ON
from tests.written import interactions
from ziggurat.base.instant import DAY, instant
from ziggurat.catalogue import STUDIES
from ziggurat.channels.nearer import Mixed
from ziggurat.channels.touches import PAIRS, Touched, read_touches, reading
from ziggurat.facts.given import Contacts
from ziggurat.people.ids import person_of
from ziggurat.study import Window

UNTIL = instant("2026-12-31")


def world(*more: str) -> dict:
    """The log of the mix, with rows of one message each on a day so late that it can't be told who comes back on it."""
    text = TEXT + "".join(f"    z{one}  {row}\n" for one, row in enumerate(more))
    return lives.tables(interactions(text), activities={})


def mixed(given: dict) -> Mixed:
    contacts = Contacts(**{name: given[name] for name in ("buckets", "people", "kinds", "activities")})
    return Mixed.of(read_touches(reading(contacts, Window(UNTIL - 365 * DAY, UNTIL), by="activity", days=14)))


def away(given: dict) -> float:
    """The distance that the study tells, in people: a, b, c and d are known."""
    return 4 * STUDIES["mix"].ask(given, **ON, **YEAR).rows()[0]["distance"]


def person(given: dict, identity: str) -> int:
    known = zip(*(given["people"][name].to_pylist() for name in ("person_id", "identities")), strict=True)
    return next(person_of(one) for one, names in known if f"user:{identity}" in names)


@pytest.mark.parametrize("who", ["a", "b", "c", "d"])
@pytest.mark.parametrize(("kind", "responsiveness"), [("responded", 1.0), ("messaged", 0.0)])
def test_it_is_what_the_mix_wins_by_that_message(who, kind, responsiveness) -> None:
    before, after = world(), world(f"user:{who}  12-30  {kind}  letter  Play  -  -")
    found = mixed(before).by(person(before, who), responsiveness)
    assert found == pytest.approx(away(before) - away(after), abs=1e-12)
    assert found > 0 or (who == "c" and kind == "messaged")  # less personal than what c gets already


def test_several_are_worth_nearly_the_sum_while_they_are_few() -> None:
    everyone, reached = 1000, 600
    pairs = {name: [0.0] * reached for name in PAIRS.names} | {
        "person": list(range(reached)), "unit": [0] * reached, "touches": [1.0 + one % 4 for one in range(reached)],
        "addressing": [0.4 * (1 + one % 4) for one in range(reached)], "ripe": [1.0] * reached,
        "back": [float(one % 5 == 0) for one in range(reached)],
    }  # fmt: skip
    found = Mixed.of(Touched(["mail"], pa.table(pairs, PAIRS), None, everyone))
    some = [*range(0, 30), *range(700, 730)]
    for one in some:
        place = [place for place, each in enumerate(pairs["person"]) if each == one]
        if place:
            for name in ("touches", "addressing", "responsiveness"):
                pairs[name][place[0]] += 1.0
        else:
            row = {"person": one, "touches": 1.0, "addressing": 1.0, "responsiveness": 1.0, "unit": 0}
            for name, column in pairs.items():
                column.append(row.get(name, 0.0))
    after = Mixed.of(Touched(["mail"], pa.table(pairs, PAIRS), None, everyone))
    whole = everyone * (found.away(found.person.size, found.personal) - after.away(after.person.size, after.personal))
    assert sum(found.by(one, 1.0) for one in some) == pytest.approx(whole, rel=0.05)
    assert all(0 < found.by(one, 1.0) < 1 for one in some)


def test_where_nobody_was_reached_the_first_message_counts_for_one_person_at_most() -> None:
    nobody = Mixed.of(Touched([], PAIRS.empty_table(), None, 10))
    assert nobody.away(0, 0.0) == 1.0
    assert nobody.by(5, 0.5) == nobody.by(5, 1.0) == 1.0
