"""Experiments written as logs: who counts, what she did, and what the figures then are."""

import collections

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import written
from tests.channels.lives import ladder
from tests.channels.lives import log as lived
from tests.channels.trials import LADDER, asked, assignments, simulated
from tests.examples import few
from tests.levels.tables import DAY, history
from ziggurat.asking.asking import DerivedTables, StudyRunner
from ziggurat.asking.crowd import Crowd
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import instant
from ziggurat.catalogue import STUDIES
from ziggurat.channels.assigned import Arm
from ziggurat.channels.experiment import effects, experiment, mean, shares_of
from ziggurat.people.ids import person_id
from ziggurat.people.resolve import hash_of
from ziggurat.results import rendering
from ziggurat.stats.sequential import half_width
from ziggurat.stats.trial import Moments, difference, slope

TWO = """
    at                actor       kind       activity  object   amount
    02-01 10:00       user:ana    assigned   Trial     new      -
    02-03             user:ana    donated    -         -        20
    02-04             user:ana    donated    -         -        10
    01-20             user:ana    donated    -         -        7
    02-01 10:00       user:bo     assigned   Trial     control  -
    02-01 10:00       user:bo     donated    -         -        5
    02-20             user:bo     donated    -         -        90
    02-02             user:cy     assigned   Trial     control  -
    02-09             user:cy     donated    -         -        8
"""


def people(result):
    """Members as variant → {who: (outcome, before)}."""
    names = {person_id(hash_of(f"user:{name}")): name for name in ("ana", "bo", "cy", "dee", "eve")}
    found = collections.defaultdict(dict)
    for row in result.members.collect(backend="pyarrow").to_native().to_pylist():
        found[row["variant"]][names[row["person_id"]]] = (row["outcome"], row["before"])
    return dict(found)


def trial(text, **options):
    return asked(experiment, written.interactions(text), **({"outcome": "donated", "measure": "amount"} | options))


def test_what_she_did_after_the_assignment_counts_and_what_she_did_up_to_it_is_before():
    """Bo gave at the very instant of his assignment, and again 19 days later."""
    assert people(trial(TWO)) == {"new": {"ana": (30, 7)}, "control": {"bo": (0, 5), "cy": (8, 0)}}
    assert people(trial(TWO, measure="times"))["new"] == {"ana": (2, 1)}
    assert people(trial(TWO, measure="did"))["new"] == {"ana": (1, 1)}
    assert people(trial(TWO, before_days=5))["new"] == {"ana": (30, 0)}
    assert people(trial(TWO, window_days=20))["control"] == {"bo": (90, 5), "cy": (8, 0)}


def test_the_rows_say_how_many_and_how_much():
    control, new, several, early = trial(TWO).rows()
    assert (control["variant"], control["people"], control["mean"], control["verdict"]) == ("control", 2, 4, "control")
    assert (new["variant"], new["people"], new["effect"], new["effect_low"], new["verdict"]) == (
        "new",
        1,
        26,
        None,
        "too few",
    )
    assert (control["share"], control["meant_share"], control["mismatch_p"]) == (pytest.approx(2 / 3), 0.5, 1)
    assert (several["variant"], several["people"], early["variant"], early["people"]) == (
        "(several)",
        0,
        "(too recent)",
        0,
    )


def test_until_her_days_are_over_nobody_counts_and_those_after_the_instant_are_not_there():
    """Ana's 14 days are over at 10:00 on 15 February; Cy was assigned at midnight of 2 February."""
    at = written.micros("2026-02-15 10:00")
    assert set(people(trial(TWO, at=at))) == {"new", "control", "(too recent)"}
    assert set(people(trial(TWO, at=at - 1))) == {"(too recent)"}
    assert people(trial(TWO, at=written.micros("2026-02-01 10:00"))) == {"(too recent)": {"ana": (0, 7), "bo": (0, 5)}}
    assert [row["assigned"] for row in trial(TWO, at=at - 1).rows()] == [2, 1, None, None]


def test_without_bounds_it_says_what_they_take_and_what_there_is():
    """Ana's and Cy's gifts are within their days; Bo's are not."""
    note, seen = trial(TWO).notes
    assert seen.startswith("Of ")
    assert "at least 100 people in each variant, 20 with the outcome." in note
    assert "control: 1 of 2; new: 1 of 1" in note
    did, _ = trial(TWO, measure="did").notes
    assert "at least 50 people in each variant, 5 with the outcome and 5 without." in did
    (alone,) = trial(TWO.replace("control", "new    ")).notes
    assert "nobody was assigned to a second variant" in alone


def test_the_first_assignment_counts_and_another_variant_in_her_days_leaves_her_out():
    text = """
        at      actor      kind      activity  object
        02-01   user:ana   assigned  Trial     new
        02-15   user:ana   assigned  Trial     control
        02-01   user:bo    assigned  Trial     new
        02-16   user:bo    assigned  Trial     control
        02-01   user:cy    assigned  Trial     new
        02-02   user:cy    assigned  Trial     new
        02-02   user:cy    assigned  Other     control
        02-03   user:dee   assigned  Trial     -
        02-03   user:eve   assigned  Trial     control
        02-03   user:eve   assigned  Trial     new
        02-04   user:eve   visited   -         -
    """
    found = trial(text, outcome="visited", measure="did", experiment="Trial")
    assert {variant: set(who) for variant, who in people(found).items()} == {
        "(several)": {"ana", "eve"}, "new": {"bo", "cy"}, "(no variant)": {"dee"},
    }  # fmt: skip
    assert {row["variant"]: row["assigned"] for row in found.rows()} == {
        "(no variant)": 1, "new": 2, "(several)": None, "(too recent)": None,
    }  # fmt: skip


def test_to_be_assigned_is_no_message():
    """Neither a touch on the map of reach and value nor a step of a journey, unless it is asked for."""
    log = written.interactions("""
        at      actor      kind       channel  activity
        06-01   user:ana   assigned   web      Trial
        06-02   user:ana   emailed    email    Letter
        06-03   user:ana   purchased  store    -
    """)
    reach, found = STUDIES["reach-value"], Crowd(log)
    window = {"since": "2026-05-31", "until": "2026-06-30"}
    tables = StudyRunner(DerivedTables(found.derived)).tables((*reach.needs, "levels"), found.lens(ladder()), {})
    assert [row["activity"] for row in reach.ask(tables, **LADDER, **window).rows()] == ["Letter"]
    ways = [
        [row["path"] for row in STUDIES["journeys"].ask(tables, **LADDER, **window, outcome="purchased", **more).rows()]
        for more in ({}, {"touches": "assigned, emailed"})
    ]
    assert ways == [["email"], ["web > email"]]


def test_a_climb_can_be_the_outcome():
    ids = {name: person_id(hash_of(f"user:{name}")) for name in ("ana", "bo", "cy")}
    levels = history(
        f"{ids['ana']} 0@01-01 2@02-05 1@02-08 2@02-10 \n {ids['bo']} 0@01-01 1@02-05 \n {ids['cy']} 2@01-30"
    )
    log = written.interactions(TWO)
    assert people(asked(experiment, log, levels, outcome="Endorsing")) == {
        "new": {"ana": (1, 0)}, "control": {"bo": (0, 0), "cy": (0, 1)},
    }  # fmt: skip
    assert people(asked(experiment, log, levels, outcome="1", measure="times"))["new"] == {"ana": (1, 0)}
    assert asked(experiment, log, levels).asked["experiment"] == "Trial"
    with pytest.raises(QuestionError, match="a climb has no amount; choose another `measure`"):
        asked(experiment, log, levels, outcome="Endorsing", measure="amount")


def test_the_experiment_that_assigned_someone_last_is_asked_about():
    text = "at  actor  kind  activity  object \n 02-01  user:ana  assigned  One  x \n 03-01  user:bo  assigned  Two  x"
    text = text.replace(" \n ", "\n")
    assert trial(text, outcome="assigned").asked["experiment"] == "Two"
    assert trial(text, outcome="assigned", at="2026-02-20").asked["experiment"] == "One"
    nothing = trial("at  kind\n02-01  visited", outcome="visited")
    assert (nothing.rows(), people(nothing)) == ([], {})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"experiment": "Trail"},
            "nobody was assigned in 'Trail'; did you mean 'Trial'\\? The experiments are: Trial\\.",
        ),
        ({"control": "old"}, "nobody was assigned to 'old'. The variants are: control, new\\."),
        ({"split": "control 3"}, "`split` is 'control 3', but must be written as `control=9, new=1`\\."),
        ({"split": "control=1"}, "must give each variant a weight above 0; they are: control, new\\."),
        ({"split": "control=1, new=nan"}, "must give each variant a weight above 0"),
        ({"outcome": "bought"}, "`outcome` names 'bought', of which the log holds nothing"),
        ({"outcome": ","}, "`outcome` names nothing"),
        ({"window_days": 0}, "`window_days` is 0, but must be a number of days from 0.04167 to 36500"),
        ({"before_days": -1}, "`before_days` is -1, but must be a number of days from 0 to"),
        ({"planned": 0}, "`planned` is 0, but must be a whole number from 1 to"),
        ({"measure": "mean"}, "`measure` is 'mean'. It can be: did, times, amount\\."),
    ],
)
def test_what_can_not_be_asked_is_said(options, message):
    with pytest.raises(QuestionError, match=message):
        trial(TWO, **options)


def test_who_was_meant_for_what_is_a_share_and_a_mismatch_is_called_one():
    assert shares_of(["a", "b"], " a = 3 ,b=1") == {"a": 0.75, "b": 0.25}
    log = simulated(3, 400, share=0.3)
    odd = asked(experiment, log, outcome="donated", measure="amount").rows()
    assert {row["verdict"] for row in odd[:2]} == {"assignment is off"}
    fine = asked(experiment, log, outcome="donated", measure="amount", split="control=7,new=3").rows()
    assert [row["verdict"] for row in fine[:2]] == ["control", "not clear"]
    assert fine[0]["mismatch_p"] > 0.05 > 0.001 > odd[0]["mismatch_p"]


def test_the_figures_are_those_of_the_arithmetic_on_the_people_one_by_one():
    found = asked(experiment, simulated(1, 400, effect=3.0), outcome="donated", measure="amount", planned=400)
    arms = {}
    for name in ("new", "control"):
        rows = found.people(variant=name).collect(backend="pyarrow").to_native().to_pylist()
        y, x = (np.array([row[column] for row in rows]) for column in ("outcome", "before"))
        arms[name] = Moments(len(y), y.sum(), (y * y).sum(), x.sum(), (x * x).sum(), (x * y).sum())
    both = (arms["new"], arms["control"])
    row = found.rows()[1]
    assert [note for note in found.notes if "check of the assignment" not in note] == []
    assert row["effect"] == pytest.approx(difference(*both).effect)
    assert row["adjusted"] == pytest.approx(difference(*both, slope(*both)).effect)
    assert row["variance_cut_share"] == pytest.approx(
        1 - difference(*both, slope(*both)).variance / difference(*both).variance
    )
    assert row["effect_low"] < row["adjusted_low"] < 3 < row["adjusted_high"] < row["effect_high"]
    assert (row["verdict"], row["mean_low"]) == ("higher", None)
    assert "Effect" in rendering.to_svg(found.chart())
    last = found.curve.to_pylist()[-1]
    assert (last["effect"], last["low"], last["high"]) == (row["adjusted"], row["adjusted_low"], row["adjusted_high"])


def test_the_more_variants_the_wider_the_bounds_of_each():
    """5 % are shared out among the effects, and among the means, so that all bounds hold at once."""
    arm = Arm(Moments(400, 100, 100, 0, 0, 0), 100)
    one, three = (effects(arm, arm, 800, several, "did") for several in (1, 3))
    assert one["effect_high"] == pytest.approx(half_width(2 * arm.sums.spread() / 400 * 800, 800, 800, 0.05))
    assert three["adjusted_high"] == pytest.approx(half_width(2 * arm.sums.spread() / 400 * 800, 800, 800, 0.05 / 3))
    share = mean(arm, 400, 2, "did")
    assert share["mean_high"] - 0.25 == pytest.approx(half_width(arm.sums.spread(), 400, 400, 0.025))


def test_the_adjusted_band_of_whole_logs_holds_day_after_day():
    """An effect of 2 on a mean of 10: the truth is in the band on all days, of 24 logs in all but two at most."""
    held, found = 0, 0
    for seed in range(24):
        answer = asked(experiment, simulated(seed, 320, effect=2.0), outcome="donated", measure="amount", planned=320)
        days = answer.curve.to_pylist()
        held += all(day["low"] <= 2 <= day["high"] for day in days)
        found += answer.rows()[1]["verdict"] == "higher"
        assert len(days) > 5
    assert held >= 22
    assert found >= 20


@given(at=st.integers(instant("2026-02-10"), instant("2026-08-01")), window=st.sampled_from([1.0, 9.5, 14.0, 60.0]))
@settings(max_examples=few(12), deadline=None)
def test_a_naive_walk_through_every_life_finds_the_same_people(at, window):
    log = lived(people=25, size=900)
    log = pa.concat_tables([log, assignments(log)])
    lives = collections.defaultdict(list)
    for row in log.to_pylist():
        moment = int(row["at"].timestamp() * 1e6)
        if moment <= at:
            lives[row["actor"]].append((moment, row["interaction_id"], row))
    expected = {}
    for actor, life in lives.items():
        ordered = sorted(life, key=lambda event: event[:2])
        mine = [event for event in ordered if (event[2]["kind"], event[2]["activity"]) == ("assigned", "Trial")]
        if mine:
            start, _, first = mine[0]
            end = start + window * DAY
            bought = [(moment, row["amount"]) for moment, _, row in ordered if row["kind"] == "purchased"]
            to = first["object"] or "(no variant)"
            several = any(moment <= end and (row["object"] or "(no variant)") != to for moment, _, row in mine)
            expected[person_id(hash_of(actor))] = (
                "(several)" if several else "(too recent)" if end > at else to,
                sum(amount for moment, amount in bought if start < moment <= end),
                sum(amount for moment, amount in bought if start - 28 * DAY < moment <= start),
            )
    options = {"experiment": "Trial"} if expected else {}
    found = asked(experiment, log, at=at, outcome="purchased", measure="amount", window_days=window, **options)
    rows = found.members.collect(backend="pyarrow").to_native().to_pylist()
    assert {row["person_id"]: (row["variant"], row["outcome"], row["before"]) for row in rows} == expected
