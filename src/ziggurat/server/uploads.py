"""Where is an uploaded file kept until it is imported? In the workspace's `uploads/`, under a name nobody can guess."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, BinaryIO

import msgspec
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ziggurat.base import durable
from ziggurat.base.errors import QuestionError, SourceError
from ziggurat.log.place import check
from ziggurat.sources.names import source_name
from ziggurat.work.worker import Worker

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

ENDINGS = re.compile(r"\.(csv|tsv|txt|xlsx|jsonl|ndjson|json|parquet)(\.gz)?$", re.IGNORECASE)
NAME = re.compile(r"[0-9a-f]{32}")
UPLOAD_PATH = "/data/uploads"
KEPT_SECONDS = 24 * 3600  # an upload that was never imported
LONGEST_NAME = 120
SLOWEST = 60  # seconds in which something of an upload must come
SENT = "results/sent"  # where files that are downloaded are made
SENT_SECONDS = 3_600
MOST_FILES = 50  # of one form


@dataclass(frozen=True)
class Upload:
    """One uploaded file. path: made by us alone. name: what its sender called it, never used as a path."""

    id: str
    path: Path
    name: str

    @property
    def source(self) -> str:
        """Return a name for the source, from the name of the file."""
        return source_name(self.name)

    @contextmanager
    def called(self) -> Iterator[None]:
        """Let what can't be read of the file be told under the name that its sender knows."""
        try:
            yield
        except SourceError as error:
            raise SourceError(str(error).replace(self.path.name, self.name, 1)) from error

    def remove(self) -> None:
        """Delete the file."""
        shutil.rmtree(self.path.parent)


def find(folder: Path, name: str) -> Upload:
    """Return an upload by its id. Raises: QuestionError if there is none (any more)."""
    place = folder / "uploads" / name
    if not NAME.fullmatch(name) or not (place / "about.json").is_file():
        raise QuestionError(
            "That upload is no longer here: it was imported, or a day has passed. Upload the file again."
        )
    about = msgspec.json.decode((place / "about.json").read_bytes(), type=dict[str, str])
    return Upload(name, place / about["kept_as"], about["name"])


def pending(folder: Path) -> list[Upload]:
    """Return the uploads that nobody has imported yet, the oldest first."""
    places = sorted((folder / "uploads").glob("*/about.json"), key=lambda place: place.stat().st_mtime)
    return [find(folder, place.parent.name) for place in places if NAME.fullmatch(place.parent.name)]


async def receive(request: Request, folder: Path) -> list[Upload]:
    """Stream the files of a form into the workspace, all or none.

    Raises: SourceError if there is none, or one of a kind that nobody reads.
    """
    await run_in_threadpool(lambda: clear(folder, awaited(request.app.state.jobs)))
    _, options = parse_options_header(request.headers.get("content-type", ""))
    if b"boundary" not in options:
        raise SourceError("The upload carried no file; choose one and press Upload again.")
    await run_in_threadpool(check, folder)
    await run_in_threadpool(durable.folder, folder / "uploads")
    parts = FileParts(folder / "uploads", options[b"boundary"])
    try:
        async for chunk in unhurried(request.stream()):
            # Parsing writes to disk, so it must not hold up other requests.
            await run_in_threadpool(parts.take, chunk)
        return await run_in_threadpool(parts.finish)
    except BaseException:
        parts.drop()
        raise


async def unhurried(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield what comes of a body, as long as something does. Raises: SourceError where nothing has come for long."""
    try:
        while True:
            yield await asyncio.wait_for(anext(stream), SLOWEST)
    except StopAsyncIteration:
        return
    except TimeoutError as error:
        raise SourceError(
            f"Nothing of the upload has come for {SLOWEST} seconds; choose the file and press Upload again."
        ) from error


class FileParts:
    """Reads a multipart form as it comes, and writes each of its files to disk."""

    def __init__(self, folder: Path, boundary: bytes) -> None:
        self.folder = folder
        self.arrived: list[tuple[Path, str]] = []  # where each file is, and what its sender called it
        self.file: BinaryIO | None = None
        self.ended = False
        self.header = b""
        self.value = b""
        self.parser = MultipartParser(boundary, self.callbacks())

    def callbacks(self) -> MultipartCallbacks:
        """Say what to do at each piece of the form."""
        return {
            "on_header_field": self.on_field,
            "on_header_value": self.on_value,
            "on_header_end": self.on_header,
            "on_part_data": self.on_data,
            "on_part_end": self.on_end,
            "on_end": self.on_last,
        }

    def take(self, chunk: bytes) -> None:
        """Read on. Raises: SourceError if this is no form."""
        try:
            self.parser.write(chunk)
        except FormParserError as error:
            raise SourceError("The upload broke off or is no form; choose the file and press Upload again.") from error

    def finish(self) -> list[Upload]:
        """Return the files, now that the form has ended. Raises: SourceError if it broke off, or nobody reads one."""
        try:
            self.parser.finalize()
        except FormParserError as error:
            raise SourceError("The upload broke off; choose the file and press Upload again.") from error
        self.on_end()
        if not self.ended:  # else half of a file would be taken for all of it
            raise SourceError("The upload broke off before its end; choose the file and press Upload again.")
        wanted = "Give a .csv, .tsv, .xlsx, .json, .jsonl or .parquet file; text files may be compressed as .gz."
        endings = [ENDINGS.search(name) for _, name in self.arrived]
        for (_, name), ending in zip(self.arrived, endings, strict=True):
            if ending is None:
                raise SourceError(f"'{name}' is no file that can be read here. {wanted}")
        if not self.arrived:
            raise SourceError(wanted)
        return [
            keep_upload(place, name, ending[0].lower())
            for (place, name), ending in zip(self.arrived, endings, strict=True)
            if ending is not None
        ]

    def drop(self) -> None:
        """Delete what has come so far."""
        self.on_end()
        for place, _ in self.arrived:
            shutil.rmtree(place)

    def on_field(self, data: bytes, start: int, end: int) -> None:
        """Collect the name of a header."""
        self.header += data[start:end]

    def on_value(self, data: bytes, start: int, end: int) -> None:
        """Collect the value of a header."""
        self.value += data[start:end]

    def on_header(self) -> None:
        """Note the name of a file, and make a place for it."""
        if self.header.lower() == b"content-disposition" and self.file is None and len(self.arrived) < MOST_FILES:
            given = parse_options_header(self.value)[1].get(b"filename", b"").decode("utf-8", "replace")
            if name := shown_name(given):
                place = self.folder / secrets.token_hex(16)
                durable.folder(place)
                self.arrived.append((place, name))
                self.file = (place / "arriving").open("wb")
        self.header = self.value = b""

    def on_data(self, data: bytes, start: int, end: int) -> None:
        """Keep what belongs to the file."""
        if self.file is not None:
            self.file.write(data[start:end])

    def on_end(self) -> None:
        """Stop keeping."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def on_last(self) -> None:
        """Note that the form is whole."""
        self.ended = True


def keep_upload(place: Path, name: str, ending: str) -> Upload:
    """Note what a file that has come is called, under a name of its own that nothing in a form can choose."""
    kept = f"upload{ending}"
    (place / "arriving").rename(place / kept)
    durable.sync([place / kept])
    durable.replace(place / "about.json", msgspec.json.encode({"name": name, "kept_as": kept}))
    return Upload(place.name, place / kept, name)


def shown_name(given: str) -> str:
    r"""Return the last part of a file name, without control characters, cut to a length that can be shown.

    >>> shown_name("C:\\exports\\May.csv"), shown_name("../../etc/passwd")
    ('May.csv', 'passwd')
    """
    last = PurePosixPath(PureWindowsPath(given).name).name
    return "".join(sign for sign in last if sign.isprintable())[-LONGEST_NAME:]


def awaited(worker: Worker) -> set[str]:
    """Return the ids of the uploads whose import waits or is under way, for however long that is."""
    return {Path(one.options["path"]).parent.name for one in worker.waiting() if one.options.get("upload")}


def clear(folder: Path, kept: Collection[str]) -> None:
    """Delete uploads that nobody imported within a day, and files that were made to be sent and were not.

    kept: ids of uploads that stay. One from a day that is to come was made when the clock was wrong.
    """
    for place in (folder / "uploads").glob("*"):
        known = place.is_dir() and NAME.fullmatch(place.name) and place.name not in kept
        if known and expired(place, KEPT_SECONDS):
            shutil.rmtree(place, ignore_errors=True)  # another process may be at it, too
    for file in (folder / SENT).glob("*"):
        if expired(file, SENT_SECONDS):
            file.unlink(missing_ok=True)


def expired(path: Path, seconds: float) -> bool:
    """Say whether something was changed longer ago than so many seconds."""
    try:
        return abs(time.time() - path.stat().st_mtime) > seconds
    except FileNotFoundError:
        return False
