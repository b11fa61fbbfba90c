"""Who asked, answered and remarked what on a site of Stack Exchange? Its dump, as the site gives it out.

Source: *Database schema documentation for the public data dump* (https://meta.stackexchange.com/questions/2677): XML
files with one `row` an element, whose attributes are the columns; their times are UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ziggurat.base.errors import SourceError
from ziggurat.sources import xml
from ziggurat.sources.api import instant
from ziggurat.sources.batch import Batch
from ziggurat.sources.identity import normalise
from ziggurat.sources.mail.message import words
from ziggurat.sources.outside import PathText, SystemSettings
from ziggurat.sources.place import local, stamp
from ziggurat.sources.rows import Rows
from ziggurat.sources.source import Part, Pull, Source

BATCH = 20_000  # rows
USERS, POSTS, COMMENTS = "Users.xml", "Posts.xml", "Comments.xml"
KINDS = {"1": "asked", "2": "answered"}  # by PostTypeId; others are pages of the site itself


class StackExchange(SystemSettings, frozen=True, tag="stackexchange"):
    """Which dump.

    path: of its folder, unpacked. site: its name; that of the folder unless said. channel: under which all is logged.
    """

    path: PathText = ""
    site: str = ""
    channel: str = "forum"


def read(settings: StackExchange, pull: Pull) -> Iterator[Part]:
    """Read the dump, where it is another than the last time. Raises: SourceError if it is none."""
    where, folder = f"[sources.{pull.source}]", local(settings.path, pull)
    if not settings.path or not (folder / POSTS).is_file():
        raise SourceError(f"{where}: there is no {POSTS} in {folder}; unpack the dump, and name its folder as `path`.")
    there = [folder / name for name in (USERS, POSTS, COMMENTS) if (folder / name).is_file()]
    told = "".join(f"{one.name} {one.stat().st_size} {one.stat().st_mtime_ns}\n" for one in there)
    now = stamp(told.encode())
    if pull.cursor.get("stamp") != now:
        site = settings.site or folder.name
        yield Part(folder.name, batches(there, site, pull, settings.channel), {"stamp": now}, whole=True)


def batches(there: list[Path], site: str, pull: Pull, channel: str) -> Iterator[Batch]:
    """Read the files, those of users first."""
    rows, who = Rows(pull.source, pull.received_at, channel, there[0].name), Users(site)
    total, done = sum(one.stat().st_size for one in there), 0
    for path in there:
        rows.file = path.name
        try:
            for number, (one, end) in enumerate(xml.rows(path), 1):
                take(rows, who, path.name, one, number)
                if len(rows) >= BATCH or len(rows.traits) >= BATCH:
                    yield rows.batch((done + end) / total)
        except SourceError as error:
            raise SourceError(f"[sources.{pull.source}]: {path.name}: {error}.") from error
        done += path.stat().st_size
    yield rows.batch(1.0)


class Users:
    """Who is who on a site. An account that is on several sites has one number for all of them, which is taken."""

    def __init__(self, site: str) -> None:
        self.site, self.accounts = site, dict[str, str]()

    def who(self, number: str) -> str | None:
        """Return the identity of a user by their number on the site; None for none, and for the site itself (-1)."""
        if not number.isdecimal() or number == "0":
            return None
        account = self.accounts.get(number)
        return normalise("stackexchange", account or f"{number}@{self.site}")


def take(rows: Rows, who: Users, name: str, one: dict[str, str], number: int) -> None:
    """Note what a row of a file says."""
    if name == USERS:
        user, account = one.get("Id", ""), one.get("AccountId", "")
        if account.isdecimal() and account != "0":
            who.accounts[user] = account
        if actor := who.who(user):
            rows.call(actor, one.get("DisplayName", ""))
        return
    is_post = name == POSTS
    kind = KINDS.get(one.get("PostTypeId", "")) if is_post else "replied"
    actor, at = who.who(one.get("OwnerUserId" if is_post else "UserId", "")), instant(one.get("CreationDate"))
    if kind is None or actor is None:
        return  # no question, answer or remark; or an account that is gone wrote it
    if at is None or not one.get("Id", "").isdecimal():
        rows.reject(number, "the row has no number, or no time", {key: text[:200] for key, text in one.items()})
        return
    if not is_post:
        post = one.get("PostId", "")
        rows.say(f"comment {one['Id']}", at, actor, kind, object=f"post {post}", in_reply_to=f"post {post}",
                 text=one.get("Text", ""), cells={"score": one.get("Score")})  # fmt: skip
        return
    question = one.get("ParentId", "") if kind == "answered" else one["Id"]
    text = f"{one.get('Title', '')}\n\n{words(one.get('Body', ''))}".strip()
    rows.say(f"post {one['Id']}", at, actor, kind, object=f"post {question}", text=text,
             in_reply_to=f"post {question}" if kind == "answered" else None,
             cells={"score": one.get("Score"), "tags": one.get("Tags")})  # fmt: skip


SOURCE = Source(StackExchange, lambda _: ("interaction_id",), read)
