"""To whom does a play not turn, so that its effect is known?

Drawn from a hash of whom (a household or an organisation is one), the play and its seed: before anything of the message
is looked at, the same on every machine and at every time, and of no use to whoever would like to choose.
"""

from __future__ import annotations

import hashlib

OFFERED, HELD = "offered", "held out"


def number(*texts: str) -> float:
    """Return a number in [0, 1) that follows from some texts alone: the first 53 bits of their BLAKE2b hash.

    >>> number("p1", "invite", "0") == number("p1", "invite", "0") != number("p1invite", "0")
    True
    """
    said = b"".join(len(text).to_bytes(4, "big") + text.encode("utf-8", "replace") for text in map(str, texts))
    return (int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big") >> 11) / 2**53


def draw(unit: str, play: str, seed: int, share: float) -> str:
    """Return OFFERED or HELD. share: of units that are held out, 0 to below 1."""
    return HELD if number(unit, play, str(seed)) < share else OFFERED


def order(person: str, play: str) -> float:
    """Return by what ties between steps are broken."""
    return number("tie", person, play)
