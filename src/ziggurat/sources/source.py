"""What is a source? Settings, the key of a row, and how it is read on from where it was read to.

A source knows no log, no engine and no server: it is told what it needs, and gives batches of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from ziggurat.base.kinds import Kinds
from ziggurat.sources.batch import Batch

Settings: TypeAlias = msgspec.Struct  # frozen, and tagged by `type` with the name of the source's file
Told = TypeVar("Told", bound=msgspec.Struct)
Cursor: TypeAlias = Mapping[str, Any]  # what JSON can hold; empty: nothing was read yet


@dataclass(frozen=True)
class Pull:
    """What a source is told when it is read.

    source: the name under which its rows are logged. received_at: when they come in; it has a zone. home: IANA zone in
    which bare dates stay on their day. folder: where paths begin that are not absolute. cursor: of the last part that
    was logged.
    """

    source: str
    kinds: Kinds
    received_at: datetime
    home: str
    folder: Path
    cursor: Cursor


@dataclass(frozen=True)
class Part:
    """What is logged in one transaction.

    name: as the list of imports has it. cursor: what is told to the source the next time, once this part is logged.
    whole: whether it is all there is of the source, so that what it does not name any more is deleted.
    """

    name: str
    batches: Iterator[Batch]
    cursor: Cursor
    whole: bool = False


@dataclass(frozen=True)
class Source(Generic[Told]):
    """One system that is read from.

    settings: what `[sources.NAME]` holds for it. key: the columns that together tell a row apart; one that comes again
    with the same in them replaces what it said. read: gives what is new since the cursor, in parts that can each be
    read on from. Raises: SourceError if the system can't be read, LaterError if it asks for a pause. pulls: whether
    settings say enough for that; if not, somebody brings what there is. marks: the file of `defaults` whose rules say
    what machines did of what it brings.
    """

    settings: type[Told]
    key: Callable[[Told], tuple[str, ...]]
    read: Callable[[Told, Pull], Iterator[Part]]
    pulls: Callable[[Told], bool] = lambda _: True
    marks: str = ""
