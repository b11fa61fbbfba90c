"""Which sources does a workspace read by itself: declared, tried, and let go?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ziggurat.base.errors import DeclarationError
from ziggurat.settings import config
from ziggurat.sources import systems
from ziggurat.sources.source import Pull, Settings
from ziggurat.state import cursors
from ziggurat.workspace.folder import Folder
from ziggurat.workspace.importing import check_name, of_source

SHOWN = ("at", "actor", "kind", "channel", "text")
FIRST = 5  # rows that a trial shows
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
    """Read the first rows of a source, and keep nothing: part (what they are of; None where nothing is there), counts
    (table → rows of the first batch), rows (a few, each with SHOWN) and reasons (why rows were refused → how many).

    Raises: QuestionError if there is none of that name; SourceError if it can't be read.
    """
    settings = of_source(config.load(space.folder).sources, source)
    told = Pull(source, space.kinds, datetime.now(UTC), space.config.timezone, space.folder, {})
    for part in systems.of(settings).read(settings, told):
        for batch in part.batches:
            counts = {name: table.num_rows for name, table in batch.tables.items() if table.num_rows}
            if counts:
                rows = batch.tables.get("interactions")
                first = rows.slice(0, FIRST).select(SHOWN).to_pylist() if rows is not None else []
                shown = [row | {"text": (row["text"] or "")[:LONGEST_TEXT]} for row in first]
                refused = batch.tables.get("rejected")
                reasons = Counter(refused.column("reason").to_pylist() if refused is not None else ())
                return {"part": part.name, "counts": counts, "rows": shown, "reasons": dict(reasons.most_common(FIRST))}
    return {"part": None, "counts": {}, "rows": [], "reasons": {}}
