"""In which encoding of before Unicode is a text? By what its bytes make of letters: no word is ³¹ki, or all accents."""

from __future__ import annotations

import re

WESTERN = "cp1252"
WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
RUN = re.compile(rb"[\xc0-\xff]{3,}")  # letters of Cyrillic; in the west no word has three accents side by side
# Letters of Polish, Czech, Slovak and Hungarian where the west has signs that stand in no word.
EASTERN = re.compile(
    rb"(?<=[A-Za-z])[\xb3\xb9\xbe\xbf\xec\xf9](?=[a-z])|(?<=[A-Za-z]{3})[\xb3\xb9](?![A-Za-z])|"
    rb"(?<![0-9])[\xa3\xa5\xaf\x8f\xbc](?=[a-z])|\x8c(?=[a-ce-hj-tv-z])|(?<=[a-z])[\x9d\x9f]"
)
DOUBLE = {"shift_jis": r"[\u3040-\u30ff\u4e00-\u9fff]", "euc_kr": "[\uac00-\ud7a3]"}
MOST = 0.7  # share of characters beyond ASCII that must be of the script


def find(sample: bytes) -> str:
    """Return the encoding of a text that is no UTF-8, by a part of it; what says nothing else is Western Windows.

    >>> find("Имя;Фамилия".encode("cp1251")), find("Paweł Nowakowski".encode("cp1250")), find("Zoë".encode("cp1252"))
    ('cp1251', 'cp1250', 'cp1252')
    """
    for encoding, script in DOUBLE.items():
        text = decoded(sample, encoding)
        beyond = [sign for sign in text if not sign.isascii()]
        if beyond and sum(bool(re.match(script, sign)) for sign in beyond) >= MOST * len(beyond):
            return encoding
    high = len(re.findall(rb"[\x80-\xff]", sample))
    if sum(map(len, RUN.findall(sample))) > 0.5 * high:
        return "cp1251"
    return "cp1250" if EASTERN.search(sample) else WESTERN


def decoded(sample: bytes, encoding: str) -> str:
    """Return a sample in an encoding, but for the last bytes, which may be half a character; nothing where it fails."""
    for cut in range(2):
        try:
            return sample[: len(sample) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""
