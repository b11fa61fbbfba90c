"""Which segments does a workspace have, and who is in them?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import tomlkit

from ziggurat.asking.lens import Lens
from ziggurat.base import declare, durable
from ziggurat.base.errors import QuestionError, WorkspaceError, suggest
from ziggurat.base.words.texts import plain, refuse_nul
from ziggurat.playbook import segment as declared
from ziggurat.playbook.segment import Segment
from ziggurat.workspace import segment_tests
from ziggurat.workspace.folder import Folder

Ints = npt.NDArray[np.int64]
Named = str | Segment | Mapping[str, Any] | None  # by name, read already, or as one is declared
FOLDER = "segments"
LONGEST = 1000  # characters of the words at the head of a file
AMONG = "among"  # the table of those among whom a query looks


def segments(space: Folder) -> dict[str, Segment]:
    """Return the segments that are saved in `segments/`, by name. Raises: DeclarationError if one is wrong."""
    paths = sorted((space.folder / FOLDER).glob("*.toml"))
    return {path.stem: declared.load(declare.read_toml(path), space.kinds, f"{FOLDER}/{path.name}") for path in paths}


def segment(space: Folder, named: Named) -> Segment:
    """Return a segment by its name, or as it is declared; everyone who is known where none is named.

    Raises: QuestionError if there is none of that name, DeclarationError if it can't be taken.
    """
    if isinstance(named, Segment):
        return named
    if isinstance(named, Mapping):
        return declared.load(named, space.kinds, "segment")
    if not named:
        return Segment()
    known = segments(space)
    if named not in known:
        near = suggest(named, known) or f"; there are: {', '.join(known) or 'none yet'}."
        raise QuestionError(f"no segment named '{named[:60]}'{near}")
    return known[named]


def save_segment(space: Folder, name: str, wanted: Named, *, title: str = "") -> Segment:
    """Save a segment under a name, in place of one that has it, and return it.

    Raises: QuestionError if the name or the segment can't be taken.
    """
    declared.check_name(name)
    found = segment(space, wanted)
    found = msgspec.structs.replace(found, title=" ".join(title.split())[:120] or found.title or name)
    document = tomlkit.document()
    document.add(tomlkit.comment(plain(found.words(), LONGEST)))
    told = msgspec.to_builtins(found)
    refuse_nul([told])
    for key, value in told.items():
        document[key] = list(value) if isinstance(value, (list, tuple)) else value
    text, file = tomlkit.dumps(document).encode(), f"{FOLDER}/{name}.toml"
    declared.load(declare.parse_toml(text, file), space.kinds, file)  # as it will be read
    durable.folder(space.folder / FOLDER)
    durable.replace(space.folder / file, text)
    return found


def remove_segment(space: Folder, name: str) -> None:
    """Delete a saved segment. Raises: WorkspaceError if there is none of that name."""
    path = space.folder / FOLDER / f"{declared.check_name(name)}.toml"
    if not path.exists():
        raise WorkspaceError(f"no segment named '{name}'; `ziggurat segment list` lists them.")
    durable.drop([path])


def within(space: Folder, wanted: Segment, lens: Lens) -> Ints | None:
    """Return the hashes of those for whom all tests but kind, search and level hold, sorted; None where there is none
    to pass."""
    parts = [test(space, wanted, lens) for asked, test in segment_tests.TESTS if asked(wanted)]
    if not parts:
        return None
    found = np.unique(parts[0])
    for part in parts[1:]:
        found = np.intersect1d(found, part)
    return found


def register(connection: Any, people: Ints | None) -> None:
    """Make hashes of people the table `AMONG` of a connection, where there are any to make."""
    if people is not None:
        connection.register(AMONG, pa.table({"person": people}))
