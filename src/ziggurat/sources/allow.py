"""What may a source that is declared on a page name of the machine that the server runs on?

Whoever uses the pages need not be whoever runs the server. A file that a page names is read with the rights of the
server, and a secret that it names goes to the address that it names beside: so a page may name those alone that
`[allow]` in ziggurat.toml lists, which no page writes. On the command line everything may be named.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from ziggurat.base.errors import DeclarationError
from ziggurat.sources import secret
from ziggurat.sources.api import HERE
from ziggurat.sources.source import NAMES, Settings

WHO = "whoever runs the server can add it to `{key}` beneath [allow] in ziggurat.toml, or declare the source there."
WILD = "*?["
EVERY = "*"


class Allow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a source may name that is declared on a page.

    folders: in which its files lie; from the workspace's folder on if not absolute. hosts: of this machine or its
    network, which is asked of nobody's. secrets: where a secret is, as a setting says it (`env:NAME`, `file:PATH`), and
    the host that it may be sent to; `*` for an address that is itself the secret.
    """

    folders: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    secrets: dict[str, str] = {}


def check(settings: Settings, allow: Allow, folder: Path) -> None:
    """Raises: DeclarationError if settings name a file, a secret or a host of the machine that is not allowed.

    folder: of the workspace.
    """
    hosts = [host for what, text in named(settings) if what in ("url", "host") and (host := host_of(what, text))]
    for what, text in named(settings):
        if secret.is_reference(text) and not (what == "url" and text.startswith("file://")):
            check_secret(text, hosts, allow, address=what == "url")
        elif what == "path" and text:
            check_path(text, allow, folder)
    for host in hosts:
        if is_near(host) and host not in allow.hosts:
            raise DeclarationError(
                f"`{host[:80]}` is of the server's own machine or network; {WHO.format(key='hosts')}"
            )


def named(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield every text of the settings, with what it names: a path, a secret, a url, a host, or nothing of these."""
    for field in msgspec.structs.fields(type(settings)):
        what = names(field.type)
        for text in texts(getattr(settings, field.name)):
            yield what, text


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


def host_of(what: str, text: str) -> str:
    """Return the host that a setting names, in lower case and without a dot at its end; nothing where it names none."""
    if what == "url":
        text = (urlsplit(text).hostname or "") if "://" in text else ""
    return text.strip().strip("[]").rstrip(".").lower()


def check_secret(reference: str, hosts: list[str], allow: Allow, *, address: bool) -> None:
    """Raises: DeclarationError if a secret is not allowed for each host that is named. address: whether it is one."""
    wanted = allow.secrets.get(reference)
    right = wanted is not None and (wanted == EVERY if address else bool(hosts) and set(hosts) == {wanted.lower()})
    if right:
        return
    to = "" if address else f", for {', '.join(hosts) or 'no host'}"
    raise DeclarationError(f"`{reference[:80]}` may not be named on a page{to}; {WHO.format(key='secrets')}")


def check_path(text: str, allow: Allow, folder: Path) -> None:
    """Raises: DeclarationError if a path, or a pattern of paths, leads out of the folders that are allowed."""
    said = Path(text)
    fixed = [*said.parts]
    for number, part in enumerate(fixed):
        if any(letter in part for letter in WILD):
            fixed = fixed[:number]
            break
    try:
        begins = (folder / Path(*fixed).expanduser()).resolve() if fixed else folder.resolve()
        inside = [(folder / Path(one).expanduser()).resolve() for one in allow.folders]
    except (OSError, ValueError, RuntimeError) as error:
        raise DeclarationError(f"`{text[:80]}` is no path that can be looked at; mend it.") from error
    if ".." in said.parts or not any(begins.is_relative_to(one) for one in inside):
        raise DeclarationError(
            f"`{text[:80]}` is in no folder that a page may name; {WHO.format(key='folders')} A file of your own "
            "can be uploaded on the page Data."
        )


def is_near(host: str) -> bool:
    """Say whether a host is this machine, or in its network, as far as its name tells.

    >>> [is_near(one) for one in ("localhost", "10.0.0.7", "intranet", "8.8.8.8", "example.org")]
    [True, True, True, False, False]
    """
    if host in HERE or host.endswith((".localhost", ".local", ".internal", ".lan")):
        return True
    try:
        return not ip_address(host.partition("%")[0]).is_global
    except ValueError:
        last = host.rpartition(".")[2]
        return "." not in host or last.isdecimal() or last.startswith("0x")  # 127.1, 0x7f.1 and the like
