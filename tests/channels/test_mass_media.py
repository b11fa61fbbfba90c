"""The weeks before the model, the figures after it, and, where PyMC-Marketing is installed, the model itself."""

import datetime as dt
import importlib.util

import numpy as np
import pyarrow as pa
import pytest

from tests import written
from tests.channels.sold import FIRST, LINGER, ON, TRUE, WEEKS, drawn, sold
from tests.channels.trials import ALIVE
from ziggurat.asking.crowd import Crowd
from ziggurat.base import schema
from ziggurat.base.errors import ExtraError, QuestionError
from ziggurat.base.instant import instant
from ziggurat.channels import media_model
from ziggurat.channels.lifts import read_lifts
from ziggurat.channels.mass_media import WITHOUT, mass_media
from ziggurat.channels.media_model import Fitted
from ziggurat.channels.weeks import Span, weekly
from ziggurat.facts.given import Bought
from ziggurat.stats.media import Draws, contributions

MISSING = importlib.util.find_spec(media_model.NEEDED) is None
LOG = """
    at               actor      kind       amount
    06-14 23:59      user:ana   purchased  1
    06-15            user:ana   purchased  2
    06-21 23:59      user:bo    purchased  4
    06-22            user:bo    purchased  -
    06-23            user:bo    visited    -
    06-29            user:bo    purchased  16
"""


def lives(text=LOG):
    ALIVE.append(Crowd(written.interactions(text)))
    return ALIVE[-1].derived.buckets()


def bought(*rows, table=schema.EXPOSURES):
    return pa.Table.from_pylist([{**row, "day": dt.date.fromisoformat(row["day"])} for row in rows], schema=table)


EXPOSED = bought(
    {"activity": "TV", "day": "2026-06-15", "cost": 100.0, "impressions": 7.0},
    {"activity": "TV", "day": "2026-06-21", "cost": 50.0, "impressions": None},
    {"activity": "TV", "day": "2026-06-14", "cost": 8.0, "impressions": 9.0},
    {"activity": None, "day": "2026-06-16", "cost": 1e6},
    {"activity": "Poster", "day": "2026-06-23", "cost": None, "impressions": 5.0},
    {"activity": "Late", "day": "2026-06-22", "cost": 3.0},
)
COST = bought(
    {"activity": "Radio", "day": "2026-06-22", "money": 30.0},
    {"activity": "Radio", "day": "2026-06-08", "money": 5.0},
    {"activity": "TV", "day": "2026-06-28", "money": 2.0},
    {"activity": "TV", "day": "2026-06-29", "money": 1e6},
    table=schema.COSTS,
)


def table(now="2026-06-30", weeks=3, held_out=0, measure="times", by="money"):
    buckets = lives()
    kinds = np.array([kind == "purchased" for kind in buckets.codes["kind"]] + [False])
    span = Span(instant(now), weeks, held_out)
    return weekly(buckets, Bought(EXPOSED, COST), span, kinds=kinds, measure=measure, by=by)


def test_whole_weeks_from_monday_to_sunday():
    """30 June 2026 is a Tuesday: the last whole week began on 22 June."""
    found = table()
    assert [str(monday) for monday in found.mondays] == ["2026-06-08", "2026-06-15", "2026-06-22"]
    assert found.outcome.tolist() == [1, 2, 1]
    assert table(measure="amount").outcome.tolist() == [1, 6, 0]
    assert [str(monday) for monday in table("2026-06-28").mondays][-1] == "2026-06-22"
    assert [str(monday) for monday in table("2026-06-27").mondays][-1] == "2026-06-15"


def test_what_was_spent_is_of_exposures_and_costs_together():
    found = table()
    assert found.activities == ["Late", "Radio", "TV"]
    assert found.spend.T.tolist() == [[0, 0, 3], [5, 0, 30], [8, 150, 2]]
    seen = table(by="impressions")
    assert (seen.activities, seen.spend.T.tolist()) == (["Poster", "TV"], [[0, 0, 5], [9, 7, 0]])


def test_an_activity_that_the_model_does_not_see_has_no_place():
    assert table(held_out=1).activities == ["Radio", "TV"]
    assert table(held_out=2).spend.T.tolist() == [[5, 0, 30], [8, 150, 2]]


def test_negative_spending_is_refused():
    wrong = bought({"activity": "TV", "day": "2026-06-15", "cost": -1.0})
    with pytest.raises(QuestionError, match=r"'TV' has cost of -1.0 on 2026-06-15; a model can't take negative"):
        span = Span(instant("2026-06-30"), 3, 0)
        weekly(lives(), Bought(wrong, COST), span, kinds=np.zeros(9, bool), measure="times", by="money")


@pytest.fixture
def known(monkeypatch):
    """The model's place taken by the truth, which it is handed a little apart in two draws."""
    asked = {}

    def truth(weeks, *, held_out, draws, seed, lifts):
        asked.update(weeks=weeks, lifts=lifts)
        two = Draws(*(np.repeat(getattr(TRUE, name), 2, axis=0) for name in ("carry", "bend")),
                    TRUE.most * np.array([[0.9], [1.1]]), TRUE.scale)  # fmt: skip
        return Fitted(two, np.tile(weeks.outcome[-held_out:] * 1.1, (2, 1)) if held_out else np.empty((0, 0)), 1.01)

    monkeypatch.setattr(media_model, "check", lambda: None)
    monkeypatch.setattr(media_model, "fit", truth)
    return asked


def ask(tables, **options):
    return mass_media(tables["buckets"], tables["exposures"], tables["costs"], at="2026-06-30", **ON, **options)


def test_the_figures_are_what_the_parameters_say(known):
    tables, truth = sold()
    answer = ask(tables)
    rows = {row["activity"]: row for row in answer.rows()}
    assert list(rows) == ["TV", "Radio", WITHOUT]
    weeks = known["weeks"]
    assert (len(weeks.mondays), weeks.mondays[0], weeks.activities) == (WEEKS, FIRST, ["Radio", "TV"])
    for place, name in enumerate(weeks.activities):
        row = rows[name]
        assert row["contribution"] == pytest.approx(truth[name])
        assert row["contribution"] == pytest.approx(contributions(weeks.spend, TRUE, LINGER)[0, :, place].sum())
        assert row["contribution_low"] == pytest.approx(0.905 * truth[name])
        assert row["contribution_high"] == pytest.approx(1.095 * truth[name])
        assert row["per_spent"] == pytest.approx(truth[name] / row["spent"])
        assert row["carried_share"] == pytest.approx(TRUE.carry[0, place])
        assert row["suggested"] <= weeks.spend[:, place].max()
    assert sum(row["share"] for row in rows.values()) == pytest.approx(1)
    assert rows["TV"]["suggested"] + rows["Radio"]["suggested"] == pytest.approx(weeks.spend.sum(axis=1).mean())
    assert (rows["TV"]["error_share"], rows["TV"]["agreed"]) == (pytest.approx(0.1), True)
    last = weeks.outcome[-8:]
    assert rows["TV"]["plain_error_share"] == pytest.approx(
        abs(last - weeks.outcome[-16:-8].mean()).mean() / last.mean()
    )
    members = answer.people().collect(backend="pyarrow").to_native()
    assert len(members) == rows["TV"]["people"] == len(set(members["person_id"].to_pylist()))
    assert sum(members["outcome"].to_pylist()) == weeks.outcome.sum()
    curve = [point for point in answer.curve.to_pylist() if point["activity"] == "TV"]
    assert (curve[0]["brought"], curve[-1]["weekly"]) == (0, pytest.approx(weeks.spend[:, 1].max()))


def test_less_money_is_handed_out_where_it_brings_most(known):
    rows = ask(sold()[0], money=50.0, held_out=0).rows()
    assert sum(row["suggested"] for row in rows[:-1]) == pytest.approx(50)
    assert (rows[0]["error_share"], rows[0]["plain_error_share"]) == (None, None)


def test_what_experiments_found_reaches_the_model(known):
    ask(sold()[0], lifts="Radio=0/500/30/5, TV=100/1000/20/4.5")
    assert [(one.activity, one.spend, one.error) for one in known["lifts"]] == [("Radio", 0, 5), ("TV", 100, 4.5)]


def test_an_experiment_of_the_log_reaches_the_model_unless_told_not_to(known):
    """A quarter of them, from autumn on, hear no Radio; they are assigned under its name."""
    tables = sold(trial=True)[0]
    answer = ask(tables)
    assert [(one.activity, one.spend) for one in known["lifts"]] == [("Radio", 0)]
    assert answer.notes[0].startswith("The experiment 'Radio' tells the model: ")
    typed = ask(tables, lifts="Radio=0/500/30/5")
    assert ([one.error for one in known["lifts"]], typed.notes) == ([5], ())
    assert (ask(tables, experiments="no").notes, known["lifts"]) == ((), [])


def test_nothing_spent_is_an_answer_and_nothing_bought_is_said(known):
    tables = sold()[0]
    nothing = {name: tables[name].slice(0, 0) for name in ("exposures", "costs")}
    assert ask(tables | nothing).rows() == []
    with pytest.raises(QuestionError, match="no 'visited' in these weeks, so there is nothing to explain"):
        late = lives("at  kind\n06-30  visited")
        ask(tables | {"buckets": late}, outcome="visited")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Radio=1/2/3", r"`lifts` holds 'Radio=1/2/3', but must be written as `Radio=0/500/120/30`"),
        ("Radio=a/2/3/4", "must be written as"),
        ("Radoi=0/1/1/1", r"`lifts` names 'Radoi', which has no spending in these weeks; did you mean 'Radio'\?"),
        ("Radio=0/1/-1/1", "spending must be 0 or more, and the others above 0"),
        ("Radio=nan/1/1/1", "spending must be 0 or more, and the others above 0"),
        ("Radio=0/1/inf/1", "spending must be 0 or more, and the others above 0"),
    ],
)
def test_a_lift_that_can_not_be_read_is_refused(text, message):
    with pytest.raises(QuestionError, match=message):
        read_lifts(text, ["Radio", "TV"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weeks": 25}, "`weeks` is 25, but must be a whole number from 26 to 1040"),
        ({"weeks": 30}, "`held_out` is 8 of 30 weeks, which leaves fewer than 26 to learn from; hold out fewer"),
        ({"held_out": -1}, "`held_out` is -1, but must be a whole number from 0 to"),
        ({"draws": 1}, "`draws` is 1, but must be a whole number from 10 to"),
        ({"outcome": "bought"}, "`outcome` names 'bought', of which the log holds nothing"),
    ],
)
def test_bad_options_are_refused(known, options, message):
    with pytest.raises(QuestionError, match=message):
        ask({"buckets": lives(), "exposures": EXPOSED, "costs": COST}, **options)


@pytest.mark.skipif(not MISSING, reason="PyMC-Marketing is installed")
def test_without_the_extra_it_says_how_to_get_it():
    with pytest.raises(ExtraError, match=r"pip install 'ziggurat\[mmm\]', restart what is running, and ask again"):
        ask({"buckets": lives(), "exposures": EXPOSED, "costs": COST})


@pytest.mark.skipif(MISSING, reason="the extra `mmm` (PyMC-Marketing, some 760 MB) is not installed")
@pytest.mark.filterwarnings("default")
def test_the_model_finds_what_was_simulated():
    """What each activity brought lies within its bounds; a lift measured well makes the bounds narrower."""
    tables, truth = sold()
    rows = {row["activity"]: row for row in ask(tables, draws=300).rows()}
    for name, brought in truth.items():
        assert rows[name]["contribution_low"] < brought < rows[name]["contribution_high"]
    assert rows["TV"]["error_share"] < rows["TV"]["plain_error_share"]


@pytest.mark.slow
@pytest.mark.skipif(MISSING, reason="the extra `mmm` (PyMC-Marketing, some 760 MB) is not installed")
@pytest.mark.filterwarnings("default")
def test_bounds_cover_what_was_brought_over_many_sets():
    """Twelve sets, in each of which other things are true; 24 bounds of 95 %. Takes some ten minutes."""
    hits = []
    for seed in range(12):
        tables, truth = sold(seed, drawn(seed))
        rows = {row["activity"]: row for row in ask(tables, draws=300).rows()}
        hits += [
            rows[name]["contribution_low"] < brought < rows[name]["contribution_high"]
            for name, brought in truth.items()
        ]
    assert sum(hits) >= 20  # fewer come of 95 % in 1 case of 170 (binomial); bounds too wide can't be told by 24
