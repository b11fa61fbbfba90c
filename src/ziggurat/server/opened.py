"""Who is behind a figure? A page of people from the members of a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw
from starlette.requests import Request
from starlette.responses import Response

from ziggurat.results.result import read, write_csv
from ziggurat.results.units import Column
from ziggurat.results.units import plain as plain_name
from ziggurat.server.columns import plain
from ziggurat.server.query import PageQuery, whole
from ziggurat.server.render import page
from ziggurat.server.responses import download

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

SIZE = 50
LEVELS = {"level", "from_level", "to_level", "peak"}  # numbers of levels, shown by name
HIDDEN = ("person_id", "name")  # these two are shown as one link


def in_order(members: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return people in order; the rows of one person, too, so that a page is the same whenever it is read."""
    others = (name for name in members.collect_schema().names() if name != "person_id")
    return members.sort("person_id", *others)


@dataclass(frozen=True)
class Behind:
    """The people behind a figure. members: makes the frame of them, with `person_id`. columns: of the study that it is
    of, which head those of the frame that have their names."""

    members: Callable[[], nw.LazyFrame[Any]]
    columns: Mapping[str, Column]

    def heading(self, name: str) -> str:
        """Return what stands above a column of the frame."""
        return self.columns[name].heading(name) if name in self.columns else plain_name(name)


def list_people(
    request: Request,
    view: PageQuery,
    behind: Behind,
    *,
    title: str,
    path: str,
    options: Mapping[str, str],
    back: tuple[str, str],
) -> Response:
    """Answer with one page of the people in a frame with `person_id`; as CSV, all of them, with `format=csv`.

    back: the address and name of the page from which it was opened.
    """
    workspace: Workspace = request.app.state.workspace
    number = whole(request, "page", 1)
    everyone = request.query_params.get("format") == "csv"
    total = read(lambda: behind.members().select(nw.len().alias("people")))["people"][0].as_py()
    found = read(lambda: in_order(behind.members()).head(total if everyone else number * SIZE))
    if everyone:
        found = workspace.addressed(found)
    columns, rows = found.column_names, found.to_pylist()
    if everyone:
        cells = ([plain(name, row[name]) for name in columns] for row in rows)
        return download(workspace.folder, "people.csv", lambda file: write_csv(file, columns, cells))
    rows = rows[(number - 1) * SIZE :]
    names = workspace.names([row["person_id"] for row in rows])
    return page(
        request,
        "opened.html",
        title=title,
        view=view,
        rows=rows,
        names=names,
        columns=[(name, behind.heading(name)) for name in columns if name not in HIDDEN],
        levels=LEVELS,
        total=total,
        page_number=number,
        pages=max(1, -(-total // SIZE)),
        target=path,
        options=options,
        back=back,
    )
