"""Who is turned to by those who are turned to themselves?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

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
    """Standing of each node of a weighted directed graph, by power iteration on a sparse matrix.

    Each node hands its standing on to those it points to, in proportion to the weights; a share of 1 - damping, and all
    that is held by nodes that point to none, goes to every node alike. source, target (E,): numbers of nodes from 0.
    weight (E,): 0 or more. start (N,): where to begin. tolerance: the sum of absolute changes at which it ends.

    Returns: (N,), which adds up to 1; empty for an empty graph.
    Source: Page, Brin, Motwani & Winograd (1999), The PageRank citation ranking, Stanford InfoLab 1999-66, section 2.
    Each step shrinks the error at least by the damping, so it ends after at most log(tolerance) / log(damping) steps.

    >>> pagerank(np.array([0, 1]), np.array([2, 2]), np.ones(2), 3).round(3).tolist()
    [0.213, 0.213, 0.574]
    """
    if nodes == 0:
        return np.empty(0)
    return next(iterated(source, target, [weight], nodes, damping, tolerance, start))


def redrawn(
    source: Ints,
    target: Ints,
    sums: Floats,
    squares: Floats,
    nodes: int,
    standing: Floats,
    *,
    draws: int,
    seed: int,
    damping: float = DAMPING,
    tolerance: float = 1e-6,
) -> Floats:
    """Standing as it would be had other acts happened, drawn by the Bayesian bootstrap.

    sums, squares (E,): of each edge, the sum of its acts' weights and the sum of their squares. In the Bayesian
    bootstrap every act gets an exponential weight of mean 1; an edge's sum is then Gamma with mean `sums` and variance
    `squares`, exactly so where its acts weigh alike, in its first two moments where not. So no act need be kept.

    Returns: (draws, N).
    Source: Rubin (1981), The Bayesian bootstrap, Annals of Statistics 9(1), 130-134; the two moments are those of
    Satterthwaite (1946), Biometrics Bulletin 2(6), 110-114.
    """
    draw, found = np.random.default_rng(seed), np.empty((draws, nodes))
    if nodes == 0:
        return found
    some = squares > 0  # what lies back so far that it weighs nothing stays at that
    shape = np.divide(sums * sums, squares, out=np.ones(sums.size), where=some)
    scale = np.divide(squares, sums, out=np.zeros(sums.size), where=some)
    drawn = (draw.gamma(shape) * scale for _ in range(draws))
    for row, one in zip(found, iterated(source, target, drawn, nodes, damping, tolerance, standing), strict=True):
        row[:] = one
    return found


def iterated(
    source: Ints,
    target: Ints,
    weights: Iterator[Floats] | list[Floats],
    nodes: int,
    damping: float,
    tolerance: float,
    start: Floats | None,
) -> Iterator[Floats]:
    """Yield the standing under each of several weights on the same edges, of which the matrix is laid out once."""
    # edges by target: turning a matrix with one entry an edge over is a sort in linear time
    each = np.arange(target.size + 1)
    turned = sp.csr_array((np.ones(target.size, np.int8), target, each), shape=(target.size, nodes)).tocsc()
    order, rows = turned.indices, turned.indptr.astype(np.int32)
    columns = source[order].astype(np.int32)
    for weight in weights:
        out = np.bincount(source, weight, nodes)
        share = np.divide(1.0, out, out=np.zeros(nodes), where=out > 0)
        matrix = sp.csr_array((damping * weight[order] * share[columns], columns, rows), shape=(nodes, nodes))
        ends = out <= 0
        now = np.full(nodes, 1 / nodes) if start is None else start
        change = np.inf
        while change > tolerance:
            then = matrix @ now + (damping * now[ends].sum() + 1 - damping) / nodes
            change = float(np.abs(then - now).sum())
            now = then
        yield now / now.sum()
