"""Is everything documented? Exits with 1 and says what is missing; `make check` runs it.

Every study, command, option and source has its page, every shipped ladder stands in ladders.md, every public name of
the library has a docstring and stands in library.md, every page can be reached from index.md, and no link is broken.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

import ziggurat
from ziggurat.catalogue import STUDIES
from ziggurat.cli.app import app
from ziggurat.levels.ladder import SHIPPED
from ziggurat.sources import systems
from ziggurat.sources.files import READERS

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
OTHER_SOURCES = ("mapping",)  # beside the readers of files, and the types of sources


def missing(root: Path = ROOT) -> list[str]:
    """Return everything that is missing or broken, in words."""
    return [*pages(root), *commands(root), *ladders(root), *library(root), *links(root), *unreachable(root)]


def text(path: Path) -> str:
    return path.read_text("utf-8") if path.is_file() else ""


def pages(root: Path) -> Iterator[str]:
    wanted = {"studies": STUDIES, "sources": [*READERS, *systems.names(), *OTHER_SOURCES]}
    for folder, names in wanted.items():
        for name in names:
            if not (root / "docs" / folder / f"{name}.md").is_file():
                yield f"docs/{folder}/{name}.md: there is no such page."


def commands(root: Path) -> Iterator[str]:
    for name, command in typer.main.get_command(app).commands.items():
        page = text(root / "docs" / "commands" / f"{name}.md")
        if not page:
            yield f"docs/commands/{name}.md: there is no such page."
            continue
        if not page.startswith(f"# {name}\n\n{command.help}\n"):
            yield f"docs/commands/{name}.md: must begin with '# {name}' and the command's help: {command.help}"
        wanted = [option for each in command.params for option in each.opts if option.startswith("--")]
        wanted += [f"{name} {sub}" for sub in getattr(command, "commands", ())]
        for word in wanted:
            if f"`{word}" not in page and word != "--help":
                yield f"docs/commands/{name}.md: says nothing of `{word}`."


def ladders(root: Path) -> Iterator[str]:
    page = text(root / "docs" / "ladders.md")
    for path in sorted(SHIPPED.glob("*.toml")):
        if f"### {path.stem}\n" not in page:
            yield f"docs/ladders.md: has no heading '### {path.stem}' for that shipped ladder."


def library(root: Path) -> Iterator[str]:
    page = text(root / "docs" / "library.md")
    for name in ziggurat.__all__:
        value = getattr(ziggurat, name)
        if not re.search(rf"`(?:zg\.)?{name}\b", page):
            yield f"docs/library.md: says nothing of `{name}`."
        if callable(value) and not (value.__doc__ or "").strip():
            yield f"ziggurat.{name}: has no docstring."


def linked(page: Path) -> Iterator[str]:
    """Yield the relative links of a page; what stands in code is no link."""
    for target in LINK.findall(CODE.sub("", text(page))):
        if not re.match(r"[a-z]+:", target):
            yield target


def links(root: Path) -> Iterator[str]:
    for page in (root / "README.md", root / "CHANGELOG.md", *sorted((root / "docs").rglob("*.md"))):
        for target in linked(page):
            name, _, place = target.partition("#")
            there = (page.parent / name).resolve() if name else page
            if not there.exists():
                yield f"{page.relative_to(root)}: links to {target}, which is not there."
            elif place and there.suffix == ".md" and place not in anchors(there):
                yield f"{page.relative_to(root)}: links to {target}, a heading that is not there."


def anchors(page: Path) -> set[str]:
    """Return the headings of a page as links name them: lower case, letters, digits, dashes."""
    plain = (re.sub(r"[`*]", "", heading).lower() for heading in HEADING.findall(text(page)))
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


def unreachable(root: Path) -> Iterator[str]:
    index = root / "docs" / "index.md"
    reached = {(index.parent / target.partition("#")[0]).resolve() for target in linked(index)}
    for page in sorted((root / "docs").rglob("*.md")):
        if page != index and page.resolve() not in reached:
            yield f"docs/index.md: does not link {page.relative_to(root / 'docs')}."


def main() -> None:
    found = missing()
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
