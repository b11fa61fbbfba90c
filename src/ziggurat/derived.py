"""What follows from the log, kept on disk and made when it is first asked for: people, levels, standings."""

from __future__ import annotations

import hashlib
import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ziggurat import durable
from ziggurat.beside import Sidecars
from ziggurat.engine import duckdb as engine
from ziggurat.engine import layered
from ziggurat.engine.held import Held
from ziggurat.engine.layered import Layers
from ziggurat.errors import QuestionError, WorkspaceError
from ziggurat.instant import instant
from ziggurat.kinds import Kinds
from ziggurat.levels import history as folds
from ziggurat.levels.kept import Kept
from ziggurat.levels.ladder import Ladder
from ziggurat.levels.lives import Raises
from ziggurat.levels.readings import Beside, asks
from ziggurat.log import histories, leftover
from ziggurat.log.buckets import Buckets
from ziggurat.log.histories import Manifest
from ziggurat.log.log import Log, Snapshot
from ziggurat.log.settling import Ends, directed
from ziggurat.people import acting
from ziggurat.people.ids import FORM, person_of
from ziggurat.people.lived import LIVED, lived
from ziggurat.people.resolve import hash_of
from ziggurat.schema import APART, COUNTS, LEVELS, LOGGED, STANDINGS

ROWS = 60_000  # of a row group
SEARCHED = ["person_id", "person", "since"]  # statistics of other columns would help no reader
KEPT = 24  # standings of so many instants stay on disk
Lifts = Sequence[Mapping[str, Any]]
Part = Callable[..., pa.Table]
Ints = npt.NDArray[np.int64]


class Derived:
    """The derived tables of one workspace folder.

    languages: what is written where, as `schema.LANGUAGES`. logged: returns the log; by default, that of the folder.
    """

    def __init__(
        self,
        folder: Path,
        kinds: Kinds,
        languages: pa.Table | None = None,
        logged: Callable[[], Snapshot] | None = None,
    ) -> None:
        self.folder = folder / "histories"
        self.results = folder / "results"
        self.kinds = kinds
        self.sidecars = Sidecars(folder, kinds, languages, logged or Log(folder / "log").snapshot)
        self.climbing = threading.Lock()
        self.standing = threading.Lock()  # apart, so that a pyramid need not wait until everyone's standing is known
        self.database = engine.connect(spill=folder / "results" / "spill")
        self.held = Held(self.database)
        self.kept = Kept()
        self.known: tuple[int, Manifest] | None = None

    def connect(self) -> Any:
        """Return a connection of the calling thread's own."""
        return self.database.cursor()

    def manifest(self) -> Manifest | None:
        """Return what the last refresh left, or None before the first one."""
        path = self.folder / "manifest.json"
        if not path.exists():
            return None
        changed = path.stat().st_mtime_ns
        if self.known is None or self.known[0] != changed:
            manifest = histories.load(self.folder)
            if manifest is None:
                return None
            self.known = (changed, manifest)
        return self.known[1]

    def ready(self) -> Manifest:
        """Return what the last refresh left. Raises: WorkspaceError before the first one."""
        manifest = self.manifest()
        if manifest is None:
            raise WorkspaceError(
                "nothing has been refreshed yet; `ziggurat import` some data, then `ziggurat refresh`."
            )
        return manifest

    def version(self, raises: Lifts) -> str:
        """Return a text that changes whenever an answer could."""
        manifest = self.ready()
        return f"{manifest.turn}-{manifest.number}-{digest(raises)}"

    # ---- people ----------------------------------------------------------------------------------------------

    def people(self) -> str:
        """Return an SQL table expression: `schema.PEOPLE` and `person`."""
        return self.table("people")

    def people_at(self, at: int) -> str:
        """Return the same as of an instant (µs): of those known by then, how much they had done by then.

        Who is who, and what is told of people, is what is known now.
        """
        last = self.counts()["last_at"]
        if last is None or at >= last:
            return f"(SELECT * FROM {self.people()} WHERE first_at <= {int(at)})"
        manifest = self.ready()
        path = self.turned(manifest) / f"lived-{int(at)}.parquet"
        with self.standing:
            if not path.exists():
                self.tidy(manifest.turn)
                write(path, iter([lived(self.folder, manifest, self.kinds.consenting(), at=at)]), LIVED.empty_table())
        then = ", ".join(f"lived.{name} AS {name}" for name in LIVED.names if name != "person")
        return (
            f"(SELECT known.* REPLACE ({then}) FROM {self.people()} known "
            f"JOIN {engine.scan_file(path)} lived USING (person))"
        )

    def table(self, name: str) -> str:
        """Return an SQL table expression for a table that the refresh made: people, identities, or see `file`."""
        layers = self.ready().layers
        files = [self.folder / file for file in layers[name].files] if name in layers else [self.file(name)]
        return self.held.table(self.source(name), sum(file.stat().st_size for file in files), self.ready().turn)

    def source(self, name: str) -> str:
        """Return an SQL table expression of the same for any connection."""
        layers = self.ready().layers
        return layers[name].query(self.folder) if name in layers else engine.scan_file(self.file(name))

    def file(self, name: str) -> Path:
        """Return the Parquet file of a table that the refresh made.

        name: guarded; acted; exposures or costs, as they were logged by then.
        Raises: WorkspaceError if the last refresh was by a version that did not make it.
        """
        files = self.ready().tables
        if name not in files:
            raise WorkspaceError(f"the last refresh left no table of {name}; `ziggurat refresh` makes it.")
        return self.folder / files[name]

    def counts(self) -> dict[str, Any]:
        """Return counts of interactions, people, staff, agents, anonymous and guarded, and the first and last instant
        (µs)."""
        query = f"""
            SELECT coalesce(sum(interactions), 0)::BIGINT AS interactions,
                   count(*) FILTER ({COUNTS}) AS people, count(*) FILTER (staff) AS staff,
                   count(*) FILTER (agent AND NOT staff) AS agents,
                   count(*) FILTER (anonymous AND NOT agent AND NOT staff) AS anonymous,
                   (SELECT count(*) FROM {self.table("guarded")}) AS guarded,
                   min(first_at) FILTER (interactions > 0) AS first_at, max(last_at) AS last_at
            FROM {self.people()}
        """
        found: dict[str, Any] = self.connect().sql(query).to_arrow_table().to_pylist()[0]
        return found

    def acted(self) -> list[dict[str, Any]]:
        """Return how many interactions somebody else did than their actor, or a machine: why, was and rows.

        Empty where the last refresh was by a version that did not look for them.
        """
        if acting.NAME not in self.ready().tables:
            return []
        query = f"SELECT why, was, count(*) AS rows FROM {self.table(acting.NAME)} GROUP BY ALL ORDER BY why, was"
        rows: list[dict[str, Any]] = self.connect().sql(query).to_arrow_table().to_pylist()
        return rows

    def whose(self, text: str) -> int | None:
        """Return the person who has an identity, or an id that any of her identities would give; None for nobody."""
        wanted = person_of(text) if FORM.fullmatch(text) else hash_of(text)
        rows = (
            self.connect()
            .sql(
                f"SELECT person FROM {self.table('identities')} SEMI JOIN {self.people()} people USING (person) "
                f"WHERE hash = {wanted} LIMIT 1"
            )
            .fetchall()
        )
        return rows[0][0] if rows else None

    def identity(self, person_id: str) -> str | None:
        """Return the first identity of the person with an id; None where this is no id, or nobody has it."""
        if not FORM.fullmatch(person_id):
            return None
        query = f"SELECT identities[1] FROM {self.people()} WHERE person = {self.whose(person_id) or 0}"
        rows = self.connect().sql(query).fetchall()
        return rows[0][0] if rows else None

    def one(self, person: int, at: int) -> tuple[dict[str, Any], pa.Table, dict[str, list[str]]]:
        """Return a person's row, her interactions up to an instant in order, and the codes in them.

        Raises: QuestionError if she is not known by then.
        """
        manifest = self.ready()
        row = self.connect().sql(f"SELECT * FROM {self.people()} WHERE person = {person}").to_arrow_table().to_pylist()
        hers = np.array([person], np.int64)
        history = histories.read(self.folder, manifest, manifest.bucket(person), histories.COLUMNS.names, hers)
        history = self.sidecars.toned(history.filter(pc.less_equal(history["at"], at)), manifest)
        if not row or history.num_rows == 0:
            raise QuestionError("this person was not known yet at that date; choose a later one.")
        return row[0], history, {name: list(values) for name, values in manifest.codes.items()}

    def seen(self, column: str, at: int) -> list[str]:
        """Return the values of a coded column (kind, channel, …) that the log held by an instant (µs)."""
        manifest = self.ready()

        def one(bucket: int) -> Ints:
            rows = histories.read(self.folder, manifest, bucket, tuple(dict.fromkeys(("at", "kind", column))))
            known = pc.and_(pc.less_equal(rows["at"], at), pc.greater_equal(rows["kind"], 0))
            found: Ints = pc.unique(rows[column].filter(known)).to_numpy()
            return found

        places = {int(place) for some in engine.fold(manifest.buckets(), one) for place in some if place >= 0}
        return sorted(manifest.codes[column][place] for place in places)

    def buckets(self) -> Buckets:
        """Return people's lives in order, to be folded."""
        manifest = self.ready()
        readers = [partial(histories.read, self.folder, manifest, bucket) for bucket in manifest.buckets()]
        hidden = f"SELECT person, {', '.join(APART)} FROM {self.people()} WHERE NOT ({COUNTS}) ORDER BY person"
        codes = {name: list(values) for name, values in manifest.codes.items()}
        return Buckets(readers, codes, **apart(self.connect().sql(hidden).to_arrow_table()), kinds=self.kinds)

    # ---- ladders ---------------------------------------------------------------------------------------------

    def levels(self, ladder: Ladder, raises: Lifts) -> str:
        """Return an SQL table expression: `schema.LEVELS` and `person`."""
        folder, layers = self.climbed(ladder, raises)
        size = sum((folder / file).stat().st_size for file in layers.files)
        return self.held.table(layers.query(folder), size, self.ready().turn)

    def levels_on_disk(self, ladder: Ladder, raises: Lifts) -> str:
        """Return an SQL table expression of the same for any connection."""
        folder, layers = self.climbed(ladder, raises)
        return layers.query(folder)

    def climbed(self, ladder: Ladder, raises: Lifts) -> tuple[Path, Layers]:
        """Fold the level history unless that is done: of those people only of whom the last refresh brought anything,
        where the one before was folded."""
        manifest = self.ready()
        name, folder = f"levels-{self.digest(ladder, raises)}", self.turned(manifest)

        def fresh(path: Path, people: Ints | None = None) -> None:
            fold = partial(folds.levels, ladder=ladder, kinds=self.kinds, beside=beside)
            read = partial(self.sidecars.read, manifest, columns=folds.needed(ladder, folds.READ))
            write(path, self.parts(manifest, fold, read, ladder, raises, people), folds.empty(LEVELS))

        layers = layered.load(folder, name)
        if layers is not None:
            return folder, layers
        with self.climbing:
            layers = layered.load(folder, name)
            if layers is None:
                beside = self.beside(manifest, ladder)
            if layers is None and "touched" in manifest.tables:
                touched = self.folder / manifest.tables["touched"]
                people = pq.read_table(touched)["person"].combine_chunks().to_numpy()
                below = self.results / f"turn-{manifest.turn - 1:06}"
                changed = self.sidecars.touched(ladder, people, folder, below)
                if changed is not None and changed.size > people.size:
                    touched = folder / f"{name}.people.parquet"
                    pq.write_table(pa.table({"person": changed}), touched)
                if changed is not None:
                    layers = layered.add(folder, name, below, touched, partial(fresh, people=changed))
            if layers is None:
                layers = layered.begin(folder, name, fresh)
        return folder, layers

    def beside(self, manifest: Manifest, ladder: Ladder) -> Beside:
        """Return what a ladder asks for beside people's lives."""
        return self.sidecars.of(manifest, ladder, self.connect(), self.source("identities"), self.turned(manifest))

    def digest(self, ladder: Ladder, raises: Lifts) -> str:
        """Return a short hash of all that levels depend on beside the log, kinds of one's own among it."""
        like = {kind: other for kind, other in self.kinds.like_of.items() if kind != other}
        more = [*([self.sidecars.words] if asks(ladder) else []), *([like] if like else [])]
        return digest(ladder, raises, *more)

    def turned(self, manifest: Manifest) -> Path:
        """Return the folder for what follows from a refresh, and drop what is too old."""
        folder = self.results / f"turn-{manifest.turn:06}"
        begun = folder.exists()
        durable.folder(folder)
        if not begun:
            self.tidy(manifest.turn)
        return folder

    def standings(self, ladder: Ladder, raises: Lifts, at: int) -> str:
        """Return an SQL table expression: `schema.STANDINGS` at an instant (µs), and `person`."""
        manifest = self.ready()
        path = self.turned(manifest) / f"standings-{self.digest(ladder, raises)}-{at}.parquet"
        with self.standing:
            if not path.exists():
                self.tidy(manifest.turn)
                beside = self.beside(manifest, ladder)
                fold = partial(folds.stood, ladder=ladder, kinds=self.kinds, at=at, beside=beside)
                read = partial(self.sidecars.read, manifest)
                lives = self.kept.reader(manifest, folds.looked_at(ladder), read)
                write(path, self.parts(manifest, fold, lives, ladder, raises), folds.empty(STANDINGS))
        return engine.scan_file(path)

    def parts(
        self,
        manifest: Manifest,
        fold: Part,
        read: Callable[..., Any],
        ladder: Ladder,
        raises: Lifts,
        people: Ints | None = None,
    ) -> Iterator[pa.Table]:
        """Fold bucket by bucket; some people only, where they are given, sorted.

        read: gives what the fold takes of a bucket, and of those people in it.
        """
        lifted, everyone = self.lifted(ladder, raises), self.source("people")  # asked once, so not held
        out = self.connect().sql(f"SELECT person FROM {everyone} WHERE NOT ({COUNTS}) ORDER BY person")
        leave_out = out.to_arrow_table()["person"].combine_chunks().to_numpy()
        codes = {name: list(values) for name, values in manifest.codes.items()}
        some = None if people is None else np.split(people, np.flatnonzero(np.diff(people >> (63 - manifest.bits))) + 1)
        chosen = dict.fromkeys(manifest.buckets())
        if some is not None:
            chosen = {manifest.bucket(int(few[0])): few for few in some if few.size}

        def one(bucket: int) -> pa.Table:
            few = chosen[bucket]
            lives = read(bucket) if few is None else read(bucket, people=few)
            return fold(lives, codes, raises=lifted, leave_out=leave_out)

        return engine.fold(chosen, one)

    def lifted(self, ladder: Ladder, raises: Lifts) -> Raises:
        """Return the manual raises on a ladder as arrays."""
        return lifted(self.whose, ladder, raises)

    def ladder_of(
        self, person: int, history: pa.Table, ladder: Ladder, raises: Lifts, at: int
    ) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        """Return one person's standing at an instant, and her levels up to it."""
        codes = {name: list(values) for name, values in self.ready().codes.items()}
        lifted = self.lifted(ladder, [one for one in raises if self.whose(one["identity"]) == person])
        told: dict[str, Any] = {"raises": lifted, "beside": self.beside(self.ready(), ladder)}
        standing = folds.standings(history, codes, ladder, self.kinds, at=at, **told).to_pylist()
        levels = folds.levels(history, codes, ladder, self.kinds, **told)
        rows = levels.filter(pc.less_equal(levels["since"], at)).to_pylist()
        return (standing[0] if standing else None), rows

    def forget(self) -> None:
        """Drop all results: they are kept by turn, and turns begin anew where the histories are gone."""
        self.kept.forget()
        for folder in (*self.results.glob("turn-*"), self.sidecars.tones):
            shutil.rmtree(folder, ignore_errors=True)

    def tidy(self, turn: int) -> None:
        """Drop results of refreshes before the last one, and those of single instants beyond the newest."""
        for folder in self.results.glob("turn-*"):
            if int(folder.name.removeprefix("turn-")) < turn - 1:
                shutil.rmtree(folder, ignore_errors=True)
        for name in ("standings", "lived"):
            kept = sorted(self.results.glob(f"turn-*/{name}-*.parquet"), key=lambda path: path.stat().st_mtime)
            for path in kept[:-KEPT]:
                path.unlink(missing_ok=True)

    def drop(self, before: float) -> tuple[int, int]:
        """Drop what follows from earlier refreshes alone, from before an instant (s); return files and bytes.

        Call with the lock of a refresh held, which may be writing files that nothing names yet.
        """
        manifest = histories.last(self.folder)
        if manifest is None:
            return 0, 0
        old = [path for path in self.folder.glob("*.*") if path.name not in {*manifest.files(), "manifest.json"}]
        for folder in self.results.glob("turn-*"):
            if int(folder.name.removeprefix("turn-")) < manifest.turn:
                old += folder.iterdir()
        old = [path for path in old if path.is_file() and path.stat().st_mtime <= before]
        freed = sum(path.stat().st_size for path in old)
        for path in old:
            path.unlink(missing_ok=True)
        return len(old), freed

    def who_says(self, snapshot: Snapshot, words: str, at: int) -> str:
        """Write the query for people of whom a row says a text in a cell that no field took; see `leftover`."""
        return leftover.who_says(snapshot, self.table("identities"), words, at)

    # ---- SQL -------------------------------------------------------------------------------------------------

    def views(self, snapshot: Snapshot, ladders: Iterable[Ladder], raises: Lifts) -> dict[str, str]:
        """Return the tables that SQL can ask, name → query.

        The logged tables; identities (identity, person_id); people; levels, of all ladders, with times; guarded; acted
        (see `people.acting`).
        """
        found = {
            table: f"SELECT * EXCLUDE import_no, import_no AS import_id FROM {snapshot.scan(table)}" for table in LOGGED
        }
        if self.manifest() is None:
            return found
        people, identities, guarded = (self.source(name) for name in ("people", "identities", "guarded"))
        stamped = "make_timestamptz({0}) AS {0}"
        who = ", ".join(stamped.format(name) for name in ("first_at", "last_at"))
        when = ", ".join(stamped.format(name) for name in ("since", "until"))
        each = " UNION ALL ".join(f"SELECT * FROM {self.levels_on_disk(ladder, raises)}" for ladder in ladders)
        found["people"] = f"SELECT * EXCLUDE person REPLACE ({who}) FROM {people}"
        found["levels"] = f"SELECT * EXCLUDE person REPLACE ({when}) FROM ({each})"
        found["guarded"] = f"SELECT * FROM {guarded}"
        found["identities"] = f"SELECT i.identity, p.person_id FROM {identities} i JOIN {people} p USING (person)"
        shown = snapshot
        if acting.NAME in self.ready().tables:
            found["acted"] = f"SELECT * EXCLUDE import_no, import_no AS import_id FROM {self.source(acting.NAME)}"
            shown = replace(snapshot, acted=self.source(acting.NAME))
        sides = self.ready().tables.get("sides")
        ends = None if sides is None else Ends(self.source("identities"), engine.scan_file(self.folder / sides))
        if ends is None and shown is snapshot:
            found["interactions"] = (
                f"SELECT i.*, p.person_id FROM ({found['interactions']}) i "
                f"LEFT JOIN ({found['identities']}) p ON p.identity = i.actor"
            )
            return found
        key = "source, interaction_id, import_no"
        lives = f"SELECT {key}, actor AS life, direction FROM {directed(shown, ends)}"
        found["interactions"] = (
            "SELECT i.* EXCLUDE import_no REPLACE (coalesce(l.direction, i.direction) AS direction), "
            f"i.import_no AS import_id, p.person_id FROM {snapshot.scan('interactions')} i "
            f"LEFT JOIN ({lives}) l USING ({key}) LEFT JOIN ({found['identities']}) p ON p.identity = l.life"
        )
        return found

    def answer(
        self, query: str, snapshot: Snapshot, ladders: Iterable[Ladder], raises: Lifts, bounds: Bounds
    ) -> pa.Table:
        """Run one SELECT over the views, with no way to write, or to read any file but those of the log and what
        follows from it, within bounds."""
        with engine.connect(spill=self.results / "spill", memory=f"{bounds.megabytes}MiB") as connection:
            connection.execute(f"SET max_temp_directory_size = '{4 * bounds.megabytes}MiB'")
            for name, view in self.views(snapshot, ladders, raises).items():
                connection.execute(f"CREATE VIEW {engine.name(name)} AS {view}")
            inside = [self.folder.parent / name for name in ("log", "histories", "results")]
            both = ", ".join(engine.text(folder) for one in inside for folder in (one, one.resolve()))
            connection.execute(f"SET allowed_directories = [{both}]")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            statements = connection.extract_statements(query)
            if [one.type for one in statements] != [duckdb.StatementType.SELECT]:  # COPY could write into the workspace
                raise QuestionError("the query must be one SELECT; nothing else can be asked. Write it as one.")
            return bounds.table(connection, query)


LONGEST_QUERY = 86_400  # seconds


@dataclass(frozen=True)
class Bounds:
    """How much a query may take: seconds, megabytes of memory (and four times as many on disk), rows of its answer."""

    seconds: float = 600.0
    megabytes: int = 4_096
    rows: int = 10_000_000

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= LONGEST_QUERY:
            raise QuestionError(
                f"a query can't be given {self.seconds:g} seconds; give more than 0 and at most {LONGEST_QUERY:,}."
            )

    def table(self, connection: Any, query: str) -> pa.Table:
        """Run a query. Raises: QuestionError if it goes beyond the bounds of time or rows."""
        late = threading.Event()

        def interrupt() -> None:
            late.set()
            connection.interrupt()

        clock = threading.Timer(self.seconds, interrupt)
        clock.daemon = True
        clock.start()
        try:
            reader = connection.sql(query).to_arrow_reader(engine.BATCH)
            batches, count = [], 0
            for batch in reader:
                batches.append(batch)
                count += batch.num_rows
                if count > self.rows:
                    raise QuestionError(
                        f"the answer has more than {self.rows:,} rows; ask for fewer, or allow more with `--most`."
                    )
            return pa.Table.from_batches(batches, reader.schema)
        except duckdb.Error as error:
            if late.is_set():
                raise QuestionError(
                    f"the query was not done after {self.seconds:g} seconds, and was stopped; ask for less, or give "
                    "more with `--seconds`."
                ) from error
            raise
        finally:
            clock.cancel()


BOUNDS = Bounds()


def apart(people: pa.Table) -> dict[str, Ints]:
    """Return the hashes of those who don't count, as `Buckets` has them. people: person and APART, sorted."""
    person = people["person"].combine_chunks().to_numpy()
    staff, agent = (people[name].combine_chunks().to_numpy(zero_copy_only=False) for name in ("staff", "agent"))
    chosen = {"staff": staff, "agents": agent & ~staff, "anonymous": ~agent & ~staff}
    return {name: person[flags] for name, flags in chosen.items()}


def lifted(whose: Callable[[str], int | None], ladder: Ladder, raises: Lifts) -> Raises:
    """Return the manual raises on a ladder as arrays; those of nobody, or to a level that is no more, are left out."""
    own = [one for one in raises if one["ladder"] == ladder.name and one["level"] <= len(ladder.levels)]
    people = ((whose(one["identity"]), one) for one in own)
    rows = sorted(
        (person, instant(one["since"]), one["level"], instant(one["until"]))
        for person, one in people
        if person is not None
    )
    person, since, level, until = (np.array([row[i] for row in rows], np.int64) for i in range(4))
    return Raises(person, level, since, until)


def write(path: Path, parts: Iterator[pa.Table], empty: pa.Table) -> None:
    """Write parts as one Parquet file that appears when it is whole; without any part, a file with no rows.

    Some buckets make a row group, because one costs as much for each of its columns as many rows.
    """
    first = next(parts, empty)
    words = [field.name for field in first.schema if pa.types.is_dictionary(field.type)]
    new = path.with_suffix(f".{uuid.uuid4().hex}")
    options = {"compression": "lz4", "use_dictionary": words, "write_statistics": SEARCHED}
    try:
        with pq.ParquetWriter(new, first.schema, **options) as writer:
            waiting = [first]
            for part in parts:
                if sum(one.num_rows for one in waiting) + part.num_rows > ROWS:
                    writer.write_table(pa.concat_tables(waiting).unify_dictionaries())
                    waiting.clear()
                waiting.append(part)
            writer.write_table(pa.concat_tables(waiting).unify_dictionaries())
        durable.sync([new])
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def digest(*values: Any) -> str:
    """Return a short hash of declarations."""
    encoded = msgspec.json.encode([msgspec.to_builtins(value, str_keys=True) for value in values])
    return hashlib.blake2b(encoded, digest_size=8).hexdigest()
