"""Rows that can't be taken: kept with their reasons, sent out, mended and taken in again."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest

from ziggurat.base.errors import WorkspaceError
from ziggurat.sources.mapping import Mapping
from ziggurat.workspace import Workspace

VISITS = Mapping(fields={"at": "when", "actor": "who", "text": "note"}, constants={"channel": "web", "kind": "visited"})


def test_rejected_rows_go_out_are_mended_and_come_in(space) -> None:
    path = space.folder / "visits.csv"
    path.write_text(
        "when,who,note\n2026-01-05,email:ana@x.org,fine\nsoon,email:bea@x.org,=1+1\n2026-01-06,nobody,\n", "utf-8"
    )
    told = space.import_file(path, source="visits", mapping=VISITS)
    assert (told["new"], told["rejected"]) == (1, 2)
    listed = space.rejected(told["import_id"])
    assert listed["total"] == 2
    assert [row["line"] for row in listed["rows"]] == [3, 4]
    with pytest.raises(WorkspaceError, match="there is no import 99"):
        space.rejected("99")
    with pytest.raises(WorkspaceError, match="'x' is no import's number"):
        space.rejected("x")
    out = space.folder / "out.csv"
    assert space.export_rejected(out, told["import_id"]) == 2
    assert "'=1+1" in out.read_text("utf-8")
    mended = mend(out, {"soon": "2026-01-07", "nobody": "email:chidi@x.org"})
    again = space.import_file(mended, source="visits", mapping=VISITS)
    assert (again["new"], again["known"], again["rejected"]) == (2, 0, 0)
    assert space.refresh()["people"] == 3
    assert [row["text"] for row in space.story("email:bea@x.org").timeline] == ["=1+1"]


def mend(path: Path, words: dict[str, str]) -> Path:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[words.get(cell, cell) for cell in row] for row in csv.reader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_rejected_rows_that_are_dealt_with_are_open_no_more_but_kept(space) -> None:
    for number in range(2):
        path = space.folder / f"bad{number}.csv"
        path.write_text("when,who,note\n" + "\n".join(f"soon,x,{n}" for n in range(number + 1)), "utf-8")
        space.import_file(path, source="visits", mapping=VISITS)
    space.settle(2)
    assert (space.rejected()["total"], space.rejected(2)["total"]) == (1, 2)
    assert [one["settled"] for one in space.imports()] == [True, False]
    assert space.export_rejected(space.folder / "open.csv") == 1
    assert Workspace.open(space.folder).rejected()["total"] == 1
    space.settle(2)
    space.settle("2", settled=False)
    assert space.rejected()["total"] == 3
    with pytest.raises(WorkspaceError, match="there is no import 7; `ziggurat log` lists"):
        space.settle(7)
    path.write_text("when,who,note\n2026-01-05,email:ana@x.org,fine\n", "utf-8")
    fine = space.import_file(path, source="visits", mapping=VISITS)
    with pytest.raises(WorkspaceError, match="import 3 rejected no row"):
        space.settle(fine["import_id"])


def test_rejected_rows_are_listed_page_by_page_newest_import_first(space) -> None:
    for number in range(2):
        path = space.folder / f"bad{number}.csv"
        path.write_text("when,who,note\n" + "\n".join(f"soon,x,{n}" for n in range(3)), "utf-8")
        space.import_file(path, source="visits", mapping=VISITS)
    pages = [space.rejected(page=page, size=2) for page in (1, 2, 3, 4)]
    assert {page["total"] for page in pages} == {6}
    assert [(row["import_id"], row["line"]) for page in pages for row in page["rows"]] == [
        (2, 2), (2, 3), (2, 4), (1, 2), (1, 3), (1, 4),
    ]  # fmt: skip


def test_rows_that_fail_for_one_reason_are_one_with_a_count(space) -> None:
    path = space.folder / "bad.csv"
    whens = ["soon", "it's late", "sometime", "2026-01-05", "1904-01-01"]
    path.write_text("when,who,note\n" + "\n".join(f"{when},email:a@x.org,{n}" for n, when in enumerate(whens)), "utf-8")
    space.import_file(path, source="visits", mapping=VISITS)
    first, second = space.rejected_reasons()
    assert (first["reason"], first["rows"], first["line"]) == ("column 'when': … is no date", 3, 2)
    assert first["example"] == "column 'when': 'soon' is no date"
    assert (second["rows"], second["line"]) == (1, 6)
    some = space.rejected(reason=first["reason"])
    assert (some["total"], [row["line"] for row in some["rows"]]) == (3, [2, 3, 4])
    names = msgspec.structs.replace(VISITS, fields={**VISITS.fields, "kind": "note"}, constants={"channel": "web"})
    path.write_text(
        "when,who,note\n" + "2026-01-05,email:a@x.org,bloop\n" * 2 + "2026-01-05,email:a@x.org,bleep\n", "utf-8"
    )
    told = space.import_file(path, source="names", mapping=names)
    assert [(row["rows"], "bl" in row["reason"]) for row in space.rejected_reasons(told["import_id"])] == [
        (2, True),
        (1, True),
    ]
