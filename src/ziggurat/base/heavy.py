"""Which libraries take long to load? Each is named here once, and loaded by the first line that uses it."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any


class Later(ModuleType):
    """A module that is imported when one of its names is first used, from whatever thread."""

    def __getattr__(self, name: str) -> Any:
        """Return what the module has under a name, and keep it at hand."""
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(import_module(self.__name__), name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    import altair as alt
    import numba
    import scipy
    from scipy import optimize, sparse, special
    from vaderSentiment import vaderSentiment as vader
else:
    alt = Later("altair")
    numba = Later("numba")
    optimize = Later("scipy.optimize")
    scipy = Later("scipy")  # each part of it is loaded when it is named
    sparse = Later("scipy.sparse")
    special = Later("scipy.special")
    vader = Later("vaderSentiment.vaderSentiment")  # which imports a client of HTTP

__all__ = ["alt", "numba", "optimize", "scipy", "sparse", "special", "vader", "without_pandas"]


class Absent:
    """A finder to which pandas is not installed."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """Find every module but pandas wherever others find it. Raises: ModuleNotFoundError for pandas."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def without_pandas() -> None:
    """Let PyArrow do without pandas in this process until it is asked for one of its frames.

    Given its first list, PyArrow imports pandas wherever that is installed, to see whether the list is a frame. That
    takes longer than most commands, none of which has frames. It looks once.
    """
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    sys.meta_path.insert(0, Absent)
    try:
        pa.array([None])
    finally:
        sys.meta_path.remove(Absent)
