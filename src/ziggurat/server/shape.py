"""Which fields does a form have for what a struct declares?

Settings and ladders are declared as structs; their forms are made of these, so that whatever can be declared can be
filled in, and a field that is added to a struct is in its form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from msgspec import inspect

Sort = Literal[
    "text", "prose", "number", "whole", "yes", "either", "choice", "choices", "lines", "table", "named", "list", "group"
]


@dataclass(frozen=True)
class Shape:
    """One field of a form, or several that belong together.

    sort: a `text`; `prose` of several lines; a `number`, or a `whole` one; `yes` or nothing; `either` yes, no or
    nothing; one `choice` or several `choices`; `lines` of text; a `table` of names and values; `named` groups, a `list`
    of them, or one `group`.
    choices: what can be chosen. parts: the fields of a group, by name. each: a value of a table, or a group of several.
    default: what is meant where nothing is given.
    """

    sort: Sort
    default: Any = None
    choices: tuple[str, ...] = ()
    parts: Mapping[str, Shape] = field(default_factory=dict)
    each: Shape | None = None


def shape(struct: type[msgspec.Struct]) -> Shape:
    """Return the fields of a struct; those that hold anything at all, which no form can, are left out."""
    return of_type(inspect.type_info(struct), None)


def of_type(found: inspect.Type, default: Any) -> Shape:
    """Return the field for a type. Raises: TypeError if there is none for it."""
    if isinstance(found, inspect.UnionType):
        return of_union(found, default)
    if isinstance(found, inspect.StructType):
        fields = {one.encode_name: one for one in found.fields if not holds_anything(one.type)}
        return Shape("group", default, parts={name: of_type(one.type, usual(one)) for name, one in fields.items()})
    if isinstance(found, inspect.DictType):
        each = of_type(found.value_type, None)
        return Shape("named" if each.sort == "group" else "table", default, each=each)
    if isinstance(found, inspect.VarTupleType | inspect.ListType):
        return of_several(found.item_type, default)
    if isinstance(found, inspect.LiteralType):
        return Shape("choice", default, tuple(map(str, found.values)))
    plain: dict[type[inspect.Type], Sort] = {
        inspect.StrType: "text",
        inspect.IntType: "whole",
        inspect.FloatType: "number",
        inspect.BoolType: "yes",
    }
    if type(found) not in plain:
        raise TypeError(f"no field of a form holds {found}")
    return Shape(plain[type(found)], default)


def of_union(found: inspect.UnionType, default: Any) -> Shape:
    """Return the field for something that may be missing."""
    one = next(each for each in found.types if not isinstance(each, inspect.NoneType))
    inner = of_type(one, default)
    return Shape("either", default) if inner.sort == "yes" else inner


def of_several(item: inspect.Type, default: Any) -> Shape:
    """Return the field for several of a type."""
    each = of_type(item, None)
    if each.sort == "choice":
        return Shape("choices", default, each.choices)
    return Shape("list", default, each=each) if each.sort == "group" else Shape("lines", default)


def holds_anything(found: inspect.Type) -> bool:
    """Tell whether a type is, or has values, of which nothing is declared."""
    return isinstance(found, inspect.AnyType) or (
        isinstance(found, inspect.DictType) and holds_anything(found.value_type)
    )


def usual(one: inspect.Field) -> Any:
    """Return what a field holds where nothing is given, as TOML has it; None where it must be given, or is empty."""
    default = one.default_factory() if one.default_factory is not msgspec.NODEFAULT else one.default
    return None if default is msgspec.NODEFAULT else msgspec.json.decode(msgspec.json.encode(default))
