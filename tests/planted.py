"""A year of a small club, planted: what happened is drawn first, and then written as six systems would export it.

Whoever imports the six files must find what was planted: `Planted.counts` of each channel and kind, and the money.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import openpyxl

PEOPLE = 40
NAMES = ("Ana", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal")
LAST = ("Ng", "Ito", "Roth", "Abel", "Cho")
FORUM, MAIL, EVENTS, PAYMENTS, SURVEY, TICKETS = (
    "forum-posts.csv", "newsletter-activity.csv", "Meetups 2025.xlsx", "unified_payments.csv", "feedback.csv",
    "tickets.json",
)  # fmt: skip
FILES = (FORUM, MAIL, EVENTS, PAYMENTS, SURVEY, TICKETS)


@dataclass
class Planted:
    """counts: how many interactions of each (file, kind). money: bought less what went back. people: addresses."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    money: float = 0.0
    people: set[str] = field(default_factory=set)


@dataclass
class Club:
    """Draws what happens, and counts it."""

    random: Random
    planted: Planted = field(default_factory=Planted)

    def someone(self, file: str, *kinds: str) -> tuple[str, str]:
        """Return name and address of a person to whom these happen, and count that."""
        number = self.random.randrange(PEOPLE)
        mail = f"member{number}@example.org"
        self.planted.counts.update((file, kind) for kind in kinds)
        if kinds:
            self.planted.people.add(mail)
        return f"{NAMES[number % 8]} {LAST[number // 8]}", mail

    def moment(self) -> dt.datetime:
        """Return a moment of 2025."""
        return dt.datetime(2025, 1, 1) + dt.timedelta(seconds=self.random.randrange(364 * 86_400))  # noqa: DTZ001


def plant(folder: Path, seed: int = 1) -> Planted:
    """Write the six files; return what they hold."""
    club = Club(Random(seed))
    write(folder / FORUM, ["Post ID", "Created at", "Username", "Email", "Action", "Topic", "Body"], forum(club))
    write(folder / MAIL, ["Email Address", "Campaign Title", "Action", "Timestamp", "URL"], mail(club))
    workbook(folder / EVENTS, club)
    columns = ["id", "Created date (UTC)", "Amount", "Amount Refunded", "Currency", "Description", "Status"]
    write(folder / PAYMENTS, [*columns, "Customer ID", "Customer Email"], payments(club))
    write(folder / SURVEY, ["Timestamp", "Email Address", "How likely are you to recommend us?", "Why?"], survey(club))
    (folder / TICKETS).write_text(json.dumps({"count": 30, "tickets": tickets(club)}, indent=1), "utf-8")
    return club.planted


def write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def forum(club: Club) -> list[list[object]]:
    found = []
    for number in range(300):
        action, kind = club.random.choice(
            (("post_created", "posted"), ("post_reply", "replied"), ("post liked", "liked"))
        )
        name, mail = club.someone(FORUM, kind)
        user = mail.partition("@")[0]
        found.append(
            [9_000 + number, club.moment().isoformat(" "), user, mail, action, f"Topic {number % 9}", f"{name}, hello"]
        )
    return found


def mail(club: Club) -> list[list[object]]:
    found = []
    for month in range(1, 13):
        for number in range(30):
            sent = dt.datetime(2025, month, 3, 9, number)  # noqa: DTZ001
            opens = club.random.random() < 0.5
            clicks = opens and club.random.random() < 0.3
            kinds = ["emailed", *["opened"] * opens, *["clicked"] * clicks]
            _, address = club.someone(MAIL, *kinds)
            for place, action in enumerate(["sent", *["open"] * opens, *["click"] * clicks]):
                at = sent + dt.timedelta(hours=place)
                found.append([address, f"Letter {month}", action, at.isoformat(" "), ""])
    club.planted.counts[MAIL, "unsubscribed"] += 1
    found.append(["member0@example.org", "Letter 12", "unsub", "2025-12-04 10:00:00", ""])
    club.planted.people.add("member0@example.org")
    return found


def workbook(path: Path, club: Club) -> None:
    book = openpyxl.Workbook()
    book.active.title = "About"
    book.active.append(["Made by the events team"])
    sheet = book.create_sheet("Attendance")
    sheet.append(["Meetups of the year"])
    sheet.append([])
    sheet.append(["Name", "Email", "Event", "Date", "Attended", "ZIP"])
    for meetup in range(10):
        day = dt.date(2025, 1 + meetup, 13)
        for number in club.random.sample(range(PEOPLE), 12):
            came = club.random.random() < 0.7
            mail = f"member{number}@example.org"
            club.planted.counts[EVENTS, "attended" if came else "registered"] += 1
            club.planted.people.add(mail)
            name = f"{NAMES[number % 8]} {LAST[number // 8]}"
            sheet.append([name, mail, f"Meetup {meetup}", day, "yes" if came else "no", 2_138 + number])
            sheet.cell(sheet.max_row, 6).number_format = "00000"
    book.save(path)


def payments(club: Club) -> list[list[object]]:
    found = []
    for number in range(60):
        amount, draw = club.random.choice((10, 25, 1_250.5)), club.random.random()
        status, back = ("Paid", 0) if draw < 0.7 else ("Refunded", amount) if draw < 0.85 else ("Failed", 0)
        kinds = {"Paid": ["purchased"], "Refunded": ["purchased", "refunded"], "Failed": []}[status]
        _, mail = club.someone(PAYMENTS, *kinds)
        club.planted.money += amount - back if kinds else 0
        at = club.moment().isoformat(" ")
        found.append(
            [f"ch_{number}", at, f"{amount:,.2f}", f"{back:,.2f}", "eur", "Course", status, f"cus_{mail[:9]}", mail]
        )
    return found


def survey(club: Club) -> list[list[object]]:
    found = []
    for number in range(40):
        _, mail = club.someone(SURVEY, "rated")
        at = dt.datetime(2025, 11, 1 + number % 28, 10, number)  # noqa: DTZ001
        found.append([f"{at.month}/{at.day}/{at.year} {at:%H:%M:%S}", mail, club.random.randrange(11), "because"])
    return found


def tickets(club: Club) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number in range(30):
        name, mail = club.someone(TICKETS, "contacted")
        found.append({
            "id": 500 + number, "created_at": club.moment().isoformat() + "Z", "subject": "Help", "description": "Oh",
            "status": club.random.choice(("open", "solved", "pending")), "via": {"channel": "email"},
            "requester": {"name": name, "email": mail}, "assignee": {"email": "desk@club.example"}, "tags": ["a"],
        })  # fmt: skip
    return found
