"""Client libraries as they are, told of another address alone: whatever each sends arrives once, rightly attributed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import served
from ziggurat.workspace import Workspace

FLUSH = 1_000
SECONDS = 60


class Served:
    """A server on a workspace, and the key that a library is given."""

    def __init__(self, folder: Any) -> None:
        self.space = Workspace.create(folder)
        self.key = self.space.make_key("web")
        self.home = ""

    def wait(self, count: int) -> None:
        """Wait until that many interactions are in the figures, which the server sees to by itself."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if self.space.derived.manifest() and self.space.derived.counts()["interactions"] >= count:
                return
            time.sleep(0.2)
        raise AssertionError(f"{count} interactions are not there: {self.space.imports()}")

    def rows(self, query: str) -> list[dict[str, Any]]:
        return self.space.sql(query).to_pylist()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    found = Served(tmp_path_factory.mktemp("clients") / "space")
    with served(found.space.folder) as home:
        found.home = home
        yield found


def segment(server: Served, errors: list[Any]) -> Any:
    module = pytest.importorskip("segment.analytics.client", reason="the library of Segment is not installed")
    return module.Client(server.key, host=server.home, on_error=lambda *said: errors.append(said), gzip=True)


def rudder(server: Served, errors: list[Any]) -> Any:
    module = pytest.importorskip("rudderstack.analytics.client", reason="the library of RudderStack is not installed")
    return module.Client(server.key, host=server.home, on_error=lambda *said: errors.append(said))


@pytest.mark.parametrize("library", [segment, rudder])
def test_libraries_of_segment_s_protocol(server: Served, library: Callable[..., Any]) -> None:
    errors: list[Any] = []
    client, name = library(server, errors), library.__name__
    before = len(server.rows("FROM interactions")) if server.space.derived.manifest() else 0
    ana = {"user_id": f"{name} ana", "anonymous_id": f"{name}-browser"}
    client.identify(**ana, traits={"email": f"{name}@x.org", "name": f"Ana {name}"})
    client.track(**ana, event="Order Completed", properties={"order_id": "o1", "total": 12.5})
    client.page(
        **ana, category="Shop", name="Home", properties={"url": "https://x.org/?utm_source=bing&utm_medium=cpc"}
    )
    client.screen(**ana, name="Start")
    client.group(user_id=f"{name} ana", group_id="acme", traits={"name": "Acme"})
    client.alias(previous_id=f"{name} before", user_id=f"{name} ana")
    for number in range(FLUSH):
        client.track(user_id=f"{name} bob", event="Product Viewed", properties={"product_id": f"p{number}"})
    client.flush()
    client.join()
    assert errors == []
    server.wait(before + FLUSH + 3)
    rows = server.rows(f"FROM interactions WHERE actor LIKE 'user:{name}%'")
    assert len(rows) == len({row["interaction_id"] for row in rows}) == FLUSH + 3
    seen = Counter(row["object"] for row in rows if row["actor"] == f"user:{name} bob")
    assert seen == Counter({f"p{number}": 1 for number in range(FLUSH)})
    told = {(row["kind"], row["channel"], row["amount"]) for row in rows if row["actor"] == f"user:{name} ana"}
    assert told == {("purchased", "web", 12.5), ("visited", "paid search", None), ("visited", "app", None)}
    (person,) = server.rows(f"FROM people WHERE name = 'Ana {name}'")
    assert set(person["identities"]) >= {
        f"user:{name} ana", f"anon:{name}-browser", f"email:{name}@x.org", f"user:{name} before",
    }  # fmt: skip
    assert '"company":"Acme"' in person["traits"].replace(" ", "")
    assert server.space.rejected()["total"] == 0


def test_the_library_of_posthog(server: Served) -> None:
    module = pytest.importorskip("posthog", reason="the library of PostHog is not installed")
    errors: list[Any] = []
    client = module.Posthog(server.key, host=server.home, gzip=True, on_error=lambda *said: errors.append(said))
    before = len(server.rows("FROM interactions")) if server.space.derived.manifest() else 0
    client.set(distinct_id="cleo", properties={"email": "cleo@x.org", "name": "Cleo"})
    client.capture("Order Completed", distinct_id="cleo", properties={"total": 7})
    client.alias(previous_id="cleo", distinct_id="cleo 2")
    client.group_identify("company", "acme", {"name": "Acme"}, distinct_id="cleo")
    for number in range(FLUSH):
        client.capture("Product Viewed", distinct_id="dora", properties={"product_id": f"p{number}"})
    client.flush()
    client.shutdown()
    assert errors == []
    server.wait(before + FLUSH + 1)
    rows = server.rows("FROM interactions WHERE actor IN ('user:cleo', 'user:dora')")
    seen = Counter(row["object"] for row in rows if row["actor"] == "user:dora")
    assert seen == Counter({f"p{number}": 1 for number in range(FLUSH)})
    assert [row["amount"] for row in rows if row["actor"] == "user:cleo"] == [7.0]
    (person,) = server.rows("FROM people WHERE name = 'Cleo'")
    assert set(person["identities"]) >= {"user:cleo", "email:cleo@x.org", "user:cleo 2"}
    assert '"company":"Acme"' in person["traits"].replace(" ", "")
    assert server.space.rejected()["total"] == 0
