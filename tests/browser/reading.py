"""What is wrong with a page? It has four looks: on paper and at night, on a desk and on a phone.

Read means: axe-core objects to nothing, the page is no wider than its window, the browser complains of nothing and asks
no other host. axe-core's rules are its own, the WCAG 2.2 AA ones and its best practices; none is left out, and the size
of targets, which it leaves out unless asked, is taken in. Whatever a page folds away is unfolded first. Of a long table
or list the first rows are read, which are written by the same lines of a template as all that follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
Look = tuple[Literal["light", "dark"], int]
# Each differs from the one before in one thing, which is all that the page then has to do anew.
LOOKS: list[Look] = [("light", 1280), ("light", 360), ("dark", 360), ("dark", 1280)]
READ = """async () => {
  const more = [["tbody > tr:nth-child(n+9)"], ["li:nth-child(n+9)"]];
  const { violations } = await axe.run({ exclude: more }, {
    resultTypes: ["violations"], rules: { "target-size": { enabled: true } },
  });
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)}`));
}"""
UNFOLD = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
MARKED_UP = READ.replace("rules: {", 'rules: { "color-contrast": { enabled: false },')  # colours take most of the time
FORGET = "document.querySelectorAll('.drawing.done').forEach((each) => each.classList.remove('done'))"


@dataclass
class Reader:
    """A window in which pages are read, one after the other; starting one takes longer than reading a page."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self.said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self.asked)

    def said(self, line: ConsoleMessage) -> None:
        """Note what the browser complains of; that a page itself says what is wrong (404) is nothing wrong with it."""
        itself = line.text.startswith("Failed to load resource") and line.location["url"] == self.page.url
        if line.type in ("error", "warning") and not itself:
            self.complaints.append(line.text)

    def asked(self, request: Request) -> None:
        """Note what is asked of any other host."""
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):
            self.complaints.append(f"asks {request.url}")

    def read(self, address: str, looks: Sequence[Look] = LOOKS, how: str = READ) -> list[str]:
        """Open a page, wait until all of it is there, and return what is wrong with it in any look.

        how: MARKED_UP leaves colours out, which are the same whatever is written in a page.
        """
        self.page.goto("about:blank")  # so that the page before is not drawn anew in the first look
        self.complaints.clear()
        self.look(looks[0])
        self.page.goto(address)
        worked_out(self.page)
        return self.again(looks, how)

    def again(self, looks: Sequence[Look] = LOOKS, how: str = READ) -> list[str]:
        """Return what is wrong with the page that is open."""
        found = []
        expect(self.page.locator("[data-load]")).to_have_count(0, timeout=60_000)
        for look in looks:
            self.look(look)
            expect(self.page.locator("main[aria-busy=true]")).to_have_count(0, timeout=60_000)  # it is faded meanwhile
            drawn(self.page)
            self.page.evaluate(UNFOLD)
            found += [f"{look[0]}, {look[1]}: {line}" for line in [*self.page.evaluate(how), *self.overflow()]]
        return [*found, *self.complaints]

    def glance(self, address: str, look: Look) -> list[str]:
        """Open a page and return what is wrong with it at once: axe-core, which takes longest, is not asked."""
        self.complaints.clear()
        self.look(look)
        self.page.goto(address)
        worked_out(self.page)
        drawn(self.page)
        return [*self.overflow(), *self.complaints]

    def overflow(self) -> list[str]:
        """Say whether the page is wider than its window."""
        wide, window = self.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        return [f"the page is {wide} pixels wide"] if wide > window else []

    def look(self, look: Look) -> None:
        """Turn the lights on or off, and make the window as wide as is asked."""
        if self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") != (look[0] == "dark"):
            self.page.evaluate(FORGET)  # charts are drawn anew then
            self.page.emulate_media(color_scheme=look[0])
        self.page.set_viewport_size({"width": look[1], "height": 900})


@contextmanager
def window(browser: Browser) -> Iterator[Reader]:
    """Open a window to read in. The pages' own policy holds in it: axe-core is put there by the browser."""
    context = browser.new_context(color_scheme="light")
    context.add_init_script(AXE)
    yield Reader(context.new_page())
    context.close()


def worked_out(page: Page) -> None:
    """Wait until what takes seconds, and is begun by the page's own script, is there."""
    expect(page.locator("main form[data-begin], main [data-job]")).to_have_count(0, timeout=60_000)


def drawn(page: Page) -> None:
    """Wait until every chart of a page is drawn.

    Not by a function that says so: it would be text to evaluate, which the pages' policy forbids.
    """
    expect(page.locator("figure[data-chart]:not(:has(.done svg))")).to_have_count(0, timeout=30_000)
