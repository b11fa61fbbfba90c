"""What is said of a person by hand: a trait that takes the place of what imports say, until it is taken back?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import instant
from ziggurat.base.schema import TRAITS
from ziggurat.base.words.numbers import number
from ziggurat.people.called import FULLNESS
from ziggurat.sources.batch import Batch
from ziggurat.workspace import persons
from ziggurat.workspace.folder import Folder, login
from ziggurat.workspace.importing import import_batches

SOURCE = "by hand"  # and when, so that each time counts as the latest
LONGEST_NAME, LONGEST = 60, 1_000  # characters


def set_trait(space: Folder, person: str, trait: str, value: str, *, by: str = "") -> str:
    """Say a trait of a person by hand; return the number of the import that it is, by which `undo` takes it back.

    It takes the place of what was said before, whoever said it, until a later import says otherwise, and is in the
    figures after the next refresh. Raises: QuestionError if nobody is known by `person`, or a text can't be taken.
    """
    trait, value = " ".join(trait.split()), value.strip()
    for name, text, longest in (("trait", trait, LONGEST_NAME), ("value", value, LONGEST)):
        if not 1 <= len(text) <= longest or not text.replace("\n", " ").isprintable():
            raise QuestionError(f"a {name} has 1 to {number(longest)} characters that can be seen; say it again.")
    now, who = datetime.now(UTC), by or login()
    source = f"{SOURCE} {now.strftime('%Y-%m-%d %H:%M:%S.%f')}"
    row = {"identity": persons.identity(space, person), "trait": trait, "value": value, "source": source, "at": now}
    batch = Batch({"traits": pa.Table.from_pylist([row], schema=TRAITS)})
    return str(import_batches(space, [batch], source=source, name=f"{trait}, by {who}")["import_id"])


def by_hand(space: Folder, identities: Sequence[str]) -> list[dict[str, Any]]:
    """Return what was said by hand of the person who has some identities, the newest first: import_id, trait, value and
    at."""
    scan = space.log.snapshot().scan("traits")
    connection = space.derived.connect()
    connection.register("wanted", pa.table({"identity": pa.array(identities, pa.string())}))
    query = f"""
        SELECT import_no, trait, value, "at" FROM {scan} SEMI JOIN wanted USING (identity)
        WHERE source LIKE '{SOURCE} %' ORDER BY import_no DESC
    """
    rows = connection.sql(query).to_arrow_table().to_pylist()
    return [{**row, "import_id": str(row.pop("import_no"))} for row in rows]


def known_traits(space: Folder, identities: Sequence[str], at: datetime) -> list[dict[str, Any]]:
    """Return what any source tells of the person who has some identities, by an instant: trait, value, source and at.

    One row a trait, which is the one that counts for `people`; in order of trait.
    """
    scan = space.log.snapshot().scan("traits")
    connection = space.derived.connect()
    connection.register("wanted", pa.table({"identity": pa.array(identities, pa.string())}))
    query = f"""
        SELECT trait, value, source, "at" FROM {scan} SEMI JOIN wanted USING (identity)
        WHERE "at" IS NULL OR epoch_us("at") <= {instant(at)}
        QUALIFY row_number() OVER (
            PARTITION BY trait ORDER BY {FULLNESS} DESC, "at" DESC, import_no DESC, value DESC
        ) = 1
        ORDER BY trait
    """
    rows: list[dict[str, Any]] = connection.sql(query).to_arrow_table().to_pylist()
    return rows
