"""What may be wrong in a piece of code: faults of the kinds that people make, one at a time.

A comparison at its edge, a sign, *and* for *or*, a *not* left out, the first in place of the last, two arguments or two
words swapped, a number, a default, a filter or an early way out left out, a clause of a query. What is no logic
(docstrings, types, messages of what is raised) is left as it is.
"""

from __future__ import annotations

import ast
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

SOURCE = "src/ziggurat"
OTHERWISE: dict[type[ast.AST], type[ast.AST]] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div},
    **{ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd},
}
CALLED = {
    **{"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor", "first": "last"},
    **{"minimum": "maximum", "maximum": "minimum", "any_horizontal": "all_horizontal", "mean": "median"},
}
WORDS = (
    "more/fewer more/less above/below before/after first/last highest/lowest rose/fell higher/lower most/least "
    "earlier/later oldest/newest up/down left/right since/until from/to"
)
PAIRS = {a: b for pair in WORDS.split() for a, b in (pair.split("/"), pair.split("/")[::-1])}
QUERY = re.compile(r"\b(SELECT|WHERE|AND|OVER|JOIN|ORDER BY|GROUP BY|CASE WHEN)\b")
CLAUSES = {
    **{">=": ">", "<=": "<", "AND": "OR", "OR": "AND", "DESC": "ASC", "IS NOT NULL": "IS NULL", "DISTINCT": ""},
    **{"min(": "max(", "max(": "min(", "LEFT JOIN": "JOIN", "NOT ": "", "sum(": "count(", "arg_max(": "arg_min("},
}

ANYTHING = ast.arguments([], [], ast.arg("_"), [], [], None, [])  # a lambda's: whatever it is called with


@dataclass(frozen=True)
class Fault:
    """One change: in a file, at a line, of a kind, and the whole file as it is with it."""

    file: str
    line: int
    kind: str
    was: str
    text: str

    @property
    def folder(self) -> str:
        """The folder of the code that it is in."""
        return Path(self.file).relative_to(SOURCE).parts[0]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.kind}: {self.was}"


Change = tuple[str, Callable[[], None], Callable[[], None]]


def put(holder: ast.AST, field: str, new: object) -> tuple[Callable[[], None], Callable[[], None]]:
    """How a field is changed, and changed back."""
    old = getattr(holder, field)
    return lambda: setattr(holder, field, new), lambda: setattr(holder, field, old)


def texts(node: ast.Constant) -> Iterator[tuple[str, str]]:
    """The ways in which a text can be another: one word of a pair, or one clause of a query."""
    text = str(node.value)
    if QUERY.search(text):
        for clause, other in CLAUSES.items():
            for found in re.finditer(
                rf"(?<![\w<>=]){re.escape(clause)}(?![\w<>=])" if clause.isalpha() else re.escape(clause), text
            ):
                yield "query", text[: found.start()] + other + text[found.end() :]
    elif " " in text:
        for found in re.finditer(r"[a-z]+", text):
            if found[0] in PAIRS and found[0] not in {"from", "to"}:
                yield "word", text[: found.start()] + PAIRS[found[0]] + text[found.end() :]
    elif text in PAIRS:
        yield "name", PAIRS[text]


def changes(node: ast.AST) -> Iterator[Change]:
    """Every change that makes a node wrong."""
    match node:
        case ast.Compare(ops=[op, *rest]) if type(op) in OTHERWISE:
            yield "compare", *put(node, "ops", [OTHERWISE[type(op)](), *rest])
        case ast.BinOp(op=op) if type(op) in OTHERWISE and not any(
            isinstance(side, ast.JoinedStr | ast.List | ast.Tuple)
            or (isinstance(side, ast.Constant) and isinstance(side.value, str))
            for side in (node.left, node.right)
        ):
            yield "arithmetic", *put(node, "op", OTHERWISE[type(op)]())
        case ast.BoolOp(op=op):
            yield "logic", *put(node, "op", OTHERWISE[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield "not", *put(node, "operand", ast.UnaryOp(node.op, node.operand))
        case ast.IfExp():
            yield "branches", *put(node, "test", ast.UnaryOp(ast.Not(), node.test))
        case ast.Subscript(slice=ast.Constant(value=0)):
            yield "first", *put(node, "slice", ast.Constant(-1))
        case ast.Subscript(slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))):
            yield "last", *put(node, "slice", ast.Constant(0))
        case ast.comprehension(ifs=[_, *_]):
            yield "filter", *put(node, "ifs", node.ifs[1:])
        case ast.keyword(arg="reverse" | "descending", value=ast.Constant(value=bool(way))):
            yield "order", *put(node, "value", ast.Constant(not way))
        case ast.Constant(value=bool(truth)):
            yield "truth", *put(node, "value", not truth)
        case ast.Constant(value=int(number)):
            for other in (number - 1, number + 1):
                yield "number", *put(node, "value", other)
        case ast.Constant(value=float(real)):
            yield "number", *put(node, "value", real * 1.5 + 0.01)
        case ast.Constant(value=str()):
            for kind, text in texts(node):
                yield kind, *put(node, "value", text)
        case ast.Call(func=function):
            yield from calls(node, function)
        case ast.arguments(defaults=[*_]):
            yield from defaults(node)
    for body in ("body", "orelse"):
        yield from statements(node, getattr(node, body, None))


def calls(node: ast.Call, function: ast.expr) -> Iterator[Change]:
    """What may be wrong about a call: another function, two arguments swapped, a condition dropped."""
    if isinstance(function, ast.Name) and function.id in CALLED:
        yield "called", *put(function, "id", CALLED[function.id])
    if isinstance(function, ast.Attribute) and function.attr in CALLED:
        yield "called", *put(function, "attr", CALLED[function.attr])
    kept = isinstance(function, ast.Attribute) and function.attr in {"filter", "where"} and node.args
    if kept and getattr(function.value, "id", "") not in {"np", "pc"}:
        if len(node.args) > 1:
            yield "filter", *put(node, "args", node.args[1:])
        else:
            yield "filter", *put(node, "func", ast.Lambda(ANYTHING, function.value))
    plain = [isinstance(item, ast.Name | ast.Attribute) for item in node.args[:2]]
    if len(plain) == 2 and all(plain) and getattr(function, "id", "") not in {"isinstance", "zip", "getattr"}:
        yield "swapped", *put(node, "args", [node.args[1], node.args[0], *node.args[2:]])


def defaults(node: ast.arguments) -> Iterator[Change]:
    """Another default of a number."""
    for place, value in enumerate(node.defaults):
        if isinstance(value, ast.Constant) and type(value.value) in {int, float}:
            other = [*node.defaults]
            other[place] = ast.Constant(value.value * 2 + 1)
            yield "default", *put(node, "defaults", other)


def statements(node: ast.AST, body: object) -> Iterator[Change]:
    """Dropped statements: an early way out, a step on."""
    if not isinstance(body, list) or not body or not isinstance(node, ast.If):
        return
    if isinstance(body[-1], ast.Continue | ast.Return | ast.Break | ast.Raise) and body is node.body:
        yield "early", *put(node, "body", [*body[:-1], ast.Pass()])


def apart(tree: ast.AST) -> set[int]:
    """The nodes that are no logic: docstrings, annotations, what is only for types, messages of what is raised."""
    gone: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            parts.append(node)
        if isinstance(node, ast.arg | ast.AnnAssign):
            parts.append(node.annotation)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            parts += [node.returns, *node.decorator_list]
        if isinstance(node, ast.ClassDef):
            parts += node.decorator_list
        if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom):
            parts.append(node)
        if isinstance(node, ast.keyword) and node.arg == "strict":  # is true of lists that are as long in any case
            parts.append(node)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            parts.append(node)
        gone |= {id(inner) for part in parts if part is not None for inner in ast.walk(part)}
    return gone


def faults(root: Path, file: str) -> dict[str, list[Callable[[], Fault]]]:
    """Every fault that can be planted in a file, by kind; each is written out only when asked for."""
    source = (root / file).read_text("utf-8")
    tree = ast.parse(source)
    lines, without = source.splitlines(), apart(tree)
    found = defaultdict(list)

    def planted(line: int, kind: str, change: Callable[[], None], back: Callable[[], None]) -> Fault:
        change()
        text = ast.unparse(ast.fix_missing_locations(tree)) + "\n"
        back()
        return Fault(file, line, kind, lines[line - 1].strip(), text)

    for node in ast.walk(tree):
        if id(node) not in without:
            line = getattr(node.target if isinstance(node, ast.comprehension) else node, "lineno", 1)
            for kind, change, back in changes(node):
                found[kind].append(partial(planted, line, kind, change, back))
    return found


def draw(root: Path, folders: Sequence[str], count: int, seed: int) -> list[Fault]:
    """So many faults, as many of each folder, drawn by the seed: first a file by its length, a kind, then a place."""
    chance, drawn = random.Random(seed), []
    for place in range(count):
        folder = folders[place % len(folders)]
        files = sorted(path for path in (root / SOURCE / folder).rglob("*.py") if path.stat().st_size > 500)
        while True:
            (file,) = chance.choices(files, [path.stat().st_size for path in files])
            found = faults(root, str(file.relative_to(root)))
            if found:
                drawn.append(chance.choice(found[chance.choice(sorted(found))])())
                break
    return drawn
