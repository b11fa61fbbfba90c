"""A mail's own words stay: without quotes, signatures and what lists add. The text is in the test, and what is left."""

from __future__ import annotations

import textwrap
import time

import pytest

from tests.sources.mail.hostile import HOSTILE
from ziggurat.sources.mail import message
from ziggurat.sources.mail.own_words import own_words

CASES = {
    "a quote beneath": ("Yes, gladly.\n\nOn Mon, 5 Jan 2026 at 10:00, Bo Li <bo@x.org> wrote:\n\n> Do you come?\n", "Yes, gladly."),
    "over three lines": (
        "Yes.\n\nAm Montag, dem 5. Januar 2026 um 10:00 Uhr\n+0100 schrieb Bo Li\n<bo@x.org>:\n> Kommst du?\n", "Yes."
    ),
    "answers between": ("Bo wrote:\n> When?\nAt 2026-01-05 12:00.\n> Where?\n\nHere.", "Bo wrote:\nAt 2026-01-05 12:00.\n\nHere."),
    "answers between, by whom": (
        "Le 5 janv. 2026 à 10:00, Bo <bo@x.org> a écrit :\n> Quand ?\nLundi.\n> Où ?\nIci.", "Lundi.\nIci."
    ),
    "a signature": ("Thanks!\n-- \nAna Ng\nHead of cake\n", "Thanks!"),
    "a rule is no signature": ("a -- b\n--- a/file\n+++ b/file", "a -- b\n--- a/file\n+++ b/file"),
    "outlook": (
        "See below.\n\n________________________________\nFrom: Bo Li <bo@x.org>\nSent: Monday\nTo: Ana\nSubject: x\n\nOld.", "See below."
    ),
    "german outlook": ("Ja.\n\nVon: Bo Li\nGesendet: Montag\nAn: Ana\nBetreff: x\n\nAlt.", "Ja."),
    "a line that begins so is no head": ("From: my point of view\nit is fine.", "From: my point of view\nit is fine."),
    "original message": ("No.\n-----Original Message-----\nOld.", "No."),
    "what a list adds": (
        "Hello all.\n_______________________________________________\nclub mailing list\nhttps://x.org/listinfo/club", "Hello all."
    ),
    "a rule of one's own": ("Part one.\n" + "-" * 30 + "\nPart two.", "Part one.\n" + "-" * 30 + "\nPart two."),
    "a telephone": ("Fine.\n\nSent from my iPhone", "Fine."),
    "nothing but a quote": ("> old\n> older", ""),
    "a word alone": ("I wrote: a book.", "I wrote: a book."),
    "carriage returns": ("One.\r\n\r\n> quoted\r\nTwo.\r\n", "One.\n\nTwo."),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_own_words_are_kept_and_nothing_else(name) -> None:
    given, expected = CASES[name]
    assert own_words(given) == textwrap.dedent(expected)


def test_a_megabyte_of_anything_is_dealt_with_at_once() -> None:
    begun = time.process_time()
    for name, text in HOSTILE.items():
        raw = text.encode()
        own_words(text)
        message.words(text)
        for head in (
            b"From: %s\nSubject: =?utf-8?q?%s?=\nDate: %s\n\n", b"To: \"%s\nReferences: %s\nIn-Reply-To: <%s\n\n",
            b"Content-Type: multipart/mixed; boundary=a%.20s%.0s%.0s\n\n", b"Content-Type: text/html%.0s%.0s%.0s\n\n",
            b"Content-Transfer-Encoding: base64%.0s%.0s%.0s\n\n", b"Content-Type: %s; charset=%s; boundary=%s\n\n",
        ):  # fmt: skip
            one = message.read(head % (raw, raw, raw) + raw)
            assert len(one.people("from", "to", "cc")) <= message.MOST_ADDRESSES, name
            assert len(own_words(one.text)) <= 10_000
            assert one.at is None
            assert one.subject is not None
            assert len(one.ids("references")) < 10_000
    assert time.process_time() - begun < 10.0 * len(HOSTILE)  # which tells what hangs alone: seven megabytes each
