"""Which open steps need no more be taken: they got there by themselves, may not be written to, or the play is ended?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from ziggurat.base.schema import CONSENT
from ziggurat.people.ids import person_of
from ziggurat.state import steps
from ziggurat.workspace import ladders
from ziggurat.workspace.candidates import Known, owners_by_identity
from ziggurat.workspace.folder import Folder

REACHED = "They have reached it meanwhile."
WITHDREW = "They have unsubscribed meanwhile."


def close_moot(space: Folder, known: Known, ended: Mapping[str, str], *, by: str, at: datetime) -> int:
    """Decline the open steps that are moot, each with its reason; return how many there were.

    ended: why plays turn to nobody any more, by name. For the proof steps stay what they were drawn to be.
    """
    some = [one for one in known.past if one["status"] in steps.OPEN]
    found = why_moot(space, known, some) | {one["id"]: ended[one["play"]] for one in some if one["play"] in ended}
    declined = [steps.Decision(number, "declined", reason=reason) for number, reason in found.items()]
    steps.decide(space.state.database, declined, by=by, at=at)
    return len(found)


def why_moot(space: Folder, known: Known, some: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Return why steps are moot, by number; those that are not are left out."""
    levels = {
        name: current_levels(space, known, name)
        for name in {one["ladder"] for one in some} & set(ladders.ladders(space))
    }
    withdrew = withdrawn(space, [one["identity"] for one in some])
    found = {}
    for one in some:
        person = known.person_of.get(one["identity"], "")
        if one["target"] >= 0 and levels.get(one["ladder"], {}).get(person, -1) >= one["target"]:
            found[one["id"]] = REACHED
        elif one["channel"] == "email" and one["identity"] in withdrew and one["play"] not in known.answering:
            found[one["id"]] = WITHDREW
    return found


def current_levels(space: Folder, known: Known, ladder: str) -> Mapping[str, int]:
    """Return on which level everyone stands with whom a play has to do, by id."""
    levels = space.derived.levels(ladders.ladder(space, ladder), space.state.raises())
    connection = space.derived.connect()
    people = {person: person_of(person) for person in known.person_of.values()}
    connection.register("wanted", pa.table({"person": pa.array(sorted(people.values()), pa.int64())}))
    at = known.lens.at
    query = f"SELECT person_id, level FROM {levels} JOIN wanted USING (person)"
    return dict(connection.sql(f"{query} WHERE since <= {at} AND (until IS NULL OR until > {at})").fetchall())


def withdrawn(space: Folder, identities: Sequence[str]) -> set[str]:
    """Return the identities of some whose person has unsubscribed, as of the last refresh."""
    owners = owners_by_identity(space, identities)
    connection = space.derived.connect()
    connection.register("wanted", pa.table({"person_id": pa.array(sorted(set(owners.values())), pa.string())}))
    query = f"SELECT person_id FROM {space.derived.people()} JOIN wanted USING (person_id)"
    gone = {person for (person,) in connection.sql(f"{query} WHERE consent = '{CONSENT[1]}'").fetchall()}
    return {identity for identity, person in owners.items() if person in gone}
