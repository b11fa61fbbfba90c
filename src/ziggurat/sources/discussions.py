"""Who asks, answers and remarks in the discussions of a repository on GitHub? Those that changed, the last first.

Source: GitHub GraphQL API documentation, *Using the GraphQL API for Discussions*: a discussion has comments, each of
these has replies, and one of them may be its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from ziggurat.base.errors import SourceError
from ziggurat.sources import secret
from ziggurat.sources.api import Client, instant
from ziggurat.sources.identity import normalise
from ziggurat.sources.rows import Rows
from ziggurat.sources.typed import elements

PAGE = 50
SAID = "id body createdAt author { login __typename }"
INNER = f"pageInfo {{ endCursor hasNextPage }} nodes {{ {SAID} }}"
OUTER = f"pageInfo {{ endCursor hasNextPage }} nodes {{ {SAID} isAnswer replies(first: {PAGE}) {{ {INNER} }} }}"
LIST = f"""query($owner: String!, $name: String!, $after: String) {{ repository(owner: $owner, name: $name) {{
 discussions(first: 20, after: $after, orderBy: {{field: UPDATED_AT, direction: DESC}}) {{
  pageInfo {{ endCursor hasNextPage }}
  nodes {{ {SAID} number title updatedAt category {{ name }} comments(first: {PAGE}) {{ {OUTER} }} }} }} }} }}"""
COMMENTS = f"""query($id: ID!, $after: String) {{ node(id: $id) {{ ... on Discussion {{
 comments(first: {PAGE}, after: $after) {{ {OUTER} }} }} }} }}"""
REPLIES = f"""query($id: ID!, $after: String) {{ node(id: $id) {{ ... on DiscussionComment {{
 replies(first: {PAGE}, after: $after) {{ {INNER} }} }} }} }}"""
LOCKED = "reads discussions, for which GitHub asks for a `token`; name one, or leave `discussions` out."


class Author(msgspec.Struct):
    """An account. kind: that it is software's (`Bot`), or what else."""

    login: str = ""
    kind: str = msgspec.field(default="User", name="__typename")


class Turn(msgspec.Struct):
    """Where the next page is."""

    endCursor: str | None = None
    hasNextPage: bool = False


class Nodes(msgspec.Struct):
    """A page of a list."""

    nodes: list[msgspec.Raw] = []
    pageInfo: Turn = msgspec.field(default_factory=Turn)


class Said(msgspec.Struct):
    """A discussion, a comment or a reply. comments, replies: the first page of those beneath."""

    id: str
    body: str = ""
    createdAt: str = ""
    author: Author | None = None
    number: int = 0
    title: str = ""
    updatedAt: str = ""
    category: dict[str, Any] | None = None
    isAnswer: bool = False
    comments: Nodes = msgspec.field(default_factory=Nodes)
    replies: Nodes = msgspec.field(default_factory=Nodes)


class Repository(msgspec.Struct):
    """A repository, of which its discussions are asked for; or a discussion, or a comment, of which those beneath."""

    discussions: Nodes = msgspec.field(default_factory=Nodes)
    comments: Nodes = msgspec.field(default_factory=Nodes)
    replies: Nodes = msgspec.field(default_factory=Nodes)


class Data(msgspec.Struct):
    """What was asked for."""

    repository: Repository | None = None
    node: Repository | None = None


class Answer(msgspec.Struct):
    """What GitHub says."""

    data: Data | None = None
    errors: list[dict[str, Any]] = []


class Discussions:
    """The discussions of a repository, as `newest` reads a list. name: its own, as `owner/name`."""

    def __init__(self, client: Client, name: str) -> None:
        self.client, self.name = client, name
        self.address = f"{client.url.removesuffix('/v3')}/graphql"

    def ask(self, query: str, **variables: Any) -> Data:
        """Ask a question. Raises: SourceError if GitHub does not answer it."""
        said = self.client.post(self.address, {"query": query, "variables": variables}, Answer)
        if said.errors or said.data is None:
            words = "; ".join(str(one.get("message", "")) for one in said.errors)[:300]
            raise SourceError(f"{self.client.where} can't answer: {secret.hide(words, *self.client.secrets)}")
        return said.data

    def page(self, place: str | None, rows: Rows) -> tuple[list[datetime], str | None]:
        """Read a page of discussions, with all that was said in them; and return when each changed last."""
        owner, _, name = self.name.partition("/")
        found = self.ask(LIST, owner=owner, name=name, after=place).repository
        page = found.discussions if found else Nodes()
        times = []
        for _, one in elements(page.nodes, Said, rows, "discussions"):
            if (changed := instant(one.updatedAt)) is not None:
                times.append(changed)
            self.take(rows, one)
        return times, page.pageInfo.endCursor if page.pageInfo.hasNextPage else None

    def take(self, rows: Rows, one: Said) -> None:
        """Note a discussion, its comments and their replies."""
        thread = f"{self.name} discussion {one.number}"
        kind = (one.category or {}).get("name")
        say(
            rows,
            one,
            thread,
            "posted",
            thread,
            None,
            text=f"{one.title}\n\n{one.body}".strip(),
            cells={"category": kind},
        )
        for comment in self.beneath(rows, one, one.comments, COMMENTS, lambda found: found.comments):
            name = f"{thread} {comment.id}"
            say(rows, comment, name, "answered" if comment.isAnswer else "replied", thread, thread)
            for reply in self.beneath(rows, comment, comment.replies, REPLIES, lambda found: found.replies):
                say(rows, reply, f"{thread} {reply.id}", "replied", thread, name)

    def beneath(
        self, rows: Rows, above: Said, page: Nodes, query: str, of: Callable[[Repository], Nodes]
    ) -> Iterator[Said]:
        """Yield what was said beneath something, page by page. page: the first of them."""
        while True:
            for _, one in elements(page.nodes, Said, rows, "discussions"):
                yield one
            if not page.pageInfo.hasNextPage:
                return
            found = self.ask(query, id=above.id, after=page.pageInfo.endCursor).node
            page = of(found) if found else Nodes()


def say(rows: Rows, one: Said, name: str, kind: str, thread: str, parent: str | None, **columns: Any) -> None:
    """Note what somebody said; nothing of an account that is gone."""
    actor = normalise("github", one.author.login) if one.author else None
    at = instant(one.createdAt)
    if actor is None or one.author is None:
        return
    if at is None:
        rows.reject(1, "it says no time at which it was written", {"id": one.id})
        return
    if one.author.kind == "Bot":
        rows.call(actor, "yes", "bot")
    rows.say(name, at, actor, kind, object=thread, in_reply_to=parent, **({"text": one.body} | columns))
