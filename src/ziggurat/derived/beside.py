"""What do ladders ask for that lives do not hold as they are: how words sound, what is known of people, what helped?

How the words of each interaction sound is worked out once and kept, segment by segment of the histories, in
`results/tones`; a file there is as disposable as its segment.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ziggurat.base import durable
from ziggurat.base.declare import matches
from ziggurat.base.engine import duckdb as engine
from ziggurat.base.kinds import Kinds, load
from ziggurat.base.schema import LANGUAGES
from ziggurat.facts.help import Help, helpful_answers
from ziggurat.facts.tellers import TELLERS
from ziggurat.levels.conditions import ADDRESS, NAMED, WHAT, Known
from ziggurat.levels.ladder import Ladder
from ziggurat.levels.readings import Beside, asks
from ziggurat.log import histories, merge, segments
from ziggurat.log.buckets import Buckets
from ziggurat.log.histories import Manifest
from ziggurat.log.log import Snapshot
from ziggurat.log.settling import Ends, directed_query
from ziggurat.speech.sentiment import VADER, Reader
from ziggurat.speech.tones import READ, tones

Part = TypeVar("Part")
Ints = npt.NDArray[np.int64]
TOLD = pa.schema([("person", pa.int64()), ("at", pa.int64()), ("trait", pa.string()), ("value", pa.string())])
TONE = pa.schema([("tone", pa.int8())])


class Sidecars:
    """What is kept beside the histories of one workspace folder.

    languages: a table as `schema.LANGUAGES`. logged: returns the log as the histories stand for it, or as it is now.
    """

    def __init__(self, folder: Path, kinds: Kinds, languages: pa.Table | None, logged: Callable[[], Snapshot]) -> None:
        self.folder = folder / "histories"
        self.tones = folder / "results" / "tones"
        self.kinds = kinds
        self.languages = LANGUAGES.empty_table() if languages is None else languages
        self.logged = logged
        said = msgspec.json.encode([VADER, self.languages.to_pylist(), self.kinds.table().to_pylist()])
        self.words = hashlib.blake2b(said, digest_size=6).hexdigest()
        self.found: tuple[tuple[int, int], Known] | None = None

    def of(self, manifest: Manifest, ladder: Ladder, connection: Any, identities: str, kept: Path) -> Beside:
        """Return what a ladder asks for beside people's lives, and see to it that `read` has what it asks.

        identities: an SQL table expression for identities and their people. kept: folder for what is of this refresh.
        """
        wants = asks(ladder)
        found = Beside()
        if "tone" in wants:
            self.hear(manifest)
        if "known" in wants:
            found = found._replace(known=self.known(manifest, connection, identities))
        if "help" in wants:
            found = found._replace(help=self.help(manifest, kept, connection))
        return found

    # ---- how words sound -------------------------------------------------------------------------------------

    def read(self, manifest: Manifest, bucket: int, columns: Sequence[str], people: Ints | None = None) -> pa.Table:
        """Return columns of one bucket as `histories.read` does, `tone` among them where it is asked for."""
        if "tone" not in columns:
            return histories.read(self.folder, manifest, bucket, columns, people)
        width = 63 - manifest.bits
        low, high = bucket << width, ((bucket + 1) << width) - 1
        if people is not None and people.size:
            low, high = int(people[0]), int(people[-1])
        plain = list(dict.fromkeys([*columns, "person", "at", *merge.TIES]))
        plain.remove("tone")
        found = []
        for name in manifest.segments.get(bucket, []):
            rows = segments.read(self.folder / name, plain, low, high)
            found.append(rows.append_column("tone", self.heard(name, rows)))
        if len(found) > 1:
            return merge.merged(found, list(columns), manifest.codes["source"], people)
        rows = found[0] if found else pa.table({**histories.COLUMNS.empty_table(), **TONE.empty_table()})
        some = rows.select(list(columns))
        return some if people is None else some.take(pa.array(merge.places_of(merge.column(rows, "person"), people)))

    def file(self, segment: str) -> Path:
        """Return the file of a segment's tones."""
        return self.tones / f"{segment}-{self.words}.npy"

    def heard(self, segment: str, rows: pa.Table) -> pa.Array:
        """Return the tones of some rows of a segment, which are all of the people from the first to the last."""
        whole = np.load(self.file(segment), mmap_mode="r")
        person = merge.column(rows, "person")
        if not person.size:
            return pa.array(np.empty(0, np.int8))
        first = segments.first(self.folder / segment, int(person[0]))
        return pa.array(np.asarray(whole[first : first + person.size]))

    def hear(self, manifest: Manifest) -> None:
        """Work out the tones of all segments that have none yet, and drop those of segments that are no more."""
        durable.folder(self.tones)
        names = {name for some in manifest.segments.values() for name in some}
        kept = {self.file(name) for name in names}
        durable.drop(set(self.tones.glob("*.npy")) - kept)
        reader = Reader.of(VADER, manifest.codes["channel"], self.languages)

        def one(name: str) -> None:
            rows = segments.read(self.folder / name, READ, 0, 2**63 - 1)
            found = tones(rows, manifest.codes, self.kinds, reader)
            new = self.file(name).with_suffix(f".{uuid.uuid4().hex}")
            with new.open("wb") as file:
                np.save(file, found)
            new.replace(self.file(name))

        list(engine.fold([name for name in sorted(names) if not self.file(name).exists()], one))

    def toned(self, rows: pa.Table, manifest: Manifest) -> pa.Table:
        """Return rows that hold their texts with one more column, `tone`, worked out anew."""
        reader = Reader.of(VADER, manifest.codes["channel"], self.languages)
        return with_tone(rows, manifest.codes, self.kinds, reader, [*rows.column_names, "tone"])

    # ---- what is known of people -----------------------------------------------------------------------------

    def known(self, manifest: Manifest, connection: Any, identities: str) -> Known:
        """Return what traits and addresses tell of people, and since when."""
        turn = (manifest.turn, manifest.number)
        if self.found is None or self.found[0] != turn:
            log = self.logged()
            upto = f"import_no <= {manifest.number}"
            traits = connection.sql(f"""
                SELECT i.person, epoch_us(t."at") AS "at", lower(t.trait) AS trait, t.value
                FROM (SELECT * FROM {log.scan("traits")} WHERE {upto}) t JOIN {identities} i USING (identity)
                WHERE {" OR ".join(f"lower(t.trait) LIKE {engine.text(like(one))} ESCAPE '!'" for one in telling())}
            """).to_arrow_table()
            sides = manifest.tables.get("sides")
            ends = None if sides is None else Ends(identities, engine.scan_file(self.folder / sides))
            tables = {"traits": ("identity",), "links": ("a", "b")}
            seen = " UNION ALL ".join(
                f'SELECT {column} AS identity, "at" FROM {rows} WHERE {upto}'
                for rows, column in (
                    (directed_query(log, ends), "actor"),
                    *((log.scan(table), column) for table, columns in tables.items() for column in columns),
                )
            )
            spaces = ", ".join(engine.text(one) for one in TELLERS.may["write"].namespaces)
            addresses = connection.sql(f"""
                SELECT i.person, epoch_us(min(seen."at")) AS "at"
                FROM ({seen}) seen JOIN {identities} i USING (identity)
                WHERE split_part(seen.identity, ':', 1) IN ({spaces}) AND seen."at" IS NOT NULL GROUP BY i.person
            """).to_arrow_table()
            self.found = (turn, known_of(traits.cast(TOLD), addresses))
        return self.found[1]

    # ---- what helped -----------------------------------------------------------------------------------------

    def help(self, manifest: Manifest, kept: Path, connection: Any) -> Help:
        """Return the answers that were taken as help, worked out once a refresh."""
        path = self.helped_in(kept)
        if not path.exists():
            readers = [partial(self.read, manifest, bucket) for bucket in manifest.buckets()]
            codes = {name: list(some) for name, some in manifest.codes.items()}
            flags = ("staff", "agent AND NOT staff")
            staff, agents = (self.flagged(manifest, connection, flag) for flag in flags)
            found = helpful_answers(Buckets(readers, codes, staff=staff, agents=agents), self.kinds)
            new = path.with_suffix(f".{uuid.uuid4().hex}")
            pq.write_table(pa.table(found._asdict()), new)
            new.replace(path)
        return help_in(path)

    def flagged(self, manifest: Manifest, connection: Any, flag: str) -> Ints:
        """Return the hashes of the people of whom a test holds, sorted."""
        people = manifest.layers["people"].query(self.folder)
        found = connection.sql(f"SELECT person FROM {people} WHERE {flag} ORDER BY person").to_arrow_table()
        return merge.column(found, "person")

    def helped_in(self, kept: Path) -> Path:
        """Return the file of what helped, in the folder of a refresh."""
        return kept / f"help-{self.words}.parquet"

    def touched(self, ladder: Ladder, people: Ints, kept: Path, before: Path) -> Ints | None:
        """Return the people whose levels may have changed since the refresh before, of whom some brought something new.

        None where it is not known what helped by then.
        """
        if "help" not in asks(ladder):
            return people
        old = self.helped_in(before)
        if not old.exists():
            return None
        now, then = (np.stack(list(help_in(path)), axis=1) for path in (self.helped_in(kept), old))
        rows, counts = np.unique(np.concatenate([now, then]), axis=0, return_counts=True)
        return np.unique(np.concatenate([people, rows[counts == 1, 0]]))


@dataclass(frozen=True)
class Toned(Buckets):
    """Buckets whose rows have a column `tone` too, worked out where they are folded."""

    buckets: Buckets = field(default_factory=lambda: Buckets((), {}))
    kinds: Kinds = field(default_factory=load)
    reader: Reader = field(default_factory=lambda: Reader.of(VADER, (), LANGUAGES.empty_table()))

    def fold(
        self, kernel: Callable[[pa.Table], Part], columns: Sequence[str], *, staff: bool = False
    ) -> Iterator[Part]:
        """Hand each bucket's rows to a kernel, as `Buckets.fold` does."""
        return self.buckets.fold(partial(self.heard, kernel, list(columns)), with_texts(columns), staff=staff)

    def heard(self, kernel: Callable[[pa.Table], Part], columns: Sequence[str], rows: pa.Table) -> Part:
        """Hand rows to a kernel, with their tone."""
        return kernel(with_tone(rows, self.codes, self.kinds, self.reader, columns))


def with_texts(columns: Sequence[str]) -> list[str]:
    """Return which columns are read in place of some, `tone` among them, where it is to be worked out."""
    return list(dict.fromkeys([*(name for name in columns if name != "tone"), *READ]))


def help_in(path: Path) -> Help:
    """Read what helped."""
    table = pq.read_table(path)
    return Help(*(table[name].combine_chunks().to_numpy() for name in Help._fields))


def telling() -> list[str]:
    """Return the patterns of all traits that tell something."""
    return [pattern for part in (TELLERS.knows, TELLERS.may) for one in part.values() for pattern in one.traits]


def like(pattern: str) -> str:
    """Return a pattern as SQL's LIKE takes it, with ! for what is to be taken as it is."""
    return pattern.replace("!", "!!").replace("_", "!_").replace("%", "!%").replace("*", "%")


def known_of(traits: pa.Table, addresses: pa.Table) -> Known:
    """Return what traits (columns TOLD, in lower case) and addresses (person, at: when the first was seen) tell."""
    names = pc.unique(traits["trait"]).to_pylist()
    number = pc.index_in(traits["trait"], value_set=pa.array(names, pa.string())).to_numpy(zero_copy_only=False)
    value = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(traits["value"], "")))
    leave = TELLERS.may["name"]
    no = pc.is_in(value, value_set=pa.array(leave.no)).to_numpy(zero_copy_only=False)
    empty = pc.equal(value, "").to_numpy(zero_copy_only=False)
    person, at = merge.column(traits, "person"), np.asarray(merge.whole(pc.fill_null(traits["at"], 0)).to_numpy())
    parts = []
    for what, patterns in ((WHAT.index(word), told.traits) for word, told in (*TELLERS.knows.items(),)):
        fits = np.array([*(matches(name, patterns) for name in names), False], np.bool_)[number] & ~empty
        parts.append(part(person[fits], at[fits], what))
    named = np.array([*(matches(name, leave.traits) for name in names), False], np.bool_)[number]
    parts.append(part(person[named], at[named], NAMED, ~no[named]))
    parts.append(part(merge.column(addresses, "person"), merge.column(addresses, "at"), ADDRESS))
    rows = np.concatenate(parts, axis=1)
    order = np.lexsort((-rows[3], rows[2], rows[1], rows[0]))  # of one instant, a refusal comes last and counts
    return Known(*rows[:, order])


def part(person: Ints, at: Ints, what: int, yes: npt.NDArray[np.bool_] | None = None) -> Ints:
    """Return rows of `Known`, one row each: person, at, what and yes."""
    given = np.ones(person.size, np.bool_) if yes is None else yes
    return np.stack([person, at, np.full(person.size, what), given]).astype(np.int64)


def with_tone(
    rows: pa.Table, codes: Mapping[str, Sequence[str]], kinds: Kinds, reader: Reader, columns: Sequence[str]
) -> pa.Table:
    """Return columns of rows that hold their texts, `tone` worked out."""
    return rows.append_column("tone", pa.array(tones(rows, codes, kinds, reader))).select(list(columns))
