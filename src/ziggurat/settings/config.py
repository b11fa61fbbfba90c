"""What a workspace is told in `ziggurat.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, MutableMapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
from filelock import FileLock

from ziggurat.base import declare, durable, rewrite
from ziggurat.base.errors import DeclarationError
from ziggurat.base.formats import Format
from ziggurat.base.kinds import Group, Kinds
from ziggurat.channels.declared import Activity
from ziggurat.people.people import Rules, Who
from ziggurat.people.staff import Agents, Staff
from ziggurat.people.via import Via, check, shipped
from ziggurat.settings.declared import Declared, Hours, Language, Money
from ziggurat.sources import systems
from ziggurat.sources.allow import Allow
from ziggurat.sources.source import Settings

FILE = "ziggurat.toml"
LONGEST_WEEK = 10_080  # minutes
LONGEST_PAUSE = 527_040  # minutes, of a year
DAY = re.compile(r"\d{4}-\d\d-\d\d")
FORMAT: Format[MutableMapping[str, Any]] = Format("the file of settings")  # a step changes the parsed file in place


class Week(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How many minutes a week owners have for the steps of plays: each by name, and everyone who is not named.

    mix_weight: what it is worth, beside one success, that the mix comes nearer to a dialogue with everyone by one
    person. Raises: DeclarationError if a number is none of a week's, or the weight is not from 0 to 1.
    """

    minutes: float = 120
    owners: dict[str, float] = {}
    mix_weight: float = 0.05

    def __post_init__(self) -> None:
        for name, minutes in {"minutes": self.minutes, **self.owners}.items():
            if not 0 <= minutes <= LONGEST_WEEK:
                raise DeclarationError(f"{FILE}: [week]: `{name}` is {minutes:g}, but must be 0 to {LONGEST_WEEK:,}.")
        if not 0 <= self.mix_weight <= 1:
            raise DeclarationError(f"{FILE}: [week]: `mix_weight` is {self.mix_weight:g}, but must be from 0 to 1.")


class Pulls(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """After how many minutes what is new in a source is read again while `serve` runs: each by name, and every other.

    0: never by itself. Raises: DeclarationError if a number is negative, or more than a year's.
    """

    minutes: float = 60
    sources: dict[str, float] = {}

    def __post_init__(self) -> None:
        for name, minutes in {"minutes": self.minutes, **self.sources}.items():
            if not 0 <= minutes <= LONGEST_PAUSE:
                raise DeclarationError(f"{FILE}: [pulls]: `{name}` is {minutes:g}, but must be 0 to {LONGEST_PAUSE:,}.")

    def of(self, source: str) -> float:
        """Return the minutes of a source."""
        return self.sources.get(source, self.minutes)


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A study that is kept with what it was asked: `[pinned."NAME"]`.

    options: as in the address of its page. days: how long its period is, where that moves with the data.
    """

    study: str
    options: dict[str, str] = {}
    days: int | None = None


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A workspace's own settings.

    name: of the organisation. currency: ISO code of all amounts. timezone: IANA name of the zone by whose clocks hours
    of the day and weekdays are told. state: URL of the PostgreSQL database in which decisions are kept; `state.db` of
    the folder if left out. ladders: names of ladders, in `ladders/` of the workspace or shipped; the first is
    the one shown first. people, staff, agents: who is who. via: what machines did. kinds: own kinds by group. sources:
    settings of each source by its `type`; of files, their mapping. pulls: how often sources are read by themselves.
    allow: what a source that is declared on a page may name.
    pinned: studies that make a page of one's own, in their order.
    week: the minutes that owners have for next steps. days: what happened on a day, such as a release, by its date.
    activities, targets, languages, names, rates: see `declared.Declared`; the organisation's own name is always among
    the names.
    Raises: DeclarationError if there is no such time zone, or a day is none.
    """

    name: str = "Ziggurat"
    currency: str = "USD"
    timezone: str = "UTC"
    state: str = ""
    ladders: tuple[str, ...] = ("six-level",)
    people: Who = Who()
    staff: Staff = Staff()
    agents: Agents = Agents()
    via: dict[str, Via] = {}
    kinds: dict[str, Group] = {}
    sources: dict[str, Any] = {}
    pulls: Pulls = Pulls()
    allow: Allow = Allow()
    activities: dict[str, Activity] = {}
    targets: dict[str, Hours] = {}
    languages: dict[str, Language] = {}
    names: tuple[str, ...] = ()
    rates: dict[str, Money] = {}
    week: Week = Week()
    days: dict[str, str] = {}
    pinned: dict[str, Pin] = {}

    def __post_init__(self) -> None:
        declare.zone(self.timezone, FILE, "timezone")
        check(self.via)
        for day, words in self.days.items():
            if not DAY.fullmatch(day) or not is_day(day) or not words.strip():
                raise DeclarationError(f"{FILE}: [days]: `{day}` must be a day such as 2026-03-31, with words on it.")

    def noted(self, since: date = date.min, until: date = date.max) -> list[tuple[date, str]]:
        """Return what is noted of the days from `since` to `until`, both included, in their order."""
        found = sorted((date.fromisoformat(day), words) for day, words in self.days.items())
        return [one for one in found if since <= one[0] <= until]

    def rules(self, kinds: Kinds) -> Rules:
        """Return by what people are settled; kinds: the shipped ones and a workspace's own."""
        marked = sorted({systems.of(one).marks for one in self.sources.values()} - {""})
        via = {name: rule for each in marked for name, rule in shipped(each).items()} | self.via
        return Rules(self.people, self.staff, self.agents, kinds.consenting(), kinds.mailing(), via)

    def declared(self) -> Declared:
        """Return what is declared for studies."""
        names = tuple(dict.fromkeys((self.name, *self.names)))
        return Declared(self.activities, self.targets, self.languages, self.rates, self.timezone, names)


def is_day(text: str) -> bool:
    """Say whether there is such a day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def load(folder: Path) -> Config:
    """Read a workspace's settings, of whatever earlier format; the file is left as it is.

    Raises: DeclarationError naming what is wrong where; WorkspaceError if a later version has written them.
    """
    return read(declare.read_toml(folder / FILE), folder)


def read(found: MutableMapping[str, Any], folder: Path) -> Config:
    """Read parsed settings, and bring them to the newest format in place. Raises: as `load`."""
    migrate(found, folder)
    found.pop("format", None)
    if isinstance(found.get("sources"), dict):
        named = found["sources"].items()
        found["sources"] = {name: systems.settings(table, f"{FILE}: [sources.{name}]") for name, table in named}
    return declare.convert(found, Config, FILE)


def migrate(settings: MutableMapping[str, Any], folder: Path) -> None:
    """Bring parsed settings to the newest format, in place, comments included where they have any.

    Raises: DeclarationError if their format is no number; WorkspaceError if a later version has written them.
    """
    number = settings.get("format", 1)
    if not isinstance(number, int) or number < 1:
        raise DeclarationError(
            f"{FILE}: `format` is {number!r}, but must be a number that Ziggurat wrote; leave it out."
        )
    for reached, step in FORMAT.ahead(number, folder / FILE):
        step(settings)
        settings["format"] = reached


def create(folder: Path, config: Config) -> None:
    """Write the settings of a new workspace."""
    document = tomlkit.document()
    document.add(
        tomlkit.comment("Settings of this workspace; the tutorial and the docs of each part say what can be here.")
    )
    document["format"] = FORMAT.newest
    for key, value in msgspec.to_builtins(config).items():
        document[key] = value
    durable.replace(folder / FILE, tomlkit.dumps(document).encode())


def save_source(folder: Path, name: str, mapping: Settings) -> None:
    """Store a source's settings, and keep everything else in the file, comments included, as it is."""
    path = folder / FILE
    with FileLock(folder / ".settings.lock"):
        document = parse_settings(path)
        migrate(document, folder)
        sources: Any = document.setdefault("sources", tomlkit.table(is_super_table=True))
        sources[name] = msgspec.to_builtins(mapping)
        durable.replace(path, tomlkit.dumps(document).encode())


def change(folder: Path, wanted: Mapping[str, Any], check: Callable[[Config], None], *, write: bool = True) -> str:
    """Let keys of the file hold what is wanted (None takes one out), all else as it is written; return the new text.

    check: raises what is wrong with the settings as they would be; then nothing is written. write: whether to.
    Raises: DeclarationError, as `load` does; nothing is written then.
    """
    path = folder / FILE
    with FileLock(folder / ".settings.lock"):
        document = parse_settings(path)
        migrate(document, folder)
        text = rewrite.changed(document.as_string(), wanted)
        check(read(tomllib.loads(text), folder))
        if write:
            durable.replace(path, text.encode())
    return text


def remove_source(folder: Path, name: str) -> None:
    """Forget a source's settings, and keep everything else in the file as it is; nothing where it has none."""
    path = folder / FILE
    with FileLock(folder / ".settings.lock"):
        document = parse_settings(path)
        migrate(document, folder)
        sources: Any = document.get("sources", {})
        if name in sources:
            del sources[name]
            durable.replace(path, tomlkit.dumps(document).encode())


def parse_settings(path: Path) -> tomlkit.TOMLDocument:
    """Read settings as they are written, comments included. Raises: DeclarationError as `load` does."""
    declare.read_toml(path)  # whose errors say where
    try:
        return tomlkit.parse(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DeclarationError(f"{path.name}: {error}; mend the file and try again.") from error
