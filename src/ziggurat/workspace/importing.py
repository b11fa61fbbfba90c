"""How does a file or a batch come into a workspace: proposed, previewed, mapped, imported, pulled?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from ziggurat.base.errors import DeclarationError, QuestionError, suggest
from ziggurat.settings import config
from ziggurat.sources import files, systems
from ziggurat.sources import guess as proposals
from ziggurat.sources.batch import Batch
from ziggurat.sources.mapping import Mapping as SourceMapping
from ziggurat.sources.said import Said
from ziggurat.sources.source import Pull, Settings
from ziggurat.state import cursors
from ziggurat.workspace import retold
from ziggurat.workspace.folder import Folder, Progress, login
from ziggurat.workspace.imports import describe_import
from ziggurat.workspace.repeated import repeated

LONGEST_NAME = 60


def guess(space: Folder, path: str | Path, *, source: str = "", said: Said | None = None) -> proposals.Guess:
    """Propose a mapping for a file, from its headers and all its values; what is said of it outright stands."""
    home = proposals.Home(space.config.timezone, space.config.currency)
    found = proposals.guess(path, space.kinds, source=source, said=said, home=home)
    known = source in space.config.sources or not source
    told = "" if known else repeated(space, Path(path), set(found.seen), found.mapping)
    return replace(found, notes=(told, *found.notes)) if told else found


def foretell(space: Folder, path: str | Path, source: str, mapping: SourceMapping, file_name: str = "") -> list[str]:
    """Say how many rows of a file would be taken for rows that its source told already, in words."""
    return retold.foretell(space, Path(path), source, mapping, file_name)


def preview(space: Folder, path: str | Path, mapping: SourceMapping, rows: int = 20) -> files.Preview:
    """Show the first rows of a file as they would be logged, and those that would be rejected."""
    now = datetime.now(UTC)
    return files.preview(path, mapping, space.kinds, rows, home=space.config.timezone, received_at=now)


def mapping(space: Folder, source: str) -> SourceMapping | None:
    """Return the stored mapping of a source, or None."""
    found = space.config.sources.get(source)
    return found if isinstance(found, SourceMapping) else None


def save_mapping(space: Folder, source: str, mapping: SourceMapping) -> None:
    """Store a source's mapping in ziggurat.toml.

    Raises: DeclarationError if the name is no plain word, or that of a source which is no files.
    """
    check_name(source)
    known = space.config.sources.get(source)
    if known is not None and not isinstance(known, SourceMapping):
        tag = known.__struct_config__.tag
        raise DeclarationError(f"'{source}' is a source of type {tag} already; choose another name for this file's.")
    if (
        isinstance(known, SourceMapping) and known.path and not mapping.path
    ):  # where it is pulled from is no part of a guess
        mapping = msgspec.structs.replace(mapping, path=known.path)
    config.save_source(space.folder, source, mapping)
    space.config = config.load(space.folder)


def check_name(source: str) -> None:
    """Raises: DeclarationError if a name for a source is no plain word, or longer than LONGEST_NAME letters."""
    plain = all(letter.isalnum() or letter in "-_." for letter in source) and not source.startswith(".")
    if not source or not plain or len(source) > LONGEST_NAME:
        raise DeclarationError(
            f"'{source[:60]}' is no name for a source; use letters, digits, '-', '_' and '.', {LONGEST_NAME} at most."
        )


def of_source(declared: Mapping[str, Settings], source: str) -> Settings:
    """Return the settings of a source. Raises: QuestionError if none is named so."""
    if source not in declared:
        near = suggest(source, declared) or f"; there are {', '.join(declared) or 'none'}."
        raise QuestionError(f"no source is named '{source[:40]}' in {config.FILE}{near}")
    return declared[source]


def import_file(
    space: Folder,
    path: str | Path,
    *,
    source: str,
    mapping: SourceMapping,
    file_name: str | None = None,
    whole: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Import a file as one transaction and tell it as `imports` does; what is known already changes nothing.

    whole: the file is all there is of its source, so what it does not name any more is deleted; a mapping may say
    so, too. Beside what `imports` tells, `notes` say in words what was taken for rows of earlier files.
    """
    now = datetime.now(UTC)
    name = file_name or Path(path).name
    batches = files.read(
        path, mapping, source, kinds=space.kinds, received_at=now, name=name, home=space.config.timezone
    )
    all_of_it = whole or mapping.whole
    done = space.log.append(batches, source=source, file=name, at=now, whole=all_of_it, progress=progress)
    return describe_import(done) | {"notes": retold.tell(space, done, mapping)}


def import_batches(
    space: Folder,
    batches: Iterable[Batch],
    *,
    source: str,
    name: str,
    whole: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Import what a source yields, as one transaction. batches: an iterable of `sources.batch.Batch`.

    whole: it is all there is of the source, so what it does not name any more is deleted.
    """
    now = datetime.now(UTC)
    return describe_import(space.log.append(batches, source=source, file=name, at=now, whole=whole, progress=progress))


def pull(
    space: Folder,
    source: str,
    *,
    settings: Settings | None = None,
    again: bool = False,
    by: str | None = None,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """Import what is new in a source, each part of it as one transaction, and tell each as `imports` does.

    settings: of the source; those of `[sources.NAME]` in ziggurat.toml if left out. again: read all of it, as if
    nothing had been read before; what is known then changes nothing. A part that is logged is not read again, whatever
    happens to those after it. Raises: QuestionError if there is no such source; SourceError if it can't be read.
    """
    declared = config.load(space.folder).sources
    settings = of_source(declared, source) if settings is None else settings
    database, now = space.state.database, datetime.now(UTC)
    known = {} if again else cursors.cursor(database, source)
    told = Pull(source, space.kinds, now, space.config.timezone, space.folder, known)
    done = []
    for part in systems.of(settings).read(settings, told):
        one = space.log.append(part.batches, source=source, file=part.name, at=now, whole=part.whole, progress=progress)
        cursors.move(database, source, part.cursor, at=now, by=by or login())
        notes = retold.tell(space, one, settings) if isinstance(settings, SourceMapping) else []
        done.append(describe_import(one) | {"notes": notes})
    return done
