"""What people like: planted likes are found by word and by deed, and a twin counts the same."""

import datetime as dt
import os
from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pytest

from tests.levels.tables import ON
from ziggurat.asking.crowd import Crowd
from ziggurat.base import schema
from ziggurat.catalogue import find
from ziggurat.settings.declared import Declared

SEEDS = range(int(os.environ.get("ZIGGURAT_SEEDS", "3")))
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PEOPLE = 60
SAID = {
    "garden": ("tomatoes seedlings compost", "seedlings watering tomatoes", "compost tomatoes watering"),
    "parcels": ("parcel tracking courier", "courier delivery parcel", "tracking delivery courier"),
    "prices": ("invoice voucher discount", "voucher instalment invoice", "discount instalment voucher"),
}
THINGS = ("lamp", "kettle", "shears", "bucket")
ALIVE = []


def world(seed):
    """Everyone likes one topic and one thing and dislikes others; one word in ten has the wrong tone. Returns both."""
    draw = np.random.default_rng(seed)
    rows, planted = [], {}
    for who in range(PEOPLE):
        good, bad = draw.permutation(list(SAID))[:2]
        kept, back, rated, hated = draw.permutation(THINGS)
        for name in (good, kept, rated):
            planted[who, name] = "likes"
        for name in (bad, back, hated):
            planted[who, name] = "dislikes"
        for theme in (good, bad):
            for _ in range(5):
                kind = (theme == good) ^ (draw.random() < 0.1)
                tone = "I love it, wonderful" if kind else "it is terrible, I hate it"
                rows.append((who, "posted", {"text": f"{draw.choice(SAID[theme])}, {tone}", "channel": "forum"}))
        rows += [(who, "purchased", {"object": kept, "amount": 5.0})] * 3
        rows += [(who, way, {"object": back, "amount": 5.0}) for way in ("purchased", "refunded")]
        rows += [(who, "rated", {"object": rated, "score": 10.0}), (who, "rated", {"object": hated, "score": 2.0})]
    table = []
    for number, (who, kind, more) in enumerate(rows):
        at = START + dt.timedelta(minutes=int(draw.integers(0, 150 * 1440)))
        row = {"interaction_id": f"i{number}", "source": "a", "at": at, "received_at": at, "actor": f"user:{who}"}
        table.append(row | {"kind": kind, "channel": "shop", "direction": "in"} | more)
    crowd = Crowd(pa.Table.from_pylist(table, schema=schema.INTERACTIONS))
    ALIVE.append(crowd)
    people = crowd.people()
    tables = {"buckets": crowd.derived.buckets(), "people": people, **Declared({}, {}, {"*": "en"}, {}).tables()}
    named = dict(zip(people["person_id"].to_pylist(), people["identities"].to_pylist(), strict=True))
    return tables, table, planted, {person: int(one[0].removeprefix("user:")) for person, one in named.items()}


def ask(tables, **options):
    return find("likes").ask(tables, **ON, since="2025-12-31", until="2026-06-30", **{"topics": 3} | options)


def members(result):
    return result.members.collect(backend="pyarrow").to_native().to_pylist()


def topic_of(theme):
    """The planted topic of which most words are."""
    words = set(theme.split(", "))
    return max(SAID, key=lambda name: len(words & set(" ".join(SAID[name]).split())))


@pytest.mark.parametrize("seed", SEEDS)
def test_planted_likes_and_dislikes_are_told(seed):
    tables, _, planted, number = world(seed)
    told = {}
    for row in members(ask(tables)):
        name = topic_of(row["theme"]) if row["sort"] == "topic" else row["theme"]
        told[number[row["person_id"]], name] = row["verdict"]
    right = [told.get(key) == verdict for key, verdict in planted.items()]
    assert len(right) == 6 * PEOPLE
    assert np.mean(right) >= 0.9


def test_things_are_counted_as_a_plain_reading_has_it():
    tables, rows, _, number = world(11)
    count, verdicts = defaultdict(Counter), {}
    for row in rows:
        if row.get("object"):
            score = row.get("score")
            said = "said_for" if (score or 0) >= 9 else "said_against" if score is not None and score < 7 else ""
            what = {"purchased": "bought", "refunded": "returned"}.get(row["kind"], said)
            count[row["actor"], row["object"]][what] += 1
    for key, one in count.items():
        if one["said_for"] != one["said_against"]:
            verdicts[key] = "likes" if one["said_for"] > one["said_against"] else "dislikes"
        elif one["returned"] and one["bought"] <= one["returned"]:
            verdicts[key] = "dislikes"
        else:
            verdicts[key] = "likes" if one["bought"] - one["returned"] >= 2 else "met"
    result = ask(tables)
    things = [row for row in members(result) if row["sort"] == "thing"]
    assert len(things) == len(count) == 4 * PEOPLE
    for row in things:
        key = (f"user:{number[row['person_id']]}", row["theme"])
        assert row["verdict"] == verdicts[key]
        for name in ("said_for", "said_against", "bought", "returned"):
            assert row[name] == count[key][name]
    for row in result.rows():
        if row["sort"] == "thing":
            assert row["likes"] == sum(verdicts[key] == "likes" for key in count if key[1] == row["theme"])
            assert row["likes_share"] == row["likes"] / (row["likes"] + row["dislikes"])


def test_a_theme_of_few_has_no_row_but_stays_among_the_members():
    tables, *_ = world(12)
    result = ask(tables, least=10_000)
    assert result.rows() == []
    assert len(members(result)) > 4 * PEOPLE
