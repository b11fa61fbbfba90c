"""What waits in the inbox for the log, from where on, and what of it can be dropped?

The log's import of a lot carries how far each segment is taken up with it (`Taken`), in the one commit that makes the
import count: so a lot is in the log and taken up, or neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ziggurat.base import durable
from ziggurat.log.inbox import segment as files
from ziggurat.log.inbox.inbox import FOLDER

Taken = Mapping[str, int]  # name of a segment → the place up to which its records are in the log
LOT_BYTES = 64 << 20  # of records that are taken up at once: a transaction takes its time, however small


@dataclass(frozen=True)
class Lot:
    """Records of one source that are to be taken up together, and how far each of its segments is once they are."""

    records: list[bytes]
    taken: Taken


def sources(workspace: Path) -> list[str]:
    """Return the sources of which something lies in the inbox of a workspace's folder."""
    return sorted(path.name for path in (workspace / FOLDER).glob("*/") if files.segments(path))


def there(workspace: Path) -> dict[str, tuple[int, bool]]:
    """Return the segments of the inbox with their bytes, and whether somebody still writes to them: what changes
    whenever anything comes in, or can be dropped."""
    found = {}
    for path in (workspace / FOLDER).glob(f"*/*{files.ENDING}"):
        try:
            found[path.name] = (path.stat().st_size, files.is_live(path))
        except FileNotFoundError:
            continue  # taken up and dropped
    return found


def lots(workspace: Path, source: str, taken: Taken) -> Iterator[Lot]:
    """Yield what the log does not have yet of a source, the oldest segment first.

    What came of a segment that is gone is forgotten. taken: by the last import of the source that carries it.
    """
    every = files.segments(workspace / FOLDER / source)
    reached = {path.name: taken[path.name] for path in every if path.name in taken}
    records: list[bytes] = []
    held = 0
    for path in every:
        for record in files.records(path, reached.get(path.name, 0)):
            records.append(record.content)
            reached[path.name] = record.end
            held += len(record.content)
            if held >= LOT_BYTES:
                yield Lot(records, dict(reached))
                records, held = [], 0
    if records:
        yield Lot(records, dict(reached))


def drop(workspace: Path, source: str, taken: Taken) -> list[Path]:
    """Drop the segments of a source that nobody writes to any more, and of which all is in the log; return them.

    What is left of one behind its last whole record was torn by a crash, so nobody was told that it is kept; or a disk
    spoilt it afterwards. Since the two can't be told apart, such a segment is set aside, where `check` finds it.
    """
    over = []
    for path in files.segments(workspace / FOLDER / source):
        # First whether it is live: what is written between the two questions would be dropped unread.
        if files.is_live(path) or next(files.records(path, taken.get(path.name, 0)), None) is not None:
            continue
        over += [path.with_suffix(files.LOCK), path]
        if path.stat().st_size > files.end(path):
            path.replace(path.with_suffix(files.TORN))
    gone = durable.drop(over)
    if gone:
        durable.sync([workspace / FOLDER / source])
    return [path for path in gone if path.suffix == files.ENDING]


def torn(workspace: Path) -> list[Path]:
    """Return the segments that were set aside, since something in them can't be read."""
    return sorted((workspace / FOLDER).glob(f"*/*{files.TORN}"))
