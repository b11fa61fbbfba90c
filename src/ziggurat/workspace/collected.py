"""What was collected goes from the inbox into the log, all of it, once; and who may send to which source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from ziggurat.base import durable
from ziggurat.base import kinds as vocabulary
from ziggurat.base.errors import DeclarationError, QuestionError
from ziggurat.base.heavy import Later
from ziggurat.log.inbox import taking
from ziggurat.log.inbox import waiting as inbox
from ziggurat.log.inbox.inbox import FOLDER
from ziggurat.log.inbox.taking import Lot
from ziggurat.log.log import Import, Log, Progress
from ziggurat.settings import config
from ziggurat.sources.batch import Batch
from ziggurat.state import write_keys as keys
from ziggurat.state.write_keys import USUAL_RATE, WriteKey
from ziggurat.workspace.folder import Folder, login
from ziggurat.workspace.imports import describe_import

if TYPE_CHECKING:
    from ziggurat.sources.systems import segment
    from ziggurat.sources.tracking import tracked
    from ziggurat.workspace import importing
else:
    importing = Later("ziggurat.workspace.importing")
    segment = Later("ziggurat.sources.systems.segment")
    tracked = Later("ziggurat.sources.tracking.tracked")

Reader = Callable[[list[bytes]], Iterator[Batch]]


def take_up(log: Log, folder: Path, source: str, read: Reader, progress: Progress | None = None) -> list[Import]:
    """Bring what waits of a source into the log, a lot in one transaction each, and drop what is there for good.

    folder: of the workspace. read: makes batches of rows from records. However often and wherever this is interrupted,
    every record comes into the log once: how far the inbox is taken up is part of the transaction.
    """
    done = []
    with FileLock(durable.folder(folder / FOLDER) / ".lock"):
        taken = log.taken_up(source)
        for lot, batches in read_ahead(taking.lots(folder, source, taken), read):
            now = datetime.now(UTC)
            done.append(
                log.append(batches, source=source, file=tracked.FILE, at=now, taken=lot.taken, progress=progress)
            )
            taken = dict(lot.taken)
        taking.drop(folder, source, taken)
    return done


def read_ahead(lots: Iterator[Lot], read: Reader) -> Iterator[tuple[Lot, list[Batch]]]:
    """Yield lots with what they say; while one is written, which takes another processor, the next one is read."""

    def following() -> tuple[Lot, list[Batch]] | None:
        lot = next(lots, None)
        return None if lot is None else (lot, list(read(lot.records)))

    with ThreadPoolExecutor(1, "ziggurat-read") as pool:
        coming = pool.submit(following)
        while (found := coming.result()) is not None:
            coming = pool.submit(following)
            yield found


def load(space: Folder, *, only: str | None = None, progress: Progress | None = None) -> list[dict[str, Any]]:
    """Bring what waits in the inbox into the log, each lot as one transaction, and tell each as `imports` does.

    only: the source of which that is to be done; all if left out. Raises: DeclarationError if a source's settings name
    an unknown kind; then what waits stays where it is.
    """
    done: list[dict[str, Any]] = []
    waiting = [name for name in taking.sources(space.folder) if only in (None, name)]
    settings = config.load(space.folder) if waiting else space.config
    kinds = vocabulary.load(settings.kinds) if waiting else space.kinds
    for source in waiting:
        found = settings.sources.get(source)
        declared = found if isinstance(found, segment.Segment) else segment.Segment()

        def read(records: list[bytes], source: str = source, declared: segment.Segment = declared) -> Iterator[Batch]:
            return segment.read_records(records, declared, source, kinds, settings.currency)

        done += [describe_import(one) for one in take_up(space.log, space.folder, source, read, progress)]
    return done


def waiting(space: Folder) -> dict[str, int]:
    """Return how many events of each source wait in the inbox; sources of which none does are left out."""
    return inbox.waiting(space.folder, space.log.taken_up)


def collecting(space: Folder) -> list[str]:
    """Return the sources that client libraries send to, as ziggurat.toml declares them."""
    return [name for name, one in config.load(space.folder).sources.items() if isinstance(one, segment.Segment)]


def make_key(
    space: Folder, source: str, *, origins: Sequence[str] = (), rate: int = USUAL_RATE, by: str | None = None
) -> str:
    """Make a write key of a source, which is declared where it is not yet; return the key, which is never shown again.

    origins: sites whose pages may send with it, such as https://example.org; `*` for any; none for servers alone.
    rate: events a second that it may send, over a minute. Raises: DeclarationError if the source is another one's name,
    or no plain word, or an origin is none; QuestionError if the rate is none.
    """
    importing.check_name(source)
    if rate < 1:
        raise QuestionError(f"A key may send at least one event a second; {rate} is less.")
    sites = [origin_of(one) for one in origins if one.strip()]
    known = config.load(space.folder).sources.get(source)
    if known is None:
        config.save_source(space.folder, source, segment.Segment())
        space.config = config.load(space.folder)
    elif not isinstance(known, segment.Segment):
        raise DeclarationError(
            f"[sources.{source}] is read from elsewhere, so nobody can send to it; choose another name."
        )
    return keys.make(space.state.database, source, sites, rate, at=datetime.now(UTC), by=by or login())


def origin_of(text: str) -> str:
    """Return a site as a browser names it: scheme, host and port. Raises: DeclarationError if it is none."""
    plain = text.strip().rstrip("/").lower()
    scheme, parted, host = plain.partition("://")
    if plain == "*" or (parted and scheme in ("http", "https") and host and not set(host) & set("/?#@ ")):
        return plain
    raise DeclarationError(f"'{text.strip()[:80]}' is no site; write it as https://example.org, or * for any.")


def write_keys(space: Folder) -> list[WriteKey]:
    """Return all write keys, the oldest first, those that are revoked included."""
    return keys.listed(space.state.database)


def replace_key(space: Folder, number: int, *, by: str | None = None) -> str:
    """Revoke a write key, and return a new one for the same source, sites and rate; it is never shown again.

    Raises: QuestionError if there is none of that number, or it is revoked.
    """
    old = revoke_key(space, number, by=by)
    now, who = datetime.now(UTC), by or login()
    return keys.make(space.state.database, old.source, old.origins, old.rate, at=now, by=who)


def revoke_key(space: Folder, number: int, *, by: str | None = None) -> WriteKey:
    """Revoke a write key for good. Raises: QuestionError if there is none of that number, or it is revoked."""
    return keys.revoke(space.state.database, number, at=datetime.now(UTC), by=by or login())
