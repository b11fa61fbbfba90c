"""Which libraries take long to load? Each is named here once, and loaded by the first line that uses it."""

from __future__ import annotations

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

__all__ = ["alt", "numba", "optimize", "scipy", "sparse", "special", "vader"]
