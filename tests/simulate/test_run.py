"""A seed gives one community, byte by byte, and what is said to be true of it is."""

import hashlib
import os
import subprocess
import sys

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests import community as small
from ziggurat.base import kinds, schema
from ziggurat.base.instant import DAY
from ziggurat.settings.config import Config
from ziggurat.simulate import Community, Customers, Organisation, simulate
from ziggurat.simulate.truth import TABLES

COMMUNITY = Community(people=600, days=400, seed=3)
KINDS = kinds.load()
OWN = ("visited", "purchased", "rated", "shared", "liked", "contributed", "subscribed", "joined")


@pytest.fixture(scope="module")
def made():
    return simulate(COMMUNITY)


def digest(made):
    """One hash over every value of every table."""
    found = hashlib.sha256()
    for name, table in sorted({**made.tables, **made.truth}.items()):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
        found.update(name.encode() + sink.getvalue().to_pybytes())
    return found.hexdigest()


def of(table, **wanted):
    """The rows in which columns have the given values."""
    for column, value in wanted.items():
        table = table.filter(pc.equal(table[column], value))
    return table


def micros(column):
    return column.cast(pa.int64()).to_numpy()


def test_a_seed_gives_the_same_bytes_in_another_process():
    again = (
        "from tests.simulate.test_run import digest, simulate, Community; print(digest(simulate(Community(people=90))))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "99", "TZ": "Asia/Tokyo"}
    told = subprocess.run([sys.executable, "-c", again], capture_output=True, text=True, check=True, env=environment)
    assert told.stdout.strip() == digest(simulate(Community(people=90)))
    assert told.stdout.strip() != digest(simulate(Community(people=90, seed=8)))


def test_every_table_is_as_declared(made):
    assert made.tables.keys() == {"interactions", "links", "traits", "exposures", "costs"}
    for name, table in made.tables.items():
        assert table.schema == schema.LOGGED[name]
    assert {name: table.schema for name, table in made.truth.items()} == TABLES
    assert all(table.num_rows for table in made.truth.values())
    assert msgspec.convert(made.settings, Config).name == "Fernhill"


def test_the_log_holds_what_a_log_must(made):
    log = made.tables["interactions"]
    assert all(log[name].null_count == 0 for name in (*schema.REQUIRED, "interaction_id", "source"))
    ids = set(zip(log["source"].to_pylist(), log["interaction_id"].to_pylist(), strict=True))
    assert len(ids) == log.num_rows
    at = micros(log["at"])
    assert (np.diff(at) >= 0).all()
    assert at.min() >= small.moment(0).timestamp()
    assert at.max() < at.min() // DAY * DAY + 400 * DAY


def test_every_group_of_kinds_occurs_and_runs_its_way(made):
    log = made.tables["interactions"]
    seen = set(log["kind"].to_pylist())
    assert seen <= set(KINDS.group_of)
    assert {KINDS.group_of[kind] for kind in seen} == set(KINDS.group_of.values())
    out = set(of(log, direction="out")["kind"].to_pylist())
    assert {KINDS.group_of[kind] for kind in out} == {"organisation"}
    assert {"answered", "replied", "mentored"} <= set(of(log, direction="among")["kind"].to_pylist())
    assert {"email", "web", "forum", "chat", "store", "event", "phone", "survey", "social"} == set(
        log["channel"].to_pylist()
    )


def test_an_answer_comes_later_from_the_same_source_and_to_whom_it_names(made):
    log = made.tables["interactions"]
    earlier = {(row["source"], row["interaction_id"]): row for row in log.to_pylist()}
    answers = log.filter(pc.is_valid(log["in_reply_to"])).to_pylist()
    assert len(answers) > 1000
    whose = {row["b"]: row["a"] for row in made.tables["links"].to_pylist()}
    for row in answers:
        to = earlier[row["source"], row["in_reply_to"]]
        assert to["at"] <= row["at"]
        if row["direction"] == "among":
            asked = to["actor"] if to["direction"] != "out" else to["counterpart"]
            assert whose.get(row["counterpart"], row["counterpart"]) == whose.get(asked, asked)


def test_the_share_that_is_answered_is_that_which_was_meant(made):
    log = made.tables["interactions"]
    asked = log.filter(pc.is_in(log["kind"], pa.array(["asked", "complained", "contacted"])))
    for row in made.truth["answering"].to_pylist():
        assert row["addressed"] == of(asked, channel=row["channel"]).num_rows
        low, high = (row["addressed"] * 0.75 + sign * 4 * np.sqrt(row["addressed"] * 0.1875) for sign in (-1, 1))
        assert low < row["answered"] < high, row


def test_people_are_answered_as_fast_as_was_meant(made):
    log = made.tables["interactions"]
    ours = log.filter(pc.is_in(log["kind"], pa.array(["responded", "resolved"])))
    both = ours.join(log, ["source", "in_reply_to"], ["source", "interaction_id"], "inner", right_suffix="_to")
    hours = (micros(both["at"]) - micros(both["at_to"])) / DAY * 24
    for row in made.truth["answering"].to_pylist():
        found = hours[np.array(both["channel"].to_pylist()) == row["channel"]]
        error = 1.2533 * row["spread"] / np.sqrt(found.size)
        assert abs(np.log(np.median(found) / row["median_hours"])) < 4 * error, row


def test_scores_follow_moods(made):
    scored = of(made.tables["interactions"], kind="rated").join(made.truth["people"], "actor", "identity")
    for mood, low, high in (("detractor", 0, 6), ("passive", 7, 8), ("advocate", 9, 10)):
        given = of(scored, mood=mood)["score"].to_numpy()
        assert ((given >= low) & (given <= high)).mean() > 0.8
        assert ((given >= 0) & (given <= 10)).all()


def test_campaigns_trigger_what_is_told_and_experiments_too(made):
    log = made.tables["interactions"]
    for row in made.truth["campaigns"].to_pylist():
        assert of(log, kind="purchased", activity=row["activity"]).num_rows == row["triggered"]
        assert abs(row["triggered"] - row["messages"] * row["effect"]) <= 4 * np.sqrt(row["messages"] * row["effect"])
    for row in made.truth["experiments"].to_pylist():
        assigned = of(log, kind="assigned", activity=row["activity"])
        assert of(assigned, object="new").num_rows == row["new"]
        assert row["lift"] == (0.35 if row["activity"].startswith("Trial 1") else 0)


def test_buying_is_as_its_truth_has_it():
    alone = Community(
        people=4000, days=500, organisation=Organisation(campaign_effect=0), customers=Customers(buying=1, gratitude=0)
    )
    made = simulate(alone)
    people = made.truth["people"]
    bought = of(made.tables["interactions"], kind="purchased").group_by("actor").aggregate([("at", "count")])
    seen = people.join(bought, "identity", "actor")
    rate, size = seen["purchases_a_day"].to_numpy(), seen["at_count"].fill_null(0).to_numpy()
    assert abs(rate.mean() - 0.9 / 32) < 4 * np.sqrt(0.9) / 32 / np.sqrt(rate.size)
    often, seldom = size[rate > np.quantile(rate, 0.75)], size[rate < np.quantile(rate, 0.25)]
    assert often.mean() > 3 * seldom.mean()
    gone = seen.filter(pc.is_valid(seen["gone_at"]))
    last = of(made.tables["interactions"], kind="purchased").group_by("actor").aggregate([("at", "max")])
    late = gone.join(last, "identity", "actor")
    assert late["gone_at"].to_pylist() == late["at_max"].to_pylist()


def test_what_is_passed_on_is_passed_on_along_ties():
    made = simulate(Community(people=1500, days=500, seed=3, customers=Customers(peer_influence=500)))
    ties = {frozenset(row.values()) for row in made.truth["ties"].to_pylist()}
    taken = made.truth["adoption"].to_pylist()
    when = {(row["activity"], row["identity"]): row["at"] for row in taken}
    moved = [row for row in taken if row["after"]]
    assert len(moved) > 10
    assert {row["activity"] for row in moved} == {"Balcony challenge"}
    assert all(frozenset((row["identity"], row["after"])) in ties for row in moved)
    assert all(when[row["activity"], row["after"]] < row["at"] for row in moved)
    assert all(row["influence"] > 0 for row in moved)
    joined = of(made.tables["interactions"], kind="joined")
    assert all(of(joined, activity=row["activity"], actor=row["identity"]).num_rows == 1 for row in taken)


def test_people_stand_on_one_stage_at_a_time_from_their_arrival_to_the_end(made):
    arrived = dict(zip(*(made.truth["people"][name].to_pylist() for name in ("identity", "arrived")), strict=True))
    last = {}
    for row in made.truth["stages"].to_pylist():
        assert row["since"] == last.get(row["identity"], arrived[row["identity"]])
        assert row["since"] < row["until"]
        last[row["identity"]] = row["until"]
    assert len(last) == 600
    assert len(set(last.values())) == 1


def test_nobody_does_anything_before_she_arrives(made):
    link = {row["b"]: row["a"] for row in made.tables["links"].to_pylist()}
    arrived = dict(zip(*(made.truth["people"][name].to_pylist() for name in ("identity", "arrived")), strict=True))
    log = made.tables["interactions"]
    first = log.group_by("actor").aggregate([("at", "min")]).to_pylist()
    known = [(arrived.get(link.get(row["actor"], row["actor"])), row["at_min"]) for row in first]
    assert sum(start is not None for start, _ in known) > 600
    assert all(start is None or start <= at for start, at in known)


def test_changing_the_organisation_leaves_what_customers_do_by_themselves(made):
    other = simulate(msgspec.structs.replace(COMMUNITY, organisation=Organisation(answered_share=0, staff=3, lift=0)))
    for kind in OWN:
        mine, theirs = (
            of(one.tables["interactions"], kind=kind, direction="in") for one in (made, other)
        )  # fmt: skip
        alone = [
            {tuple(row.values()) for row in table.filter(pc.is_null(table["activity"])).to_pylist()}
            for table in (mine, theirs)
        ]
        assert len(alone[0] ^ alone[1]) <= (len(alone[0]) * 0.2 if kind == "visited" else 0), kind


def test_changing_one_habit_leaves_the_others(made):
    louder = simulate(msgspec.structs.replace(COMMUNITY, customers=Customers(starts=2.0)))
    for kind in ("read", "liked", "volunteered", "rated"):
        logs = [of(one.tables["interactions"], kind=kind).drop("interaction_id") for one in (made, louder)]
        # An answer of ours that goes round is read in the forum, and follows from what is asked.
        mine, theirs = (
            log.filter(pc.invert(pc.and_(pc.equal(log["channel"], "forum"), kind == "read"))) for log in logs
        )
        assert mine.drop("text").equals(theirs.drop("text")), kind
    assert (
        of(louder.tables["interactions"], kind="asked").num_rows
        > 1.6 * of(made.tables["interactions"], kind="asked").num_rows
    )
