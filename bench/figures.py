"""Which figures of the demonstrations did a change of the code change?

    python -m bench.figures ask OUT.json [--kubernetes EVENTS.csv]     # under the code before, and under the code after
    python -m bench.figures compare BEFORE.json AFTER.json

Asks every study with its default options of the demonstrations (and of the events of Kubernetes' contributors, where
their file is given), and compares two such sets of figures row by row.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ziggurat import demo
from ziggurat.base.errors import ZigguratError
from ziggurat.catalogue import STUDIES
from ziggurat.settings.config import Config
from ziggurat.sources.mapping import Mapping as SourceMapping
from ziggurat.workspace import Workspace

KUBERNETES = {
    "fields": {"at": "date", "actor": "person", "channel": "channel", "kind": "verb", "object": "object"},
    "namespaces": {"actor": "k8s"},
    "kinds": {
        "merged_pr": "contributed",
        "release_noted_pr": "shared",
        "became_member": "joined",
        "attended": "attended",
        "eligible_voter": "rated",
        "became_reviewer": "reviewed",
        "reviewed_kep": "replied",
        "authored_kep": "posted",
        "approved_kep": "answered",
        "became_approver": "maintained",
        "shadow": "volunteered",
        "lead": "led",
        "became_chairs": "organised",
        "became_leads": "organised",
        "became_tech_leads": "organised",
    },
}
CLOSE = 1e-9  # of two numbers that are the same


def workspaces(folder: Path, kubernetes: Path | None) -> Iterator[tuple[str, Workspace]]:
    """Make the workspaces that are asked, and name them."""
    demo.prepare(folder / "journey")
    yield "complete-journey", Workspace.open(folder / "journey")
    demo.prepare_community(folder / "community")
    yield "community", Workspace.open(folder / "community")
    if kubernetes is not None:
        space = Workspace.create(folder / "kubernetes", Config(ladders=("six-level",)))
        mapping = msgspec.convert(KUBERNETES, SourceMapping)
        space.import_file(kubernetes, source="events", mapping=mapping)
        space.refresh()
        yield "kubernetes", space


def ask(space: Workspace) -> dict[str, Any]:
    """Ask every study of every ladder; one that refuses, or can't be run here, is what it says."""
    found: dict[str, Any] = {}
    for study in STUDIES.values() if isinstance(STUDIES, Mapping) else STUDIES:
        if study.check is not None:
            continue
        for ladder in space.ladders():
            try:
                result = space.ask(study.name, ladder=ladder)
                found[f"{study.name} by {ladder}"] = {"rows": result.rows(), "keys": list(result.keys)}
            except ZigguratError as error:
                found[f"{study.name} by {ladder}"] = {"refused": str(error)}
    return found


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Tell each study whose figures differ: how many rows came, went and changed, by column, with the first example."""
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            yield f"{name}: {'new' if old is None else 'gone'}"
        elif "refused" in old or "refused" in new:
            if old != new:
                yield f"{name}: {old.get('refused', 'rows')} → {new.get('refused', 'rows')}"
        else:
            yield from rows_compared(name, old, new)


def rows_compared(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Tell how the rows of one study differ."""
    olds, news = named(old["rows"], old["keys"]), named(new["rows"], old["keys"])
    gone, came = [key for key in olds if key not in news], [key for key in news if key not in olds]
    if gone or came:
        yield f"{name}: {len(gone)} rows gone {gone[:2]}, {len(came)} rows came {came[:2]}"
    both = [key for key in olds if key in news]
    columns = list(olds[both[0]]) if both else []
    for column in columns:
        pairs = [(key, olds[key][column], news[key].get(column)) for key in both]
        changed = [(key, one, other) for key, one, other in pairs if not alike(one, other)]
        if changed:
            key, one, other = changed[0]
            yield f"{name}: {column} of {len(changed)} of {len(both)} rows, first {key}: {one!r} → {other!r}"


def named(rows: list[dict[str, Any]], keys: list[str]) -> dict[str, dict[str, Any]]:
    """Return rows by what names them: their keys, or their place where those do not tell them."""
    names = [", ".join(str(row.get(key)) for key in keys) for row in rows]
    alone = len(set(names)) == len(names) and keys
    return {name if alone else f"row {place}": row for place, (name, row) in enumerate(zip(names, rows, strict=True))}


def alike(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, but for rounding."""
    if isinstance(one, float) and isinstance(other, (int, float)):
        return abs(one - other) <= CLOSE * max(1.0, abs(one))
    return bool(one == other)


def main() -> None:
    """Run one command."""
    read = argparse.ArgumentParser(prog="python -m bench.figures", description=__doc__)
    commands = read.add_subparsers(dest="command", required=True)
    asking = commands.add_parser("ask")
    asking.add_argument("out", type=Path)
    asking.add_argument("--kubernetes", type=Path)
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    chosen = read.parse_args()
    if chosen.command == "ask":
        with tempfile.TemporaryDirectory(prefix="ziggurat-figures-") as folder:
            found = {name: ask(space) for name, space in workspaces(Path(folder), chosen.kubernetes)}
        chosen.out.write_text(json.dumps(found, default=str, indent=1), "utf-8")
        return
    before, after = (json.loads(path.read_text("utf-8")) for path in (chosen.before, chosen.after))
    for place in sorted({*before, *after}):
        for line in compare(before.get(place, {}), after.get(place, {})):
            print(f"{place}: {line}")


if __name__ == "__main__":
    main()
