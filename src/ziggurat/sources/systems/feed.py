"""What was published, and when? The entries of an RSS or Atom feed.

Source: RSS 2.0 (https://www.rssboard.org/rss-specification), RSS 1.0, RFC 4287 (Atom).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ziggurat.base.errors import SourceError
from ziggurat.sources import xml
from ziggurat.sources.api import instant
from ziggurat.sources.batch import Batch
from ziggurat.sources.identity import by_name
from ziggurat.sources.mail.message import read as headers
from ziggurat.sources.mail.message import words
from ziggurat.sources.outside import PathText, SecretAddress, SystemSettings
from ziggurat.sources.place import document, stamp
from ziggurat.sources.rows import Rows
from ziggurat.sources.source import Part, Pull, Source

MOST = 50_000  # entries


class Feed(SystemSettings, frozen=True, tag="feed"):
    """Which feed.

    path, url: where it is. ours: whether the organisation publishes it; else its authors do, each for themselves.
    channel: under which entries are logged.
    """

    path: PathText = ""
    url: SecretAddress = ""
    ours: bool = True
    channel: str = "web"


def read(settings: Feed, pull: Pull) -> Iterator[Part]:
    """Read the entries, where the feed is another than the last time. Raises: SourceError if it is none."""
    name, raw = document(settings.path, settings.url, pull)
    now = stamp(raw)
    if pull.cursor.get("stamp") != now:
        yield Part(name, batches(raw, settings, pull, name), {"stamp": now})


def batches(raw: bytes, settings: Feed, pull: Pull, name: str) -> Iterator[Batch]:
    """Read the entries."""
    entries: list[xml.Element] = []
    found: dict[str, str] = {}

    def wanted(one: xml.Element, around: list[str]) -> bool:
        if one.name in ("item", "entry"):
            entries.append(one)
            if len(entries) > MOST:
                raise SourceError(f"it has more than {MOST:,} entries")
            return True
        if one.name == "title" and around[-1:] in (["channel"], ["feed"]):
            found.setdefault("title", one.text.strip())
        found.setdefault("root", around[0] if around else one.name)
        return False

    try:
        xml.read(raw, wanted)
        if found.get("root", "") not in ("rss", "feed", "rdf"):
            raise SourceError("it is neither RSS nor Atom")
    except SourceError as error:
        raise SourceError(
            f"[sources.{pull.source}]: {name} can't be read: {error}; mend its `path` or `url`."
        ) from error
    rows = Rows(pull.source, pull.received_at, settings.channel, name)
    for number, entry in enumerate(entries, 1):
        take(rows, entry, settings, found.get("title", "")[:200], number)
    yield rows.batch(1.0)


def take(rows: Rows, entry: xml.Element, settings: Feed, title: str, number: int) -> None:
    """Note an entry. number: its place in the feed, from 1."""
    link = entry.first("link") or next(
        (one.attributes.get("href", "") for one in entry.children if one.name == "link"), ""
    )
    name = entry.first("guid", "id") or link
    at = when(entry.first("published", "pubdate", "date", "issued", "updated"))
    people = next((one for one in entry.children if one.name == "author" and one.children), None)
    author = (people.first("name") if people else "") or entry.first("creator", "author")
    actor = f"feed:{rows.source}" if settings.ours else by_name("feed", author)
    if not name or at is None or actor is None:
        why = "has no id and no link" if not name else "says no time" if at is None else "names no author"
        rows.reject(number, f"the entry {why}", {"id": name, "title": entry.first("title"), "author": author})
        return
    rows.call(actor, (title or rows.source) if settings.ours else author)
    text = words(entry.first("encoded", "content", "description", "summary"))
    said = f"{words(entry.first('title'))}\n\n{text}".strip()
    kind = "broadcast" if settings.ours else "posted"
    rows.say(name, at, actor, kind, object=link or name, activity=title or rows.source, text=said,
             cells={"author": author[:200] if settings.ours else ""})  # fmt: skip


def when(text: str) -> datetime | None:
    """Return the instant that an entry names, as mails write it or as ISO 8601; None where it is none."""
    return instant(text) or headers(b"Date: " + text[:100].encode() + b"\n\n").at


SOURCE = Source(Feed, lambda _: ("interaction_id",), read)
