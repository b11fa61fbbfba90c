"""What can be said of a file on the command line, key by key of its mapping?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ziggurat.base.errors import DeclarationError

Pairs = list[str] | None
FromSource = Annotated[
    str | None, typer.Option(help="The system they come from; the file's name without digits if not given.")
]
MappingFile = Annotated[Path | None, typer.Option(help="A TOML file that says what the columns mean.")]
Recipe = Annotated[
    str | None, typer.Option(help="Which known export this is, or none; recognised by its headers if not given.")
]
Target = Annotated[str | None, typer.Option(help="What a row is: interactions, people, exposures or costs.")]
Field = Annotated[
    Pairs, typer.Option(metavar="FIELD=COLUMN", help="Which column holds a field; twice for one made of two.")
]
Constant = Annotated[Pairs, typer.Option(metavar="FIELD=VALUE", help="One value for all rows, such as channel=email.")]
Kind = Annotated[
    Pairs,
    typer.Option(metavar="NAME=KIND", help="What an event name of theirs means, such as 'Order Placed=purchased'."),
]
State = Annotated[Pairs, typer.Option(metavar="STATE=WHAT", help="What a state makes of a row: keep, skip, or kinds.")]
Event = Annotated[
    Pairs, typer.Option(metavar="COLUMN=KIND", help="A column of dates or marks that is an event of its own.")
]
Identity = Annotated[
    Pairs, typer.Option(metavar="NAMESPACE=COLUMN", help="A column with a further address of the person.")
]
Trait = Annotated[Pairs, typer.Option(metavar="TRAIT=COLUMN", help="What a column says of the person.")]
Namespace = Annotated[Pairs, typer.Option(metavar="FIELD=NAMESPACE", help="What the actor or counterpart is given as.")]
Key = Annotated[
    Pairs, typer.Option(metavar="COLUMN", help="Tells rows without an id apart; once for each such column.")
]
Unit = Annotated[Pairs, typer.Option(metavar="FIELD=UNIT", help="What its numbers count: minutes=hours.")]
TimeZone = Annotated[str | None, typer.Option(help="Zone of times that state none, such as Europe/Berlin.")]
DateOrder = Annotated[str | None, typer.Option(help="How 03/04/2026 is read: dmy, mdy, ymd or auto.")]
Decimal = Annotated[str | None, typer.Option(help="The decimal sign of numbers that are text: . or ,")]
Delimiter = Annotated[str | None, typer.Option(help="What stands between cells: , ; | or tab.")]
Encoding = Annotated[str | None, typer.Option(help="Of text files, such as utf-8 or cp1252.")]
Sheet = Annotated[str | None, typer.Option(help="Which sheet of a workbook.")]
SkipLines = Annotated[int | None, typer.Option(min=0, help="Lines above the header.")]
HeaderLines = Annotated[int | None, typer.Option(min=0, max=2, help="Lines that name the columns: 0, 1 or 2.")]
Accepted = Annotated[bool, typer.Option("--yes", "-y", help="Accept what is guessed without being asked.")]
Incoming = Annotated[
    bool | None,
    typer.Option("--incoming/--both-ways", help="Leave out rows whose amount is not above 0, as what we paid."),
]
ByFile = Annotated[
    bool | None,
    typer.Option(
        "--by-file/--across-files", help="A row like one of another file is another one; or it is the same again."
    ),
]
Whole = Annotated[
    bool, typer.Option("--whole", help="The file is all there is of its source: what it does not name is deleted.")
]
PARTS = {"constant": "constants", "kind": "kinds", "state": "states", "event": "events", "namespace": "namespaces"}
PARTS |= {"unit": "units", "field": "fields", "identity": "identities", "trait": "traits"}
OF_COLUMNS = ("field", "identity", "trait")  # which may be given twice, for one made of two


def said_of(options: dict[str, Any]) -> dict[str, Any]:
    """Return key of a mapping → what the options say of it, without what they leave open. Raises: DeclarationError."""
    found: dict[str, Any] = {}
    for name, given in options.items():
        if name in PARTS:
            found[PARTS[name]] = (columns if name in OF_COLUMNS else pairs)(name, given)
        elif name == "key":
            found["key"] = tuple(given) if given else None
        else:
            found[name] = "\t" if (name, given) == ("delimiter", "tab") else given
    return {key: value for key, value in found.items() if value is not None and value != {}}


def pairs(option: str, given: list[str] | None) -> dict[str, str]:
    """Read NAME=VALUE options. Raises: DeclarationError at one without a sign =."""
    found: dict[str, str] = {}
    for text in given or ():
        theirs = option in ("kind", "state", "event")  # whose names may hold a sign = themselves
        name, equals, value = text.rpartition("=") if theirs else text.partition("=")
        if not equals:
            raise DeclarationError(f"--{option} '{text}' has no '='; write --{option} NAME=VALUE.")
        if found.get(name, value) != value:
            raise DeclarationError(f"--{option} says '{found[name]}' and '{value}' of '{name}'; say one of them.")
        found[name] = value
    return found


def columns(option: str, given: list[str] | None) -> dict[str, Any]:
    """Read NAME=COLUMN options; a name that is given twice has several columns. Raises: DeclarationError."""
    found: dict[str, Any] = {}
    for text in given or ():
        name, column = next(iter(pairs(option, [text]).items()))
        found[name] = (*found.get(name, ()), column)
    return {name: named[0] if len(named) == 1 else named for name, named in found.items()}
