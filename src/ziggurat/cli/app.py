"""Which commands are there? Each is one function in a module of this package."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ziggurat.base.errors import ZigguratError
from ziggurat.base.faults import sentence
from ziggurat.cli import (
    collecting,
    daily,
    exchange,
    imports,
    jobs,
    keeping,
    ladders,
    newest,
    notes,
    people,
    plays,
    reporting,
    scenario,
    segments,
    serving,
    simulating,
    sources,
    studies,
)
from ziggurat.cli.completing import AskCommand
from ziggurat.cli.interruption import in_order
from ziggurat.cli.output import print_json, with_json
from ziggurat.cli.show import note
from ziggurat.cli.typed import GIVEN, typed

app = typer.Typer(
    name="ziggurat",
    help="A social CRM that measures: who climbs the engagement pyramid, what moved them, and whom to turn to next.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a crash shows its plain traceback, without the values of variables
    context_settings={"help_option_names": ["-h", "--help"]},
)
play = typer.Typer(help="List, check and run plays, and say what they did.", no_args_is_help=True)
segment = typer.Typer(help="List and delete saved segments.", no_args_is_help=True)
key = typer.Typer(
    help="Make, list, replace and revoke the keys with which client libraries send.", no_args_is_help=True
)
source = typer.Typer(help="Declare, list, try, pull and remove what is read by itself.", no_args_is_help=True)
ladder = typer.Typer(help="Check, show and list ladders.", no_args_is_help=True)
DATA, ASK, WHO, WEB = "Data", "Questions", "People and decisions", "In the browser"


def print_version(wanted: bool) -> None:
    """Print the version and end, if that is wanted."""
    if wanted:
        from ziggurat import __version__

        typer.echo(f"ziggurat {__version__}")
        raise typer.Exit


@app.callback()
def place(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", "-C", envvar="ZIGGURAT_FOLDER", help="The workspace; else the current folder or a parent of it."
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Note which workspace is meant."""
    context.obj = folder
    GIVEN.set(folder)


app.command("init", rich_help_panel=DATA)(with_json(imports.init))
app.command("import", rich_help_panel=DATA)(with_json(imports.import_files))
app.command("pull", rich_help_panel=DATA)(with_json(imports.pull))
app.command("log", rich_help_panel=DATA)(with_json(imports.log))
app.command("undo", rich_help_panel=DATA)(with_json(imports.undo))
app.command("rejected", rich_help_panel=DATA)(with_json(imports.rejected))
app.command("refresh", rich_help_panel=DATA)(with_json(imports.refresh))
app.command("jobs", rich_help_panel=DATA)(with_json(jobs.jobs))
app.command("tidy", rich_help_panel=DATA)(with_json(imports.tidy))
app.command("check", rich_help_panel=DATA)(with_json(keeping.check))
app.command("backup", rich_help_panel=DATA)(with_json(keeping.backup))
app.command("export", rich_help_panel=DATA)(with_json(exchange.export))
app.command("pyramid", rich_help_panel=ASK)(with_json(studies.pyramid))
app.command("moves", rich_help_panel=ASK)(with_json(studies.moves))
app.command("rising", rich_help_panel=ASK)(with_json(studies.rising))
app.command("flagging", rich_help_panel=ASK)(with_json(studies.flagging))
app.command("ask", cls=AskCommand, rich_help_panel=ASK, context_settings=studies.ANY_OPTION)(with_json(studies.ask))
app.command("scenario", rich_help_panel=ASK)(with_json(scenario.scenario))
app.command("report", rich_help_panel=ASK)(with_json(reporting.report))
app.command("digest", rich_help_panel=ASK)(with_json(daily.digest))
app.command("news", rich_help_panel=ASK)(with_json(newest.news))
app.command("sql", rich_help_panel=ASK)(with_json(exchange.sql))
app.command("people", rich_help_panel=WHO)(with_json(people.people))
app.command("person", rich_help_panel=WHO)(with_json(people.person))
app.command("same", rich_help_panel=WHO)(with_json(people.same))
app.command("apart", rich_help_panel=WHO)(with_json(people.apart))
app.command("raise", rich_help_panel=WHO)(with_json(people.raise_by_hand))
app.command("note", rich_help_panel=WHO)(with_json(notes.note))
app.command("next", rich_help_panel=WHO)(with_json(plays.next_steps))
play.command("list")(with_json(plays.list_))
play.command("check")(with_json(plays.check))
play.command("run")(with_json(plays.run))
play.command("proof")(with_json(plays.proof))
play.command("resume")(with_json(plays.resume))
app.add_typer(play, name="play", rich_help_panel=WHO)
segment.command("list")(with_json(segments.list_))
segment.command("remove")(with_json(segments.remove))
app.add_typer(segment, name="segment", rich_help_panel=WHO)
ladder.command("check")(with_json(ladders.check))
ladder.command("show")(with_json(ladders.show))
ladder.command("list")(with_json(ladders.list_))
app.add_typer(ladder, name="ladder", rich_help_panel=WHO)
key.command("add")(with_json(collecting.add))
key.command("list")(with_json(collecting.list_))
key.command("replace")(with_json(collecting.replace))
key.command("revoke")(with_json(collecting.revoke))
app.add_typer(key, name="key", rich_help_panel=DATA)
source.command("add")(with_json(sources.add))
source.command("list")(with_json(sources.list_))
source.command("test")(with_json(sources.test))
source.command("pull")(with_json(sources.pull))
source.command("remove")(with_json(sources.remove))
app.add_typer(source, name="source", rich_help_panel=DATA)
app.command("collect", rich_help_panel=WEB)(collecting.collect)
app.command("serve", rich_help_panel=WEB)(serving.serve)
app.command("demo", rich_help_panel=WEB)(serving.demo)
app.command("simulate", rich_help_panel=DATA)(with_json(simulating.simulate))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; see `ziggurat.cli.main`."""
    umask = os.umask(0o077)
    os.umask(umask & ~0o700)  # else what was just written could not be read on, not even by whoever wrote it
    GIVEN.set(None)
    given = sys.argv[1:] if arguments is None else list(arguments)
    as_json = "--json" in given
    try:
        with in_order():
            code = app(args=given, prog_name="ziggurat", standalone_mode=not as_json)
    except ZigguratError as error:
        fail(str(error), as_json=as_json, cause=error)
    except typer.Abort as error:  # which is only raised where the error is to be JSON
        fail("it was broken off.", as_json=as_json, cause=error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read it has seen enough
        raise SystemExit(1) from None
    except Exception as error:
        wrong_use = getattr(error, "format_message", None) if as_json else None  # of a command that was mistyped
        said = wrong_use() if wrong_use else sentence(error)
        if said is None or (os.environ.get("ZIGGURAT_DEBUG") and not wrong_use):
            raise
        fail(said, as_json=as_json, cause=error)
    raise SystemExit(code or 0)


def fail(text: str, *, as_json: bool, cause: BaseException) -> NoReturn:
    """Say what went wrong on standard error, and end with its exit code."""
    code = getattr(cause, "exit_code", 1)
    if as_json:
        print_json({"error": typed(text), "code": code}, error=True)
    else:
        note(f"Error: {text}", "bold red")
    raise SystemExit(code) from cause
