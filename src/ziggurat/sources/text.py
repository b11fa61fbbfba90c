"""How is a text file opened? Its packing and encoding are found once, and its lines come bounded in length."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol, cast

from ziggurat.base.errors import SourceError
from ziggurat.sources import codepages
from ziggurat.sources.limits import Limits

BLOCK = 1 << 20
BEGINS = 1 << 16  # bytes by which the form of a text is known
STRAY = re.compile("[\udc00-\udcff]")  # where bytes stood that the encoding does not know
BEGINNING = 200  # characters of a line that is too long which the rejected row keeps
CONTROLS = bytes([*range(9), *range(14, 32)])  # what no text file has many of
ENCODING_SAMPLE = 64 << 20
NOT_TEXT = {
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file (.xls, .doc); save it as .xlsx or CSV",
    b"%PDF": "a PDF; export the table as CSV",
    b"\x89PNG": "an image; export the table as CSV",
    b"\xff\xd8\xff": "an image; export the table as CSV",
    b"7z\xbc\xaf": "a 7z archive; unpack it",
    b"Rar!": "a RAR archive; unpack it",
    b"BZh": "a bzip2 archive; unpack it",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive; unpack it",
}


class Readable(Protocol):
    """A text that is read by lines."""

    def readline(self, size: int, /) -> str:
        """Return the next line with its end, or the first characters of one that is longer; nothing at the end."""


class Line(NamedTuple):
    """One line of a file: its number, its text with the line end, and what is wrong with it, if anything."""

    number: int
    text: str
    wrong: str = ""


def keep_stray(error: UnicodeError) -> tuple[str, int]:
    """Decode bytes that the encoding does not know to lone surrogates, so that their row can be found and rejected."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("ziggurat-stray", keep_stray)


class Bounded(io.RawIOBase):
    """An unpacked stream that stops with a SourceError when it grows beyond what an honest file would."""

    def __init__(self, file: gzip.GzipFile, name: str, packed: int, limits: Limits) -> None:
        self.file, self.name = file, name
        self.limit = min(limits.unpacked, limits.free + packed * limits.ratio)
        self.total = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read some bytes. Raises: SourceError if the packed file is damaged or unpacks to too much."""
        try:
            count = self.file.readinto(buffer)
        except (EOFError, OSError, zlib.error) as error:
            raise SourceError(f"{self.name}: the packed file is damaged ({error}); fetch it again.") from error
        self.total += count
        if self.total > self.limit:
            raise SourceError(
                f"{self.name}: unpacks to more than {self.limit >> 20} MiB; unpack it and look at it first."
            )
        return count


@contextmanager
def binary(path: Path, limits: Limits) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Open a file, unpacking gz: yields the bytes, and the file itself, the place in which says how far it is read."""
    with path.open("rb") as raw:
        if raw.peek(2)[:2] != b"\x1f\x8b":
            yield raw, raw
            return
        with gzip.GzipFile(fileobj=raw) as packed:
            yield cast(BinaryIO, io.BufferedReader(Bounded(packed, path.name, path.stat().st_size, limits), BLOCK)), raw


def beginning(path: Path, limits: Limits, size: int = 4096) -> bytes:
    """Return the first bytes of a file, unpacked."""
    with binary(path, limits) as (file, _):
        return file.read(size)


def first_lines(path: Path, limits: Limits) -> str:
    """Return the first lines of a text file; of one long line its beginning, up to a comma or a semicolon."""
    head = beginning(path, limits, BEGINS)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    found = head.decode("utf-16" if wide else "utf-8-sig", "replace")
    if len(head) < BEGINS:
        return found
    return found[: found.rfind("\n") + 1] or found[: max(map(found.rfind, ",;"))]


def find_encoding(path: Path, limits: Limits) -> str:
    """Say how a file is encoded: by its byte order mark, else UTF-8 where it fits, else as `codepages` says.

    A file that is UTF-8 in most places stays UTF-8; its damaged rows are rejected. At most 64 MiB are looked at.
    Raises: SourceError if the file is no text.
    """
    head = beginning(path, limits)
    for magic, what in NOT_TEXT.items():
        if head.startswith(magic):
            raise SourceError(f"{path.name}: is {what}.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if len(head) >= 4 and (head[1::2].count(0) > len(head) * 0.4 or head[::2].count(0) > len(head) * 0.4):
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    if 0 in head and len(head) - len(head.translate(None, CONTROLS)) > len(head) * 0.05:
        raise SourceError(f"{path.name}: is no text file; export the table as CSV, XLSX, JSON Lines or Parquet.")
    return "utf-8" if fits_utf_8(path, limits) else codepages.find(beginning(path, limits, BLOCK))


def fits_utf_8(path: Path, limits: Limits) -> bool:
    """Say whether the bytes beyond ASCII are, for the most part, well-formed UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("ziggurat-stray")
    good = stray = looked = 0
    with binary(path, limits) as (file, _):
        while looked < ENCODING_SAMPLE and (block := file.read(BLOCK)):
            looked += len(block)
            text = decoder.decode(block)
            if not text.isascii():
                wrong = len(STRAY.findall(text))
                stray += wrong
                good += len(re.findall(r"[^\x00-\x7f]", text)) - wrong
    return stray == 0 or good > stray


@contextmanager
def open_text(path: Path, encoding: str, limits: Limits) -> Iterator[tuple[io.TextIOWrapper, BinaryIO]]:
    """Open a text file in the given encoding; yields it, and the file beneath, which says how far it is read."""
    with binary(path, limits) as (file, raw):
        name = "utf-8-sig" if encoding == "utf-8" else encoding
        yield io.TextIOWrapper(file, name, errors="ziggurat-stray", newline=""), raw


def lines(text: Readable, limits: Limits) -> Iterator[Line]:
    """Yield the lines of a file. Of one that is too long the beginning is kept, and the rest is passed over."""
    number = 0
    while line := text.readline(limits.line + 1):
        number += 1
        if len(line) > limits.line and not line.endswith(("\n", "\r")):
            rest = line
            while rest and not rest.endswith(("\n", "\r")):
                rest = text.readline(limits.line)
            why = f"the line is longer than {limits.line:,} characters; only its beginning is shown"
            yield Line(number, line[:BEGINNING], why)
        elif "\0" in line:
            yield Line(number, line.replace("\0", ""), "the line holds NUL characters, which no text has")
        elif not line.isascii() and STRAY.search(line):
            yield Line(number, line, "the line holds characters that its encoding does not know (shown as �)")
        else:
            yield Line(number, line)
