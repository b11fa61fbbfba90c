"""Parts of a workspace that are imported when one of their functions is first used.

A command needs one part or two; all of them are half of the library.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Part:
    """A part of a workspace by its module's name: what it is asked for becomes a method of the class it stands in."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, function: str) -> Method:
        """Return a method that is a function of this part."""
        return Method(f"{__package__}.{self.name}", function)


class Method:
    """A method that is a function of a module, which is imported when the method is first used."""

    def __init__(self, module: str, function: str) -> None:
        self.module, self.function, self.name = module, function, function

    def __set_name__(self, owner: type, name: str) -> None:
        """Note what it is called in its class."""
        self.name = name

    def __get__(self, one: object | None, owner: type) -> Any:
        """Put the function in its place in the class; return it, bound to a workspace where it is taken from one."""
        found = getattr(import_module(self.module), self.function)
        setattr(owner, self.name, found)
        return found if one is None else found.__get__(one, owner)
