"""How is a file read whose reader may take the whole process with it? In one of its own, bounded in memory and time.

XLSX and Parquet are read by native code, which a damaged file can make abort, and a small one can make unpack to more
than the machine has. No guard within a process catches either. What ends is then the reading process alone, and the
file is refused in a sentence.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NoReturn

import msgspec
import pyarrow as pa

from ziggurat.base.errors import SourceError
from ziggurat.sources.chunk import Broken, Chunk
from ziggurat.sources.limits import Limits
from ziggurat.sources.mapping import Mapping

ASKED, TAKEN, CHUNK, NAMES, REFUSED, FAULT, MEMORY, DONE = b"A", b"T", b"C", b"N", b"R", b"F", b"M", b"D"
LAST = (REFUSED, FAULT, MEMORY, DONE)  # after one of these the process waits for the next request
ABOUT = b"ziggurat"  # the key under which a chunk's schema carries what is no column
START = "import sys; sys.path[:] = sys.argv[1:]; from ziggurat.sources import sandboxed; sandboxed.main()"
# One arena and plain malloc: an allocator that reserves address space ahead would use up the bound for nothing.
SPARING = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}
SPARE = 2  # reading processes that wait for the next file: to start one costs more than to read a small file
DRAINED = 0.1  # seconds in which a process whose rows nobody wants any more may turn out to be done anyway


class Request(msgspec.Struct, frozen=True, array_like=True):
    """What a reading process is asked. form: `xlsx` or `parquet`, whose rows it reads; `sheets` for names alone."""

    form: str
    path: bytes
    mapping: Mapping
    limits: Limits


class About(msgspec.Struct, frozen=True, array_like=True):
    """What a chunk holds beside its columns, as `Chunk` has it."""

    broken: list[tuple[int, str, dict[str, str]]]
    read: float


def read(form: str, path: Path, mapping: Mapping, limits: Limits) -> Iterator[Chunk]:
    """Yield the rows of an XLSX or Parquet file as its reader does.

    Raises: SourceError if the reader refuses the file, ends on it, or needs more than the limits allow.
    """
    for frame in read_pieces(Request(form, os.fsencode(path.absolute()), mapping, limits), path.name):
        yield unpack_chunk(frame)


def sheets(path: Path, limits: Limits) -> list[str]:
    """Return the names of a workbook's sheets. Raises: SourceError as `read` does."""
    found: list[str] = []
    for frame in read_pieces(Request("sheets", os.fsencode(path.absolute()), Mapping(), limits), path.name):
        found = msgspec.msgpack.decode(frame, type=list[str])
    return found


def read_pieces(request: Request, name: str) -> Iterator[bytes]:
    """Yield what a reading process answers, piece by piece. Raises: SourceError."""
    process = request_reader(msgspec.msgpack.encode(request))
    waits = False
    try:
        while True:
            kind, content = take(pipe(process.stdout), request.limits)
            waits = kind in LAST
            if kind == DONE:
                return
            if kind not in (CHUNK, NAMES):
                refuse(kind, content, process, name, request.limits)
            yield content
    finally:
        if waits or at_end(process):
            keep(process)
        else:
            end(process)


def request_reader(request: bytes) -> subprocess.Popen[bytes]:
    """Return a process that has been asked: a waiting one, or else a new one."""
    while True:
        try:
            waiting = WAITING.pop()
        except IndexError:
            waiting = None
        process = waiting or start_reader()
        with suppress(OSError):  # one that waited may have ended meanwhile
            send(pipe(process.stdin), ASKED, request)
            if take(pipe(process.stdout))[0] == TAKEN:
                return process
        end(process)
        if waiting is None:
            raise SourceError(
                "XLSX and Parquet files are read in a process of their own, which could not be started; free memory, "
                "and try again, or save the file as CSV."
            )


def start_reader() -> subprocess.Popen[bytes]:
    """Start a reading process."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", START, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env={**os.environ, **SPARING},
    )


def refuse(kind: bytes, content: bytes, process: subprocess.Popen[bytes], name: str, limits: Limits) -> NoReturn:
    """Raises: SourceError that says why there is no answer."""
    most = f"{limits.memory >> 20:,} MiB of memory"
    if kind == REFUSED:
        raise SourceError(content.decode())
    if kind == MEMORY:
        raise SourceError(f"{name}: takes more than {most} to read; split it, or save it as CSV.")
    if kind == FAULT:
        cause = RuntimeError(content.decode("utf-8", "replace"))
        raise SourceError(f"{name}: its reader failed on it; save it anew, or as CSV.") from cause
    process.kill()
    if hasattr(signal, "SIGXCPU") and process.wait() == -signal.SIGXCPU:
        raise SourceError(f"{name}: takes more than {limits.seconds:,} seconds to unpack; save it as CSV.")
    raise SourceError(
        f"{name}: its reader broke down: the file is damaged, or takes more than {most}; save it anew, or as CSV."
    )


def unpack_chunk(frame: bytes) -> Chunk:
    """Return the chunk that came as bytes. Raises: SourceError if it is damaged, whatever the process did to it."""
    with pa.ipc.open_stream(frame) as stream:
        batch = stream.read_next_batch()
    about = msgspec.msgpack.decode(batch.schema.metadata[ABOUT], type=About)
    *columns, lines = batch.columns
    names = batch.schema.names[:-1]
    return Chunk(dict(zip(names, columns, strict=True)), lines, [Broken(*one) for one in about.broken], about.read)


def pack_chunk(chunk: Chunk) -> memoryview:
    """Return a chunk as bytes."""
    names = [*chunk.columns, ""]
    columns = [column.cast(pa.string()) for column in chunk.columns.values()]
    about = About([(one.line, one.reason, dict(one.row)) for one in chunk.broken], chunk.read)
    schema = pa.schema(
        [(name, kind) for name, kind in zip(names, [*[pa.string()] * len(columns), pa.int64()], strict=True)],
        metadata={ABOUT: msgspec.msgpack.encode(about)},
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as stream:
        stream.write_batch(pa.RecordBatch.from_arrays([*columns, chunk.lines], schema=schema))
    return memoryview(sink.getvalue())


# ---- pipes ---------------------------------------------------------------------------------------------------


def send(file: IO[bytes], kind: bytes, content: bytes | memoryview) -> None:
    """Write one piece: its kind, its length, its bytes."""
    for part in (kind + len(content).to_bytes(8, "little"), content):
        done = 0
        while done < len(part):
            done += file.write(memoryview(part)[done:])


def take(file: IO[bytes], limits: Limits | None = None) -> tuple[bytes, bytes]:
    """Read one piece; nothing of either where the other side has ended, or sends more than it may."""
    head = whole(file, 9)
    size = int.from_bytes(head[1:], "little")
    if len(head) < 9 or (limits and size > limits.memory):
        return b"", b""
    content = whole(file, size)
    return (bytes(head[:1]), content) if len(content) == size else (b"", b"")


def whole(file: IO[bytes], size: int) -> bytes:
    """Read so many bytes of a pipe that is not buffered; fewer where it ends."""
    content = bytearray(size)
    done = 0
    while done < size and (count := file.readinto(memoryview(content)[done:])):  # type: ignore[attr-defined]
        done += count
    return bytes(content) if done == size else bytes(content[:done])


def pipe(file: Any) -> IO[bytes]:
    """Return a pipe of a process that was started with it."""
    found: IO[bytes] = file
    return found


# ---- processes that wait -------------------------------------------------------------------------------------

WAITING: deque[subprocess.Popen[bytes]] = deque()


def at_end(process: subprocess.Popen[bytes]) -> bool:
    """Say whether nothing but the end of an answer is left to be read, of a process from which nobody wants more."""
    file = pipe(process.stdout)
    with suppress(OSError, ValueError):  # a platform on which pipes can't be waited for
        return bool(select.select([file], [], [], DRAINED)[0]) and take(file)[0] == DONE
    return False


def keep(process: subprocess.Popen[bytes]) -> None:
    """Let a process wait for the next file, unless enough do."""
    WAITING.append(process)
    if len(WAITING) > SPARE:
        end(WAITING.popleft())


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, whatever it does."""
    process.kill()
    process.wait()
    for file in (process.stdin, process.stdout):
        pipe(file).close()


def end_all() -> None:
    """End the processes that wait."""
    while WAITING:
        end(WAITING.pop())


atexit.register(end_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=WAITING.clear)  # they are the parent's
