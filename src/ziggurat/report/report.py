"""A report for a board: six pages on what the log of one period holds, and one on next steps where there were any, as
one HTML file, one PDF or slides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ziggurat.base.errors import QuestionError, WorkspaceError
from ziggurat.base.instant import DAY, instant, moment, window
from ziggurat.report import driven, html, limits, logo, moved, near, next_steps, pdf, sides, slides, stands, stays
from ziggurat.report.drawing import NARROW, WIDE, svg
from ziggurat.report.pages import Content, Page
from ziggurat.report.scope import DAYS, Scope
from ziggurat.report.wording import plain

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

PAGES: tuple[Callable[[Scope], Page | None], ...] = (
    moved.page,
    stays.page,
    near.page,
    driven.page,
    sides.page,
    stands.page,
    next_steps.page,
)
ENDINGS = (".html", ".pdf", ".pptx")
LONGEST, MOST_LINES = 600, 8  # of a comment: characters of a paragraph, paragraphs


def silent(_label: str, _share: float) -> None:
    """Tell nobody how far the work is."""


@dataclass(frozen=True)
class Report:
    """A report that is written. Make one with `Report.of`.

    content: all that it says; all forms are written from it and from nothing else. The same log, period and day give
    the same report, byte by byte.
    """

    content: Content

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        *,
        made: date,
        since: Any = None,
        until: Any = None,
        ladder: str | None = None,
        comment: str = "",
        progress: Callable[[str, float], None] | None = None,
    ) -> Report:
        """Ask all that a report says.

        made: the day that it bears. until: the end of the last interaction's day if left out. since: 91 days before if
        left out. ladder: the workspace's first if left out. Everything is looked at as of `until`. comment: what is
        to be said at its head; lines part paragraphs.

        Six pages: the pyramid and who moved; who gave or bought, and who stays; reach, value and the mix; what goes
        before what (observational); what both sides give and get; the scenario and the road on. A seventh,
        where a play had turned to anybody by then: what next steps did. A page whose data is missing says so, and keeps
        its place. Estimates bear 95 % bounds, or say why there are none. What a figure does
        not mean is said on its page.
        Raises: QuestionError if `since` is not before `until`, or the ladder is unknown; WorkspaceError before the
        first refresh, or where the log is empty.
        """
        span = workspace.span()
        if span is None:
            raise WorkspaceError(
                "there is nothing to report yet; `ziggurat import` some data, then `ziggurat refresh`."
            )
        last = instant(until) if until else instant(workspace.as_of())
        start, end = window(instant(since) if since else last - DAYS * DAY, last)
        scope = Scope(workspace, workspace.lens(end, ladder=ladder), moment(start), moment(end), span[0])
        tell = progress or silent
        pages = list[Page]()
        for number, write in enumerate(PAGES):
            tell(f"Writing page {number + 1} of {len(PAGES)}", number / len(PAGES))
            pages += filter(None, [write(scope)])
        return cls(
            Content(
                organisation=plain(workspace.config.name, 80),
                since=scope.since,
                until=scope.until,
                made=made,
                limits=limits.limits(scope, pages),
                pages=tuple(pages),
                comment=tuple(plain(line, LONGEST) for line in comment.splitlines() if line.strip())[:MOST_LINES],
                logo=logo.read(workspace.folder),
            )
        )

    @cached_property
    def drawings(self) -> list[list[tuple[str, str]]]:
        """Every chart of every page as SVG: for a wide page, and for a narrow one."""
        return [
            [(svg(each.chart, WIDE), svg(each.chart, NARROW)) for each in page.figures] for page in self.content.pages
        ]

    def html(self) -> str:
        """Return the report as one HTML file: it loads nothing, runs no script, and is light or dark."""
        return html.write(self.content, self.drawings)

    def pdf(self) -> bytes:
        """Return the report as a PDF, an A4 page for each, its charts as vectors."""
        return pdf.write(self.content, self.drawings)

    def slides(self) -> bytes:
        """Return the report as slides for PowerPoint and the like, one for each picture and table."""
        return slides.write(self.content, self.drawings)

    def save(self, path: str | Path) -> None:
        """Write the report to a file; its form is that of the name's ending, .html, .pdf or .pptx.

        Raises: QuestionError if the name ends in anything else.
        """
        path = Path(path)
        path.write_bytes(self.written(ending(path)))

    def written(self, form: str) -> bytes:
        """Return the report as a file of one of ENDINGS has it."""
        write = {".pdf": self.pdf, ".pptx": self.slides}.get(form)
        return write() if write else self.html().encode()


def ending(path: Path) -> str:
    """Return the ending of a report's name. Raises: QuestionError if none can be written under it."""
    found = path.suffix.lower()
    if found not in ENDINGS:
        raise QuestionError(f"a report can't be written as '{path.name}'; its name must end in {' or '.join(ENDINGS)}.")
    return found
