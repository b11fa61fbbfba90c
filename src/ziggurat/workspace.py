"""A project folder, opened: the log, who is who, ladders, and the answers. The only place where they are wired."""

from __future__ import annotations

import getpass
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from filelock import FileLock

from ziggurat import config, derived, durable
from ziggurat import kinds as vocabulary
from ziggurat.asking import Answers, DerivedTables
from ziggurat.assessing import Assessments
from ziggurat.derived import BOUNDS, Bounds
from ziggurat.engine import duckdb as engine
from ziggurat.errors import DeclarationError, QuestionError, WorkspaceError, suggest
from ziggurat.instant import after, begin, instant, moment
from ziggurat.lens import Lens, present
from ziggurat.levels import ladder as declared
from ziggurat.levels.story import Story, story
from ziggurat.log.leftover import cells_of
from ziggurat.log.log import Import, Log
from ziggurat.log.tidy import KEEP_HOURS, Tidied, tidied
from ziggurat.people import called
from ziggurat.people import people as who
from ziggurat.people.finding import Found, meant
from ziggurat.people.ids import person_id
from ziggurat.people.page import PeoplePage, page_query
from ziggurat.rejections import Rejections, number_of
from ziggurat.result import Result
from ziggurat.sources import files, guess
from ziggurat.sources.mapping import Mapping as SourceMapping
from ziggurat.sources.said import Said
from ziggurat.state import State

if TYPE_CHECKING:
    from ziggurat.portrait import Portrait, Portraits

Progress = Callable[[str, float], None]
Named = str | declared.Ladder | None  # a ladder by name, one that is read already, or the first one
FEW = 10_000  # people that a query names one by one
UNUSABLE = re.compile(r"""[][{}*?^|`"<>\\]|%[0-9A-Fa-f]{2}""")  # in a path, a pattern or an escape to those who read it


class Workspace:
    """One folder of data. Open it with `Workspace.open`, make one with `Workspace.create`.

    Every method may be called from several threads, and several processes may have the folder open.
    """

    def __init__(self, folder: Path, settings: config.Config) -> None:
        self.folder = folder
        self.config = settings
        self.kinds = vocabulary.load(settings.kinds)
        self.log = Log(folder / "log")
        self.log.migrate()
        self.state = State(folder, settings.state)
        self.derived = derived.Derived(folder, self.kinds, settings.declared().tables()["languages"])
        self.assessments = Assessments(folder, self.state)
        self.answers = Answers(DerivedTables(self.derived), settings.declared(), self.assessments.said, folder)
        self.rejections = Rejections(self.log, self.state)

    # ---- the folder ------------------------------------------------------------------------------------------

    @classmethod
    def open(cls, folder: str | Path) -> Workspace:
        """Open a workspace, and bring what an earlier version stored to today's formats.

        Raises: WorkspaceError if it is none, or a later version has written it; DeclarationError if its settings are
        wrong.
        """
        folder = usable(Path(folder))
        if not (folder / config.FILE).exists():
            raise WorkspaceError(
                f"{folder} is no workspace (it has no {config.FILE}); `ziggurat init {folder}` makes one."
            )
        return cls(folder, config.load(folder))

    @classmethod
    def create(cls, folder: str | Path, settings: config.Config | None = None) -> Workspace:
        """Make a workspace in a folder, which may exist. Raises: WorkspaceError if it is a workspace already."""
        folder = usable(Path(folder))
        if (folder / config.FILE).exists():
            raise WorkspaceError(f"{folder} is a workspace already; open it, or choose another folder.")
        durable.folder(folder / "ladders")
        config.create(folder, settings or config.Config())
        return cls.open(folder)

    # ---- what came in ----------------------------------------------------------------------------------------

    def guess(self, path: str | Path, *, source: str = "", said: Said | None = None) -> guess.Guess:
        """Propose a mapping for a file, from its headers and all its values; what is said of it outright stands."""
        home = guess.Home(self.config.timezone, self.config.currency)
        return guess.guess(path, self.kinds, source=source, said=said, home=home)

    def preview(self, path: str | Path, mapping: SourceMapping, rows: int = 20) -> files.Preview:
        """Show the first rows of a file as they would be logged, and those that would be rejected."""
        return files.preview(path, mapping, self.kinds, rows, home=self.config.timezone)

    def mapping(self, source: str) -> SourceMapping | None:
        """Return the stored mapping of a source, or None."""
        return self.config.sources.get(source)

    def save_mapping(self, source: str, mapping: SourceMapping) -> None:
        """Store a source's mapping in ziggurat.toml. Raises: DeclarationError if the name is no plain word."""
        if not source or not all(letter.isalnum() or letter in "-_." for letter in source):
            raise DeclarationError(f"'{source}' is no name for a source; use letters, digits, '-', '_' and '.'.")
        config.save_source(self.folder, source, mapping)
        self.config = config.load(self.folder)

    def import_file(
        self,
        path: str | Path,
        *,
        source: str,
        mapping: SourceMapping,
        file_name: str | None = None,
        whole: bool = False,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Import a file as one transaction and tell it as `imports` does; what is known already changes nothing.

        whole: the file is all there is of its source, so what it does not name any more is deleted; a mapping may say
        so, too.
        """
        now = datetime.now(UTC)
        name = file_name or Path(path).name
        batches = files.read(
            path, mapping, source, kinds=self.kinds, received_at=now, name=name, home=self.config.timezone
        )
        all_of_it = whole or mapping.whole
        return told(self.log.append(batches, source=source, file=name, at=now, whole=all_of_it, progress=progress))

    def import_batches(
        self, batches: Any, *, source: str, name: str, whole: bool = False, progress: Progress | None = None
    ) -> dict[str, Any]:
        """Import what a source yields, as one transaction. batches: an iterable of `sources.batch.Batch`.

        whole: it is all there is of the source, so what it does not name any more is deleted.
        """
        now = datetime.now(UTC)
        return told(self.log.append(batches, source=source, file=name, at=now, whole=whole, progress=progress))

    def imports(self) -> list[dict[str, Any]]:
        """Return all imports, newest first, with their counts (new, known, changed, deleted, rejected, skipped),
        whether they are undone, and whether nothing is left to do about what was rejected (settled)."""
        done = self.state.settled()
        return [told(one, settled=one.import_no in done) for one in self.log.imports()]

    def undo(self, import_id: int | str) -> None:
        """Take an import back. Raises: WorkspaceError if there is none of that number, or it is undone."""
        self.log.undo(number_of(import_id), at=datetime.now(UTC))

    def tidy(self, *, now: bool = False) -> dict[str, int]:
        """Put the log's small files together, and drop those that nothing has named for a week; no row changes.

        What was undone, or replaced in a refresh, is then on the disk no more. now: don't wait for a week; whoever is
        reading may then miss a file. Returns: small (files that were put together), large (into how many), dropped
        (files) and freed (bytes).
        """
        hours = 0 if now else KEEP_HOURS
        done = tidied(self.log, keep_hours=hours)
        with FileLock(self.folder / ".refresh.lock"):
            dropped = self.derived.drop(time.time() - hours * 3600)
        return done.plus(Tidied(0, 0, *dropped))._asdict()

    def rejected(
        self, import_id: int | str | None = None, page: int = 1, size: int = 100, reason: str | None = None
    ) -> dict[str, Any]:
        """Return rejected rows: rows (one page, newest import first) and total; of one import, or all open ones.

        reason: one of `rejected_reasons`, to see those that failed for it.
        """
        return self.rejections.page(import_id, page, size, reason)

    def rejected_reasons(self, import_id: int | str | None = None) -> list[dict[str, Any]]:
        """Return why rows were rejected, each reason once: import_id, source, file, reason, rows (how many), and line,
        example (its reason in full) and row of the first; of one import, or all open ones."""
        return self.rejections.reasons(import_id)

    def export_rejected(self, path: str | Path, import_id: int | str | None = None) -> int:
        """Write rejected rows as a CSV that can be mended and imported again; return how many there are."""
        return self.rejections.export(path, import_id)

    def settle(self, import_id: int | str, *, settled: bool = True, by: str | None = None) -> None:
        """Note that an import's rejected rows are mended or given up, so that they are open no more; or open again.

        by: who says so; the user who is logged in if left out, as for every decision.

        Raises: WorkspaceError if there is no such import, or it rejected nothing.
        """
        self.rejections.settle(import_id, settled=settled, at=datetime.now(UTC), by=by or login())

    # ---- what follows from it --------------------------------------------------------------------------------

    def stale(self) -> bool:
        """Tell whether answers are not yet of what the log holds, or of who is who by settings and decisions."""
        manifest = self.derived.manifest()
        rows = self.log.rows()
        if not rows or manifest is None:
            return bool(rows)
        settings = config.load(self.folder)  # they may have been edited since
        settled = who.settling(settings.rules(self.kinds.consenting()), *self.state.decided())
        return manifest.number < rows[-1]["import_no"] or manifest.settled != settled

    def refresh(self, progress: Progress | None = None) -> dict[str, Any]:
        """Bring people, histories and levels up to the log, to what was decided and to the settings of who is who.

        Only what is new, merged or taken back is done again.

        Returns: interactions, people, staff, agents, anonymous and guarded counts.
        """
        tell = progress or (lambda _label, _share: None)
        with FileLock(self.folder / ".refresh.lock"):
            snapshot = self.log.snapshot()
            before = self.derived.manifest()
            if before is None:
                self.derived.forget()
            since = before.number if before else 0
            lost = [row["undoes"] for row in self.log.rows() if row["undoes"] and since < row["import_no"]]
            tell("Resolving people", 0.0)
            self.config = settings = config.load(self.folder)
            rules = settings.rules(self.kinds.consenting())
            who.refresh(snapshot, self.folder / "histories", rules, *self.state.decided(), lost)
            for done, ladder in enumerate(self.ladders().values()):
                tell(f"Climbing {ladder.title or ladder.name}", (done + 1) / (len(self.ladders()) + 1))
                self.derived.levels(ladder, self.state.raises())
            tell("Done", 1.0)
        return self.derived.counts()

    def span(self) -> tuple[datetime, datetime] | None:
        """Return the instants of the first and the last interaction, or None where there is none."""
        if self.derived.manifest() is None:
            return None
        found = self.derived.counts()
        return None if found["first_at"] is None else (moment(found["first_at"]), moment(found["last_at"]))

    def as_of(self) -> datetime:
        """Return the instant that is meant where none is given: the end of the last interaction's day (UTC), so that
        it is the same to ask of that day by name; or of today, if that day lies in the future."""
        last = self.derived.counts()["last_at"] if self.derived.manifest() else None
        return present(last, datetime.now(UTC))

    # ---- ladders ---------------------------------------------------------------------------------------------

    def ladders(self) -> dict[str, declared.Ladder]:
        """Return the ladders of this workspace: those that its settings name, then all others in `ladders/`.

        Raises: DeclarationError if one is wrong, or named and nowhere to be found.
        """
        own = {path.stem: path for path in sorted((self.folder / "ladders").glob("*.toml"))}
        shipped = {path.stem: path for path in declared.SHIPPED.glob("*.toml")}
        found = {}
        for name in dict.fromkeys([*self.config.ladders, *own]):
            path = own.get(name) or shipped.get(name)
            if path is None:
                near = suggest(name, {**own, **shipped}) or f"; shipped are {', '.join(sorted(shipped))}."
                raise DeclarationError(f"{config.FILE}: no ladder named '{name}'{near}")
            found[name] = declared.load(path, self.kinds)
        if not found:
            raise DeclarationError(f"{config.FILE}: no ladder is named; shipped are {', '.join(sorted(shipped))}.")
        return found

    def default_ladder(self) -> str:
        """Return the name of the ladder that is shown first."""
        return next(iter(self.ladders()))

    def ladder(self, name: Named = None) -> declared.Ladder:
        """Return one ladder, the default one without a name; one that is read already is returned as it is.

        Raises: QuestionError if there is none of that name.
        """
        if isinstance(name, declared.Ladder):
            return name
        known = self.ladders()
        chosen = name or next(iter(known))
        if chosen not in known:
            raise QuestionError(
                f"no ladder named '{chosen}'{suggest(chosen, known) or '.'} There are: {', '.join(known)}."
            )
        return known[chosen]

    # ---- questions -------------------------------------------------------------------------------------------

    def ask(self, study: str, /, *, ladder: Named = None, **options: Any) -> Result:
        """Answer a study; options may be text. `at` and `until` default to `as_of`, `since` to 30 days before `until`.

        Raises: QuestionError if the study, an option or the ladder is unknown; WorkspaceError before the first refresh.
        """
        return self.lens(ladder=ladder).ask(study, **options)

    def lens(self, at: Any = None, *, ladder: Named = None) -> Lens:
        """Return one ladder, the raises by hand and the data as of an instant, which all that is asked is looked at
        through: for several questions, make one and ask it. at: `as_of` if left out.

        Raises: QuestionError if there is no such ladder, or `at` is no instant.
        """
        return self.through(self.ladder(ladder), at)

    def through(self, ladder: declared.Ladder, at: Any = None) -> Lens:
        """Return a lens of a ladder that is parsed already."""
        raises, last = self.state.raises(), instant(self.as_of())
        version = self.derived.version(raises) if self.derived.manifest() else ""
        return Lens(ladder, raises, instant(at) if at else last, last, version, self.answers)

    def people(
        self,
        *,
        search: str = "",
        ladder: Named = None,
        at: Any = None,
        level: int | str | None = None,
        kind: str = "known",
        sort: str = "name",
        descending: bool = False,
        page: int = 1,
        size: int = 50,
    ) -> PeoplePage:
        """Return one page of people; kind is known, staff, agents, anonymous or all; `people.page` says what sorts."""
        rungs = self.ladder(ladder)
        wanted = None if level in (None, "") else rungs.number(level)
        levels, then = self.derived.levels(rungs, self.state.raises()), instant(at or self.as_of())
        query = page_query(
            self.derived.people_at(then), levels, at=then, level=wanted, kind=kind, search=search,
            sort=sort, descending=descending,
            saying=lambda words: self.derived.who_says(self.log.snapshot(), words, then),
        )  # fmt: skip
        found = query.run(self.derived.connect(), page, size)
        for row in found.rows:
            row["level_name"] = None if row["level"] is None else rungs.names[row["level"]]
            row.update({name: None if row[name] is None else moment(row[name]) for name in ("since", "last_at")})
        return found

    def names(self, person_ids: Sequence[str]) -> dict[str, str]:
        """Return what to call people, by id: their name, else their e-mail address, else what says most."""
        known = self.called(person_ids)
        return dict(zip(known["person_id"].to_pylist(), known["called"].to_pylist(), strict=True))

    def called(self, person_ids: Sequence[str]) -> pa.Table:
        """Return person_id, called (what to call them) and email (null for none) of people."""
        columns = f"person_id, {called.in_sql()} AS called, {called.e_mail()} AS email"
        query = f"SELECT {columns} FROM {self.derived.people()}"
        few = ", ".join(engine.text(one) for one in person_ids) or "''"
        wanted = f" WHERE person_id IN ({few})" if len(person_ids) <= FEW else ""
        return self.derived.connect().sql(query + wanted).to_arrow_table()

    def addressed(self, table: pa.Table) -> pa.Table:
        """Return a table of people with `name`, what to call them, and `email`; one without `person_id` as it is."""
        if "person_id" not in table.column_names:
            return table
        return called.with_addresses(table, self.called(table["person_id"].unique().to_pylist()))

    def departments(self) -> list[str]:
        """Return the departments that traits of the staff name, sorted."""
        named = "SELECT DISTINCT json_extract_string(traits, '$.department') AS department"
        rows = self.derived.connect().sql(f"{named} FROM {self.derived.people()} WHERE staff ORDER BY department")
        return [department for (department,) in rows.fetchall() if department]

    def find(self, person: str) -> str:
        """Return the id of the person meant by an id (an old one too), an identity, a bare address or a name.

        Raises: QuestionError if nobody is known by it, or several people are.
        """
        return person_id(self.whose(person))

    def whose(self, person: str) -> int:
        """Return the same as a hash."""
        found = self.derived.whose(person)
        return self.meant(person).person if found is None else found

    def meant(self, text: str) -> Found:
        """Return who is known by a bare address or a name. Raises: QuestionError if nobody is, or several are."""
        return meant(self.derived.connect(), self.derived.people(), text)

    def identity(self, text: str) -> str:
        """Return the identity meant by what `find` takes, the first one of a person who is meant by id or name."""
        if self.derived.whose(text) is None:
            return self.meant(text).identity
        return self.derived.identity(text) or text

    def story(
        self,
        person: str,
        *,
        ladder: Named = None,
        at: Any = None,
        page: int = 1,
        size: int = 100,
    ) -> Story:
        """Tell one person's whole story as of an instant; person is what `find` takes."""
        rungs, then, raises = self.ladder(ladder), instant(at or self.as_of()), self.state.raises()
        chosen = self.whose(person)
        row, history, codes = self.derived.one(chosen, then)
        standing, levels = self.derived.ladder_of(chosen, history, rungs, raises, then)
        beside = self.derived.beside(self.derived.ready(), rungs)
        found = (row, history, codes, standing, levels, rungs, self.kinds)
        told = story(*found, at=then, page=page, size=size, beside=beside)
        cells = cells_of(self.derived.connect(), self.log.snapshot(), told.timeline)
        kept = [{**one, "cells": left} for one, left in zip(told.timeline, cells, strict=True)]
        return replace(told, timeline=kept)

    @cached_property
    def portraits(self) -> Portraits:
        """What people are told to be: it takes a dozen studies, which no other answer need load."""
        from ziggurat.portrait import Portraits

        return Portraits(self.derived, self.answers)

    def portrait(self, person: str, *, ladder: Named = None, at: Any = None, days: float | None = None) -> Portrait:
        """Tell what one person is told to be, from both sides, in the `days` up to an instant; see `Portrait`.

        person: what `find` takes. Raises: QuestionError if nobody is known by it, or was by then, or days are none.
        """
        rungs, then = self.ladder(ladder), instant(at or self.as_of())
        return self.portraits.of(self.whose(person), rungs, self.state.raises(), at=then, days=days)

    def acted(self) -> list[dict[str, Any]]:
        """Return under whom interactions stand that somebody else did, or a machine, as of the last refresh.

        why: mailbox, browser or scanner. was: the identity in the log. rows: how many. See `people.acting`.
        """
        return [] if self.derived.manifest() is None else self.derived.acted()

    def guarded(self) -> list[dict[str, Any]]:
        """Return the identities that link nobody as of the last refresh: identity, namespace, linked_to and why.

        namespace, linked_to: of which it has how many others; null beside several known people. Empty before the first
        refresh.
        """
        if self.derived.manifest() is None:
            return []
        query = f"SELECT * FROM {self.derived.table('guarded')} ORDER BY linked_to DESC NULLS LAST, identity"
        rows: list[dict[str, Any]] = self.derived.connect().sql(query).to_arrow_table().to_pylist()
        return rows

    def sql(self, query: str, bounds: Bounds = BOUNDS) -> pa.Table:
        """Answer SQL over the tables of the workspace; see `derived.Derived.views` for their names.

        Nothing can be written, and no file or network outside the workspace be read. bounds: of time, memory and rows.
        Raises: QuestionError if the query is wrong, or goes beyond the bounds.
        """
        try:
            return self.derived.answer(query, self.log.snapshot(), self.ladders().values(), self.state.raises(), bounds)
        except duckdb.Error as error:
            raise QuestionError(f"the query can't be answered: {str(error).strip()}") from error

    # ---- decisions -------------------------------------------------------------------------------------------

    def merge(self, a: str, b: str, *, why: str = "", by: str | None = None) -> None:
        """Decide that two identities are one person; takes effect with the next refresh.

        Raises: QuestionError if one of them is unknown, WorkspaceError if they are the same.
        """
        self.decide(a, b, same=True, why=why, by=by)

    def part(self, a: str, b: str, *, why: str = "", by: str | None = None) -> None:
        """Decide that two identities are not to be linked with each other; takes effect with the next refresh.

        Raises: QuestionError if one of them is unknown, WorkspaceError if they are the same.
        """
        self.decide(a, b, same=False, why=why, by=by)

    def decide(self, a: str, b: str, *, same: bool, why: str, by: str | None = None) -> None:
        """Note what was decided of two identities; an id or a name stands for the first identity of its person."""
        one, other = self.identity(a), self.identity(b)
        if one == other:
            raise WorkspaceError(f"'{a}' and '{b}' are the same identity; give two different ones.")
        self.state.decide(one, other, same=same, why=why, at=datetime.now(UTC), by=by or login())

    def undecide(self, a: str, b: str) -> None:
        """Take a decision back; takes effect with the next refresh. Raises: WorkspaceError if there is none."""
        one, other = (self.derived.identity(each) or each for each in (a, b))
        self.state.undecide(one, other)

    def lift(
        self,
        identity: str,
        level: int | str,
        *,
        until: Any,
        why: str,
        since: Any = None,
        ladder: Named = None,
        by: str | None = None,
    ) -> None:
        """Raise a person to a level by hand until an expiry, for a reason.

        identity: one of theirs. since, until: a day means all of it: a raise holds from the beginning of the first one
        through the end of the last one; since is now if left out. by: who decides it; the user who is logged in if
        left out. Raises: QuestionError if nobody is known by it, or there is no such level.
        """
        rungs, now = self.ladder(ladder), datetime.now(UTC)
        begins = moment(begin(since)) if since else now
        identity = self.identity(identity)
        level, ends = rungs.number(level), moment(after(until))
        self.state.lift(identity, rungs.name, level, since=begins, until=ends, why=why, by=by or login(), at=now)


def login() -> str:
    """Return the name of the user who is logged in; nothing where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def usable(folder: Path) -> Path:
    """Return a folder under whose name the log's tables can be kept and found. Raises: WorkspaceError."""
    wrong = UNUSABLE.search(str(folder.resolve()))
    if wrong:
        raise WorkspaceError(
            f"{folder.resolve()}: a workspace's path can't have {wrong[0]!r} in it; rename it or choose another."
        )
    return folder


def told(one: Import, *, settled: bool = False) -> dict[str, Any]:
    """Return an import as a dict."""
    return {
        "import_id": str(one.import_no),
        "at": one.at,
        "source": one.source,
        "file": one.file,
        "new": one.count("new"),
        "known": one.count("known"),
        "changed": one.count("changed"),
        "deleted": one.deleted,
        "rejected": one.rejected,
        "skipped": one.skipped,
        "counts": one.counts,
        "undone": one.undone,
        "settled": settled,
    }
