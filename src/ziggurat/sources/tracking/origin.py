"""By which channel, and by which activity, did somebody come? By what a link and the page before say of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import msgspec

from ziggurat.base import declare
from ziggurat.sources.tracking.context import Context

FILE = Path(__file__).parents[2] / "defaults" / "channels.toml"
UTM = {
    "utm_source": "source",
    "utm_medium": "medium",
    "utm_campaign": "name",
    "utm_term": "term",
    "utm_content": "content",
}
DIRECT, REFERRAL = "direct", "referral"
PLAIN = re.compile(r"https?://([a-z0-9.-]+)(?=[/?#]|$)")  # the most usual addresses, with their host
LONGEST = 4_000  # characters of an address that are looked at


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One channel group: what fits all that it says. sites: a list of sites, one of which the source is."""

    channel: str
    sources: tuple[str, ...] = ()
    mediums: tuple[str, ...] = ()
    sites: str = ""


class Groups(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All channel groups; see `defaults/channels.toml`."""

    sites: dict[str, tuple[str, ...]]
    click_ids: dict[str, str]
    groups: tuple[Group, ...]


class Origin(NamedTuple):
    """channel: None where nothing says it. activity: of the link. said: what the link says, by UTM's names."""

    channel: str | None
    activity: str | None
    said: dict[str, str]


@lru_cache(maxsize=1)
def shipped() -> Groups:
    """Return the channel groups that analysts know."""
    return declare.convert(declare.read_toml(FILE), Groups, FILE.name)


def origin(context: Context, properties: Mapping[str, Any], *, page: bool) -> Origin:
    """Return where somebody came from. page: whether a page was looked at, so that no page before means a direct one.

    What a link says comes first, then the id of a click, then the page before, unless that is of the same site.
    """
    place = context.page
    url = text_of(properties.get("url")) or text_of(place.get("url"))
    before = text_of(properties.get("referrer")) or text_of(place.get("referrer"))
    if not url and (search := text_of(properties.get("search")) or text_of(place.get("search"))):
        url = f"?{search.lstrip('?')}"
    told = tuple((name, text_of(value)) for name, value in context.campaign) if context.campaign else ()
    return found(query_of(url), host_of(url), host_of(before), told, page)


@lru_cache(maxsize=16_384)
def found(parameters: str, own: str, host: str, told: tuple[tuple[str, str], ...], page: bool) -> Origin:
    """Return where somebody came from; see `origin`. parameters, own: of the address, what is behind the question mark,
    and its host. host: of the page before. told: what the call says of a campaign."""
    query = queried(parameters)
    said = {UTM[name]: value for name, value in query.items() if name in UTM}
    said |= {name: value for name, value in told if value}
    activity = said.get("name") or None
    if said.get("source") or said.get("medium"):
        return Origin(channel_of(said.get("source", ""), said.get("medium", "")), activity, said)
    for name, channel in shipped().click_ids.items():
        if name in query:
            return Origin(channel, activity, said)
    if host and not same_site(host, own):
        return Origin(channel_of(host, REFERRAL), activity, said)
    if not host and page and not activity:
        return Origin(DIRECT, None, said)
    return Origin(None, activity, said)


@lru_cache(maxsize=4_096)
def channel_of(source: str, medium: str) -> str:
    """Return the channel of a source, or a host, and a medium. A host of no known site, and of none, is a referral.

    >>> channel_of("google", "cpc"), channel_of("www.google.de", "referral"), channel_of("spring-letter", "e-mail")
    ('paid search', 'search', 'email')
    """
    groups, source, medium = shipped(), source.strip().lower(), medium.strip().lower()
    if medium == REFERRAL:
        known = next((one.channel for one in groups.groups if fits(one, source, "") and one.sites), None)
        return known or REFERRAL
    found = next((one.channel for one in groups.groups if fits(one, source, medium)), None)
    return found or medium or REFERRAL


def fits(group: Group, source: str, medium: str) -> bool:
    """Say whether a group is that of a source and a medium."""
    if group.sources and not any(pattern(each).fullmatch(source) for each in group.sources):
        return False
    if group.mediums and not any(pattern(each).fullmatch(medium) for each in group.mediums):
        return False
    return not group.sites or any(is_site(source, site) for site in shipped().sites[group.sites])


@lru_cache(maxsize=512)
def pattern(text: str) -> re.Pattern[str]:
    """Return a pattern in which * stands for any text."""
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)


def is_site(source: str, site: str) -> bool:
    """Say whether a source, or a host, is a site, by the name before its ending.

    >>> is_site("www.google.co.uk", "google"), is_site("l.facebook.com", "facebook"), is_site("mygoogle.com", "google")
    (True, True, False)
    """
    return re.fullmatch(rf"(?:[a-z0-9-]+\.)*{re.escape(site)}(?:\.[a-z]{{2,6}}){{0,2}}", source) is not None


def same_site(host: str, own: str) -> bool:
    """Say whether two hosts are of one site, as www.example.org, shop.example.org and example.org are."""
    one, other = (name.removeprefix("www.") for name in (host, own))
    return bool(other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def host_of(url: str) -> str:
    """Return the host of an address, in lower case; nothing where it has none."""
    if not url:
        return ""
    if plain := PLAIN.match(url):
        return plain[1]
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def query_of(url: str) -> str:
    """Return what is behind the question mark of an address, without what is behind a #."""
    return url.partition("#")[0].partition("?")[2] if "?" in url else ""


def queried(parameters: str) -> dict[str, str]:
    """Return parameters by name in lower case; none where they can't be read."""
    try:
        return {name.lower(): value for name, value in parse_qsl(parameters, max_num_fields=200)} if parameters else {}
    except ValueError:
        return {}


def text_of(value: Any) -> str:
    """Return a text of bounded length; nothing where it is none."""
    return value.strip()[:LONGEST] if isinstance(value, str) else ""
