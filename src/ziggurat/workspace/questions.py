"""Questions to a workspace: a study through a lens, or SQL."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from ziggurat.asking.lens import Lens
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import instant
from ziggurat.derived import BOUNDS, Bounds
from ziggurat.levels.ladder import Ladder
from ziggurat.results.result import Result
from ziggurat.workspace import ladders, refresh
from ziggurat.workspace.folder import Folder
from ziggurat.workspace.ladders import Named


def ask(space: Folder, study: str, /, *, ladder: Named = None, **options: Any) -> Result:
    """Answer a study; options may be text. `at` and `until` default to `as_of`, `since` to 30 days before `until`.

    Raises: QuestionError if the study, an option or the ladder is unknown; WorkspaceError before the first refresh.
    """
    return lens(space, ladder=ladder).ask(study, **options)


def lens(space: Folder, at: Any = None, *, ladder: Named = None) -> Lens:
    """Return one ladder, the raises by hand and the data as of an instant, which all that is asked is looked at
    through: for several questions, make one and ask it. at: `as_of` if left out.

    Raises: QuestionError if there is no such ladder, or `at` is no instant.
    """
    return through(space, ladders.ladder(space, ladder), at)


def through(space: Folder, ladder: Ladder, at: Any = None) -> Lens:
    """Return a lens of a ladder that is parsed already."""
    raises, last = space.state.raises(), instant(refresh.as_of(space))
    version = space.derived.version(raises) if space.derived.manifest() else ""
    return Lens(ladder, raises, instant(at) if at else last, last, version, space.answers)


def sql(space: Folder, query: str, bounds: Bounds = BOUNDS) -> pa.Table:
    """Answer SQL over the tables of the workspace; see `derived.Derived.views` for their names.

    Nothing can be written, and no file or network outside the workspace be read. bounds: of time, memory and rows.
    Raises: QuestionError if the query is wrong, or goes beyond the bounds.
    """
    try:
        return space.derived.answer(
            query, space.log.snapshot(), ladders.ladders(space).values(), space.state.raises(), bounds
        )
    except duckdb.Error as error:
        raise QuestionError(f"the query can't be answered: {str(error).strip()}") from error
