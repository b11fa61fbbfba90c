"""Is there a file that is neither read nor refused? `make fuzz` damages good ones in thousands of ways and reads each.

A file is either read, or refused by an error of ours. Anything else is a fault: another exception, the end of the
process, or a file that takes longer or more memory than any may.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from ziggurat.base import declare, kinds
from ziggurat.base.errors import ZigguratError
from ziggurat.sources import files
from ziggurat.sources.guess import guess

KINDS = kinds.load()
RECEIVED = datetime(2026, 2, 1, tzinfo=UTC)
MOST_SECONDS = 60.0  # for one file, on a busy machine
MOST_MEMORY = 1 << 30  # bytes by which this process may grow
SPOILS = (b"\xff", b"\x00", b'"', b"\n", b"[", b"{", b"9" * 40, b"\xed\xa0\x80", b"\\ud800", b"-", b"1e999", b"<", b"&")
ROWS = [
    ["2026-01-05", "ana@x.org", "web", "visited", 12.5, "Straße"],
    ["2026-01-06 10:00", "bob@x.org", "store", "purchased", 3, 'said "no"'],
    ["2026-01-07T09:00Z", "eva@x.org", "email", "opened", None, "a, b\nc"],
]
NAMES = ["at", "email", "channel", "event", "amount", "text"]
SETTINGS = (
    b'ladders = ["six-level"]\n[sources.shop]\nfields = { at = "at", actor = "email" }\n[sources.shop.kinds]\na = "b"\n'
)


def csv() -> bytes:
    """Return a good CSV file."""
    lines = [NAMES, *ROWS]
    return "\n".join(",".join('"' + str(cell or "").replace('"', '""') + '"' for cell in row) for row in lines).encode()


def jsonl() -> bytes:
    """Return a good JSON Lines file."""
    rows = [dict(zip(NAMES, row, strict=True)) | {"place": [52.5, 13.4], "of": {"a": {"b": [1]}}} for row in ROWS]
    return "\n".join(json.dumps(row) for row in rows).encode()


def xlsx() -> bytes:
    """Return a good workbook."""
    book = openpyxl.Workbook()
    for row in [NAMES, *ROWS]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def parquet() -> bytes:
    """Return a good Parquet file."""
    columns = [*zip(*ROWS, strict=True)]
    table = pa.table({name: pa.array(cells) for name, cells in zip(NAMES, columns, strict=True)})
    nested = pa.array([[{"a": 1, "b": "x"}], [], None])
    file = io.BytesIO()
    pq.write_table(table.append_column("nested", nested), file, compression=random.choice(["zstd", "snappy", "none"]))
    return file.getvalue()


def spoiled(content: bytes, chance: random.Random) -> bytes:
    """Damage bytes in one to four places: overwrite, insert, cut out, repeat, cut off."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made) + 1)
        length = chance.choice((1, 1, 2, 4, 16, 200))
        how = chance.randrange(6)
        if how == 0:
            made[at : at + length] = chance.randbytes(length)
        elif how == 1:
            made[at:at] = chance.choice(SPOILS) * chance.choice((1, 1, 3, 2_000))
        elif how == 2:
            del made[at : at + length]
        elif how == 3:
            made[at:at] = made[at : at + length] * chance.choice((1, 50))
        elif how == 4 and at < len(made):
            made[at] ^= 1 << chance.randrange(8)
        elif chance.random() < 0.2:
            del made[at:]
    return bytes(made)


def spoiled_within(content: bytes, chance: random.Random) -> bytes:
    """Damage one part of a workbook, and pack it anew so that the damage arrives."""
    if chance.random() < 0.2:
        return spoiled(content, chance)
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        parts = old.namelist()
        liked = [part for part in parts if "sheet1" in part or "sharedStrings" in part or "workbook" in part]
        chosen = chance.choice(liked if chance.random() < 0.8 else parts)
        for part in parts:
            new.writestr(part, spoiled(old.read(part), chance) if part == chosen else old.read(part))
    return file.getvalue()


def read(path: Path) -> None:
    """Read a file on every way in."""
    found = guess(path, KINDS)
    mapping = found.with_suggestions()
    files.preview(path, mapping, KINDS)
    for _ in files.read(path, mapping, "shop", kinds=KINDS, received_at=RECEIVED):
        pass


def settings(path: Path) -> None:
    """Read a declaration."""
    from ziggurat.settings.config import Config

    declare.convert(declare.read_toml(path), Config, path.name)


Spoil = Callable[[bytes, random.Random], bytes]
FORMATS: dict[str, tuple[Callable[[], bytes], Spoil, Callable[[Path], None]]] = {
    "csv": (csv, spoiled, read),
    "jsonl": (jsonl, spoiled, read),
    "xlsx": (xlsx, spoiled_within, read),
    "parquet": (parquet, spoiled, read),
    "toml": (lambda: SETTINGS, spoiled, settings),
}


def faults(form: str, count: int, seed: int, folder: Path) -> Iterator[tuple[str, int]]:
    """Damage and read so many files of a format; yield what was neither read nor refused, and which file it was."""
    make, spoil, take = FORMATS[form]
    random.seed(seed)
    good, before = make(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(count):
        path = folder / f"file.{form}"
        path.write_bytes(spoil(good, random.Random(f"{seed} {form} {number}")))
        begun = time.monotonic()
        try:
            take(path)
        except ZigguratError:
            pass
        except Exception as error:
            yield f"{type(error).__name__}: {error}", number
        if time.monotonic() - begun > MOST_SECONDS:
            yield f"took {time.monotonic() - begun:.0f} s", number
        if (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 > MOST_MEMORY:
            yield "took too much memory", number


def main() -> None:
    """Fuzz every format, or some; exit with 1 where there was a fault, and keep the files that make one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5_000, help="of each format")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    parser.add_argument("formats", nargs="*", default=list(FORMATS))
    given = parser.parse_args()
    found = 0
    for form in given.formats:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.monotonic()
            for fault, number in faults(form, given.files, given.seed, Path(folder)):
                found += 1
                kept = Path(f"fuzz-{given.seed}-{number}.{form}")
                kept.write_bytes((Path(folder) / f"file.{form}").read_bytes())
                print(f"{kept}: {fault}", flush=True)
        print(f"{form}: {given.files:,} files, seed {given.seed}, {time.monotonic() - begun:.0f} s")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
