"""How is an address written, so that one person under one address is always the same identity?"""

from __future__ import annotations

import re
import unicodedata

LISTED = re.compile(r"[;,|]|:::|\n")  # ::: as Google's contacts divide them
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
HANDLES = frozenset({
    "github", "gitlab", "twitter", "x", "mastodon", "instagram", "bluesky", "linkedin", "facebook", "reddit", "youtube",
})  # fmt: skip
# The page of a profile: its site says the network, its path the handle.
PROFILE = re.compile(
    r"(?:https?://)?(?:www\.|m\.|old\.|[a-z]{2}\.)?(?:linkedin\.com/in|(github|gitlab|twitter|x|instagram|facebook)\.com"
    r"|reddit\.com/(?:u|user)|youtube\.com(?:/channel|/c|/user|(?=/@))|bsky\.app/profile)/@?([^/?#\s]+)/?(?:\?[^\s]*)?",
    re.I,
)
FEDIVERSE = re.compile(r"https?://([\w.-]+)/(?:users/|@)([\w.-]+)/?", re.I)  # the server, and the handle on it
SITES = {
    "linkedin.com/": "linkedin",
    "reddit.com/": "reddit",
    "youtube.com/": "youtube",
    "bsky.app/": "bluesky",
    "x.com/": "twitter",
}
# What exports write where there is nobody. Taken for an identity, it would merge strangers into one person.
NOBODY = frozenset({
    "-", "--", ".", "?", "n/a", "na", "#n/a", "nan", "none", "null", "nil", "undefined", "unknown", "anonymous",
    "(none)", "(null)", "(not set)", "(empty)", "not set", "no email",
})  # fmt: skip
LONGEST_NOBODY = max(map(len, NOBODY))  # characters
# What stands where a name would and is none: of whoever did not say it, and of the sums beneath a table.
TOTALS = frozenset({
    "total", "totals", "subtotal", "sub total", "sub-total", "sum", "grand total", "summe", "gesamt", "gesamtsumme",
    "zwischensumme", "somme", "suma", "average", "mean", "count",
})  # fmt: skip
NAMELESS = TOTALS | frozenset({
    "anonym", "anonyme", "anónimo", "guest", "gast", "various",
    "other", "others", "deleted user", "former user", "deleted", "withheld", "cash", "website",
})  # fmt: skip
NAMESPACE = re.compile(r"[a-z][a-z0-9_.-]{0,31}")
# Namespaces by which a value says what it is even where another is expected; any other word before a colon is its own.
SAID = re.compile(r"(email|phone|user|github|gitlab|twitter|mastodon|bluesky|discord|slack|discourse|anon):\S")
LOST = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.I)  # a number of which a spreadsheet kept the first digits alone
EXTENSION = re.compile(r"(?:ext|x|extension|durchwahl)\.?\s*(\d+)\s*$", re.I)
E_MAIL = re.compile(r"[^@\s,;<>\"{}\[\]]+@[^@\s,;<>\"{}\[\]]+")


def normalise(namespace: str, value: str) -> str | None:
    """Return `namespace:value` in its one written form, or None where the value is no identity.

    E-mail: trimmed, lower-cased, the address alone of `Ana <ana@x.org>`; without an @ it is none. Phone: digits, with a
    leading + kept (00 becomes +); fewer than five are none. Handles (github, mastodon, …): lower-cased, no leading @,
    and out of the address of their page. Numbers of bank accounts (iban): upper-cased, without
    spaces. A phone number keeps its extension, as x12, since without it the number is
    that of everyone in a house; one such as 4.15556E+09 has lost its digits and is none. The (0) in +44 (0)20 is no
    part of it.
    Others: trimmed, case kept. What exports write for nobody (`n/a`, `null`, `-`, …) is no identity.

    >>> normalise("email", " Ana@Example.org "), normalise("phone", "+49 (30) 123-45"), normalise("github", "@Ana")
    ('email:ana@example.org', 'phone:+493012345', 'github:ana')
    """
    value = unicodedata.normalize("NFC", value).strip().strip(INVISIBLE).strip()
    if is_nobody(value):
        return None
    if namespace == "email":
        value = e_mail(value)
    elif namespace == "phone":
        value = phone(value)
    elif namespace == "iban":
        value = re.sub(r"\s", "", value).upper()
    elif namespace == "mastodon" and (page_of := FEDIVERSE.fullmatch(value)):
        value = f"{page_of[2]}@{page_of[1]}".lower()
    elif namespace in HANDLES:
        page = profile(value)
        value = page[1] if page and page[0] == namespace else value.removeprefix("@").lower()
    return f"{namespace}:{value}" if value else None


def is_nobody(value: str) -> bool:
    """Say whether a cell names nobody: it is empty, or a word that exports write for an empty one."""
    return not value.strip() or value.strip().lower() in NOBODY


def parse(value: str) -> str | None:
    """Return the normalised identity of a value that says its own namespace (`email:ana@x.org`), or None.

    >>> parse("email:Ana@x.org"), parse("ana")
    ('email:ana@x.org', None)
    """
    namespace, colon, rest = value.strip().partition(":")
    return normalise(namespace, rest) if colon and NAMESPACE.fullmatch(namespace) else None


def said(value: str) -> str | None:
    """Return the normalised identity of a value that says a namespace which is known; None where it says none.

    >>> said("email:Ana@x.org"), said("urn:isbn:1")
    ('email:ana@x.org', None)
    """
    return parse(value) if SAID.match(value.strip().lower()) else None


def listed(namespace: str, value: str) -> list[str]:
    """Return the identities in one cell, in its order: e-mail addresses and phone numbers may stand there in a list.

    >>> listed("email", "Ana@x.org; ana@y.org")
    ['email:ana@x.org', 'email:ana@y.org']
    """
    parts = LISTED.split(value.strip().strip("[]")) if namespace in ("email", "phone") else [value]
    found = (said(part.strip()) or normalise(namespace, part.strip().strip('"')) for part in parts)
    return list(dict.fromkeys(one for one in found if one))


def e_mail(value: str) -> str:
    """Return the bare address in lower case, or nothing if there is none."""
    if value.endswith(">") and value.count("<") == 1:
        value = value[value.rindex("<") + 1 : -1].strip()
    value = value.removeprefix("mailto:").lower()
    return value if E_MAIL.fullmatch(value) else ""


def profile(value: str) -> tuple[str, str] | None:
    """Return the network and the handle in the address of somebody's page, or None where it is no such address.

    >>> profile("https://www.linkedin.com/in/Ana-Ng/"), profile("https://x.com/ana"), profile("https://github.com/a/b")
    (('linkedin', 'ana-ng'), ('twitter', 'ana'), None)
    """
    found = PROFILE.fullmatch(value.strip())
    if not found:
        return None
    site = (found[1] or "").lower()
    named = next((network for part, network in SITES.items() if not site and part in value.lower()), site)
    return {"x": "twitter"}.get(named, named), found[2].lower()


def by_name(namespace: str, value: str) -> str | None:
    """Return the identity of somebody of whom only the name is known, or None where it is no name.

    >>> by_name("donations", " Ana  Ng"), by_name("donations", "Grand total"), by_name("donations", "12")
    ('donations:ana ng', None, None)
    """
    bare = " ".join(unicodedata.normalize("NFC", value).split()).casefold()
    if is_nobody(bare) or bare.strip(":.") in NAMELESS or not any(map(str.isalpha, bare)):
        return None
    return f"{namespace}:{bare}"


def phone(value: str) -> str:
    """Return the digits with a leading +, or nothing if they are too few for a number."""
    if LOST.search(value):
        return ""
    inner = EXTENSION.search(value)
    if inner:
        whole = phone(value[: inner.start()])
        return f"{whole}x{inner[1]}" if whole else ""
    value = re.sub(r"^(\s*\+.*?)\(0\)", r"\1", value)
    digits = "".join(str(unicodedata.digit(sign)) for sign in value if sign.isdigit())
    if len(digits) < 5:
        return ""
    if value.lstrip("( ").startswith("+"):
        return f"+{digits}"
    return f"+{digits[2:]}" if digits.startswith("00") else digits
