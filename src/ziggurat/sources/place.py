"""Where is a document: in a file of this machine, or at an address that is asked for it?"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ziggurat.errors import SourceError
from ziggurat.sources import secret
from ziggurat.sources.api import MOST, Client, check_url
from ziggurat.sources.source import Pull


def document(path: str, url: str, pull: Pull) -> tuple[str, bytes]:
    """Return the name and the content of a document. url: the address, or where it is, for one that is secret.

    Raises: SourceError if there is none, or it is too large; LaterError if its server asks for a pause.
    """
    where = f"[sources.{pull.source}]"
    if path:
        file = pull.folder / Path(path).expanduser()
        if not file.is_file():
            raise SourceError(f"{where}: there is no file {file}; mend its `path`.")
        if file.stat().st_size > MOST:
            raise SourceError(f"{where}: {file.name} is larger than {MOST >> 20} MB, which is not read.")
        return file.name, file.read_bytes()
    if not url:
        raise SourceError(f"{where} names neither a `path` nor a `url`; add one.")
    hidden = secret.is_reference(url)
    address = secret.read(url, "url", pull.source, pull.folder) if hidden else url
    check_url(address)
    with Client(pull.source, address, headers={"accept": "*/*"}, secrets=(address,) if hidden else ()) as client:
        return pull.source if hidden else address.rpartition("/")[2].partition("?")[0] or pull.source, client.get(
            address
        ).content


def stamp(raw: bytes) -> str:
    """Return what changes whenever a document does."""
    return hashlib.blake2b(raw, digest_size=16).hexdigest()
