"""What does the process do in which XLSX and Parquet are read? See `sandbox`, which starts it and asks it."""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from ziggurat.base.errors import SourceError
from ziggurat.sources import parquet, xlsx
from ziggurat.sources.limits import Limits
from ziggurat.sources.sandbox import (
    ASKED,
    CHUNK,
    DONE,
    FAULT,
    MEMORY,
    NAMES,
    REFUSED,
    TAKEN,
    Request,
    pack_chunk,
    send,
    take,
)

try:
    import resource
except ImportError:  # Windows, which has no such bounds
    resource = None  # type: ignore[assignment]

READERS = {"parquet": parquet.read, "xlsx": xlsx.read}
IDLE = 60  # seconds after which a process that nobody asks ends
# What readers say who get no memory, each in words of its own, in lower case.
STARVED = ("resource temporarily unavailable", "cannot allocate memory", "bad_alloc", "out of memory", "malloc of size")
GROWN = 256 << 20  # bytes of memory with which it does not wait for the next file
STATM = Path("/proc/self/statm")


def main() -> None:
    """Answer requests until nobody has any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this decides when it ends
    output = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what native code prints is no answer
    requests = os.fdopen(0, "rb", buffering=0, closefd=False)
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while memory()[1] < GROWN and wait_for_request(requests):
        kind, request = take(requests)
        if kind != ASKED:
            return
        send(output, TAKEN, b"")
        serve_request(msgspec.msgpack.decode(request, type=Request), output)


def wait_for_request(requests: IO[bytes]) -> bool:
    """Wait for a request; say no when there was none for long."""
    if os.name == "nt":  # only sockets can be waited for
        return True
    return bool(select.select([requests], [], [], IDLE)[0])


def memory() -> tuple[int, int]:
    """Return the bytes of address space and of memory that this process has; zeros where the system does not tell."""
    if resource is None or not STATM.exists():
        return 0, 0
    size, resident = STATM.read_text("ascii").split()[:2]
    return int(size) * resource.getpagesize(), int(resident) * resource.getpagesize()


def serve_request(request: Request, output: IO[bytes]) -> None:
    """Answer one request, within its limits."""
    path = Path(os.fsdecode(request.path))
    kind, said = DONE, b""
    try:
        bound(request.limits)
        for piece_kind, piece in pieces(request, path):
            send(output, piece_kind, piece)
            bound_time(request.limits)
    except BrokenPipeError:
        sys.exit()  # nobody wants it any more
    except SourceError as error:
        kind, said = (MEMORY, b"") if lacked_memory(str(error.__cause__)) else (REFUSED, str(error).encode())
    except MemoryError:
        kind = MEMORY
    except OSError as error:
        kind, said = REFUSED, f"{path.name}: {error.strerror or error}; check the name and try again.".encode()
    except Exception:
        kind, said = FAULT, traceback.format_exc().encode("utf-8", "replace")
    send(output, kind, said)


def lacked_memory(said: str) -> bool:
    """Tell whether a reader failed for want of memory, which some say in their own words, as of a thread's stack.

    said: the reader's error alone, since a sentence of ours names the file, which may be called anything.

    >>> lacked_memory("Unknown error: Failed to launch worker thread: Resource temporarily unavailable")
    True
    >>> lacked_memory("no footer")
    False
    """
    return any(words in said.lower() for words in STARVED)


def pieces(request: Request, path: Path) -> Iterator[tuple[bytes, bytes | memoryview]]:
    """Yield what is asked for, as bytes."""
    if request.form == "sheets":
        yield NAMES, msgspec.msgpack.encode(xlsx.sheets(path, request.limits))
        return
    for chunk in READERS[request.form](path, request.mapping, request.limits):
        yield CHUNK, pack_chunk(chunk)


def bound(limits: Limits) -> None:
    """Bound what this process may take from now on. Where the system has no such bounds, there are none."""
    if resource is not None and memory()[0]:
        most = memory()[0] + limits.memory
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
    bound_time(limits)


def bound_time(limits: Limits) -> None:
    """Bound the processor time until the next piece."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + limits.seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))
