"""What does a visitor do while the server is killed? Uploads, imports, takes back, and believes what the pages say."""

from __future__ import annotations

import html
import json
import random
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.log import at_work, kills

DONE, FAILED = "<b>Done.</b>", "<b>It did not work.</b>"


class Visitor:
    """Somebody at a browser."""

    def __init__(self, port: int, notes: Path, name: str) -> None:
        home = f"http://127.0.0.1:{port}"
        self.client = httpx.Client(base_url=home, headers={"origin": home}, timeout=60, trust_env=False)
        self.notes, self.name = notes, name

    def note(self, what: dict[str, Any]) -> None:
        """Write a note."""
        with self.notes.open("ab", buffering=0) as file:
            file.write(json.dumps(what).encode() + b"\n")

    def work(self) -> None:
        """Import a file and take it back, without end. Raises: httpx.HTTPError once nobody answers."""
        number = 0
        while True:
            number += 1
            path = self.notes.parent / f"{self.name}.{number}.csv"
            ids = at_work.rows(path.stem)
            at_work.write(path, ids)
            self.note({"begun": {"file": path.name, "ids": ids}})
            self.done({"file": path.name, "ids": ids}, self.bring(path))
            if number % 2:
                self.note({"begun": {"undone": path.name}})
                self.done({"undone": path.name}, self.client.post(self.undo(path.name)))

    def bring(self, path: Path) -> httpx.Response:
        """Upload a file and import it as the form proposes."""
        place = self.client.post("/data/uploads", files={"file": (path.name, path.read_bytes())}).headers["location"]
        shown = self.client.get(place).text
        form = dict(re.findall(r'<input(?: type="hidden")?[^>]* name="([^"]*)" value="([^"]*)"', shown))
        for name, body in re.findall(r'<select[^>]* name="([^"]*)">(.*?)</select>', shown, flags=re.DOTALL):
            chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', body)
            form[name] = (chosen[1] or chosen[2]) if chosen else ""
        return self.client.post(place, data={**form, "source": "served", "do": "import"})

    def undo(self, file: str) -> str:
        """Return the address that takes back the import of a file."""
        rows = re.findall(r"<tr.*?</tr>", self.client.get("/data").text, flags=re.DOTALL)
        own = next(row for row in rows if html.escape(file) in row)
        return re.findall(r'action="(/data/imports/\d+/undo)"', own)[0]

    def done(self, what: dict[str, Any], begun: httpx.Response) -> None:
        """Wait until the page of a piece of work says that it is done, and note it."""
        if begun.status_code != 303:
            self.note({"failed": f"{what}: answered with {begun.status_code} {begun.text[-500:]}"})
            return
        while True:
            shown = self.client.get(begun.headers["location"]).text
            if FAILED in shown:
                self.note({"failed": f"{what}: {shown[-900:]}"})
                return
            if DONE in shown:
                self.note({"done": what})
                return
            time.sleep(0.02)


def attack(folder: Path, number: int, chance: random.Random) -> Iterator[str]:
    """Serve a workspace to a visitor and kill the server at work; yield what failed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    notes = folder / "served.notes"
    process = kills.PROCESSES.Process(target=at_work.server, args=(folder / "space", notes, port), daemon=True)
    process.start()
    visitor = Visitor(port, notes, f"served-{number}")

    def visit() -> None:
        until = time.monotonic() + kills.PATIENCE
        while time.monotonic() < until:
            try:
                visitor.client.get("/health")
                break
            except httpx.TransportError:
                time.sleep(0.02)
        try:
            visitor.work()
        except (httpx.TransportError, KeyError):
            return  # it was killed

    thread = threading.Thread(target=visit)
    thread.start()
    kills.killed(process, notes, chance)
    thread.join(kills.PATIENCE)
    yield from (one for one in [kills.left(process)] if one)
