"""Which words of a mail are its writer's own? Not what is quoted, the signature, or what a list adds beneath.

Lines are looked at one by one, each once, and only their beginning: no text makes it slow. Answers between quoted
lines are kept. Where a client quotes without marks, what comes after its own head is left out.
"""

from __future__ import annotations

import re

MOST_LINES = 20_000
LONGEST = 10_000  # letters that are kept
LINE = 300  # letters of a line that are looked at
WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schreef|geschreven|a écrit|écrit|escribió|escreveu|ha scritto|skrev|napisał\w*|"
    r"kirjoitti|írta|napsal\w*|пишет|писал\w*)\b|写道|が書きました",
    re.I,
)
WHEN = re.compile(r"\d{4}|\d{1,2}:\d\d|@|<[^>]+>")
NAMED = re.compile(r"\d{4}.{0,200}<[^<>\s]{1,200}@|\d{1,2}:\d\d.{0,200}<[^<>\s]{1,200}@")
BEGINS = re.compile(r"(?:on|am|le|el|op|il|em|den|dne|w dniu|\d{4}-\d\d-\d\d|>?\s*from:)\b", re.I)
CUT = re.compile(
    r"-{2,}\s*(?:original message|original appointment|forwarded message|ursprüngliche nachricht|weitergeleitete "
    r"nachricht|message d'origine|mensaje original|oorspronkelijk bericht|messaggio originale)\s*-{2,}\s*$|"
    r"begin forwarded message:",
    re.I,
)
HEAD = re.compile(r"\*?(?:from|von|de|van|da|från|fra|od)\s*:\*?\s", re.I)
HEAD_NEXT = re.compile(
    r"\*?(?:sent|date|to|subject|cc|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|verzonden|aan|onderwerp|"
    r"inviato|a|oggetto|skickat|till|ämne)\s*:\*?\s",
    re.I,
)
DEVICE = re.compile(
    r"(?:sent from my|get outlook for|von meinem .{0,30} gesendet|envoyé de mon|enviado desde mi) ?", re.I
)
RULE = re.compile(r"[_\-=*]{20,}\s*$")
FOOTER = re.compile(
    r"mailing list|unsubscribe|listinfo|list-manage|abbestellen|désabonner|you received this message", re.I
)
MOST_FOOTER = 12  # lines


def own_words(text: str) -> str:
    """Return what the writer of a mail wrote themselves.

    >>> own_words("On 5 Jan 2026, Bo <bo@x.org> wrote:\\n> When?\\nOn Monday.\\n> And where?\\nHere.\\n-- \\nAna")
    'On Monday.\\nHere.'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES)[:MOST_LINES]
    looks = [line[:LINE].strip() for line in lines]
    end = last_line(lines, looks)
    kept = [line.rstrip() for line, quoted in zip(lines[:end], quotes(looks[:end]), strict=True) if not quoted]
    while kept and (not kept[-1].strip() or DEVICE.match(kept[-1].strip()[:LINE])):
        kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()[:LONGEST]


def last_line(lines: list[str], looks: list[str]) -> int:
    """Return how many lines there are before a signature, what a list adds, or an older mail without marks."""
    for place, look in enumerate(looks):
        if lines[place].rstrip("\r") in ("-- ", "--") or CUT.match(look):
            return place
        if HEAD.match(look) and sum(bool(HEAD_NEXT.match(one)) for one in looks[place + 1 : place + 6]) >= 2:
            above = looks[place - 1] if place else ""
            return place - 1 if RULE.match(above) else place
        if RULE.match(look) and len(looks) - place <= MOST_FOOTER and any(map(FOOTER.search, looks[place + 1 :])):
            return place
    return len(lines)


def quotes(looks: list[str]) -> list[bool]:
    """Say of each line whether it is quoted, or says whom the lines beneath it quote."""
    found = [look.startswith((">", "|>")) for look in looks]
    for place in range(len(looks)):
        if found[place] and place and not found[place - 1]:
            head = place - 1
            while head >= 0 and place - head <= 3 and not looks[head]:
                head -= 1
            introduce(looks, found, head)
    return found


def introduce(looks: list[str], found: list[bool], last: int) -> None:
    """Mark the lines, at most three, that end in `last` and say who wrote what is quoted beneath."""
    spans = []
    for first in range(last, max(last - 3, -1), -1):
        if not looks[first] or found[first]:
            break
        spans.append((first, " ".join(looks[first : last + 1])))
    said = next((first for first, whole in spans if WROTE.search(whole) and WHEN.search(whole)), None)
    if said is None and spans and looks[last].endswith(":") and NAMED.search(looks[last]):
        said = last  # in whatever language
    if said is not None:
        longer = [first for first, _ in spans if first < said and BEGINS.match(looks[first])]
        first = min(longer, default=said)
        found[first : last + 1] = [True] * (last + 1 - first)
