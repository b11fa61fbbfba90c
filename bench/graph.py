"""How fast is standing in a conversation reckoned, and are groups found, beside the libraries that people use for it?

One graph of a million edges with weights, between people in groups of fifty of whom some are turned to far more than
others, written once. Each contender gets it as edges, as a log gives them, and builds what it needs. It is told how far
standing differs from ours, and how good the groups are, by their modularity.

scikit-network's power iteration ends elsewhere (by 1e-4 here, whatever the tolerance) where there are people who turn
to nobody; its diffusion does not, unless its threads race for the same nodes, as on a small graph, so both are asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from bench import apart
from bench.report import Row, ratio
from ziggurat.stats.betweenness import neighbours
from ziggurat.stats.leiden import leiden
from ziggurat.stats.modularity import shares
from ziggurat.stats.pagerank import pagerank

PEOPLE, EDGES, GROUP = 200_000, 1_175_000, 50  # drawn; a million remain when those drawn twice are one
DAMPING, TOLERANCE = 0.85, 1e-8
FILE = "graph.npz"
INSTALL = "uv pip install rustworkx==0.17.1"


def write(folder: Path, people: int = PEOPLE, edges: int = EDGES, seed: int = 1) -> int:
    """Write the graph, one edge for two people and a way; return how many there are."""
    draw = np.random.default_rng(seed)
    source = draw.integers(0, people, edges)
    liked = np.minimum((draw.pareto(1.2, edges) * 3).astype(np.int64), GROUP - 1)
    anyone = np.minimum((draw.pareto(1.1, edges) * people / 200).astype(np.int64), people - 1)
    target = np.where(draw.random(edges) < 0.7, source // GROUP * GROUP + liked, anyone)
    keys = np.unique((source * people + target)[source != target])
    np.savez(folder / FILE, source=keys // people, target=keys % people, weight=draw.gamma(1.0, size=keys.size))
    return int(keys.size)


def read(folder: Path) -> tuple[Any, Any, Any]:
    """Return source, target and weight."""
    with np.load(folder / FILE) as graph:
        return graph["source"], graph["target"], graph["weight"]


def ours(source: Any, target: Any, weight: Any) -> Any:
    """Reckon standing as the study does."""
    return pagerank(source, target, weight, PEOPLE, damping=DAMPING, tolerance=TOLERANCE)


def scikit_network(source: Any, target: Any, weight: Any, solver: str = "piteration") -> Any:
    """Reckon it by scikit-network's power iteration."""
    from sknetwork.ranking import PageRank

    matrix = sp.csr_matrix((weight, (source, target)), shape=(PEOPLE, PEOPLE))
    return PageRank(DAMPING, solver=solver, n_iter=200, tol=TOLERANCE).fit_predict(matrix)


def scikit_diffusion(source: Any, target: Any, weight: Any) -> Any:
    """Reckon it by scikit-network's diffusion."""
    return scikit_network(source, target, weight, "diteration")


def rustworkx(source: Any, target: Any, weight: Any) -> Any:
    """Reckon it by rustworkx."""
    import rustworkx

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(PEOPLE))
    graph.add_edges_from(list(zip(source.tolist(), target.tolist(), weight.tolist(), strict=True)))
    found = rustworkx.pagerank(
        graph, alpha=DAMPING, weight_fn=float, tol=TOLERANCE / PEOPLE, max_iter=200
    )  # it is of each node
    return np.array([found[place] for place in range(PEOPLE)])


def our_groups(source: Any, target: Any) -> Any:
    """Find groups as the study does."""
    return leiden(*neighbours(source, target, PEOPLE))


def scikit_leiden(source: Any, target: Any) -> Any:
    """Find groups by scikit-network's Leiden."""
    from sknetwork.clustering import Leiden

    first, near = neighbours(source, target, PEOPLE)
    matrix = sp.csr_matrix((np.ones(near.size), near, first), shape=(PEOPLE, PEOPLE))
    return Leiden(modularity="newman").fit_predict(matrix)


RANKING: dict[str, Callable[..., Any]] = {
    one.__name__: one for one in (ours, scikit_network, scikit_diffusion, rustworkx)
}
GROUPING: dict[str, Callable[..., Any]] = {one.__name__: one for one in (our_groups, scikit_leiden)}
SAID = {
    "ours": "standing of a million edges",
    "scikit_network": "scikit-network, power iteration",
    "scikit_diffusion": "scikit-network, diffusion",
    "rustworkx": "rustworkx, PageRank",
    "our_groups": "groups of a million edges",
    "scikit_leiden": "scikit-network, Leiden",
}


def graph(folder: str, contender: str) -> dict[str, Any]:
    """Let one contender reckon; our own kernels are loaded before, as in a server or a notebook."""
    source, target, weight = read(Path(folder))
    given = (source, target, weight) if contender in RANKING else (source, target)
    run = (RANKING | GROUPING)[contender]
    if contender == "our_groups":
        run(source[:9], target[:9])
    started = time.perf_counter()
    found = run(*given)
    seconds = [time.perf_counter() - started]
    if contender in RANKING:
        np.save(Path(folder) / f"{contender}.npy", found / found.sum())
        return {"seconds": seconds}
    inside, chance = shares(*neighbours(source, target, PEOPLE), np.unique(found, return_inverse=True)[1])
    return {"seconds": seconds, "modularity": float((inside - chance).sum())}


def write_graph(folder: str) -> dict[str, Any]:
    """Write the graph."""
    return {"edges": write(Path(folder))}


WORKS: dict[str, Callable[..., dict[str, Any]]] = {work.__name__: work for work in (graph, write_graph)}


def measured(folder: Path, rounds: int, say: Callable[[str], object]) -> list[Row]:
    """Measure all contenders that are installed, one after the other, and say how far they agree."""
    folder.mkdir(exist_ok=True)
    say(f"\n{PEOPLE:,} people, {apart.run('write_graph', folder)['edges']:,} edges.")
    there = [name for name in SAID if name != "rustworkx" or find_spec(name)]
    if "rustworkx" not in there:
        say(f"Not installed: rustworkx. To compare with it: {INSTALL}")
    runs: dict[str, Any] = {}
    seconds: dict[str, list[float]] = {name: [] for name in there}
    for _ in range(rounds):
        for name in there:
            runs[name] = apart.run("graph", folder, name)
            seconds[name] += runs[name]["seconds"]
    rows = []
    for name in there:
        own = "ours" if name in RANKING else "our_groups"
        peer = {} if name == own else {"peer": SAID[own], "ratio": ratio(seconds[name], seconds[own])}
        rows.append(Row(SAID[name], seconds[name], runs[name]["memory"], **peer))
    mine = np.load(folder / "ours.npy")
    for name in there:
        if name in RANKING and name != "ours":
            far = np.abs(np.load(folder / f"{name}.npy") - mine).max()
            say(f"Greatest difference of shares from {SAID[name]}: {far:.0e}.")
    found = ", ".join(f"{SAID[name]} {runs[name]['modularity']:.4f}" for name in GROUPING)
    say(f"Modularity: {found}.")
    return rows
