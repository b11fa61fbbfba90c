"""The commands that fill a workspace, and say what came in."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from ziggurat.base.errors import QuestionError, WorkspaceError, suggest
from ziggurat.base.words.numbers import count, number
from ziggurat.cli import importing as options
from ziggurat.cli.jobs import carried_out
from ziggurat.cli.output import writing
from ziggurat.cli.place import FILE, folder, following, open_workspace, tell_waiting
from ziggurat.cli.show import print_first, table, tell
from ziggurat.cli.typed import command_line
from ziggurat.sources.names import source_name

if TYPE_CHECKING:
    from ziggurat.sources.mapping import Mapping as SourceMapping
    from ziggurat.workspace import Workspace

REASONS = 3  # that are told after an import


def init(
    context: typer.Context,
    place: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="The folder; it may exist.")] = None,
    name: Annotated[str | None, typer.Option(help="The organisation; the folder's name if not given.")] = None,
    currency: Annotated[str, typer.Option(help="ISO code of all amounts.")] = "USD",
    ladder: Annotated[list[str] | None, typer.Option(help="A shipped ladder; may be given several times.")] = None,
) -> None:
    """Make a workspace."""
    from ziggurat.levels.ladder import SHIPPED
    from ziggurat.settings.config import Config
    from ziggurat.workspace import Workspace

    where = place or (Path.cwd() if context.obj is None else folder(context))
    shipped = sorted(path.stem for path in SHIPPED.glob("*.toml"))
    chosen = tuple(ladder or ("six-level",))
    for one in chosen:
        if one not in shipped:
            raise QuestionError(
                f"no shipped ladder named '{one}'{suggest(one, shipped) or '.'} There are: {', '.join(shipped)}. "
                f"One of your own goes into {where / 'ladders'} and under `ladders` in {FILE}."
            )
    title = name or where.resolve().name
    Workspace.create(where, Config(name=title, currency=currency.upper(), ladders=chosen))
    tell(f"Made the workspace '{title}' in {where}, with the ladder {', '.join(chosen)}.")
    tell(f"Next: {command_line(place or context.obj, 'import FILE')}")


def import_files(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV, XLSX, JSON or Parquet files.")],
    source: options.FromSource = None,
    mapping: options.MappingFile = None,
    recipe: options.Recipe = None,
    target: options.Target = None,
    field: options.Field = None,
    constant: options.Constant = None,
    kind: options.Kind = None,
    state: options.State = None,
    event: options.Event = None,
    identity: options.Identity = None,
    trait: options.Trait = None,
    namespace: options.Namespace = None,
    key: options.Key = None,
    unit: options.Unit = None,
    time_zone: options.TimeZone = None,
    date_order: options.DateOrder = None,
    decimal: options.Decimal = None,
    delimiter: options.Delimiter = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    skip_lines: options.SkipLines = None,
    header_lines: options.HeaderLines = None,
    yes: options.Accepted = False,
    incoming: options.Incoming = None,
    by_file: options.ByFile = None,
    whole: options.Whole = False,
) -> None:
    """Import files. What is known already changes nothing, so a file may be imported again."""
    from ziggurat.cli import mapping as choosing

    workspace = open_workspace(context)
    said = options.said_of({
        "recipe": recipe, "target": target, "field": field, "constant": constant, "kind": kind, "state": state,
        "event": event, "identity": identity, "trait": trait, "namespace": namespace, "key": key, "unit": unit,
        "time_zone": time_zone, "date_order": date_order, "decimal": decimal, "delimiter": delimiter,
        "encoding": encoding, "sheet": sheet, "skip_lines": skip_lines, "header_lines": header_lines,
        "incoming": incoming, "by_file": by_file,
    })  # fmt: skip
    for path in files:
        name = source or source_name(path.name)
        choice = choosing.Choice(workspace, path, name, said)
        chosen = choosing.choose(choice, mapping, accepted=yes, asking=sys.stdin.isatty())
        if chosen is None:
            tell(f"Nothing was imported of {path.name}.")
            raise typer.Exit(1)
        run_import(context, workspace, path, name, chosen, whole=whole)
    tell(f"Next: {following(context, 'refresh')}")


def run_import(
    context: typer.Context,
    workspace: Workspace,
    path: Path,
    source: str,
    mapping: SourceMapping,
    *,
    whole: bool = False,
) -> None:
    """Import one file, and say what came of it."""
    options = {
        "path": str(path.resolve()), "file": path.name, "source": source, "mapping": msgspec.to_builtins(mapping),
        "whole": whole,
    }  # fmt: skip
    done = carried_out(workspace, "import", f"Importing {path.name}", **options)
    tell(f"{path.name}: {outcome(done)} (import {done['import_id']}, source '{source}')")
    for note in done["notes"]:
        tell(note)
    tell_rejected(context, workspace, done, "and with `--export FILE.csv` writes them out to be mended.")


def tell_rejected(context: typer.Context, workspace: Workspace, done: Mapping[str, Any], more: str = "") -> None:
    """Say why rows of an import were rejected, what most were first, and which command lists them."""
    if not done["rejected"]:
        return
    reasons = sorted(workspace.rejected_reasons(done["import_id"]), key=lambda one: -one["rows"])
    for one in reasons[:REASONS]:
        tell(f"{count(one['rows'], 'row was', 'rows were')} rejected: {reason_of(one)}")
    if len(reasons) > REASONS:
        others = len(reasons) - REASONS
        tell(f"{count(others, 'other reason', 'other reasons')} besides.")
    lists = following(context, f"rejected {done['import_id']}")
    tell(f"Rejected rows are kept: `{lists}` lists them{', ' + more if more else '.'}")


def pull(
    context: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE…]", help="As `[sources.NAME]` names it; all if not given.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Read all of it, as if nothing had been read before.")] = False,
) -> None:
    """Import what is new in the sources that the settings name."""
    workspace = open_workspace(context)
    named = sources or [name for name, one in workspace.config.sources.items() if not is_by_hand(one)]
    if not named:
        raise QuestionError(f"{FILE} names no source that can be pulled; see the page on `pull`.")
    for name in named:
        outcome_of = carried_out(workspace, "pull", f"Pulling {name}", source=name, again=again)
        done = outcome_of["imports"]
        for one in done:
            tell(f"{name}, {one['file']}: {outcome(one)} (import {one['import_id']})")
            for note in one["notes"]:
                tell(note)
            tell_rejected(context, workspace, one)
        if "later" in outcome_of:
            tell(f"{name}: {outcome_of['later']}")
        elif not done:
            tell(f"{name}: there is nothing new.")
    tell(f"Next: {following(context, 'refresh')}")


def is_by_hand(settings: object) -> bool:
    """Say whether a source is of files that somebody imports, and that can't be pulled."""
    from ziggurat.sources.mapping import Mapping

    return isinstance(settings, Mapping) and not settings.path


def outcome(done: Mapping[str, Any]) -> str:
    """Say in figures what came of an import.

    >>> outcome({"new": 1234, "known": 5, "changed": 2, "deleted": 0, "rejected": 3, "skipped": 0})
    '1,234 new, 5 already known, 2 changed, 3 rejected'
    """
    words = {"new": "new", "known": "already known", "changed": "changed", "deleted": "deleted", "rejected": "rejected"}
    words["skipped"] = "skipped on purpose"
    always = ("new", "known", "rejected")
    return ", ".join(f"{number(done[what])} {said}" for what, said in words.items() if done[what] or what in always)


def log(context: typer.Context) -> None:
    """List all imports, newest first."""
    workspace = open_workspace(context)
    found = workspace.imports()
    tell_waiting(context, workspace.waiting())
    if not found:
        tell(f"Nothing has been imported yet. Next: {following(context, 'import FILE')}")
        return
    rows = [{**one, "import": one["import_id"], "undone": "undone" if one["undone"] else ""} for one in found]
    table(rows, ("import", "at", "source", "file", "new", "known", "changed", "rejected", "undone"))


def undo(
    context: typer.Context, import_id: Annotated[str, typer.Argument(metavar="IMPORT", help="Its number.")]
) -> None:
    """Take an import back, as if it had never been."""
    carried_out(open_workspace(context), "undo", f"Undoing import {import_id}", import_id=import_id)
    tell(f"Import {import_id} is taken back. Next: {following(context, 'refresh')}")


def tidy(
    context: typer.Context,
    now: Annotated[
        bool, typer.Option("--now", help="Don't wait for a week; whoever is reading may miss a file.")
    ] = False,
) -> None:
    """Put the log's many small files together, and drop those that nothing has named for a week."""
    done = carried_out(open_workspace(context), "tidy", "Tidying the log", now=now)
    if not done["small"] and not done["dropped"]:
        tell("There is nothing to tidy.")
    if done["small"]:
        tell(f"{number(done['small'])} small files are put together into {number(done['large'])}.")
    if done["dropped"]:
        tell(f"{count(done['dropped'], 'old file', 'old files')} dropped, {number(done['freed'] / 2**20)} MB.")


def rejected(
    context: typer.Context,
    import_id: Annotated[
        str | None, typer.Argument(metavar="[IMPORT]", help="Its number; all that are open if not given.")
    ] = None,
    export: Annotated[Path | None, typer.Option(help="Write them to this CSV file, to be mended.")] = None,
    settled: Annotated[
        bool | None,
        typer.Option(
            "--settled/--open", help="Nothing is left to do about those of this import; or there is after all."
        ),
    ] = None,
    page: Annotated[
        int | None, typer.Option(min=1, max=10_000_000, help="Print each row, this page of 100; else each reason once.")
    ] = None,
) -> None:
    """List why rows could not be taken, each reason once with how many failed for it, or the rows."""
    workspace = open_workspace(context)
    if settled is not None:
        if import_id is None:
            raise WorkspaceError("say which import's rows are meant; `ziggurat log` lists the imports.")
        workspace.settle(import_id, settled=settled)
        tell(f"The rejected rows of import {import_id} are {'dealt with' if settled else 'open'}.")
        return
    if export is not None:
        with writing(export):
            written = workspace.export_rejected(export, import_id)
        tell(f"Wrote {count(written, 'rejected row', 'rejected rows')} to {export}.")
        if written:
            sources = {one["source"] for one in workspace.imports() if import_id in (None, one["import_id"])}
            source = sources.pop() if len(sources) == 1 else "SOURCE"
            again = following(context, f"import {shlex.quote(str(export))} --source {source}")
            tell(f"Mend them, then import them with the same mapping: {again}")
        return
    found = workspace.rejected(import_id, page or 1)
    if import_id is None:
        tell_waiting(context, workspace.waiting())
    if not found["total"]:
        tell("No row was rejected." if import_id else "No rejected row is open.")
        return
    if page is None:
        reasons = workspace.rejected_reasons(import_id)
        shown = [{**row, "import": str(row["import_id"]), "reason": reason_of(row)} for row in reasons]
        table(shown, ("rows", "import", "file", "line", "reason", "row"))
        lists = following(context, " ".join(("rejected", *([import_id] if import_id else []), "--page 1")))
        tell(
            f"{number(found['total'])} in all; line and row are of the first of each reason. `{lists}` lists all.",
            "dim",
        )
        return
    rows = [{**row, "import": str(row["import_id"])} for row in found["rows"]]
    print_first(rows, ("import", "file", "line", "reason", "row"), 0, what="rows")
    tell(f"{number(found['total'])} in all, page {page} of {number(max(1, -(-found['total'] // 100)))}.", "dim")


def reason_of(row: Mapping[str, Any]) -> str:
    """Return the reason of a line of `rejected_reasons`: in full where one row has it."""
    return str(row["example"] if row["rows"] == 1 else row["reason"])


def refresh(context: typer.Context) -> None:
    """Bring people, histories and levels up to what came in."""
    workspace = open_workspace(context)
    counts = carried_out(workspace, "refresh", "Bringing the figures up to date")
    if counts["collected"]:
        tell(f"{count(counts['collected'], 'collected event was', 'collected events were')} taken up into the log.")
    found = (
        count(counts["people"], "person", "people"),
        f"{number(counts['staff'])} staff",
        *([count(counts["agents"], "agent", "agents")] if counts["agents"] else ()),
        count(counts["anonymous"], "anonymous visitor", "anonymous visitors"),
    )
    tell(f"{count(counts['interactions'], 'interaction', 'interactions')} of {', '.join(found)}.")
    if counts["guarded"]:
        tell(
            f"{count(counts['guarded'], 'identity is', 'identities are')} shared or nobody's, and link nobody; why: "
            + following(context, 'sql "FROM guarded"')
        )
    for one in workspace.stopped():
        tell(str(one))
    tell("Next: " + ", ".join(following(context, command) for command in ("pyramid", "rising", "serve")))
