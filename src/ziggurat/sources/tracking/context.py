"""What does the context of a call say? It is looked at once for all calls that have the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from ziggurat.sources.chunk import UNREADABLE
from ziggurat.sources.tracking.device import of_names
from ziggurat.sources.tracking.values import as_text, table

NOTHING = b"\\u0000"  # how JSON writes it
PARTS = (("device", "type"), ("os", "name"), ("library", "name"))  # by which a device is known
PAGE = ("url", "referrer", "title")


class Context(NamedTuple):
    """user: an id as it stands there. traits: of the person. page: what is said of it; texts: PAGE of it, where they
    say something. agent: the user agent. device: by what is said of it, and not by the agent. campaign: of a link."""

    user: Any
    traits: dict[str, Any]
    page: Mapping[str, Any]
    texts: tuple[tuple[str, str], ...]
    agent: str
    device: str | None
    campaign: tuple[tuple[str, Any], ...]


@lru_cache(maxsize=8_192)
def context_of(batch: bytes, own: bytes) -> Context:
    """Return the context of a call. batch, own: as JSON, what holds for all calls of a request, and the call's own,
    which comes first. Raises: ValueError, or RecursionError, where JSON can't be read."""
    whole = read(batch) | read(own) if batch else read(own)
    page, agent = table(whole.get("page")), whole.get("userAgent")
    texts = ((name, as_text(page.get(name))) for name in PAGE)
    return Context(
        whole.get("userId"),
        table(whole.get("traits")),
        page,
        tuple((name, text) for name, text in texts if text),
        agent if isinstance(agent, str) else "",
        of_names(*(name_in(table(whole.get(part)), name) for part, name in PARTS)),
        tuple(table(whole.get("campaign")).items()),
    )


def read(content: bytes) -> dict[str, Any]:
    """Return a JSON object; an empty one where it is something else."""
    found = msgspec.json.decode(content) if content else None
    return table(shown(found) if NOTHING in content else found)


def name_in(part: Mapping[str, Any], name: str) -> str:
    """Return the beginning of a text in a part of a context; nothing where there is none."""
    text = part.get(name)
    return text[:100] if isinstance(text, str) else ""


def shown(value: Any) -> Any:
    """Return JSON in which the sign of number 0, which few systems take in a text, is one for what can't be shown."""
    if isinstance(value, str):
        return value.replace("\0", UNREADABLE)
    if isinstance(value, dict):
        return {shown(name): shown(inner) for name, inner in value.items()}
    return [shown(inner) for inner in value] if isinstance(value, list) else value
