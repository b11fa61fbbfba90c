"""What an item of Segment's protocol says, by the documentation of it: one after the other, and nothing remembered."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

CLICKS = {"gclid": "paid search"}
UTM = {"utm_source": "source", "utm_medium": "medium", "utm_campaign": "name"}
KINDS = {"Order Completed": "purchased", "Email Opened": "opened", "Signed In": "visited"}
OBJECTS = {"Order Completed": ["order_id"], "Email Opened": ["email_subject"], "Signed In": []}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(text):
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def identities(item):
    found = []
    for name, space in (("userId", "user"), ("anonymousId", "anon")):
        text = str(item.get(name) or "").strip()
        if text:
            found.append(f"email:{text.lower()}" if space == "user" and "@" in text else f"{space}:{text}")
    email = item.get("traits", {}).get("email")
    if email:
        found.insert(1 if item.get("userId") else 0, f"email:{email.lower()}")
    return list(dict.fromkeys(found))


def channel(url, before, campaign, *, page, usual):
    query = {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}
    link = {UTM[name]: value for name, value in query.items() if name in UTM} | campaign
    if (link.get("source"), link.get("medium")) == ("google", "cpc"):
        return "paid search", link
    if link.get("medium") == "email":
        return "email", link
    if link.get("source"):
        return "referral", link
    for name, said in CLICKS.items():
        if name in query:
            return said, link
    host, own = (urlsplit(one).hostname or "" for one in (before, url))
    if host and re.sub(r"^www\.", "", host) != re.sub(r"^www\.", "", own):
        return ("search" if "google" in host else "referral"), link
    if not host and page and not link.get("name"):
        return "direct", link
    return usual, link


def device(context, agent):
    said = context.get("device", {}).get("type", "").lower() or context.get("os", {}).get("name", "").lower()
    if said in ("ios", "android", "mobile"):
        return "mobile"
    if "iPhone" in agent:
        return "mobile"
    return "web" if "Windows NT" in agent else None


def row(item, batch, received):
    """Return the interaction of an item, as the log has it, without `direction`."""
    context = {**batch.get("context", {}), **item.get("context", {})}
    properties, page = item.get("properties", {}), context.get("page", {})
    at = received
    if "timestamp" in item:
        at = moment(item["timestamp"])
        sent = item.get("sentAt") or batch.get("sentAt")
        if sent:
            at = received - (moment(sent) - at)
    url, before = (properties.get(name) or page.get(name) or "" for name in ("url", "referrer"))
    is_page = item["type"] == "page"
    usual = {"screen": "app"}.get(item["type"], "web")
    came, link = channel(url, before, context.get("campaign", {}), page=is_page, usual=usual)
    agent = context.get("userAgent", "")
    who = identities(item)
    event = item["event"] if item["type"] == "track" else item.get("name", "")
    mail = event == "Email Opened" and item["type"] == "track"
    found = {name: str(value) for name, value in properties.items()}
    found |= {name: page[name] for name in ("url", "referrer", "title") if name in page and name not in properties}
    found |= {f"utm_{name}": link[name] for name in ("source", "medium") if name in link}
    more = {"event": event, "user agent": agent, "ziggurat_identities": "\n".join(who[1:])}
    found |= {name: text for name, text in more.items() if text}
    place = properties.get("path") or page.get("path")
    objects = [properties[name] for name in OBJECTS.get(event, []) if item["type"] == "track" and name in properties]
    return {
        "interaction_id": item["messageId"], "at": (at - EPOCH) // timedelta(microseconds=1), "actor": who[0],
        "channel": "email" if mail else came, "kind": KINDS[event] if item["type"] == "track" else "visited",
        "activity": (mail and (properties.get("campaign_name") or properties.get("email_subject"))) or link.get("name"),
        "object": objects[0] if objects else None if item["type"] == "track" else place or event or None,
        "amount": properties.get("total") if event == "Order Completed" else None, "device": device(context, agent),
        "properties": json.loads(json.dumps(found)),
    }  # fmt: skip
