"""How do weeks of spending explain weeks of an outcome? Fitted by PyMC-Marketing, an extra of its own."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ziggurat.base.errors import ExtraError
from ziggurat.channels.weeks import Weeks
from ziggurat.results.result import PROGRESS
from ziggurat.stats.media import Draws

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
LINGER = 8  # weeks in which spending may still have an effect
CHAINS = 2
SEASONS = 2  # sine waves in a year
NEEDED = "pymc_marketing"
FITTED = 0.95  # share of the work that is done once all is drawn


@dataclass(frozen=True)
class Fitted:
    """draws: of the parameters. predicted: draws × weeks held out, in units of the outcome. rhat: the largest of any
    parameter; above 1.05 the chains did not agree, and no figure can be relied on."""

    draws: Draws
    predicted: Floats
    rhat: float


@dataclass(frozen=True)
class Lift:
    """What an experiment found: spending `more` a week beyond `spend` on an activity brought `lift` more of the outcome
    a week, with a standard error."""

    activity: str
    spend: float
    more: float
    lift: float
    error: float


def check() -> None:
    """Raises: ExtraError that says how to get the extra where it is missing."""
    if importlib.util.find_spec(NEEDED) is None:
        raise ExtraError(
            "'mass-media' needs PyMC-Marketing, which is not installed because it is large (some 760 MB). "
            "Install it with: pip install 'ziggurat[mmm]', restart what is running, and ask again."
        )


def fit(weeks: Weeks, *, held_out: int, draws: int, seed: int, lifts: Sequence[Lift]) -> Fitted:
    """Fit geometric carry-over, logistic saturation and yearly seasons to all weeks but the last ones held out.

    The model and its priors are PyMC-Marketing's own: carry-over Beta(1, 3), saturation Gamma(3, 1), strength
    HalfNormal(2), on outcome and spending divided by their largest week. Takes minutes.
    """
    import pandas as pd
    from pymc_marketing.mmm import GeometricAdstock, LogisticSaturation
    from pymc_marketing.mmm.multidimensional import MMM

    tell = PROGRESS.get()
    tell("Building the model", 0.0)
    names = [f"a{place}" for place in range(len(weeks.activities))]
    table = pd.DataFrame(weeks.spend, columns=names)
    table.insert(0, "week", pd.to_datetime(list(weeks.mondays)))
    outcome = pd.Series(weeks.outcome, name="outcome")
    seen = len(outcome) - held_out
    model = MMM(
        date_column="week",
        channel_columns=names,
        target_column="outcome",
        adstock=GeometricAdstock(l_max=LINGER),
        saturation=LogisticSaturation(),
        yearly_seasonality=SEASONS if seen >= 52 else None,
    )
    model.build_model(table[:seen], outcome[:seen])
    if lifts:
        model.add_lift_test_measurements(lift_table(weeks, names, lifts))
    model.fit(
        table[:seen], outcome[:seen], draws=draws, tune=draws, chains=CHAINS, cores=1, random_seed=seed,
        target_accept=0.9, progressbar=False, callback=partial(count_draws, tell=tell, draws=draws),
    )  # fmt: skip
    tell("Foretelling the weeks held out", FITTED)
    return Fitted(sample_parameters(model, weeks, seen), predict_weeks(model, table[seen:], weeks, seed), worst(model))


def count_draws(trace: Any, draw: Any, *, tell: Callable[[str, float], None], draws: int) -> None:
    """Say how many draws there are; PyMC calls this for each of them, those to tune included."""
    done = draw.chain * 2 * draws + draw.draw_idx + 1
    tell("Drawing from the posterior", FITTED * done / (CHAINS * 2 * draws))


def lift_table(weeks: Weeks, names: Sequence[str], lifts: Sequence[Lift]) -> Any:
    """Return what experiments found as PyMC-Marketing takes it."""
    import pandas as pd

    rows = [
        {"channel": names[weeks.activities.index(one.activity)], "x": one.spend, "delta_x": one.more,
         "delta_y": one.lift, "sigma": one.error}
        for one in lifts
    ]  # fmt: skip
    return pd.DataFrame(rows)


def sample_parameters(model: Any, weeks: Weeks, seen: int) -> Draws:
    """Return the draws of the parameters, the strength in units of the outcome."""
    posterior = model.idata.posterior
    carry, bend, most = (
        posterior[name].stack(draws=("chain", "draw")).transpose("draws", ...).to_numpy()
        for name in ("adstock_alpha", "saturation_lam", "saturation_beta")
    )
    return Draws(carry, bend, most * weeks.outcome[:seen].max(), weeks.spend[:seen].max(axis=0))


def predict_weeks(model: Any, table: pd.DataFrame, weeks: Weeks, seed: int) -> Floats:
    """Return draws of the outcome of weeks that the model has not seen."""
    if not len(table):
        return np.empty((0, 0))
    found = model.sample_posterior_predictive(
        table, extend_idata=False, include_last_observations=True, random_seed=seed, progressbar=False
    )
    values: Floats = found["y"].transpose("sample", ...).to_numpy()
    largest = float(weeks.outcome[: len(weeks.outcome) - len(table)].max())  # which the model takes for 1
    return values * largest


def worst(model: Any) -> float:
    """Return the largest R-hat of the parameters that are read."""
    import arviz

    found = arviz.rhat(model.idata, var_names=["adstock_alpha", "saturation_lam", "saturation_beta"])
    return max(float(found[name].max()) for name in found.data_vars)
