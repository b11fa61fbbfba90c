"""Which mails did nobody write? Replies of machines, bounces, and what list software and senders in bulk send.

Source: RFC 3834 (automatic responses), RFC 3464 (delivery status), and what common servers write besides.
"""

from __future__ import annotations

import re

from ziggurat.sources.mail.message import Letter

BOUNCERS = re.compile(r"(?:mailer-daemon|postmaster|bounces?(?:[+-].*)?|.*-bounces?)@", re.I)
SOFTWARE = re.compile(
    r"(?:.*-(?:request|owner|admin|confirm\+?.*|subscribe|unsubscribe)|owner-.*|mailman|listserv|majordomo|sympa|mlmmj)@",
    re.I,
)
NOBODY = re.compile(r"(?:no|do-?not)[-_.]?reply(?:[-_.+].*)?@|notifications?@|.*[-_.]no-?reply@", re.I)
AWAY = re.compile(
    r"(?:automatic reply|auto(?:matic)?[- ]?reply|autoreply|out of (?:the )?office|abwesenheitsnotiz|"
    r"automatische antwort|"
    r"réponse automatique|respuesta automática|risposta automatica|automatisch antwoord|autosvar|delivery status "
    r"notification|undeliver(?:able|ed)|returned mail|mail delivery (?:failed|failure))\b",
    re.I,
)


def automatic(letter: Letter, address: str) -> str:
    """Return how a mail came about that nobody wrote: `bounce`, `automatic reply`, `list software` or `sent in bulk`;
    nothing for one that somebody wrote. address: from which it is."""
    headers = letter.headers
    kind = headers.get("content-type", "").lower()
    if kind.startswith("multipart/report") or "x-failed-recipients" in headers or BOUNCERS.match(address):
        return "bounce"
    if headers.get("auto-submitted", "no").partition(";")[0].strip().lower() != "no":
        return "automatic reply"
    precedence = headers.get("precedence", "").strip().lower()
    if "x-autoreply" in headers or "x-autorespond" in headers or precedence in ("auto_reply", "auto-reply"):
        return "automatic reply"
    if AWAY.match(letter.subject):
        return "automatic reply"
    if SOFTWARE.match(address):
        return "list software"
    of_list = "list-post" in headers or precedence == "list"
    bulk = precedence in ("bulk", "junk") or ("list-unsubscribe" in headers and "list-id" not in headers)
    return "sent in bulk" if not of_list and (bulk or NOBODY.match(address)) else ""
