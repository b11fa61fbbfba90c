"""Credit beyond what comes before anyway, in worlds in which it is known what follows what."""

from __future__ import annotations

import numpy as np
import pytest
from bench.worlds import SENT, Plan, World, buckets, end, leavers, waking

from tests.channels import walks
from tests.written import interactions
from ziggurat.asking.crowd import Crowd
from ziggurat.base import schema
from ziggurat.base.instant import DAY
from ziggurat.channels.attribution import attribution
from ziggurat.channels.incremental import CLIMB, NONE, SAID
from ziggurat.results import rendering

EFFECT = 0.4  # purchases within half a day after each mail


def ask(lives, **options):
    given = {"since": 0, "outcome": "purchased", "collapse_hours": 0, "draws": 0}
    return attribution(lives, schema.LEVELS.empty_table(), ladder="any", names=walks.ON["names"], **(given | options))


def of_model(answer, model="incremental", column="share"):
    return {row["label"]: row[column] for row in answer.rows() if row["model"] == model}


@pytest.fixture(scope="module")
def made():
    return Plan(waking, effects={(2, SENT): (EFFECT, 0.5)}, people=300).draw(1)


@pytest.fixture(scope="module")
def answer(made):
    return ask(buckets(made), until=end(made), draws=20)


def test_a_mail_is_credited_with_what_it_brought(made, answer):
    row = next(row for row in answer.rows() if row["model"] == "incremental" and row["label"] == "emailed")
    bought = (made.kind == 2).sum()
    true = EFFECT * (made.kind == SENT).sum() / bought
    assert row["low"] <= true <= row["high"]
    assert row["credit"] == pytest.approx(row["share"] * bought)
    assert row["share_lowest"] <= row["share"] <= row["share_highest"]


def test_what_cannot_be_told_has_no_figure_and_it_is_said(answer):
    found = of_model(answer)
    assert found["visited"] is found["read"] is None
    assert answer.notes[0] == SAID
    assert "of itself" not in " ".join(answer.notes)
    assert "incremental" in rendering.to_svg(answer.chart())


def test_where_nothing_brings_anything_every_other_model_gives_credit_and_this_one_none():
    given = []
    for seed in range(6):
        world = Plan(leavers, people=200).draw(seed)
        answer = ask(buckets(world), until=end(world))
        given.append(sum(share or 0 for share in of_model(answer).values()))
        assert sum(of_model(answer, "last").values()) > 0.5
    assert np.mean(given) <= 0.05


def test_the_same_touch_again_is_the_same_touch(made):
    """Each mail twice within a minute: collapsed, credit is what it was; else half a purchase follows each."""
    again = np.flatnonzero(made.kind == SENT)
    person, kind = (np.concatenate([column, column[again]]) for column in (made.person, made.kind))
    at = np.concatenate([made.at, made.at[again] + 1 / 1440])
    order = np.lexsort((at, person))
    twice = World(person[order], at[order], kind[order], made.people, made.days)
    once = of_model(ask(buckets(made), until=end(made)))["emailed"]
    assert of_model(ask(buckets(twice), until=end(made), collapse_hours=0.1))["emailed"] == pytest.approx(
        once, abs=2e-3
    )


def test_why_it_is_left_out_is_said(made):
    assert CLIMB in ask(buckets(made), until=end(made), outcome="First").notes
    without = ask(buckets(made), until=end(made), incremental="no")
    assert of_model(without) == {}
    assert SAID not in without.notes
    log = interactions("""
        at      actor   channel  kind
        01-01   user:a  web      purchased
    """)
    crowd = Crowd(log)
    lives = crowd.derived.buckets()
    assert ask(lives, until="2025-01-01").notes == (NONE,)
    assert ask(lives, until="2026-02-01").notes == (SAID,)


def test_nothing_after_the_end_is_looked_at(made):
    cut = end(made) - 20 * DAY
    early = World(
        *(column[made.at < made.days - 20] for column in (made.person, made.at, made.kind)), made.people, made.days
    )
    assert of_model(ask(buckets(made), until=cut)) == pytest.approx(of_model(ask(buckets(early), until=cut)))
