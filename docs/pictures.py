"""Take the pictures of the README again, from the demo's workspaces: python docs/pictures.py

Needs the dependencies of development and a chromium; makes demo/ and demo-community/ if they aren't there.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

from ziggurat import demo
from ziggurat.workspace import Workspace

ROOT = Path(__file__).parents[1]
LARGEST = 200_000  # bytes of a picture
HEIGHTS = {"home": 745}  # of a window with much text in it
PATIENCE = 60  # seconds until the server answers


def main() -> None:
    shop, community = ROOT / "demo", ROOT / "demo-community"
    demo.prepare(shop)
    demo.prepare_community(community)
    household = Workspace.open(shop).find("household:1")
    pages = {
        shop: {"pyramid": "/pyramid?at=2017-12-31&since=2017-09-30", "person": f"/people/{household}"},
        community: {"home": "/?days=30"},
    }
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        view = browser.new_page(color_scheme="light")
        for folder, paths in pages.items():
            with served(folder) as home:
                for name, path in paths.items():
                    take(view, home + path, name)
        browser.close()


def take(view: Page, address: str, name: str) -> None:
    """Take one picture, of as much of a page as the window shows."""
    view.set_viewport_size({"width": 1200, "height": HEIGHTS.get(name, 980)})
    view.goto(address, wait_until="networkidle")
    picture = ROOT / "docs" / "pictures" / f"{name}.png"
    view.screenshot(path=picture)
    size = picture.stat().st_size
    print(f"{picture.relative_to(ROOT)}: {size:,} bytes")
    if size > LARGEST:
        sys.exit(f"{picture.name} is too large; make the window smaller")


def chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return found or sys.exit("no chromium here; install one and try again")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a workspace on a free port; yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "ziggurat", "-C", str(folder), "serve", "--port", str(port)]
    server = subprocess.Popen(command)  # noqa: S603 (nothing in it comes from outside)
    home = f"http://127.0.0.1:{port}"
    try:
        for _ in range(PATIENCE * 10):
            try:
                httpx.get(f"{home}/health")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield home
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
