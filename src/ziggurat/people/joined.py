"""Which nodes hang together? Union-find."""

from __future__ import annotations

from typing import Any

import numpy as np

from ziggurat.stats.jit import jit


@jit
def roots(size: int, a: Any, b: Any) -> Any:
    """Union-find: return for each of `size` nodes the smallest node that it is connected with.

    Source: Tarjan and van Leeuwen (1984), JACM 31(2), with path halving; linking to the smaller node keeps the
    oldest identity at the root.
    """
    parent = np.arange(size)
    for edge in range(a.size):
        x, y = a[edge], b[edge]
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        while parent[y] != y:
            parent[y] = parent[parent[y]]
            y = parent[y]
        if x < y:
            parent[y] = x
        elif y < x:
            parent[x] = y
    for node in range(size):
        parent[node] = parent[parent[node]]
    return parent
