"""Does a known source tell the rows of a file already? Renamed, an export would count beside itself."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ziggurat.base.words.numbers import number
from ziggurat.sources import files
from ziggurat.sources.mapping import Mapping
from ziggurat.workspace.folder import Folder
from ziggurat.workspace.retold import told_amounts

TRIED = 500  # rows
LAYOUT = ("delimiter", "encoding", "skip_lines", "header_lines", "sheet")  # is each file's own
HALF = 0.5  # share of them that a source tells already where it is proposed


def repeated(space: Folder, path: Path, columns: set[str], own: Mapping) -> str:
    """Say which known source most rows of a file of a new one are in already, in words; nothing where none is.

    columns: of the file; a source is tried whose mapping they fit. own: the mapping that was guessed for the file,
    which says how it is laid out. Rows are known again by id or key.
    """
    laid = {name: getattr(own, name) for name in LAYOUT}
    for source, mapping in space.config.sources.items():
        if not isinstance(mapping, Mapping) or mapping.target != "interactions":
            continue
        if not {*mapping.columns(), *mapping.key} <= columns:
            continue
        there_laid = msgspec.structs.replace(mapping, **laid)
        rows = files.preview(path, there_laid, space.kinds, TRIED, home=space.config.timezone).tables["interactions"]
        ids = rows["interaction_id"].to_pylist()
        known = told_amounts(space, source, ids)
        there = sum(each in known for each in ids)
        if there and there >= HALF * len(ids):
            return (
                f"{number(there)} of its first {number(len(ids))} rows are in the source '{source}' already. If "
                f"this is a later export of it, say --source {source}, so that what is known is not counted twice and "
                "what was corrected replaces the old."
            )
    return ""
