"""The command that writes the report for a board."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ziggurat.cli.output import writing
from ziggurat.cli.place import fresh
from ziggurat.cli.show import progress, tell
from ziggurat.cli.studies import LadderName, Until


def report(
    context: typer.Context,
    out: Annotated[
        Path, typer.Argument(metavar="[OUT.html|OUT.pdf|OUT.pptx]", help="The file; its ending says in which form.")
    ] = Path("report.html"),
    since: Annotated[
        str | None, typer.Option(help="Where the period begins; 91 days before its end if not given.")
    ] = None,
    until: Until = None,
    ladder: LadderName = None,
    comment: Annotated[str, typer.Option(help="What you want to say of it; it stands at its head.")] = "",
) -> None:
    """Write a report of six or seven pages for a board, as one HTML file, a PDF or slides."""
    from ziggurat.report.report import Report, ending

    ending(out)
    workspace = fresh(context)
    with progress() as tell_progress:
        made = Report.of(
            workspace, made=datetime.now(UTC).date(), since=since, until=until, ladder=ladder, comment=comment,
            progress=tell_progress,
        )  # fmt: skip
        with writing(out):
            made.save(out)
    tell(f"Wrote {out}.")
    for page in made.content.pages:
        tell(f"  {page.title}: {page.headline}")
