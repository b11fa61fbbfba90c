"""What may a source that is declared on a page name of the machine that the server runs on?

Whoever uses the pages need not be whoever runs the server. A file that a page names is read with the rights of the
server, and a secret that it names goes to the address that it names beside: so a page may name those alone that
`[allow]` in ziggurat.toml lists, which no page writes. On the command line everything may be named.
"""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from ziggurat.base.errors import DeclarationError
from ziggurat.sources import secret
from ziggurat.sources.outside import ADDRESS, HERE, HIDDEN, HOST, PATH, named
from ziggurat.sources.source import Settings

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
    said = [*named(settings)]
    hosts = [host for _, what, text in said if what in (ADDRESS, HIDDEN, HOST) and (host := host_of(what, text))]
    for _, what, text in said:
        if secret.is_reference(text):
            check_secret(text, hosts, allow, address=what == HIDDEN)
        elif what == PATH and text:
            check_path(text, allow, folder)
    for host in hosts:
        if is_near(host) and host not in allow.hosts:
            raise DeclarationError(
                f"`{host[:80]}` is of the server's own machine or network; {WHO.format(key='hosts')}"
            )


def host_of(what: str, text: str) -> str:
    """Return the host that a setting names, in lower case and without a dot at its end; nothing where it names none."""
    if what != HOST:
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
