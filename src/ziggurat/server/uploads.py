"""Where is an uploaded file kept until it is imported? In the workspace's `uploads/`, under a name nobody can guess."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, BinaryIO

import msgspec
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ziggurat.errors import QuestionError, SourceError
from ziggurat.sources.names import source_name

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

ENDINGS = re.compile(r"\.(csv|tsv|txt|xlsx|jsonl|ndjson|json|parquet)(\.gz)?$", re.IGNORECASE)
NAME = re.compile(r"[0-9a-f]{32}")
UPLOAD_PATH = "/data/uploads"
KEPT_SECONDS = 24 * 3600  # an upload that was never imported
LONGEST_NAME = 120
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
    await run_in_threadpool(clear, folder)
    _, options = parse_options_header(request.headers.get("content-type", ""))
    if b"boundary" not in options:
        raise SourceError("The upload carried no file; choose one and press Upload again.")
    (folder / "uploads").mkdir(mode=0o700, exist_ok=True)
    parts = FileParts(folder / "uploads", options[b"boundary"])
    try:
        async for chunk in request.stream():
            # Parsing writes to disk, so it must not hold up other requests.
            await run_in_threadpool(parts.take, chunk)
        return parts.finish()
    except BaseException:
        parts.drop()
        raise


class FileParts:
    """Reads a multipart form as it comes, and writes each of its files to disk."""

    def __init__(self, folder: Path, boundary: bytes) -> None:
        self.folder = folder
        self.arrived: list[tuple[Path, str]] = []  # where each file is, and what its sender called it
        self.file: BinaryIO | None = None
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
        wanted = "Give a .csv, .tsv, .xlsx, .json, .jsonl or .parquet file; text files may be compressed as .gz."
        endings = [ENDINGS.search(name) for _, name in self.arrived]
        for (_, name), ending in zip(self.arrived, endings, strict=True):
            if ending is None:
                raise SourceError(f"'{name}' is no file that can be read here. {wanted}")
        if not self.arrived:
            raise SourceError(wanted)
        return [
            settle(place, name, ending[0].lower())
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
                place.mkdir(parents=True, mode=0o700)
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


def settle(place: Path, name: str, ending: str) -> Upload:
    """Note what a file that has come is called, under a name of its own that nothing in a form can choose."""
    kept = f"upload{ending}"
    (place / "arriving").rename(place / kept)
    (place / "about.json").write_bytes(msgspec.json.encode({"name": name, "kept_as": kept}))
    return Upload(place.name, place / kept, name)


def shown_name(given: str) -> str:
    r"""Return the last part of a file name, without control characters, cut to a length that can be shown.

    >>> shown_name("C:\\exports\\May.csv"), shown_name("../../etc/passwd")
    ('May.csv', 'passwd')
    """
    last = PurePosixPath(PureWindowsPath(given).name).name
    return "".join(sign for sign in last if sign.isprintable())[-LONGEST_NAME:]


def clear(folder: Path) -> None:
    """Delete uploads that nobody imported within a day."""
    for place in (folder / "uploads").glob("*"):
        if place.is_dir() and NAME.fullmatch(place.name) and time.time() - place.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(place)
