"""Who wrote, and who reviewed, the commits of a git repository? Read by one `git log`.

A commit is a contribution of its author, on the day on which it was written. Trailers say who else had a part in it:
`Co-authored-by` and its like contributed too, `Reviewed-by` and its like reviewed, towards the author. What an
assistant helped with stays its author's, and says so. `.mailmap` tells which addresses are one person's.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa

from ziggurat.base import schema
from ziggurat.base.errors import SourceError
from ziggurat.sources.batch import Batch
from ziggurat.sources.identity import normalise
from ziggurat.sources.outside import PathText, SystemSettings
from ziggurat.sources.place import local
from ziggurat.sources.source import Part, Pull, Source

BATCH_COMMITS = 20_000
CHUNK = 1 << 20  # bytes
LONGEST = 2_000  # letters of a subject that are kept
FIELDS = ("%H", "%at", "%ae", "%aE", "%aN", "%s", "%(trailers:only,unfold)")
LATEST = 253_402_300_800  # seconds; the year 10000
PARTS = {
    "co-authored-by": "contributed",
    "co-developed-by": "contributed",
    "suggested-by": "contributed",
    "reported-by": "contributed",
    "helped-by": "contributed",
    "reviewed-by": "reviewed",
    "acked-by": "reviewed",
    "tested-by": "reviewed",
}
HELPED = ("assisted-by", "generated-by")  # trailers that name an assistant and no person
# Addresses under which assistants put themselves beside an author; a first name alone never tells.
ASSISTANTS = (
    "noreply@anthropic.com", "copilot@github.com", "cursoragent@cursor.com", "aider@aider.chat", "noreply@aider.chat",
    "+copilot@users.noreply.github.com", "[bot]@users.noreply.github.com",
)  # fmt: skip
ACCOUNT = "@users.noreply.github.com"  # behind the number and the name of an account


class Git(SystemSettings, frozen=True, tag="git"):
    """Which commits.

    repository: the folder of a repository, or of a mirror of one. branch: a branch, a tag or any other name of a
    commit; its history is read. merges: whether merges count as contributions.
    """

    repository: PathText = ""
    branch: str = "HEAD"
    merges: bool = False


@dataclass
class Rows:
    """What some commits say, as rows of the tables of the log."""

    source: str
    received_at: datetime
    repository: str
    interactions: list[dict[str, Any]] = field(default_factory=list)
    links: set[tuple[str, str, str]] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def take(self, number: int, values: list[str]) -> None:
        """Read one commit, the `number`th of those that are read."""
        commit, seconds, raw, address, name, subject, trailers = values
        author = person(address, name)
        at = instant(seconds)
        if author is None or at is None:
            why = "names no author" if author is None else f"was written at '{seconds[:40]}', which is no time"
            row = {"commit": commit, "at": seconds, "email": raw, "name": name, "subject": subject[:LONGEST]}
            self.rejected.append(
                {"source": self.source, "file": self.repository, "line": number, "reason": f"the commit {why}",
                 "row": json.dumps(row, ensure_ascii=False)}
            )  # fmt: skip
            return
        self.meet(author, name, raw, address)
        others, helpers = read_trailers(trailers)
        about = {"at": at, "object": self.repository, "text": subject[:LONGEST] or None}
        helped = {"properties": json.dumps({"assisted_by": ", ".join(helpers)}, ensure_ascii=False)} if helpers else {}
        self.interactions.append({**about, **helped, "interaction_id": commit, "actor": author, "kind": "contributed"})
        for other, (kind, title) in others.items():
            if other == author:
                continue
            self.meet(other, title)
            towards = {"counterpart": author, "in_reply_to": commit} if kind == "reviewed" else {}
            more = {"interaction_id": f"{commit} {kind} {other}", "actor": other, "kind": kind}
            self.interactions.append({**about, **towards, **more, "text": None})

    def meet(self, identity: str, name: str, *addresses: str) -> None:
        """Note what a person is called, and under which other addresses the same person writes."""
        if name.strip():
            self.names[identity] = name.strip()
        for address in addresses:
            other = normalise("email", address)
            if other is not None and other != identity:
                self.links.add((other, identity, "mailmap"))
        account = account_of(identity)
        if account is not None:
            self.links.add((identity, account, "the address names the account"))

    def batch(self, read: float) -> Batch:
        """Return them as they go into the log."""
        common = {"source": self.source, "received_at": self.received_at, "channel": "git"}
        told = {"source": self.source, "at": self.received_at}
        links = [{"a": a, "b": b, "evidence": why, **told} for a, b, why in sorted(self.links)]
        traits = [{"identity": one, "trait": "name", "value": name, **told} for one, name in self.names.items()]
        tables = {
            "interactions": [common | row for row in self.interactions],
            "links": links,
            "traits": traits,
            "rejected": self.rejected,
        }
        made = {name: pa.Table.from_pylist(rows, schema.LOGGED[name]) for name, rows in tables.items() if rows}
        return Batch(made, read)


@lru_cache(1 << 16)
def person(address: str, name: str) -> str | None:
    """Return the identity of whoever an address is of, or a name where there is no address."""
    return normalise("email", address) or normalise("git", name)


def account_of(identity: str) -> str | None:
    """Return the account that an address of GitHub's stands for.

    >>> account_of("email:123+ana@users.noreply.github.com"), account_of("email:ana@example.org")
    ('github:ana', None)
    """
    if not identity.endswith(ACCOUNT):
        return None
    name = identity.removeprefix("email:").removesuffix(ACCOUNT).rpartition("+")[2]
    return normalise("github", name)


def instant(seconds: str) -> datetime | None:
    """Return a time that git tells in seconds since 1970; None where it is none."""
    if not seconds.isdecimal() or int(seconds[:15]) >= LATEST:
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def read_trailers(text: str) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Return who else had a part in a commit: identity → kind and name; and which assistants helped.

    >>> read_trailers("Reviewed-by: Bo <bo@x.org>\\nAssisted-by: a model")
    ({'email:bo@x.org': ('reviewed', 'Bo')}, ['a model'])
    """
    people: dict[str, tuple[str, str]] = {}
    helpers: list[str] = []
    for line in text.splitlines():
        key, _, value = line.partition(":")
        key, value = key.strip().lower(), value.strip()[:LONGEST]
        name, _, address = value.rstrip(">").rpartition("<")
        if key in HELPED or (key in PARTS and address.strip().lower().endswith(ASSISTANTS)):
            helpers.append(name.strip() or value)
        elif key in PARTS and name:
            other = normalise("email", address)
            if other is not None:
                people.setdefault(other, (PARTS[key], name.strip().strip('"')))
    return people, list(dict.fromkeys(helpers))


def read(settings: Git, pull: Pull) -> Iterator[Part]:
    """Read the commits since the last that was read; all of them where history was written anew.

    Raises: SourceError if there is no such repository or branch, or git isn't installed.
    """
    folder = local(settings.repository, pull, "repository")
    if not settings.repository:
        raise SourceError(f'[sources.{pull.source}] names no `repository`; add its folder, as repository = "../site".')
    head = ask(folder, pull.source, "rev-parse", "--verify", "--end-of-options", f"{settings.branch}^{{commit}}")
    last = pull.cursor.get("commit")
    if last == head:
        return
    known = last is not None and continues(folder, last, head)
    span = [f"{last}..{head}"] if known else [head]
    kept = [] if settings.merges else ["--no-merges"]
    total = int(ask(folder, pull.source, "rev-list", "--count", *kept, *span))
    name = folder.resolve().name.removesuffix(".git")
    yield Part(name, batches(folder, pull, name, [*kept, *span], total), {"commit": head}, whole=not known)


def batches(folder: Path, pull: Pull, name: str, chosen: list[str], total: int) -> Iterator[Batch]:
    """Read commits, the oldest first."""
    words = ["log", "-z", "--reverse", "--no-show-signature", "--no-notes", f"--format={'%x00'.join(FIELDS)}", *chosen]
    with running(folder, pull.source, words) as stream:
        values = texts(stream)
        rows = Rows(pull.source, pull.received_at, name)
        for done, commit in enumerate(values, 1):
            rows.take(done, [commit, *islice(values, len(FIELDS) - 1)])
            if done % BATCH_COMMITS == 0:
                yield rows.batch(min(done / max(total, 1), 1.0))
                rows = Rows(pull.source, pull.received_at, name)
        yield rows.batch(1.0)


def texts(stream: IO[bytes]) -> Iterator[str]:
    """Read what is divided by zero bytes."""
    left = b""
    while chunk := stream.read(CHUNK):
        *whole, left = (left + chunk).split(b"\0")
        for one in whole:
            yield one.decode("utf-8", "replace")


def command(folder: Path, *words: str) -> list[str]:
    """Write a command of git that asks nobody and runs nothing that a repository names."""
    quiet = ("core.fsmonitor=false", "log.showSignature=false", "i18n.logOutputEncoding=UTF-8", "core.quotePath=false")
    return ["git", "--no-pager", *(word for one in quiet for word in ("-c", one)), "-C", str(folder), *words]


def surroundings() -> Mapping[str, str]:
    """Return the environment in which git runs."""
    own = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    left = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY")
    return {name: value for name, value in os.environ.items() if name not in left} | own


@contextmanager
def running(folder: Path, source: str, words: list[str]) -> Iterator[IO[bytes]]:
    """Run git and give what it writes. Raises: SourceError if it ends with an error."""
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(  # noqa: S603 - no shell, and what is named is no option
                command(folder, *words), env=surroundings(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=errors,
            )  # fmt: skip
        except FileNotFoundError as error:
            raise SourceError(f"[sources.{source}] is read by git, which is not installed here; install it.") from error
        with process:
            try:
                yield cast(IO[bytes], process.stdout)
            except BaseException:
                process.kill()
                raise
            if process.wait():
                errors.seek(0)
                said = errors.read(1_000).decode("utf-8", "replace").strip().splitlines()
                raise SourceError(
                    f"[sources.{source}]: git can't read {folder}: {' '.join(said) or 'it said no more.'}"
                )


def ask(folder: Path, source: str, *words: str) -> str:
    """Return the one line that git answers with. Raises: SourceError if it ends with an error."""
    with running(folder, source, list(words)) as stream:
        return stream.read(CHUNK).decode("utf-8", "replace").strip()


def continues(folder: Path, last: str, head: str) -> bool:
    """Say whether one commit follows from another, so that only what came since need be read."""
    words = command(folder, "merge-base", "--is-ancestor", "--end-of-options", last, head)
    done = subprocess.run(  # noqa: S603 - no shell, and what is named is no option
        words, check=False, capture_output=True, env=surroundings(), stdin=subprocess.DEVNULL
    )
    return done.returncode == 0


SOURCE = Source(Git, lambda _: ("interaction_id",), read)
