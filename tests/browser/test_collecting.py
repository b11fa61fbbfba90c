"""A page of a site sends by our script, and the pages of Ziggurat show it as it arrives, without being loaded again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, expect

from tests.browser.conftest import served
from ziggurat.workspace import Workspace

SOON = 30_000  # ms
PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"  # no headless one


@contextmanager
def site(page: list[str]) -> Iterator[str]:
    """Serve a page of another site, as the list then has it; yield its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write("".join(page).encode())

        def log_message(self, *said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_page_sends_by_our_script_and_what_arrives_is_seen(chromium: Browser, tmp_path) -> None:
    space = Workspace.create(tmp_path / "space")
    with served(space.folder) as home, site(pasted := ["<!doctype html><title>Shop</title>"]) as shop:
        key = space.make_key("web", origins=[shop])
        ours, theirs = chromium.new_context(), chromium.new_context(user_agent=PERSON)
        watching, page = ours.new_page(), theirs.new_page()
        watching.goto(f"{home}/sources")
        expect(watching.locator("[data-live]")).to_contain_text("Nothing was sent")
        pasted += [
            '<script>window.ziggurat = {q: [["identify", "ana", {email: "ana@x.org"}]]}</script>',
            f'<script async src="{home}/v1/snippet.js" data-key="{key}"></script>',
        ]
        page.goto(shop + "/?utm_source=google&utm_medium=cpc&utm_campaign=spring")
        page.wait_for_function("!!(window.ziggurat && window.ziggurat.track)")
        page.evaluate("ziggurat.track('Order Completed', {order_id: 'o1', total: 5})")
        expect(watching.locator("[data-live]")).to_contain_text("Order Completed", timeout=SOON)
        assert page.evaluate("document.cookie") == ""
        assert theirs.cookies() == []
        watching.get_by_role("button", name="Hold still").click()
        for _ in range(100):
            if space.derived.manifest() and space.derived.counts()["interactions"] == 2:
                break
            watching.wait_for_timeout(200)
        rows = {row["kind"]: row for row in space.sql("FROM interactions").to_pylist()}
        assert (rows["visited"]["channel"], rows["visited"]["activity"]) == ("paid search", "spring")
        assert (rows["purchased"]["actor"], rows["purchased"]["amount"]) == ("user:ana", 5)
        assert rows["visited"]["actor"] == "user:ana"
        assert space.sql("FROM acted").num_rows == 0
        (person,) = space.sql("SELECT person_id FROM people").to_pylist()
        watching.goto(f"{home}/people/{person['person_id']}")
        expect(watching.locator("main")).to_contain_text("2 interactions")
        watching.evaluate("document.title = 'not loaded again'")
        page.evaluate("ziggurat.track('Product Viewed', {product_id: 'p1'})")
        expect(watching.locator("main")).to_contain_text("3 interactions", timeout=SOON)
        assert watching.title() == "not loaded again"
        silent = chromium.new_context()
        silent.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
        sent: list[str] = []
        quiet = silent.new_page()
        quiet.on("request", lambda request: sent.append(request.url))
        quiet.goto(shop)
        quiet.wait_for_function("!!(window.ziggurat && window.ziggurat.track)")
        quiet.evaluate("ziggurat.track('Order Completed', {})")
        quiet.wait_for_timeout(800)
        assert [url for url in sent if "/v1/batch" in url] == []
        for context in (ours, theirs, silent):
            context.close()
