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

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

ENDINGS = re.compile(r"\.(csv|tsv|txt|xlsx|jsonl|ndjson|json|parquet)(\.gz)?$", re.IGNORECASE)
NAME = re.compile(r"[0-9a-f]{32}")
UPLOAD_PATH = "/data/uploads"
KEPT_SECONDS = 24 * 3600  # an upload that was never imported
LONGEST_NAME = 120


@dataclass(frozen=True)
class Upload:
    """One uploaded file. path: made by us alone. name: what its sender called it, never used as a path."""

    id: str
    path: Path
    name: str

    @property
    def source(self) -> str:
        """Return a name for the source, from the name of the file."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower().partition(".")[0]).strip("-")[:40] or "file"

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


async def receive(request: Request, folder: Path) -> Upload:
    """Stream the file of a form into the workspace. Raises: SourceError if there is none, or of a kind nobody reads."""
    await run_in_threadpool(clear, folder)
    _, options = parse_options_header(request.headers.get("content-type", ""))
    if b"boundary" not in options:
        raise SourceError("The upload carried no file; choose one and press Upload again.")
    name = secrets.token_hex(16)
    place = folder / "uploads" / name
    place.mkdir(parents=True, mode=0o700)
    try:
        with (place / "arriving").open("wb") as file:
            part = FilePart(file, options[b"boundary"])
            async for chunk in request.stream():
                # Parsing writes to disk, so it must not hold up other requests.
                await run_in_threadpool(part.take, chunk)
            part.finish()
        ending = ENDINGS.search(part.name)
        if not part.name or ending is None:
            wanted = "Give a .csv, .tsv, .xlsx, .jsonl or .parquet file; text files may be compressed as .gz."
            raise SourceError(f"'{part.name}' is no file that can be read here. {wanted}" if part.name else wanted)
        kept = f"upload{ending[0].lower()}"
        (place / "arriving").rename(place / kept)
        (place / "about.json").write_bytes(msgspec.json.encode({"name": part.name, "kept_as": kept}))
    except BaseException:
        shutil.rmtree(place)
        raise
    return Upload(name, place / kept, part.name)


class FilePart:
    """Reads a multipart form as it comes, and writes its first file to disk."""

    def __init__(self, file: BinaryIO, boundary: bytes) -> None:
        self.name = ""
        self.file = file
        self.writing = False
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

    def finish(self) -> None:
        """Check that the form has ended. Raises: SourceError if it broke off."""
        try:
            self.parser.finalize()
        except FormParserError as error:
            raise SourceError("The upload broke off; choose the file and press Upload again.") from error

    def on_field(self, data: bytes, start: int, end: int) -> None:
        """Collect the name of a header."""
        self.header += data[start:end]

    def on_value(self, data: bytes, start: int, end: int) -> None:
        """Collect the value of a header."""
        self.value += data[start:end]

    def on_header(self) -> None:
        """Note the name of the first file."""
        if self.header.lower() == b"content-disposition" and not self.name:
            given = parse_options_header(self.value)[1].get(b"filename", b"").decode("utf-8", "replace")
            self.name = shown_name(given)
            self.writing = bool(self.name)
        self.header = self.value = b""

    def on_data(self, data: bytes, start: int, end: int) -> None:
        """Keep what belongs to the file."""
        if self.writing:
            self.file.write(data[start:end])

    def on_end(self) -> None:
        """Stop keeping."""
        self.writing = False


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
