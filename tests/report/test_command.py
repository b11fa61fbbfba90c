"""The command is one call of the library."""

from __future__ import annotations

import datetime as dt

import pytest

from ziggurat import cli
from ziggurat.report.report import Report


def test_it_writes_the_report_of_the_library_and_says_its_findings(space, tmp_path, capsys):
    out = tmp_path / "board.html"
    with pytest.raises(SystemExit) as ended:
        cli.main(["-C", str(space.folder), "report", str(out), "--since", "2026-03-31", "--until", "2026-06-30"])
    assert ended.value.code in (0, None)
    today = dt.datetime.now(dt.UTC).date()
    made = Report.of(space, made=today, since="2026-03-31", until="2026-06-30")
    assert out.read_text("utf-8") == made.html()
    printed = capsys.readouterr().out
    assert all(page.headline in printed for page in made.content.pages)


def test_a_name_it_cannot_write_is_said_before_anything_is_asked(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["-C", str(tmp_path / "nowhere"), "report", str(tmp_path / "board.docx")])
    assert ended.value.code == 1
    assert "'board.docx'; its name must end in .html or .pdf" in capsys.readouterr().err
