"""What does a week of spending bring, given how its effect lingers and how it saturates?

One place for the arithmetic of a fitted media-mix model, on draws of its parameters: arrays of draws × activities.
Source of the model: Jin, Wang, Sun, Chan & Koehler (2017), Bayesian methods for media mix modeling with carryover and
shape effects, Google; saturation as in PyMC-Marketing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
STEPS = 400  # in which a budget is handed out


@dataclass(frozen=True)
class Draws:
    """Draws of the parameters, each draws × activities.

    carry: share of a week's effect that is carried into the next, 0 to 1. bend: how soon spending saturates, at
    `scale`. most: what a week can bring at most, in units of the outcome. scale: of the spending, by activity.
    """

    carry: Floats
    bend: Floats
    most: Floats
    scale: Floats


def lingering(spend: Floats, carry: Floats, weeks: int) -> Floats:
    """Spread each week's spending over the weeks after it: geometric weights over so many weeks, of sum 1.

    spend: weeks × activities, preceded by none. carry: draws × activities. Returns: draws × weeks × activities.

    >>> lingering(np.array([[4.0], [0.0], [0.0]]), np.array([[0.5]]), 2).round(3).ravel().tolist()
    [2.667, 1.333, 0.0]
    """
    weight = carry[:, None, :] ** np.arange(weeks)[None, :, None]
    weight /= weight.sum(axis=1, keepdims=True)
    found = np.zeros((carry.shape[0], *spend.shape))
    for lag in range(min(weeks, spend.shape[0])):
        found[:, lag:] += weight[:, lag, None, :] * spend[None, : spend.shape[0] - lag]
    return found


def saturated(spend: Floats, bend: Floats) -> Floats:
    """Return what share of the most it can bring such spending (in units of its scale) brings, 0 to 1.

    (1 - e^(-bend x)) / (1 + e^(-bend x)), which is tanh(bend x / 2).
    """
    share: Floats = np.tanh(bend * spend / 2)
    return share


def contributions(spend: Floats, draws: Draws, weeks: int) -> Floats:
    """Return what each activity brought in each week: draws × weeks × activities, in units of the outcome."""
    carried = lingering(spend / draws.scale, draws.carry, weeks)
    return draws.most[:, None, :] * saturated(carried, draws.bend[:, None, :])


def response(spend: Floats, draws: Draws, activity: int) -> Floats:
    """Return what an activity brings a week if so much is spent on it every week: draws × amounts."""
    scaled = spend[None, :] / draws.scale[activity]
    return draws.most[:, activity, None] * saturated(scaled, draws.bend[:, activity, None])


def allotted(money: float, ceilings: Floats, draws: Draws) -> Floats:
    """Hand out a weekly budget so that, on average over the draws, it brings most.

    ceilings: most that an activity may get a week. The budget is handed out in 400 equal steps, each to the activity
    to which it adds most. As every response bends down, no other way of handing out these steps brings more.
    Source: Fox (1966), Discrete optimization via marginal analysis, Management Science 13(3), 210-216.
    Returns: money a week by activity; less than the budget in all where the ceilings leave no room for it.
    """
    step = money / STEPS
    if step <= 0:
        return np.zeros(ceilings.size)
    room = [int(ceiling / step + 1e-9) for ceiling in ceilings]
    gains, owner = [], []
    for activity, steps in enumerate(room):
        amounts = step * np.arange(steps + 1, dtype=np.float64)
        brought = response(amounts, draws, activity).mean(axis=0)
        gains.append(np.diff(brought))
        owner.append(np.full(steps, activity))
    order = np.argsort(-np.concatenate(gains), kind="stable")[:STEPS]
    steps_each = np.bincount(np.concatenate(owner)[order], minlength=ceilings.size)
    return steps_each.astype(np.float64) * step
