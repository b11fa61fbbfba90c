"""Who did what under a shared address, in a shared browser, and after mail that a scanner opened?

The twin reads docs/people.md, *Whose acts*: it looks at the rows one by one, and at all rows for each.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pytest

import ziggurat as zg
from tests.written import open_new
from ziggurat.base.kinds import Group
from ziggurat.sources.mapping import Mapping
from ziggurat.workspace import Workspace
from ziggurat.workspace.integrity import damages

BOX, BROWSER = "email:box@x.org", "anon:dev1"
READ = Mapping(
    fields={"at": "at", "actor": "email", "channel": "channel", "kind": "kind", "interaction_id": "id"},
    namespaces={"actor": "email"},
    identities={"user": "user", "anon": "browser"},
)


class Row(NamedTuple):
    id: str
    at: int  # seconds since 1970
    email: str
    user: str
    browser: str
    channel: str
    kind: str

    @property
    def actor(self) -> str:
        return BOX if self.email else f"user:{self.user}" if self.user else BROWSER


def doer(row: Row, rows: list[Row]) -> str | None:
    if row.actor == BOX:
        return f"user:{row.user}" if row.user else BOX
    if row.actor == BROWSER:
        known = [one for one in rows if one.browser and one.user and row.at - 86_400 <= one.at <= row.at]
        last = {one.user for one in known if one.at == max(one.at for one in known)}
        return f"user:{last.pop()}" if len(last) == 1 else BROWSER
    sent = {one.at for one in rows if (one.actor, one.channel, one.kind) == (row.actor, row.channel, "emailed")}
    for at in sent:
        looks = [one for one in rows if one.actor == row.actor and one.channel == row.channel and one.kind == "opened"]
        soon = [one for one in looks if at < one.at <= at + 10]
        if row in soon and len(soon) > 1:
            return None
    return row.actor


def drawn(seed: int) -> list[Row]:
    """Five people of one mailbox, two of whom share a browser, and more of each that happens by chance."""
    rng = random.Random(seed)
    rows = [Row(f"b{n}", n * 7, "box@x.org", f"u{n}", "", "forum", "posted") for n in range(5)]
    rows += [Row(f"d{n}", 100 + n * 50_000, "", f"u{n}", "dev1", "web", "visited") for n in range(2)]
    for number in range(60):
        at, user = rng.choice((rng.randrange(40), rng.randrange(300_000))), rng.choice(("u0", "u1", "u4"))
        rows.append(
            rng.choice((
                Row(f"r{number}", at, "box@x.org", rng.choice(("", user)), "", "forum", "posted"),
                Row(f"r{number}", at, "", rng.choice(("", "", user)), "dev1", "web", "visited"),
                Row(f"r{number}", at, "", user, "", "email", rng.choice(("emailed", "opened", "opened"))),
            ))
        )  # fmt: skip
    return rows


def bring(space: Workspace, rows: list[Row]) -> str:
    path = Path(space.folder) / "rows.csv"
    lines = [",".join((row.id, str(1_700_000_000 + row.at), *row[2:])) for row in rows]
    path.write_text("\n".join(["id,at,email,user,browser,channel,kind", *lines]), "utf-8")
    told = space.import_file(path, source="rows", mapping=READ)
    assert told["rejected"] == 0
    space.refresh()
    return str(told["import_id"])


def lives(space: Workspace) -> dict[str, list[str]]:
    """What each identity's person did, by the histories."""
    found: dict[str, Any] = {}
    for one in space.sql("SELECT identities FROM people").to_pylist():
        story = space.story(one["identities"][0], page=1, size=500)
        found[one["identities"][0]] = sorted(row["interaction_id"] for row in story.timeline)
    return {identity: ids for identity, ids in found.items() if ids}


def expected(rows: list[Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        if (who := doer(row, rows)) is not None:
            found.setdefault(who, []).append(row.id)
    return {who: sorted(ids) for who, ids in found.items()}


@pytest.mark.parametrize("seed", range(2))
def test_acts_go_to_whoever_did_them_in_whatever_order_they_come(tmp_path, seed):
    space, rows = open_new(tmp_path / "space"), drawn(seed)
    later = rows[7:]
    random.Random(seed).shuffle(later)
    bring(space, rows[:7] + later[:20])
    assert lives(space) == expected(rows[:7] + later[:20])
    second = bring(space, later[20:40])
    assert lives(space) == expected(rows[:7] + later[:40])
    bring(space, later[40:])
    assert lives(space) == expected(rows)
    by_sql = space.sql("SELECT count(*) AS rows FROM interactions WHERE person_id IS NULL").to_pylist()
    assert by_sql == [{"rows": len(rows) - sum(map(len, expected(rows).values()))}]
    assert sum(row["rows"] for row in space.acted()) == sum(doer(row, rows) != row.actor for row in rows)
    gone = sum(row.actor == BOX != doer(row, rows) for row in rows)
    said = f"{BOX} is shared (several names) and joins nobody; {gone} interactions under it went to others."
    assert space.shared([BOX, "user:u0"]) == [said]
    assert damages(Path(space.folder), whole=True) == []
    space.undo(second)
    space.refresh()
    left = rows[:7] + later[:20] + later[40:]
    assert lives(space) == expected(left)
    (cells,) = {str(row["cells"]) for row in space.story("user:u0").timeline}
    assert cells == "{}"  # the other identities of a row are no cells of it


def test_looks_of_an_own_kind_are_a_scanners_too_and_in_a_frame_as_well():
    seconds = {"mailed": [0], "peeked": [2, 3], "opened": [90_000]}
    rows = [
        {
            "interaction_id": f"{kind}{at}",
            "at": at * 1_000_000,
            "actor": "email:ana@x.org",
            "channel": "email",
            "kind": kind,
        }
        for kind, times in seconds.items()
        for at in times
    ]
    frame = pa.Table.from_pylist(rows)
    frame = frame.set_column(1, "at", frame["at"].cast(pa.timestamp("us", "UTC")))
    own = {"mailed": Group(like="emailed"), "peeked": Group(like="opened")}
    crowd = zg.Crowd(frame, kinds=own)
    assert crowd.derived.acted() == [{"why": "scanner", "via": "machine", "was": "email:ana@x.org", "rows": 2}]
