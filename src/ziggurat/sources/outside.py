"""What do the settings of a source name of the world outside: a path, an address, a host, a secret; and rightly so?

A setting says by its type what it names. From that comes how it is checked, and what a page may name (`allow`).
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from ziggurat.base.errors import DeclarationError
from ziggurat.sources import secret

HERE = ("localhost", "127.0.0.1", "::1")
NAMES = "names"  # under which a type says what its setting names
PATH, ADDRESS, HIDDEN, HOST, SECRET = "path", "address", "address or where it is", "host", "secret"
PathText = Annotated[str, msgspec.Meta(extra={NAMES: PATH})]
Address = Annotated[str, msgspec.Meta(extra={NAMES: ADDRESS})]
SecretAddress = Annotated[str, msgspec.Meta(extra={NAMES: HIDDEN})]  # or where one is that is itself a secret
Host = Annotated[str, msgspec.Meta(extra={NAMES: HOST})]
Secret = Annotated[str, msgspec.Meta(extra={NAMES: SECRET})]


class SystemSettings(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type", tag="system"
):
    """Settings of a system; each has a tag of its own, the name of the file that reads it.

    Raises: DeclarationError if an address is none, or a secret is said instead of where it is.
    """

    def __post_init__(self) -> None:
        for key, what, text in named(self):
            if what in (ADDRESS, HIDDEN):
                check_url(text, key, secret_too=what == HIDDEN)
            elif what == SECRET:
                secret.check(text, key)


class Named(NamedTuple):
    """A text of some settings. what: it names of these; empty for a text that names nothing outside."""

    key: str
    what: str
    text: str


def named(settings: msgspec.Struct) -> Iterator[Named]:
    """Yield every text of the settings, however deep, with what it names."""
    for field in msgspec.structs.fields(type(settings)):
        what = names(field.type)
        for text in texts(getattr(settings, field.name)):
            yield Named(field.name, what, text)


def names(declared: Any) -> str:
    """Return what a setting of a type names; nothing where its type does not say."""
    about = next((one for one in typing.get_args(declared) if isinstance(one, msgspec.Meta)), None)
    return str((about.extra or {}).get(NAMES, "")) if about else ""


def texts(value: Any) -> Iterator[str]:
    """Yield the texts in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from texts([*value, *value.values()])
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)


def check_url(url: str, key: str = "url", *, secret_too: bool = False) -> None:
    """Raises: DeclarationError if an address is none, or a password would go over a network in the open.

    secret_too: whether it may also say where an address is that is secret, as a token does.
    """
    if secret_too and secret.is_reference(url) and not url.startswith("file://"):
        secret.check(url, key)
        return
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        raise DeclarationError(f"`{key}` is no address; write one that begins with https://.") from None
    here = parts.scheme == "http" and parts.hostname in HERE
    if url and not (parts.hostname and (parts.scheme == "https" or here)):
        raise DeclarationError(f"`{key}` must be an address that begins with https://.")
    if parts.username or parts.password:
        raise DeclarationError(f"`{key}` can't hold who logs in; see how a token is named.")
