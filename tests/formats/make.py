"""Makes a small workspace of invented people in the formats of the program that runs it, and what it says then.

`python -m tests.formats.make 0.1` writes `tests/formats/0.1.tar.xz` and `0.1.json`. It is run once for each version
whose formats are new, by that version; what it wrote is kept for good, and the tests open it with the present one.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from ziggurat.demo import make_community
from ziggurat.simulate import Community, Customers
from ziggurat.sources.mapping import Mapping
from ziggurat.workspace import Workspace

HERE = Path(__file__).parent
COMMUNITY = Community(people=24, days=120, seed=11, start=dt.date(2025, 9, 1), customers=Customers(starts=2.0))
LADDER = """# Ours: two steps.
[[levels]]
name = "Present"
[[levels.rules]]
kinds = ["visited", "opened", "clicked", "read"]
at_least = 3
within_days = 30

[[levels]]
name = "Speaking"
[[levels.rules]]
kinds = ["posted", "replied", "asked"]
at_least = 1
within_days = 60
"""
VISITS = Mapping(fields={"at": "when", "actor": "who", "text": "note"}, constants={"channel": "web", "kind": "visited"})
ROWS = (("2025-10-05", "email:visitor@example.org", "hello"), ("soon", "email:late@example.org", ""))
WHEN = dt.datetime(2025, 12, 1, 12, tzinfo=dt.UTC)
LEFT_OUT = ("truth", "uploads", "spill")  # beside the workspace, or of no lasting use
SAID = ("2025-11-15", "2025-12-20")


def make(folder: Path) -> Workspace:
    """Make the workspace: imports, one undone, rejected rows, some of them settled, and all that can be decided."""
    make_community(folder, COMMUNITY)
    (folder / "ladders" / "ours.toml").write_text(LADDER, "utf-8")
    settings = folder / "ziggurat.toml"
    settings.write_text("# What we told of ourselves\n" + settings.read_text("utf-8"), "utf-8")
    space = Workspace.open(folder)
    space.save_mapping("visits", VISITS)
    for number in (1, 2, 3):
        space.import_file(write(folder / f"visits{number}.csv", number), source="visits", mapping=VISITS)
    space.undo(3)
    space.refresh()
    decide(space)
    space.refresh()
    return space


def write(path: Path, number: int) -> Path:
    """Write a file of two rows, one of which can't be taken."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("when", "who", "note"), *((*row[:2], f"{row[2]} {number}") for row in ROWS)])
    return path


def decide(space: Workspace) -> None:
    """Decide what can be decided."""
    found = space.sql(
        "SELECT min(identity) AS one FROM identities WHERE identity LIKE 'email:%@inbox.example' GROUP BY person_id"
    )
    one, other, third, *_ = sorted(found["one"].to_pylist())
    space.merge(one, other, why="told us so")
    space.part(one, third, why="brothers")
    space.raise_to(third, 2, since="2025-11-01T00:00", until="2025-12-15T00:00", why="chairs the table", ladder="ours")
    space.settle(2)
    space.assessments.answer("framework", 2, at=WHEN)
    space.assessments.answer("framework", 3, at=WHEN + dt.timedelta(days=1))
    space.assessments.keep(space.ask("scenario", until="2025-12-20"), at=WHEN)


def figures(space: Workspace) -> dict[str, Any]:
    """What the workspace says of itself: what came in, what was decided, who is there, and where they stand."""
    found: dict[str, Any] = {
        "imports": [{k: str(v) if k == "at" else v for k, v in one.items()} for one in space.imports()],
        "rejected": space.rejected(),
        "open": space.rejected()["total"],
        "decisions": space.state.decisions(),
        "raises": space.state.raises(),
        "questions": [
            {name: one[name] for name in ("indicator", "step", "at")}
            for one in space.assessments.questions()
            if one["step"] is not None
        ],
        "kept": [{k: v for k, v in one.items() if k != "rows"} for one in space.assessments.kept()],
        "counts": {name: n for name, n in space.derived.counts().items() if name != "guarded"},
        "as of": space.as_of().isoformat(),
        "interactions": space.sql(
            "SELECT kind, channel, count(*) AS n, count(DISTINCT person_id) AS people, round(sum(amount), 2) AS amount "
            "FROM interactions GROUP BY ALL ORDER BY ALL"
        ).to_pylist(),
    }  # fmt: skip
    for day in SAID:
        found[f"pyramid {day}"] = space.ask("pyramid", ladder="ours", at=day).rows()
        found[f"people {day}"] = [
            [row["person_id"], row["level"]] for row in space.people(ladder="ours", at=day, size=1000).rows
        ]
    return json.loads(json.dumps(found, default=str))


def pack(folder: Path, path: Path) -> None:
    """Put a folder into an archive that says nothing of who made it where."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        parts = Path(entry.name).parts
        if any(part in LEFT_OUT for part in parts) or entry.name.endswith((".lock", ".csv")):
            return None
        entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = 0, 0, 0, "", ""
        return entry

    with tarfile.open(path, "w:xz", preset=9) as archive:
        archive.add(folder, arcname=".", filter=plain)


def unpack(version: str, folder: Path) -> dict[str, Any]:
    """Lay the workspace of a version into a folder; return what that version said of it."""
    with tarfile.open(HERE / f"{version}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return json.loads((HERE / f"{version}.json").read_text("utf-8"))


def versions() -> list[str]:
    """The versions of which there is a workspace."""
    return sorted(path.name.removesuffix(".tar.xz") for path in HERE.glob("*.tar.xz"))


def main(version: str) -> None:
    """Make the workspace of this version."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "workspace"
        space = make(folder)
        said = figures(space)
        out = io.StringIO()
        json.dump(said, out, indent=1, ensure_ascii=False)
        (HERE / f"{version}.json").write_text(out.getvalue() + "\n", "utf-8")
        pack(folder, HERE / f"{version}.tar.xz")


if __name__ == "__main__":
    main(*sys.argv[1:])
