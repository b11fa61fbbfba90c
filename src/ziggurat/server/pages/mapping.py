"""How does an uploaded file become interactions: what was guessed, what a person changed, what would come of it?"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat.base.errors import DeclarationError, SourceError
from ziggurat.server import mapping_form as form
from ziggurat.server import uploads
from ziggurat.server.forms import MOST_FIELDS
from ziggurat.server.pages.data import to_job
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import page
from ziggurat.server.root import with_root
from ziggurat.server.uploads import UPLOAD_PATH, Upload
from ziggurat.sources import recipes
from ziggurat.sources.files import Preview
from ziggurat.sources.guess import Guess, event_names
from ziggurat.sources.mapping import Mapping as FileMapping
from ziggurat.sources.said import Said

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

GUESSES = 8  # that are kept at once
TRIED = 200  # rows of which one must be taken before a file is imported
MOST_STATES = 100
UNSAID = ("source", "received_at", "interaction_id")  # ours, not the file's
TABLE_WORDS = {"traits": "Said of people", "links": "Identities of one person", "interactions": "Interactions"}


async def upload(request: Request) -> Response:
    """Keep uploaded files, and go on to what the columns of the first mean; of several, to the list of them."""
    workspace: Workspace = request.app.state.workspace
    kept = await uploads.receive(request, workspace.folder)
    place = f"/data/uploads/{kept[0].id}" if len(kept) == 1 else "/data"
    return RedirectResponse(with_root(place), 303)


async def discard(request: Request) -> Response:
    """Delete an uploaded file that is not to be imported."""
    workspace: Workspace = request.app.state.workspace
    kept = uploads.find(workspace.folder, request.path_params["upload_id"])
    await run_in_threadpool(kept.remove)
    return RedirectResponse(with_root("/data"), 303)


def mapping(request: Request) -> Response:
    """Answer with what the columns were taken for, and what would come of it."""
    workspace: Workspace = request.app.state.workspace
    kept = uploads.find(workspace.folder, request.path_params["upload_id"])
    known = workspace.mapping(kept.source)
    guess = guess_mapping(request, kept, {})
    fits = known is not None and {*known.columns(), *known.key} <= guess.seen.keys()
    return show_form(request, kept, Chosen(kept.source, known if fits and known else guess.with_suggestions(), fits))


def guess_mapping(request: Request, kept: Upload, said: Said) -> Guess:
    """Return what is guessed of an uploaded file. It is kept for the next page on it: a large file takes seconds."""
    workspace: Workspace = request.app.state.workspace
    known: OrderedDict[str, Guess] = request.app.state.guesses
    key = f"{kept.id} {msgspec.json.encode(said, order='deterministic').decode()}"
    if key not in known:
        with kept.called():
            known[key] = workspace.guess(kept.path, source=kept.source, said=said)
        while len(known) > GUESSES:
            known.popitem(last=False)
    return known[key]


@dataclass(frozen=True)
class Chosen:
    """What a page is to show: the source and the mapping as they are chosen so far.

    remembered: whether they are those of the last import of the source. said: what the guess was told outright. wrong:
    what is wrong with what was chosen, in words.
    """

    source: str
    mapping: FileMapping
    remembered: bool = False
    said: Said = field(default_factory=dict)
    wrong: str = ""


def show_form(request: Request, kept: Upload, made: Chosen) -> Response:
    """Answer with the form, and with the first rows as they would be logged."""
    workspace: Workspace = request.app.state.workspace
    guess = guess_mapping(request, kept, made.said)
    chosen, wrong = made.mapping, made.wrong
    columns = {column.name: column for column in guess.columns}
    preview, told, todo = None, list[str](), form.todo(chosen, samples(guess))
    if not todo:
        try:
            with kept.called():
                preview = workspace.preview(kept.path, chosen)
                told = workspace.foretell(kept.path, made.source, chosen, kept.name)
        except (DeclarationError, SourceError) as error:
            wrong = wrong or str(error)
    unmapped = {name.name: name for name in event_names(guess.seen, chosen, workspace.kinds)}
    events = {name: chosen.kinds.get(name, "") for name in dict.fromkeys([*chosen.kinds, *unmapped])}
    return page(
        request,
        "mapping.html",
        title=f"Import {kept.name}",
        status=422 if request.method == "POST" and (wrong or todo) else 200,
        kept=kept,
        source=made.source,
        chosen=chosen,
        columns=columns,
        uses=form.uses(chosen, columns),
        choices=form.choices(chosen),
        constants=form.constants(chosen),
        events=events,
        states=states(guess, chosen),
        unmapped=unmapped,
        groups=groups(workspace),
        form=form,
        units=form.units(chosen),
        keyed=chosen.target == "interactions",
        sheets=guess.sheets,
        recipe=guess.recipe,
        asked_recipe=made.said.get("recipe", ""),
        recipes={name: one.title for name, one in recipes.shipped().items()},
        preview=preview and preview_rows(preview, chosen) | {"told": told},
        notes=guess.notes,
        todo=wrong or todo,
        remembered=made.remembered,
    )


def states(guess: Guess, chosen: FileMapping) -> dict[str, str]:
    """Return state → what it makes of a row, of all states in the file and in the mapping."""
    column = chosen.fields.get("state", "")
    there = guess.seen[column].counts if isinstance(column, str) and column in guess.seen else {}
    found = {name: meant for name, meant in chosen.states.items() if column}
    return {**{name: "" for name in list(there)[:MOST_STATES] if name.lower() not in map(str.lower, found)}, **found}


def samples(guess: Guess) -> dict[str, tuple[str, ...]]:
    """Return column → some of its values."""
    return {column.name: column.samples for column in guess.columns}


def preview_rows(preview: Preview, chosen: FileMapping) -> dict[str, Any]:
    """Return the first rows as they would be logged, without columns in which nothing stands, and the rejected ones."""
    tables = {name: table for name, table in preview.tables.items() if name != "rejected" and table.num_rows}
    shown = []
    for name, table in tables.items():
        filled = [column for column in table.column_names if column not in UNSAID and is_filled(table[column])]
        shown.append((TABLE_WORDS.get(name, name), filled, table.to_pylist()))
    rejected = preview.tables["rejected"].to_pylist() if "rejected" in preview.tables else []
    return {"tables": shown, "rejected": rejected, "skipped": preview.skipped}


def is_filled(column: pa.ChunkedArray) -> bool:
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
    return await run_in_threadpool(read_decision, request, kept, said)


def read_decision(request: Request, kept: Upload, given: dict[str, str]) -> Response:
    """Read the form; import when that was asked for and everything is said, else show the form again."""
    workspace: Workspace = request.app.state.workspace
    source = given.get("source", kept.source)
    try:
        said = form.layout(given)
        again = said != form.layout(
            {name.removeprefix("was."): text for name, text in given.items() if name[:4] == "was."}
        )
        guess = guess_mapping(request, kept, said)
        if again:  # the file reads otherwise now: what was chosen was of other columns
            return show_form(request, kept, Chosen(source, guess.with_suggestions(), said=said))
        chosen, wrong = form.read(given, guess.mapping)
        chosen = form.with_e_mail(chosen, samples(guess))
    except DeclarationError as error:
        guess = guess_mapping(request, kept, {})
        return show_form(request, kept, Chosen(source, guess.mapping, wrong=str(error)))
    try:
        source = form.source_name(source)
        if wrong or form.todo(chosen, samples(guess)) or given.get("do") != "import":
            return show_form(request, kept, Chosen(source, chosen, said=said, wrong=" ".join(wrong)))
        with kept.called():
            preview = workspace.preview(kept.path, chosen, TRIED)  # checks the mapping before anything is stored
        if nothing := form.all_rejected(preview):
            return show_form(request, kept, Chosen(source, chosen, said=said, wrong=nothing))
        workspace.save_mapping(source, chosen)
    except DeclarationError as error:
        return show_form(request, kept, Chosen(given.get("source", kept.source), chosen, said=said, wrong=str(error)))
    return start_import(request, kept, source, chosen)


def start_import(request: Request, kept: Upload, source: str, chosen: FileMapping) -> Response:
    """Import behind the page, then bring the figures up to date, then delete the uploaded file."""
    mapping, path = msgspec.to_builtins(chosen), str(kept.path.resolve())
    return to_job(
        request, "import", f"Importing {kept.name}", path=path, file=kept.name, source=source, mapping=mapping,
        refresh=True, upload=True,
    )  # fmt: skip


PAGE = Page(
    (
        Address(UPLOAD_PATH, upload, "change"),
        Address(f"{UPLOAD_PATH}/{{upload_id}}", mapping, as_of=False),
        Address(f"{UPLOAD_PATH}/{{upload_id}}", submitted, "change"),
        Address(f"{UPLOAD_PATH}/{{upload_id}}/discard", discard, "change"),
    ),
)
