"""Who is turned to by those who are turned to themselves?"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ziggurat.base.heavy import sparse
from ziggurat.stats.jit import jit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

DAMPING = 0.85


def pagerank(
    source: Ints,
    target: Ints,
    weight: Floats,
    nodes: int,
    *,
    damping: float = DAMPING,
    tolerance: float = 1e-10,
    start: Floats | None = None,
) -> Floats:
    """Standing of each node of a weighted directed graph, by sweeps over all nodes until none changes.

    Each node hands its standing on to those it points to, in proportion to the weights; a share of 1 - damping, and all
    that is held by nodes that point to none, goes to every node alike. source, target (E,): numbers of nodes from 0.
    weight (E,): 0 or more. start (N,): where to begin. tolerance: the sum of absolute changes at which it ends.

    Returns: (N,), which adds up to 1; empty for an empty graph.
    Source: Page, Brin, Motwani & Winograd (1999), The PageRank citation ranking, Stanford InfoLab 1999-66, section 2.
    Each sweep shrinks the error at least by the damping, so it ends after at most log(tolerance) / log(damping) sweeps.

    >>> pagerank(np.array([0, 1]), np.array([2, 2]), np.ones(2), 3).round(3).tolist()
    [0.213, 0.213, 0.574]
    """
    if nodes == 0:
        return np.empty(0)
    layout = laid_out(source, target, nodes)
    return iterated(layout, weight[layout.order], damping, tolerance, start)


class Acted(NamedTuple):
    """A graph of acts: of each edge (E,) its source, its target, the sum of its acts' weights, and of their squares."""

    source: Ints
    target: Ints
    sums: Floats
    squares: Floats


def redrawn(
    acts: Acted,
    standing: Floats,
    *,
    draws: int,
    seed: int,
    of: Ints | None = None,
    damping: float = DAMPING,
    tolerance: float = 1e-4,
) -> Floats:
    """Standing as it would be had other acts happened, drawn by the Bayesian bootstrap.

    standing (N,): of each node. In the Bayesian bootstrap every act gets an exponential weight of mean 1; an edge's sum
    is then Gamma with mean `sums` and variance `squares`, exactly so where its acts weigh alike, in its first two
    moments where not. So no act need be kept.
    of (M,): the nodes wanted, all if left out. Draws run on threads, each from a stream of its own, so that the number
    of threads changes nothing; memory holds a few numbers an edge for each. tolerance: as in `pagerank`; wider than
    there, because it moves bounds by far less than the number of draws does.

    Returns: (draws, M).
    Source: Rubin (1981), The Bayesian bootstrap, Annals of Statistics 9(1), 130-134; the two moments are those of
    Satterthwaite (1946), Biometrics Bulletin 2(6), 110-114.
    """
    if standing.size == 0:
        return np.empty((draws, 0))
    sums, squares = acts.sums, acts.squares
    layout = laid_out(acts.source, acts.target, standing.size)
    some = squares > 0  # what lies back so far that it weighs nothing stays at that
    shape = np.divide(sums * sums, squares, out=np.ones(sums.size), where=some)[layout.order]
    scale = np.divide(squares, sums, out=np.zeros(sums.size), where=some)[layout.order]

    def one(number: int) -> Floats:
        weight = np.random.default_rng([seed, number]).gamma(shape) * scale
        found = iterated(layout, weight, damping, tolerance, standing)
        return found if of is None else found[of]

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return np.stack(list(pool.map(one, range(draws))))


class Layout(NamedTuple):
    """Edges in the order of their targets, as rows of a sparse matrix: which edge, its source, where rows begin."""

    order: Ints
    columns: Small
    rows: Small


def laid_out(source: Ints, target: Ints, nodes: int) -> Layout:
    """Lay out the matrix once for all weights: turning one with an entry an edge over is a sort in linear time."""
    each = np.arange(target.size + 1)
    turned = sparse.csr_array((np.ones(target.size, np.int8), target, each), shape=(target.size, nodes)).tocsc()
    order = turned.indices
    return Layout(order, source[order].astype(np.int32), turned.indptr.astype(np.int32))


def iterated(layout: Layout, weight: Floats, damping: float, tolerance: float, start: Floats | None) -> Floats:
    """Return the standing under weights in the order of the layout."""
    nodes = layout.rows.size - 1
    out = np.bincount(layout.columns, weight, nodes)
    share = np.divide(damping, out, out=np.zeros(nodes), where=out > 0)
    now = np.full(nodes, 1 / nodes) if start is None else start.copy()
    change = np.inf
    handed = weight * share[layout.columns]
    while change > tolerance:
        change = swept(layout.rows, layout.columns, handed, out <= 0, damping, now)
    return np.asarray(now / now.sum())


@jit
def swept(rows: Small, columns: Small, handed: Floats, ends: Flags, damping: float, now: Floats) -> float:
    """Bring the standing of each node up to date, in place, and return by how much all of it changed.

    Each node is told of those before it that have changed already (Gauss & Seidel), so that fewer sweeps are needed.
    """
    change, held = 0.0, 0.0
    for node in range(now.size):
        if ends[node]:
            held += now[node]
    for_all = (damping * held + 1 - damping) / now.size
    for node in range(now.size):
        then = for_all
        for place in range(rows[node], rows[node + 1]):
            then += handed[place] * now[columns[place]]
        change += abs(then - now[node])
        now[node] = then
    return change
