"""What follows from one event in the end, directly and through what it triggers?

Arrays in, arrays out; α[i, j] is the number of events of type i directly triggered by one of type j. Errors travel as
pieces (G, …), one for each group of people, of which the squares add up to the variance: that of any smooth function
of α is had by moving each piece along its derivative (the delta method).

Source: Hawkes & Oakes (1974), J. Appl. Probab. 11(3), 493-503: a Hawkes process is a forest of families, and
(I - α)⁻¹ counts the members of a family by type.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ziggurat.stats.hawkes import Floats

LEAST_SHARE = -0.1  # below it, what holds an effect back is too much for shares of the rest to mean anything


def radius(triggered: Floats) -> float:
    """Return the spectral radius of α: from 1 on, families never end and no cumulative effect exists.

    >>> radius(np.array([[0.5, 0.0], [3.0, 0.25]]))
    0.5
    """
    return float(np.abs(np.linalg.eigvals(triggered)).max(initial=0.0))


def cumulative(triggered: Floats, pieces: Floats) -> tuple[Floats, Floats]:
    """Return (I - α)⁻¹ - I, events of type i that follow from one of type j directly and indirectly, and its pieces.

    Both are nan where the spectral radius is 1 or more.

    >>> cumulative(np.array([[0.0, 0.0], [0.5, 0.5]]), np.zeros((1, 2, 2)))[0].tolist()
    [[0.0, 0.0], [1.0, 1.0]]
    """
    if radius(triggered) >= 1:
        return np.full_like(triggered, np.nan), np.full_like(pieces, np.nan)
    family = np.linalg.inv(np.eye(len(triggered)) - triggered)
    return family - np.eye(len(triggered)), family @ pieces @ family


def direct_shares(triggered: Floats, mass: Floats, events: Floats) -> Floats:
    """Return share[i, j]: of the events of type i, those directly triggered by events of type j.

    mass (K, K): event-equivalents of type j whose influence on i fell into the time watched. events (K,): of type i.
    What a row lacks to 1 is exogenous: it came of itself, or from what is not in the log. nan where nothing happened.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Floats = triggered * mass / events[:, None]
    return shares


def root_shares(direct: Floats, events: Floats) -> Floats:
    """Return share[i, j]: of the events of type i, those of which the first cause is an exogenous event of type j.

    direct: as `direct_shares` returns it. Each row adds up to 1: every event has one first cause. This is the
    attribution that follows from the model: what triggered nothing by itself gets no credit. A type without events
    causes nothing and has a row of nan. All nan where families would not end.
    """
    seen = events > 0
    shares = np.full_like(direct, np.nan)
    counts = events[seen]
    inner = direct[np.ix_(seen, seen)]
    flows = inner * counts[:, None] / counts  # events of type i triggered by each of type j that was seen
    if radius(flows) >= 1:
        return shares
    exogenous = counts * (1 - inner.sum(axis=1))
    shares[seen] = 0.0
    shares[np.ix_(seen, seen)] = np.linalg.inv(np.eye(counts.size) - flows) * exogenous / counts[:, None]
    return shares


def sound(direct: Floats) -> npt.NDArray[np.bool_]:
    """Tell of each effect whether its direct shares are shares: none far below 0, and in all no more than 1."""
    found: npt.NDArray[np.bool_] = (direct.min(axis=1) >= LEAST_SHARE) & (direct.sum(axis=1) <= 1)
    return found


def parts(triggered: Floats, mass: Floats, events: Floats) -> Floats:
    """Return the direct shares where events that need no cause trigger too; 0 of a type that never was.

    mass (K, K), events (K,): as in `direct_shares`. What happened before the time watched, or made a person known, is
    not among `events`, but it may trigger, and is then in `mass`: there are as many of a type as the larger says.
    """
    whole = there(mass, events)[:, None]
    shares: Floats = np.divide(triggered * mass, whole, out=np.zeros_like(triggered), where=whole > 0)
    return shares


def there(mass: Floats, events: Floats) -> Floats:
    """Return how many events of each type trigger or are triggered."""
    whole: Floats = np.maximum(events, mass.max(axis=0))
    return whole


def began(triggered: Floats, mass: Floats, events: Floats, effect: int) -> Floats:
    """Return how many events of one effect have their first cause in each type, itself included.

    As `root_shares`, but in numbers, and with events that need no cause, see `parts`: they are first causes. All nan
    where families would not end.
    """
    whole = there(mass, events)
    flows = triggered * mass
    each = np.divide(flows, whole, out=np.zeros_like(flows), where=whole > 0)
    if radius(each) >= 1:
        return np.full(whole.size, np.nan)
    found: Floats = np.linalg.inv(np.eye(whole.size) - each)[effect] * (whole - flows.sum(axis=1))
    return found
