"""How do the parts that a fold finds, tuples of columns, become one?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T", bound=tuple[Any, ...])


def none(kind: Callable[..., T], columns: int) -> T:
    """Return a part with so many columns and no rows."""
    return kind(*(np.empty(0, np.int64) for _ in range(columns)))


def together(kind: Callable[..., T], empty: T, parts: Iterable[T]) -> T:
    """Return all parts as one; `empty` where there are none."""
    return kind(*(np.concatenate(columns) for columns in zip(empty, *parts, strict=True)))


def some(kind: Callable[..., T], part: T, rows: Any) -> T:
    """Return some rows of a part."""
    return kind(*(column[rows] for column in part))
