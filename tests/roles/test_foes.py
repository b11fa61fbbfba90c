"""Who carries the mood: planted voices are found, and where there are none, none is claimed."""

import datetime as dt
import os
import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from tests import community
from tests.channels import lives
from tests.levels.tables import ON
from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds, schema
from ziggurat.catalogue import find
from ziggurat.settings.declared import Declared

SEEDS = range(int(os.environ.get("ZIGGURAT_SEEDS", "5")))
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PEOPLE, LOUD = 60, 5
ALIVE = []


def world(seed, loud=LOUD, against=0.1):
    """Everyone says what they think of us; some are turned to by many. Returns the tables, and who is loud and against.

    loud: the first so many are turned to ten times as often, and speak against us; of the others a share does.
    """
    draw = np.random.default_rng(seed)
    bad = (draw.random(PEOPLE) < against) | (np.arange(PEOPLE) < loud)
    weight = np.where(np.arange(PEOPLE) < loud, 10.0, 1.0) * draw.gamma(4.0, 0.25, PEOPLE)
    rows = []
    for who in range(PEOPLE):
        for _ in range(3):
            score = draw.integers(0, 4) if bad[who] else draw.integers(9, 11)
            rows.append({"actor": who, "kind": "rated", "channel": "survey", "score": float(score)})
    for _ in range(600):
        who, to = draw.integers(PEOPLE), draw.choice(PEOPLE, p=weight / weight.sum())
        if who != to:
            rows.append({"actor": who, "kind": "replied", "channel": "forum", "counterpart": f"user:{to}"})
    for number, row in enumerate(rows):
        at = START + dt.timedelta(minutes=int(draw.integers(0, 150 * 1440)))
        way = "among" if row["kind"] == "replied" else "in"
        row |= {"interaction_id": f"i{number}", "source": "a", "at": at, "received_at": at, "direction": way}
        row["actor"] = f"user:{row['actor']}"
    crowd = Crowd(pa.Table.from_pylist(rows, schema=schema.INTERACTIONS))
    ALIVE.append(crowd)
    tables = {
        "buckets": crowd.derived.buckets(),
        "people": crowd.people(),
        "levels": crowd.levels(lives.ladder()),
        "kinds": kinds.load().table(),
        **Declared({}, {}, {"*": "en"}, {}).tables(),
    }
    return tables, rows, bad


def ask(tables):
    return find("friends-and-foes").ask(tables, **ON, at="2026-06-30")


def heard_against(result):
    found = re.search(r", ([\d.]+) % \(([\d.]+) to ([\d.]+) %\)", result.notes[0])
    return tuple(float(one) / 100 for one in found.groups())


def names_of(tables, result):
    return dict(zip(tables["people"]["person_id"].to_pylist(), tables["people"]["identities"].to_pylist(), strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_planted_voices_against_us_are_among_the_first_ten(seed):
    tables, rows, bad = world(seed)
    result = ask(tables)
    called = names_of(tables, result)
    first = [called[row["person_id"]][0] for row in result.rows()[:10]]
    assert {f"user:{number}" for number in range(LOUD)} <= set(first)
    turned = Counter(row["counterpart"] for row in rows if row["kind"] == "replied")
    people = {to: len({row["actor"] for row in rows if row.get("counterpart") == to}) for to in turned}
    against = sum(times for to, times in turned.items() if bad[int(to.removeprefix("user:"))])
    assert heard_against(result)[0] == pytest.approx(against / sum(turned.values()), abs=0.0006)
    for row in result.rows():
        who = called[row["person_id"]][0]
        assert (row["times"], row["turned_to_by"]) == (turned[who], people.get(who, 0))
        assert row["heard_share"] == pytest.approx(turned[who] / sum(turned.values()))
        assert row["stance"] == ("detractor" if bad[int(who.removeprefix("user:"))] else "advocate")


def test_where_loudness_and_stance_have_nothing_to_do_with_each_other_the_share_is_that_of_people():
    held = 0
    for seed in SEEDS:
        _, low, high = heard_against(ask(world(100 + seed, loud=0, against=0.3)[0]))
        held += low <= 0.3 <= high
    assert held >= 0.8 * len(SEEDS)
    quiet = ask(world(1, loud=0, against=0.0)[0])
    assert not [row for row in quiet.rows() if row["stance"] == "detractor"]
    assert " 0 % (0 to " in quiet.notes[0]
    assert quiet.notes[1].endswith(", 0 speak against us.")


def test_it_says_of_each_person_what_the_studies_say_by_themselves():
    tables = community.tables()
    given = {"at": community.AT, **ON}
    rows = find("friends-and-foes").ask(tables, **given).rows()
    talk = {row["person_id"]: row for row in find("conversation").ask(tables, **given).rows()}
    members = find("stance").ask(tables, **given).members.collect(backend="pyarrow").to_native().to_pylist()
    stances = {row["person_id"]: row["stance"] for row in members}
    assert len(rows) > 20
    for row in rows:
        assert row["stance"] == stances[row["person_id"]]
        assert row["turned_to_by"] == (talk.get(row["person_id"]) or {"turned_to_by": 0})["turned_to_by"]
