"""How are loops compiled? By Numba, without the interpreter's lock, and kept on disk for the next process.

Numba takes as long to load as a small command takes in all, so that it is loaded by the first loop that runs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property, partial, update_wrapper
from pathlib import Path
from types import ModuleType
from typing import Any

from ziggurat.base.heavy import numba as nb

log = logging.getLogger("ziggurat")
COMPILED = {"nogil": True, "error_model": "numpy"}


class Kernel:
    """A function that is compiled when it is first called, from Python or from another such function."""

    def __init__(self, function: Callable[..., Any], compile: Callable[[Callable[..., Any]], Any]) -> None:
        self.function = function
        self.compile = compile
        update_wrapper(self, function)

    @cached_property
    def compiled(self) -> Any:
        """What Numba makes of the function."""
        return self.compile(self.function)

    @property
    def _numba_type_(self) -> Any:
        """The type by which a compiled function that calls this one knows it."""
        if hasattr(self.compiled, "_numba_type_"):
            return self.compiled._numba_type_
        context = nb.core.registry.cpu_target.typing_context
        context.refresh()  # an intrinsic is known to it alone, and may have come a moment ago
        return context.resolve_value_type(self.compiled)

    @property
    def targetoptions(self) -> Any:
        """Whether it is a part of what calls it, as a compiled function that calls this one asks."""
        return self.compiled.targetoptions

    @property
    def py_func(self) -> Any:
        """The function in Python, as a compiled function that has it as a part asks."""
        return self.function

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Run the loop."""
        return self.compiled(*arguments, **named)

    def __reduce__(self) -> str:
        """Go to another process by name: the function is there too."""
        return self.function.__qualname__


def jit(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile a function when it is first called.

    What was compiled is kept beside the module, or in the user's cache folder where that can't be written; where
    neither can, as for a service without a home, every process compiles anew.
    """
    if function is None:
        return partial(jit, **options)
    return Kernel(function, partial(kept, options=options))


def inlined(function: Callable[..., Any]) -> Any:
    """Make a function a part of every compiled one that calls it."""
    return Kernel(function, partial(kept, options={"inline": "always"}, on_disk=False))


def intrinsic(function: Callable[..., Any]) -> Any:
    """Let a function write the instructions that stand for a call of it."""
    return Kernel(function, registered)


def registered(function: Callable[..., Any]) -> Any:
    """Make a writer of instructions known to Numba."""
    return nb.extending.intrinsic(function)


def kept(function: Callable[..., Any], options: Mapping[str, Any], *, on_disk: bool = True) -> Any:
    """Compile a function, and keep it on disk where that can be."""
    try:
        compiled = nb.njit(**({"cache": True} if on_disk else {}), **COMPILED, **options)(function)
        if on_disk:
            # Numba asks for the file of the function alone; what it calls is compiled into it, too
            kept_as = compiled._cache._cache_file
            kept_as._source_stamp = (kept_as._source_stamp, sources(function))
        return compiled
    except RuntimeError as error:
        if "no locator available" not in str(error):
            raise
        warn_once()
        return nb.njit(**COMPILED, **options)(function)


def sources(function: Callable[..., Any]) -> tuple[tuple[str, Any], ...]:
    """Return all that a function is compiled from, in one order: files with when they were written and their size, of
    what it calls and what that calls, and the numbers that stand outside of functions."""
    found: dict[str, Any] = {}
    left, seen = [function], set()
    while left:
        one = left.pop()
        seen.add(one)
        path = Path(one.__code__.co_filename)
        file = path.stat() if path.exists() else None
        found[str(path)] = file and (file.st_mtime_ns, file.st_size)
        for name, value in named(one):
            if isinstance(value, Kernel):
                left += [value.function] if value.function not in seen else []
            elif isinstance(value, (bool, int, float, str, tuple)):
                found[f"{one.__module__}.{one.__qualname__}: {name}"] = repr(value)
    return tuple(sorted(found.items()))


def named(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a function names outside of itself, also as a part of a module or of what is around it."""
    code = function.__code__
    around = dict(zip(code.co_freevars, (cell.cell_contents for cell in function.__closure__ or ()), strict=True))
    for name in (*code.co_names, *code.co_freevars):
        value = around.get(name, function.__globals__.get(name))
        yield name, value
        if isinstance(value, ModuleType) and value.__name__.startswith("ziggurat"):
            yield from ((f"{name}.{part}", vars(value)[part]) for part in code.co_names if part in vars(value))


@cache
def warn_once() -> None:
    """Say, once a process, why it takes long, and what would help."""
    log.warning(
        "Nothing that is compiled can be kept: neither the installed package nor your cache folder can be written. "
        "Each process compiles anew, which takes minutes; set NUMBA_CACHE_DIR to a folder that can be written."
    )
