"""What a feed published is read once; no feed keeps the parser busy, or has it fetch anything."""

from __future__ import annotations

import time

import pytest

from ziggurat.base.errors import SourceError
from ziggurat.sources.systems.feed import Feed

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Our blog</title><image><title>no</title></image>
<item><title>Cake &amp; tea</title><link>https://x.org/1</link><guid>g1</guid><pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate>
<dc:creator>Ana Ng</dc:creator><description>short</description><content:encoded><![CDATA[<p>Long <b>words</b></p>]]></content:encoded></item>
<item><title>No time</title><guid>g2</guid></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Planet</title><entry><id>tag:1</id><title>Hello</title>
<link rel="alternate" href="https://x.org/2"/><updated>2026-01-06T00:00:00Z</updated><published>2026-01-05T11:00:00+01:00</published>
<author><name>Bo Li</name></author><summary type="html">&lt;i&gt;words&lt;/i&gt;</summary></entry></feed>"""


def test_entries_are_what_was_published(fake, pulled, tmp_path) -> None:
    server = fake(lambda *_: RSS.encode())
    rows = pulled(Feed(url=f"{server.url}/feed.xml"))
    assert pulled.counts == [1, 0, 0, 1]
    row = rows["g1"]
    assert (row["kind"], row["actor"], row["activity"]) == ("broadcast", "feed:it", "Our blog")
    assert (row["text"], row["object"]) == ("Cake & tea\n\nLong words", "https://x.org/1")
    assert str(row["at"])[:16] == "2026-01-05 10:00"
    pulled(Feed(url=f"{server.url}/feed.xml"))
    assert pulled.counts == [0, 0, 0, 0]
    (tmp_path / "planet").write_text(ATOM)
    row = pulled(Feed(path="../planet", ours=False))["tag:1"]
    assert (row["kind"], row["actor"], row["text"]) == ("posted", "feed:bo li", "Hello\n\nwords")
    assert str(row["at"])[:16] == "2026-01-05 10:00"


BOMB = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 30))
    + "]><rss>&a29;</rss>"
)
ELSEWHERE = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "declares entities"), (ELSEWHERE, "declares entities"), ("<a>" * 200_000, "nested more than"), ("<html></html>", "neither RSS nor Atom"),
        ("{}", "is no XML"), ("<rss>", "is no XML"), ("", "is no XML"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused(pulled, tmp_path, text, said) -> None:
    (tmp_path / "feed").write_text(text)
    with pytest.raises(SourceError, match=said):
        pulled(Feed(path="../feed"))


def test_large_feeds_are_read_at_once(pulled, tmp_path) -> None:
    begun = time.process_time()
    for inner in ("x<b/>" * 200_000, "<b a='1'/>" * 100_000, "&lt;" * 250_000, "<![CDATA[<]]>" * 80_000):
        (tmp_path / "feed").write_text(f"<rss><channel><item><title>{inner}</title></item></channel></rss>")
        pulled(Feed(path="../feed"))
        assert pulled.counts == [0, 0, 0, 1]
    assert time.process_time() - begun < 60  # which tells what hangs alone
