"""What does it say to people when the disk is full, a folder can't be written, or a file is damaged?

Errors of the system and of the libraries that read and write files for us. Each becomes one sentence that says what,
where, and what to do. Any other error is a fault of ours, and is shown as one.
"""

from __future__ import annotations

import errno
import re

CHECK = "`ziggurat check` says what is damaged and what can be done"
ADVICE = {
    errno.ENOSPC: "make room on the disk, and try again",
    errno.EDQUOT: "make room on the disk, and try again",
    errno.EFBIG: "make room on the disk, and try again",
    errno.EROFS: "it can only be read; use a folder that can be written",
    errno.EACCES: "give yourself the right to it, and try again",
    errno.EPERM: "give yourself the right to it, and try again",
    errno.ENOTDIR: "there is a file where a folder should be; move it away, and try again",
    errno.EISDIR: "there is a folder where a file should be; move it away, and try again",
    errno.EEXIST: "there is a file where a folder should be; move it away, and try again",
    errno.ENOENT: CHECK,
    errno.EMFILE: "too many files are open; end other work, and try again",
    errno.ENOMEM: "end other work, or ask for less, and try again",
}
ABROAD = {  # libraries whose errors are of files that they read or write: module → names of the classes
    "duckdb": ("IOException", "OutOfMemoryException", "InvalidInputException", "SerializationException"),
    "_duckdb": ("IOException", "OutOfMemoryException", "InvalidInputException", "SerializationException"),
    "deltalake": ("DeltaError", "TableNotFoundError", "CommitFailedError", "DeltaProtocolError"),
    "_internal": ("DeltaError", "TableNotFoundError", "CommitFailedError", "DeltaProtocolError"),
    "pyarrow": ("ArrowInvalid", "ArrowException", "ArrowCapacityError", "ArrowSerializationError"),
    "filelock": ("Timeout",),
}
SYSTEM = re.compile(r"\(os error (\d+)\)|\[errno (\d+)\]", re.IGNORECASE)
FULL = re.compile(r"no space left|disk is full|file too large", re.IGNORECASE)


def sentence(error: BaseException) -> str | None:
    """Say in one sentence what the system or a file did not allow, or None where the error is a fault of ours."""
    if isinstance(error, MemoryError):
        return "There is not enough memory for this; ask for less, or end other work, and try again."
    if isinstance(error, OSError) and not foreign(error):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}; {ADVICE.get(error.errno or 0, CHECK)}."
    if not foreign(error):
        return None
    text = " ".join(str(error).split())[:300].rstrip(".")
    found = SYSTEM.search(text)
    number = int(found[1] or found[2]) if found else errno.ENOSPC if FULL.search(text) else 0
    return f"{text}; {ADVICE.get(number, CHECK)}."


def foreign(error: BaseException) -> bool:
    """Say whether an error is one of a library, about a file that it reads or writes."""
    return any(kind.__name__ in ABROAD.get(kind.__module__.partition(".")[0], ()) for kind in type(error).__mro__)
