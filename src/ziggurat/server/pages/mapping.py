"""How does an uploaded file become interactions: what was guessed, what a person changed, what would come of it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.errors import DeclarationError
from ziggurat.server import mapping_form as form
from ziggurat.server import uploads
from ziggurat.server.jobs import Progress
from ziggurat.server.pages.data import to_job
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import page
from ziggurat.server.root import rooted
from ziggurat.server.uploads import UPLOAD_PATH, Upload
from ziggurat.sources.files import Preview
from ziggurat.sources.guess import Guess
from ziggurat.sources.mapping import Mapping as FileMapping

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

MOST_FIELDS = 20_000  # of one form: a file may have 2,000 columns, and each takes a few
UNSAID = ("source", "received_at", "interaction_id")  # ours, not the file's
TABLE_WORDS = {"traits": "Said of people", "links": "Identities of one person", "interactions": "Interactions"}


async def upload(request: Request) -> Response:
    """Keep an uploaded file, and go on to what its columns mean."""
    workspace: Workspace = request.app.state.workspace
    kept = await uploads.receive(request, workspace.folder)
    return RedirectResponse(rooted(f"/data/uploads/{kept.id}"), 303)


def mapping(request: Request) -> Response:
    """Answer with what the columns were taken for, and what would come of it."""
    workspace: Workspace = request.app.state.workspace
    kept = uploads.find(workspace.folder, request.path_params["upload_id"])
    known = workspace.mapping(kept.source)
    with kept.called():
        guess = workspace.guess(kept.path)
    names = {column.name for column in guess.columns}
    fits = known is not None and set(known.columns()) <= names
    return shown(request, kept, kept.source, known if fits and known else guess.with_suggestions(), remembered=fits)


def shown(
    request: Request, kept: Upload, source: str, chosen: FileMapping, *, wrong: str = "", remembered: bool = False
) -> Response:
    """Answer with the form, and with the first rows as they would be logged."""
    workspace: Workspace = request.app.state.workspace
    with kept.called():
        guess = workspace.guess(kept.path)
    columns = {column.name: column for column in guess.columns}
    preview, todo = None, form.todo(chosen, samples(guess))
    if not todo:
        try:
            with kept.called():
                preview = workspace.preview(kept.path, chosen)
        except DeclarationError as error:
            wrong = wrong or str(error)
    events = dict.fromkeys([*chosen.kinds, *(name.name for name in guess.unmapped_names)])
    return page(
        request,
        "mapping.html",
        title=f"Import {kept.name}",
        status=422 if request.method == "POST" and (wrong or todo) else 200,
        kept=kept,
        source=source,
        chosen=chosen,
        columns=columns,
        uses=form.uses(chosen, columns),
        choices=form.choices(chosen),
        constants=form.constants(chosen),
        events={name: chosen.kinds.get(name, "") for name in events},
        unmapped={name.name: name for name in guess.unmapped_names},
        groups=groups(workspace),
        form=form,
        preview=preview and previewed(preview, chosen),
        notes=guess.notes,
        todo=wrong or todo,
        remembered=remembered,
    )


def samples(guess: Guess) -> dict[str, tuple[str, ...]]:
    """Return column → some of its values."""
    return {column.name: column.samples for column in guess.columns}


def previewed(preview: Preview, chosen: FileMapping) -> dict[str, Any]:
    """Return the first rows as they would be logged, without columns in which nothing stands, and the rejected ones."""
    tables = {name: table for name, table in preview.tables.items() if name != "rejected" and table.num_rows}
    shown = []
    for name, table in tables.items():
        filled = [column for column in table.column_names if column not in UNSAID and said(table[column])]
        shown.append((TABLE_WORDS.get(name, name), filled, table.to_pylist()))
    rejected = preview.tables["rejected"].to_pylist() if "rejected" in preview.tables else []
    return {"tables": shown, "rejected": rejected, "skipped": preview.skipped}


def said(column: pa.ChunkedArray) -> bool:
    """Say whether anything stands in a column."""
    return not set(column.to_pylist()) <= {None, "{}"}


def groups(workspace: Workspace) -> Mapping[str, list[str]]:
    """Return the kinds of interaction by group, for a list to choose from."""
    found: dict[str, list[str]] = {}
    for kind, group in workspace.kinds.group_of.items():
        found.setdefault(group, []).append(kind)
    return found


async def submitted(request: Request) -> Response:
    """Show again what was changed, or import the file."""
    workspace: Workspace = request.app.state.workspace
    kept = uploads.find(workspace.folder, request.path_params["upload_id"])
    async with request.form(max_fields=MOST_FIELDS) as given:
        said = {key: str(value) for key, value in given.items()}
    return await run_in_threadpool(decided, request, kept, said)


def decided(request: Request, kept: Upload, said: dict[str, str]) -> Response:
    """Read the form; import when that was asked for and everything is said, else show the form again."""
    workspace: Workspace = request.app.state.workspace
    with kept.called():
        guess = workspace.guess(kept.path)
    base = guess.mapping
    given = said.get("source", kept.source)
    try:
        chosen, wrong = form.read(said, base)
        chosen = form.with_e_mail(chosen, samples(guess))
    except DeclarationError as error:
        return shown(request, kept, given, base, wrong=str(error))
    try:
        source = form.source_name(given)
        if wrong or form.todo(chosen, samples(guess)) or said.get("do") != "import":
            return shown(request, kept, source, chosen, wrong=" ".join(wrong))
        with kept.called():
            workspace.preview(kept.path, chosen)  # checks the mapping before anything is stored
        workspace.save_mapping(source, chosen)
    except DeclarationError as error:
        return shown(request, kept, given, chosen, wrong=str(error))
    return started(request, kept, source, chosen)


def started(request: Request, kept: Upload, source: str, chosen: FileMapping) -> Response:
    """Import behind the page, then bring the figures up to date, then delete the uploaded file."""
    workspace: Workspace = request.app.state.workspace

    def work(progress: Progress) -> dict[str, Any]:
        with kept.called():
            outcome = workspace.import_file(
                kept.path, source=source, mapping=chosen, file_name=kept.name, progress=progress
            )
        kept.remove()
        workspace.refresh(progress=progress)
        return outcome

    return to_job(request, f"Importing {kept.name}", work)


PAGE = Page(
    (
        Address(UPLOAD_PATH, upload, "change"),
        Address(f"{UPLOAD_PATH}/{{upload_id}}", mapping, as_of=False),
        Address(f"{UPLOAD_PATH}/{{upload_id}}", submitted, "change"),
    ),
)
