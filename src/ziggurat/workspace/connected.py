"""Which sources does a workspace read by itself: declared, tried, and let go?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from ziggurat.base.errors import DeclarationError
from ziggurat.settings import config
from ziggurat.sources import systems
from ziggurat.sources.batch import Batch
from ziggurat.sources.source import Part, Pull, Settings
from ziggurat.state import cursors
from ziggurat.workspace.folder import Folder
from ziggurat.workspace.importing import check_name, of_source

SHOWN = ("at", "actor", "kind", "channel", "text")
FIRST = 5  # rows that a trial shows
MOST_TRIED = 1_000  # rows that it reads, and what else came with them
MOST_BATCHES = 20
LONGEST_TEXT = 200  # letters of each


def add_source(space: Folder, source: str, settings: Mapping[str, Any]) -> Settings:
    """Declare a source in ziggurat.toml, and return its settings. settings: as TOML has them, `type` among them.

    Raises: DeclarationError if the name is no plain word, or taken, or the settings are wrong.
    """
    check_name(source)
    if source in config.load(space.folder).sources:
        raise DeclarationError(f"[sources.{source}] is there already; remove it, or change it in {config.FILE}.")
    found = systems.settings(settings, f"[sources.{source}]")
    config.save_source(space.folder, source, found)
    space.config = config.load(space.folder)
    return found


def remove_source(space: Folder, source: str) -> None:
    """Forget a source's settings and how far it was read; what it brought stays in the log.

    Raises: QuestionError if there is none of that name.
    """
    of_source(config.load(space.folder).sources, source)
    config.remove_source(space.folder, source)
    cursors.forget(space.state.database, source)
    space.config = config.load(space.folder)


def try_source(space: Folder, source: str) -> dict[str, Any]:
    """Read the beginning of a source, and keep nothing: part (what it is of; None where nothing is there), counts
    (table → rows), rows (a few, each with SHOWN) and reasons (why rows were refused → how many).

    It is read until MOST_TRIED rows have come, or MOST_BATCHES batches: of a large source the reasons are not all.
    Raises: QuestionError if there is none of that name; SourceError if it can't be read.
    """
    settings = of_source(config.load(space.folder).sources, source)
    told = Pull(source, space.kinds, datetime.now(UTC), space.config.timezone, space.folder, {})
    part, counts, reasons = None, Counter[str](), Counter[str]()
    shown: list[dict[str, Any]] = []
    for name, batch in beginning(systems.of(settings).read(settings, told)):
        counts += Counter({table: found.num_rows for table, found in batch.tables.items()})
        part = part or (name if counts else None)
        if (rows := batch.tables.get("interactions")) is not None:
            shown += rows.slice(0, FIRST - len(shown)).select(SHOWN).to_pylist()
        if (refused := batch.tables.get("rejected")) is not None:
            reasons.update(refused.column("reason").to_pylist())
        if counts.total() >= MOST_TRIED:
            break
    rows = [row | {"text": (row["text"] or "")[:LONGEST_TEXT]} for row in shown]
    return {"part": part, "counts": dict(counts), "rows": rows, "reasons": dict(reasons.most_common(FIRST))}


def beginning(parts: Iterator[Part]) -> Iterator[tuple[str, Batch]]:
    """Yield the first batches of a source, each with the name of its part."""
    yield from islice(((part.name, batch) for part in parts for batch in part.batches), MOST_BATCHES)
