"""Who is behind the rows of an answer, by hash of person?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.people.ids import person_ids
from ziggurat.results import tables
from ziggurat.results.tables import Frame


def name_members(person: npt.NDArray[np.int64], columns: Mapping[str, Any], people: Frame) -> nw.LazyFrame[Any]:
    """Return person_id, name and further columns of people who are all in the table, in order of person.

    people: a table as `schema.PEOPLE`.
    """
    folk = tables.collect(tables.frame(people), "person_id", "name")
    ids = person_ids(person)
    place = pc.index_in(ids, value_set=folk["person_id"].cast(pa.string()).combine_chunks())
    table = pa.table({"person_id": ids, "name": folk["name"].cast(pa.string()).take(place), **columns})
    return tables.frame(table.take(pa.array(np.argsort(person, kind="stable"))))
