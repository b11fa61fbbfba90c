"""Where is a document: in a file of this machine, or at an address that is asked for it?"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from ziggurat.base.errors import SourceError
from ziggurat.sources import secret
from ziggurat.sources.api import MOST, Client
from ziggurat.sources.outside import check_url
from ziggurat.sources.source import Pull


def local(path: str, pull: Pull, key: str = "path") -> Path:
    """Return where a path of the settings leads; it begins in the folder of the workspace. It need not be there.

    Raises: SourceError if it can be no path, or what is there may not be read.
    """
    where = f"[sources.{pull.source}]: `{key}`"
    try:
        found = pull.folder / Path(path).expanduser()
        if found.exists() and not os.access(found, os.R_OK):
            raise SourceError(f"{where}: {found} may not be read by this user; change its permissions or the setting.")
    except (OSError, ValueError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"{where}: {path[:80]!r} can't be looked at ({why[:80].lower()}); mend it.") from error
    return found


def document(path: str, url: str, pull: Pull) -> tuple[str, bytes]:
    """Return the name and the content of a document. url: the address, or where it is, for one that is secret.

    Raises: SourceError if there is none, or it is too large; LaterError if its server asks for a pause.
    """
    where = f"[sources.{pull.source}]"
    if path:
        file = local(path, pull)
        if not file.is_file():
            raise SourceError(f"{where}: there is no file {file}; mend its `path`.")
        if file.stat().st_size > MOST:
            raise SourceError(f"{where}: {file.name} is larger than {MOST >> 20} MB, which is not read.")
        return file.name, file.read_bytes()
    if not url:
        raise SourceError(f"{where} names neither a `path` nor a `url`; add one.")
    hidden = secret.is_reference(url)
    address = secret.read(url, "url", pull.source, pull.folder) if hidden else url
    check_url(address, secret_too=False)
    with Client(pull.source, address, headers={"accept": "*/*"}, secrets=(address,) if hidden else ()) as client:
        return pull.source if hidden else address.rpartition("/")[2].partition("?")[0] or pull.source, client.get(
            address
        ).content


def stamp(raw: bytes) -> str:
    """Return what changes whenever a document does."""
    return hashlib.blake2b(raw, digest_size=16).hexdigest()
