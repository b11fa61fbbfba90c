"""How do the rooms of the house hang together? Imports between what stands at the top, counted from the source."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1] / "src" / "ziggurat"
MOST_ROOMS, MOST_WAYS = 28, 190


def imported(tree: ast.AST) -> set[str]:
    """Names beneath `ziggurat` that a module imports, each by its first part."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module == "ziggurat":
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").startswith("ziggurat."):
            found.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {one.name.split(".")[1] for one in node.names if one.name.startswith("ziggurat.")}
    return found


def test_rooms_are_few_and_ways_between_them_lead_down() -> None:
    rooms = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    rooms -= {"__init__", "__main__"}  # the way in, from which all is reached
    ways = {
        (room, other)
        for room in rooms
        for path in [ROOT / f"{room}.py", *(ROOT / room).rglob("*.py")]
        if path.exists()
        for other in imported(ast.parse(path.read_text("utf-8"))) & (rooms - {room})
    }
    assert len(rooms) <= MOST_ROOMS
    assert len(ways) <= MOST_WAYS, sorted(ways)
    order = TopologicalSorter({room: {other for one, other in ways if one == room} for room in rooms})
    assert list(order.static_order())[-1] == "cli"  # and no circle
