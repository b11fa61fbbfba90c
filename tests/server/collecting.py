"""A client of a collector, for tests: it sends, and reads what came of it."""

from __future__ import annotations

import base64
import json

from tests.server.conftest import Browser
from ziggurat.server.app import create_collector

SITE = "https://shop.example.org"
TRACK = {"type": "track", "userId": "u1", "event": "Signed In", "messageId": "m1"}


class Client:
    """Sends to a collector, and reads what came of it."""

    def __init__(self, space, app=None, root=""):
        self.space, self.root = space, root
        self.app = app or create_collector([space])
        self.key = space.make_key("web", origins=[SITE])
        self.browser = Browser(self.app)

    def send(self, path, body, *, key="", method="POST", **headers):
        key = self.key if key == "" else key
        basic = {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()} if key else {}
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {**basic, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.browser.ask(method, self.root + path, content=content, headers=headers)

    def rows(self, table="interactions"):
        """What is in the log now, after whatever waits was taken up."""
        for each in self.space.load():
            assert each["source"] == "web"
        return [
            {name: value for name, value in row.items() if value is not None}
            for row in self.space.sql(f"FROM {table}").to_pylist()
        ] if self.space.imports() and self.space.refresh() else []  # fmt: skip
