"""What stands in a mail? Its headers and the text of it, out of bytes that anybody may have written.

Every part is capped before it is looked at, and looked at once, so that a megabyte of anything takes well under a
second. Source: RFC 5322 (messages), RFC 2045 to 2047 (parts and encoded words), RFC 3834 (automatic responses).
"""

from __future__ import annotations

import binascii
import codecs
import html
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_to_datetime
from functools import lru_cache

MOST_HEADERS = 512 << 10  # bytes of them that are read
MOST_HEADER, MOST_TO = 8 << 10, 256 << 10  # bytes of one; of that which says to whom
MOST_BODY = 256 << 10  # bytes of a part that are read
MOST_PARTS = 50
DEEPEST = 6  # parts within parts
MOST_ADDRESSES = 5_000
WANTED = frozenset({
    "from", "to", "cc", "sender", "date", "subject", "message-id", "in-reply-to", "references", "list-id", "list-post",
    "content-type", "content-transfer-encoding", "auto-submitted", "precedence", "x-autoreply", "x-autorespond",
    "return-path", "x-auto-response-suppress", "x-failed-recipients", "list-unsubscribe",
})  # fmt: skip
FOLDED = re.compile(rb"\r?\n[ \t]+")
END = re.compile(rb"\r?\n\r?\n")
IDS = re.compile(r"<([^<>\s]{1,250})>")
ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]]{1,128}@[^\s<>@,;:\"()\[\]]{1,190}")
# Archives of lists write an address so, against those who gather them.
AT = re.compile(r"^([^\s<>@,;:\"()\[\]]{1,128}) at ([^\s<>@,;:\"()\[\]]{1,190}\.[a-zA-Z]{2,})(?:\s+\((.{0,200})\))?$")
PARAMETER = re.compile(r';\s*(charset|boundary)\*?\s*=\s*(?:"([^"]{0,200})"|([^\s;"]{1,200}))', re.I)
BLOCKS = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6]|/blockquote)\b[^<>]*>", re.I)
UNSEEN = re.compile(r"<(script|style|head|title)\b|<!--", re.I)
UNENDED = re.compile(r"<(?:[a-zA-Z/!?][^<>]*)?\Z")  # a tag that was cut off is none of the words
TAGS = re.compile(r"<[^<>]*>")  # of any length: one may hold a whole picture


@dataclass(frozen=True)
class Letter:
    """A mail as it was read. headers: those of WANTED by lower-case name, the first of each, unfolded and not decoded.

    body: what comes after them.
    """

    headers: Mapping[str, str]
    body: bytes

    def ids(self, name: str) -> list[str]:
        """Return the message ids in a header."""
        return IDS.findall(self.headers.get(name, ""))

    def people(self, *names: str) -> list[tuple[str, str]]:
        """Return name and address of whoever some headers name, each once, at most MOST_ADDRESSES."""
        found: dict[str, str] = {}
        for name in names:
            for title, address in addresses(self.headers.get(name, "")):
                found.setdefault(address.lower(), title)
        return [(title, address) for address, title in found.items()][:MOST_ADDRESSES]

    @property
    def at(self) -> datetime | None:
        """When it says it was written; None where it does not say, or no time."""
        try:
            found = parsedate_to_datetime(self.headers.get("date", "")[:100])
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None

    @property
    def subject(self) -> str:
        """What it is about."""
        return decoded(self.headers.get("subject", ""))

    @property
    def text(self) -> str:
        """The plain words of it, with what is quoted; those of its HTML where it has no other."""
        plain, rich = texts(self.headers, self.body, DEEPEST)
        return plain or rich


def read(raw: bytes) -> Letter:
    """Read a mail."""
    found = END.search(raw, 0, MOST_HEADERS)
    head, body = (raw[: found.start()], raw[found.end() :]) if found else (raw[:MOST_HEADERS], raw[MOST_HEADERS:])
    return Letter(headers_of(head), body)


def headers_of(head: bytes) -> dict[str, str]:
    """Read the headers that are wanted."""
    found: dict[str, str] = {}
    for line in FOLDED.sub(b" ", head).split(b"\n"):
        name, colon, value = line.partition(b":")
        key = name[:40].decode("ascii", "replace").lower()
        if colon and key in WANTED and key not in found:
            found[key] = value[: MOST_TO if key == "to" else MOST_HEADER].decode("utf-8", "replace").strip()
    return found


def decoded(value: str) -> str:
    """Return a header in which encoded words are decoded.

    >>> decoded("=?utf-8?q?Gr=C3=BC=C3=9Fe?= an alle")
    'Grüße an alle'
    """
    if "=?" not in value:
        return value
    try:
        parts = decode_header(value[:MOST_HEADER])
    except (HeaderParseError, ValueError, binascii.Error):
        return value
    return "".join(part if isinstance(part, str) else as_text(part, charset or "ascii") for part, charset in parts)


@lru_cache(1 << 14)
def addresses(value: str) -> tuple[tuple[str, str], ...]:
    """Return names and addresses in a header, of whatever can be read.

    >>> addresses('"Ng, Ana" <ana@x.org>, bo@x.org (Bo), Team: cy@x.org;')
    (('Ng, Ana', 'ana@x.org'), ('Bo', 'bo@x.org'), ('', 'cy@x.org'))
    >>> addresses("ana at x.org (Ana Ng)")
    (('Ana Ng', 'ana@x.org'),)
    """
    hidden = AT.match(value.strip())
    if hidden:
        return ((decoded(hidden[3] or "").strip(), f"{hidden[1]}@{hidden[2]}"),)
    found = []
    for part in split(value):
        at = ADDRESS.search(part.rpartition("<")[2] if "<" in part else part)
        if at is None:
            continue
        before, angle, _ = part.rpartition("<")
        name = before.rpartition(":")[2] if angle else part.partition("(")[2].partition(")")[0]
        found.append((" ".join(decoded(name.strip().strip('"').replace("\\", "")).split())[:200], at[0]))
        if len(found) >= MOST_ADDRESSES:
            break
    return tuple(found)


def split(value: str) -> list[str]:
    """Divide a list at its commas and semicolons; not at those within quotes."""
    pieces = value.split('"')
    marked = '"'.join(re.sub("[,;]", "\0", piece) if place % 2 == 0 else piece for place, piece in enumerate(pieces))
    return marked.split("\0")


def parameter(value: str, wanted: str) -> str:
    """Return a parameter of a content type; nothing where it has none."""
    return next((quoted or bare for name, quoted, bare in PARAMETER.findall(value) if name.lower() == wanted), "")


def texts(headers: Mapping[str, str], body: bytes, depth: int) -> tuple[str, str]:
    """Return the first plain text of a mail or a part of one, and the words of its first HTML."""
    kind = headers.get("content-type", "text/plain")
    name = kind.partition(";")[0].strip().lower()
    if name.startswith("multipart/"):
        return within(parameter(kind, "boundary"), body, depth)
    if name not in ("text/plain", "text/html", "text"):
        return "", ""
    raw = unpacked(headers.get("content-transfer-encoding", ""), body)
    found = as_text(raw, parameter(kind, "charset"), cut=len(body) > MOST_BODY)
    return ("", words(found)) if name == "text/html" else (found, "")


def within(boundary: str, body: bytes, depth: int) -> tuple[str, str]:
    """Return the texts of parts between boundaries; parts deeper than DEEPEST are not read."""
    if not boundary or not depth:
        return "", ""
    plain = rich = ""
    for piece in (b"\n" + body).split(b"\n--" + boundary.encode(), MOST_PARTS)[1:]:
        if piece.startswith(b"--") or plain:
            break
        part = piece.partition(b"\n")[2]
        one = read(b"\n" + part if part[:1] in b"\r\n" else part)
        found = texts(one.headers, one.body, depth - 1)
        plain, rich = plain or found[0], rich or found[1]
    return plain, rich


def unpacked(coding: str, body: bytes) -> bytes:
    """Take the coding for the way off a part."""
    body, coding = body[:MOST_BODY], coding.strip().lower()
    if coding == "quoted-printable":
        return quopri.decodestring(body)
    if coding == "base64":
        try:
            kept = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
            return binascii.a2b_base64(kept[: len(kept) // 4 * 4] + (kept[len(kept) // 4 * 4 :] + b"===")[:4])
        except binascii.Error:
            return b""
    return body


def as_text(raw: bytes, charset: str, *, cut: bool = False) -> str:
    """Decode bytes by a charset, or as they most likely are where it is none. cut: whether a letter may be cut off."""
    try:
        known = codecs.lookup(charset or "utf-8")
        if not getattr(known, "_is_text_encoding", True):
            return raw.decode("utf-8", "replace")
        decoder = codecs.getincrementaldecoder("utf-8" if known.name == "ascii" else known.name)("strict")
        return decoder.decode(raw, not cut)
    except (LookupError, ValueError, UnicodeError):
        try:
            return codecs.getincrementaldecoder("utf-8")("strict").decode(raw, not cut)
        except UnicodeDecodeError:
            return raw.decode("cp1252", "replace")


def words(page: str) -> str:
    """Return the words of HTML, a line for each block. It is no page, and is escaped wherever it is shown."""
    page = UNENDED.sub("", "".join(seen(page[:MOST_BODY])))
    flat = re.sub(r"[^\S\n]+", " ", TAGS.sub("", BLOCKS.sub("\n", re.sub(r"\s+", " ", page))))
    return html.unescape(flat).strip()


def seen(page: str) -> Iterator[str]:
    """Yield the parts of HTML that are no script, style, head or comment; nothing after one that has no end."""
    lower, place = page.lower(), 0
    for found in UNSEEN.finditer(page):
        if found.start() < place:
            continue
        yield page[place : found.start()]
        end = lower.find(f"</{found[1].lower()}" if found[1] else "-->", found.end())
        place = lower.find(">", end) + 1 if end >= 0 else 0
        if not place:
            return
    yield page[place:]
