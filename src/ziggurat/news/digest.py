"""How are the cards of a day written to be sent: as plain text, as a page of HTML, and as a message?"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from pathlib import Path

from ziggurat.base import durable
from ziggurat.base.errors import QuestionError
from ziggurat.base.words.days import day as write_day
from ziggurat.base.words.texts import plain
from ziggurat.news.card import Card, Day

FORMS = (".html", ".txt", ".eml")
NOTHING = "Nothing to do: nobody waits, nobody has gone quiet beyond what chance brings, and no series left its band."
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1c2030}"
    "h2{font-size:.9rem;margin:0;color:#575d6f}ol{padding:0;list-style:none}li{border-top:3px solid #26479c;"
    "padding:.7rem 0;margin-bottom:1rem}p{margin:.2rem 0}.behind,div{color:#575d6f;font-size:.9rem}"
)


@dataclass(frozen=True)
class Digest:
    """What is to be sent. subject: one line. plain, page: the same as text and as HTML, which loads nothing."""

    subject: str
    plain: str
    page: str


def compose(day: Day, name: str) -> Digest:
    """Write the cards of a day. name: of the workspace."""
    size = len(day.cards)
    subject = f"{plain(name)}, {write_day(day.at)}: {f'{size} to do' if size else 'nothing to do'}"
    others = f"{day.others} more can wait." if day.others else ""
    blocks = [block(card) for card in day.cards] or [NOTHING]
    text = "\n\n".join([subject, *blocks, *filter(None, [others])])
    cards = "".join(as_html(card) for card in day.cards)
    body = f"<ol>{cards}</ol>" if cards else f"<p>{NOTHING}</p>"
    head = f'<meta charset="utf-8"><title>{escape(subject)}</title><style>{STYLE}</style>'
    rest = f"<p>{others}</p>" if others else ""
    page = (
        f'<!doctype html><html lang="en"><head>{head}</head><body><h1>{escape(subject)}</h1>{body}{rest}</body></html>'
    )
    return Digest(subject, text, page)


def block(card: Card) -> str:
    """Write a card as text."""
    people = [f"  - {name}: {why}" for name, why in on(card)]
    behind = [f"({card.behind})"] if card.behind else []
    return "\n".join([card.title.upper(), plain(card.text, 600), *people, *behind])


def on(card: Card) -> list[tuple[str, str]]:
    """Return who is on a card, and why."""
    return [(plain(one.person.text, 80), plain(one.words, 200)) for one in card.people]


def as_html(card: Card) -> str:
    """Write a card as HTML, everything in it escaped."""
    people = "".join(f"<p>{escape(name)}: {escape(why)}</p>" for name, why in on(card))
    listed = f"<div>{people}</div>" if people else ""
    behind = f'<p class="behind">{escape(card.behind)}</p>' if card.behind else ""
    return f"<li><h2>{escape(card.title)}</h2><p>{escape(plain(card.text, 600))}</p>{listed}{behind}</li>"


def write(path: Path, digest: Digest) -> None:
    """Write it to a file, in the form that its name ends with. Raises: QuestionError if that is none of FORMS."""
    ending = path.suffix.lower()
    if ending not in FORMS:
        raise QuestionError(f"a digest is written to a file that ends with {', '.join(FORMS)}; '{path.name}' does not.")
    if ending == ".eml":
        durable.replace(path, message(digest))
    else:
        durable.replace(path, (digest.page if ending == ".html" else digest.plain + "\n").encode())


def message(digest: Digest) -> bytes:
    """Return it as a message that a mail program opens as a draft: who gets it is for them to say."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = digest.subject
    mail["X-Unsent"] = "1"
    mail.set_content(digest.plain)
    mail.add_alternative(digest.page, subtype="html")
    return mail.as_bytes()
