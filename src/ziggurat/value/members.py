"""Who is behind the rows of an answer, by hash of person?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ziggurat import tables
from ziggurat.people.directory import Directory
from ziggurat.people.ids import person_ids


def named(person: npt.NDArray[np.int64], columns: Mapping[str, Any], people: Any) -> nw.LazyFrame[Any]:
    """Return person_id, name and further columns of people who are all in the table, in order of person.

    people: a table as `schema.PEOPLE`.
    """
    directory = Directory.of(people)
    names = directory.name.take(pa.array(np.searchsorted(directory.person, person)))
    table = pa.table({"person_id": person_ids(person), "name": names.cast(pa.string()), **columns})
    return tables.frame(table.take(pa.array(np.argsort(person, kind="stable"))))
