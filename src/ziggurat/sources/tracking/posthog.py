"""What does an event of PostHog's protocol say, in the fields of Segment's?

Source: PostHog, Capture API: `distinct_id` is whoever it is, known or not; names with a $ are the protocol's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

THROWN_AWAY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f-]{40,80}", re.I)  # what a library makes up
TYPES = {
    "$pageview": "page", "$screen": "screen", "$identify": "identify", "$set": "identify", "$create_alias": "alias",
    "$groupidentify": "group",
}  # fmt: skip
OWN = {  # property → where it stands in a context
    "$current_url": ("page", "url"), "$pathname": ("page", "path"), "$referrer": ("page", "referrer"),
    "$title": ("page", "title"), "$raw_user_agent": ("", "userAgent"), "$os": ("os", "name"),
    "$lib": ("library", "name"), "$device_type": ("device", "type"), "utm_source": ("campaign", "source"),
    "utm_medium": ("campaign", "medium"),
    "utm_campaign": ("campaign", "name"), "utm_term": ("campaign", "term"), "utm_content": ("campaign", "content"),
}  # fmt: skip
NOWHERE = ("$direct", "")  # what stands in a referrer where there is none


def as_segment(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event as a call of Segment's."""
    inner = said.get("properties")
    properties: dict[str, Any] = inner if isinstance(inner, dict) else {}
    event = said.get("event")
    kind = TYPES.get(event, "track") if isinstance(event, str) else "track"
    someone = said.get("distinct_id") or said.get("$distinct_id") or properties.get("distinct_id")
    made_up = someone is None or properties.get("$is_identified") is False or is_made_up(someone)
    before = properties.get("$anon_distinct_id") or properties.get("$device_id")
    call = {
        "type": kind, "event": event, "messageId": said.get("uuid"), "sentAt": said.get("sent_at"),
        "timestamp": said.get("timestamp") or properties.get("timestamp"), "context": context_of(properties),
        "userId": None if made_up else someone, "anonymousId": someone if made_up else before,
        "name": properties.get("$screen_name") if kind == "screen" else None,
        "traits": traits_of(said, properties, kind),
        "properties": {name: value for name, value in properties.items() if not name.startswith("$")},
    }  # fmt: skip
    if kind == "alias":
        call |= {"userId": properties.get("alias"), "previousId": properties.get("distinct_id") or someone}
    if kind == "group":
        call["groupId"] = properties.get("$group_key")
    return call


def is_made_up(someone: Any) -> bool:
    """Say whether an id is one that a library makes for whoever it does not know."""
    return isinstance(someone, str) and THROWN_AWAY.fullmatch(someone) is not None


def context_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context that stands among the properties."""
    context: dict[str, Any] = {}
    for name, (part, to) in OWN.items():
        value = properties.get(name)
        if value is None or value in NOWHERE:
            continue
        if part:
            context.setdefault(part, {})[to] = value
        else:
            context[to] = value
    return context


def traits_of(said: Mapping[str, Any], properties: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return what is said of the person, or of the group."""
    places = [properties.get("$group_set")] if kind == "group" else [
        properties.get("$set_once"), said.get("$set_once"), properties.get("$set"), said.get("$set"),
    ]  # fmt: skip
    found: dict[str, Any] = {}
    for one in places:
        found |= one if isinstance(one, dict) else {}
    return found
