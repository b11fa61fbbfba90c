import numpy as np
import pyarrow.compute as pc
import pytest
from bench.forecast import gains
from sklearn import metrics

from tests import community
from tests.channels import lives
from tests.test_kubernetes import EVENTS, space  # noqa: F401
from ziggurat.levels.forecast_quality import ALL, FIFTHS, FIRST, forecast_quality


@pytest.fixture(scope="module")
def judged():
    tables = community.tables()
    given = [tables[name] for name in ("buckets", "people", "levels", "kinds")]
    return forecast_quality(*given, at=community.AT, ladder=lives.LADDER, names=lives.NAMES)


def test_figures_are_those_of_another_implementation(judged):
    found = judged.judged
    for row in judged.rows():
        if row["part"] != ALL:
            continue
        told = np.concatenate([split.told[row["model"]][1] for split in found.splits])
        came = np.concatenate([split.of.came for split in found.splits])
        assert (row["cases"], row["came"], row["expected"]) == (len(came), came.sum(), pytest.approx(told.sum()))
        assert row["auc"] == pytest.approx(metrics.roc_auc_score(came, told))
        assert row["average_precision"] == pytest.approx(metrics.average_precision_score(came, told))
        assert row["brier"] == pytest.approx(metrics.brier_score_loss(came, told))


def test_the_share_within_the_first_is_that_of_ties_drawn_in_any_order(judged):
    """Each order of those who were told the same is as likely: the mean over many drawn orders comes near."""
    draw = np.random.default_rng(4)
    rows = {(row["model"], row["part"]): row for row in judged.rows()}
    for model in {model for model, part in rows if part == ALL}:
        hits, came = [], 0
        for split in judged.judged.splits:
            told, of = split.told[model][1], split.of.came
            drawn = [of[np.lexsort((draw.random(of.size), -told))[:FIRST]].sum() for _ in range(400)]
            hits.append(np.mean(drawn))
            came += of.sum()
        row = rows[model, ALL]
        assert row["first_share"] == pytest.approx(sum(hits) / came, abs=0.02), model
        assert 0 <= row["first_share_low"] < row["first_share"] < row["first_share_high"] <= 1
    assert rows[judged.judged.best, ALL]["first_share"] > rows["same for all", ALL]["first_share"]
    assert all(row["first_share"] is None for row in judged.rows() if row["part"] in FIFTHS)
    [note] = [note for note in judged.notes if note.startswith("By rank: ")]
    assert f"of {int(came)} cases in which it came" in note and f"by `{judged.judged.best}`" in note


def test_periods_and_fifths_add_up_to_all(judged):
    rows = judged.rows()
    [whole] = [row for row in rows if row["part"] == ALL and row["chosen"]]
    for parts in (
        [row for row in rows if row["part"] in FIFTHS],
        [row for row in rows if row["part"] not in (ALL, *FIFTHS) and row["chosen"]],
    ):
        for name in ("cases", "came", "expected"):
            assert sum(row[name] for row in parts) == pytest.approx(whole[name]), name
    rates = [row["expected"] / row["cases"] for row in rows if row["part"] in FIFTHS]
    assert rates == sorted(rates)


@pytest.mark.skipif(not EVENTS.exists(), reason="the Kubernetes events are not beside the repository")
def test_first_seats_in_a_real_community(space):  # noqa: F811
    """Ahead of plain volume on average precision, no worse in any year, and about as many as came."""
    result = space.ask("forecast-quality", ladder="seat", outcome="reach", level="Seated", days=365)
    assert len(result.judged.splits) >= 5
    rows = {(row["model"], row["part"]): row for row in result.rows()}
    best = result.judged.best
    assert rows[best, ALL]["ratio"] == pytest.approx(1, abs=0.2)
    inside = 0
    for (model, part), row in rows.items():
        if model == best and part not in (ALL, *FIFTHS):
            assert row["auc"] >= rows["volume", part]["auc"] - 0.01
            inside += row["low"] <= row["came"] <= row["high"]
    assert inside >= len(result.judged.splits) - 1
    assert np.quantile(gains(result.judged, draws=60), 0.05) > 0


def test_members_are_those_who_were_judged(judged):
    table = judged.members.collect(backend="pyarrow").to_native()
    for row in judged.rows():
        assert len(table.filter(pc.equal(table["part"], row["part"]))) == row["people"]
