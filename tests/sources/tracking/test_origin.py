"""By which channel did they come, as analysts' default groups have it?"""

from __future__ import annotations

import json

import pytest

from ziggurat.sources.tracking.context import context_of
from ziggurat.sources.tracking.origin import origin

HOME = "https://www.shop.org/a"
CASES = [  # the address, the page before, a campaign of the call; channel and activity
    ("?utm_source=google&utm_medium=cpc&utm_campaign=Spring", "", {}, "paid search", "Spring"),
    ("?utm_source=bing&utm_medium=organic", "", {}, "search", None),
    ("?utm_source=facebook&utm_medium=paid_social", "", {}, "paid social", None),
    ("?utm_source=facebook&utm_medium=cpm", "", {}, "paid social", None),
    ("?utm_source=example&utm_medium=cpm", "", {}, "display", None),
    ("?utm_source=partner&utm_medium=cpc", "", {}, "paid other", None),
    ("?utm_source=letter&utm_medium=E-Mail&utm_campaign=May", "https://www.google.com/", {}, "email", "May"),
    ("?utm_source=newsletter", "", {}, "email", None),
    ("?utm_source=club&utm_medium=affiliate", "", {}, "affiliates", None),
    ("?utm_source=app&utm_medium=push", "", {}, "push", None),
    ("?utm_source=youtube&utm_medium=video", "", {}, "video", None),
    ("?UTM_Source=x.com&utm_medium=social", "", {}, "social", None),
    ("?utm_source=somebody&utm_medium=carrier pigeon", "", {}, "carrier pigeon", None),
    ("?utm_source=example.net", "", {}, "referral", None),
    ("?gclid=abc", "https://www.google.com/", {}, "paid search", None),
    ("?fbclid=abc", "", {}, "social", None),
    ("?msclkid=1&utm_campaign=Autumn", "", {}, "paid search", "Autumn"),
    ("", "https://www.google.co.uk/search", {}, "search", None),
    ("", "https://news.ycombinator.com/item?id=1", {}, "social", None),
    ("", "https://l.facebook.com/", {}, "social", None),
    ("", "https://t.co/abc", {}, "social", None),
    ("", "https://mail.google.com/", {}, "email", None),
    ("", "https://m.youtube.com/watch", {}, "video", None),
    ("", "https://mygoogle.example.net/", {}, "referral", None),
    ("", "https://blog.shop.org/post", {}, None, None),
    ("", "https://shop.org/b", {}, None, None),
    ("", "https://othershop.org/b", {}, "referral", None),
    ("", "", {}, "direct", None),
    ("", "", {"source": "duckduckgo", "medium": "ppc", "name": "Summer"}, "paid search", "Summer"),
    ("?utm_source=google&utm_medium=cpc", "", {"name": "Summer"}, "paid search", "Summer"),
    ("", "http://[broken", {}, "direct", None),
]


def said_in(context):
    return context_of(b"", json.dumps(context).encode())


@pytest.mark.parametrize(("query", "before", "campaign", "channel", "activity"), CASES)
def test_the_channel_and_the_activity(query, before, campaign, channel, activity) -> None:
    context = {"page": {"url": HOME + query, "referrer": before}, "campaign": campaign}
    found = origin(said_in(context), {}, page=True)
    assert (found.channel, found.activity) == (channel, activity)
    said = {"url": HOME + query, "referrer": before}
    assert origin(said_in({"campaign": campaign}), said, page=True) == found  # wherever it stands


@pytest.mark.parametrize("odd", [None, 7, [], {"url": 7}, {"page": "x"}, {"page": {"url": ["x"], "referrer": {}}}])
def test_what_is_no_text_says_nothing(odd) -> None:
    context = odd if isinstance(odd, dict) else {"page": odd, "campaign": odd}
    assert origin(said_in(context), {}, page=False).channel is None
