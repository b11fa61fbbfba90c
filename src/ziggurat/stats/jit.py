"""How are loops compiled? By Numba, without the interpreter's lock, and kept on disk for the next process."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numba as nb

COMPILED = {"nogil": True, "error_model": "numpy"}


def jit(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile a function when it is first called.

    What was compiled is kept beside the module, or in the user's cache folder where that can't be written; where
    neither can, as for a service without a home, every process compiles anew.
    """
    if function is None:
        return partial(jit, **options)
    try:
        return nb.njit(cache=True, **COMPILED, **options)(function)
    except RuntimeError as error:
        if "no locator available" not in str(error):
            raise
        return nb.njit(**COMPILED, **options)(function)


inlined: Any = nb.njit(inline="always", **COMPILED)
