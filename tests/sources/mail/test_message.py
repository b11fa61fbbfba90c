"""Headers and text are read out of whatever bytes there are, as the standard library reads them where it can."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.sources.mail import message
from ziggurat.sources.mail.automatic import automatic
from ziggurat.sources.mail.threads import Threads

RICH = b"""From: =?utf-8?q?Ana_Gr=C3=BCn?= <Ana@X.org>
To: "Li, Bo" <bo@x.org>,
 Cy <cy@x.org>
Subject: =?utf-8?b?R3LDvMOfZQ==?= an
 alle
Date: Mon, 5 Jan 2026 10:00:00 +0100
Message-ID: <a1@x.org>
Content-Type: multipart/mixed; boundary="out er"

nothing
--out er
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/html; charset=utf-8

<html><head><title>no</title></head><p>Rich <b>words</b></p></html>
--inner
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe,=
 alle
--inner--
--out er
Content-Type: application/pdf

xx
--out er--
"""


def test_a_mail_of_many_parts_is_read_as_the_standard_library_reads_it() -> None:
    one, twin = message.read(RICH), email.message_from_bytes(RICH, policy=email.policy.default)
    assert one.subject == twin["subject"] == "Grüße an alle"
    assert one.people("from") == [("Ana Grün", "ana@x.org")]
    assert one.people("to", "cc") == [("Li, Bo", "bo@x.org"), ("Cy", "cy@x.org")]
    assert one.at == twin["date"].datetime == datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert one.text.strip() == twin.get_body(("plain",)).get_content().strip() == "Grüße, alle"
    assert one.ids("message-id") == ["a1@x.org"]


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)


@given(WORDS, st.sampled_from(["utf-8", "iso-8859-15", "koi8-r"]), st.sampled_from(["base64", "quoted-printable"]))
def test_what_the_standard_library_writes_is_read(words, charset, coding) -> None:
    made = email.message.EmailMessage()
    words = words.encode(charset, "ignore").decode(charset)
    made.set_content(words, charset=charset, cte=coding)
    assert message.read(made.as_bytes()).text.strip() == made.get_content().strip()


@given(st.binary(max_size=400))
def test_no_bytes_are_too_odd(raw) -> None:
    for one in (
        message.read(raw),
        message.read(b"Content-Type: multipart/x; boundary=a\nDate: " + raw + b"\n\n--a\n" + raw),
    ):
        automatic(one, "ana@x.org")
        assert isinstance(one.text + one.subject, str)
        assert one.at is None or one.at.tzinfo is not None


@pytest.mark.parametrize(
    ("head", "address", "said"),
    [
        ("", "ana@x.org", ""), ("Auto-Submitted: no", "ana@x.org", ""), ("Auto-Submitted: auto-replied", "ana@x.org", "automatic reply"),
        ("Subject: Out of office: Ana", "ana@x.org", "automatic reply"), ("Subject: About the office", "ana@x.org", ""),
        ("Content-Type: multipart/report; x=y", "x@x.org", "bounce"), ("", "MAILER-DAEMON@x.org", "bounce"),
        ("", "club-request@x.org", "list software"), ("Precedence: bulk", "news@x.org", "sent in bulk"),
        ("Precedence: list\nList-Id: <club.x.org>\nList-Unsubscribe: <x>", "ana@x.org", ""), ("", "no-reply@x.org", "sent in bulk"),
        ("List-Unsubscribe: <x>", "offers@x.org", "sent in bulk"),
    ],
)  # fmt: skip
def test_what_nobody_wrote_is_told(head, address, said) -> None:
    assert automatic(message.read(head.encode() + b"\n\nx"), address) == said


def test_threads_follow_ids_and_failing_that_subjects_also_across_readings() -> None:
    def place(threads, name, day, **headers):
        lines = "\n".join(f"{key.replace('_', '-')}: {value}" for key, value in headers.items())
        return threads.place(message.read(lines.encode() + b"\n\n"), name, datetime(2026, 1, day, tzinfo=UTC))

    first = Threads()
    assert place(first, "a", 1, subject="Cake") == ("a", None)
    assert place(first, "b", 2, subject="Re: Cake", in_reply_to="<a>") == ("a", "a")
    second = Threads.of({"roots": first.kept()["roots"], "subjects": first.kept()["subjects"]})
    assert place(second, "c", 3, subject="Pie", in_reply_to="<b>") == ("a", "b")
    assert place(second, "d", 4, subject="AW: [club] cake") == ("a", "b")
    assert place(second, "e", 5, subject="cake") == ("e", None)  # it does not say that it replies
    assert place(second, "f", 6, subject="x", references="<z> <y>") == ("z", "y")
    assert place(second, "g", 31, subject="Re: something else") == ("g", None)


def test_a_mail_to_thousands_names_all_of_them() -> None:
    to = ", ".join(f"p{number}@x.org" for number in range(3_000))
    one = message.read(f"From: ana@x.org\nTo: {to}\nSubject: Hello\n\nAll of you.".encode())
    assert [address for _, address in one.people("to")] == to.split(", ")
    assert (one.subject, one.text.strip()) == ("Hello", "All of you.")


@pytest.mark.parametrize("coding", ["8bit", "quoted-printable"])
def test_of_a_huge_page_that_is_cut_no_tag_and_no_half_letter_stays(coding) -> None:
    """The cap falls into a tag, into a letter of two bytes, or into neither; a whole picture stands in a tag."""
    picture = f'<img src="data:image/png;base64,{"A" * 6_000}">'
    for shift in range(4):
        page = f"<p>{'x' * shift}Grüße{picture}" + "<a title='é'>é</a>" * (message.MOST_BODY // 10)
        raw = f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: {coding}\n\n{page}".encode()
        assert {*"Grüße"} <= set(message.read(raw).text) <= {*"xGrüßeé"}


def test_a_comment_is_none_of_the_words_and_a_sign_for_less_is() -> None:
    assert message.words(
        "a<!--[if mso]><p>96</p><![endif]-->b <!--[if !mso]><!-->c<!--<![endif]--> 1 < 2 AT&amp;T"
    ) == ("ab c 1 < 2 AT&T")
    assert message.words("a <!-- never ended") == "a"
    assert message.words("a <a href='x") == "a"
