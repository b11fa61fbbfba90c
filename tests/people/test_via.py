"""What a machine did is in no life and no figure, and is named by the rule that says so.

The twin reads docs/people.md, *Whose acts*: it looks at the rows one by one.
"""

from __future__ import annotations

import json
import random
import re

import pyarrow as pa
import pytest

from tests import community
from tests.server.conftest import Browser
from tests.written import interactions, open_new, take
from ziggurat.base import schema
from ziggurat.base.errors import DeclarationError
from ziggurat.log import histories
from ziggurat.log.segments import COLUMNS
from ziggurat.people.via import Via
from ziggurat.server.app import create_app
from ziggurat.settings import config
from ziggurat.settings.config import Config

BOT = Via(cell="Agent/x", values=("*bot*",))


def marked(table: pa.Table, rows: list[int], **changes: object) -> pa.Table:
    """Some rows of a log anew, as a link checker makes them."""
    found = table.take(pa.array(rows)).to_pylist()
    new = [
        one | {"interaction_id": f"bot-{n}", "properties": json.dumps({"Agent/x": "LinkBot 1"})}
        for n, one in enumerate(found)
    ]
    return pa.Table.from_pylist([one | changes for one in new], schema=schema.INTERACTIONS)


def lives(space) -> list[dict]:
    """All that any study reads of what people did, but for the number of the import."""
    manifest, folder = space.derived.manifest(), space.folder / "histories"
    names = [name for name in COLUMNS.names if name != "import_no"]
    rows = [row for one in manifest.buckets() for row in histories.read(folder, manifest, one, names).to_pylist()]
    coded = {name: manifest.codes[name] for name in ("kind", "channel", "activity", "source")}
    for row in rows:
        row |= {name: values[row[name]] if row[name] >= 0 else None for name, values in coded.items()}
    return sorted(rows, key=str)


def known(space) -> list[dict]:
    return space.sql("SELECT * FROM people ORDER BY person_id").to_pylist()


def test_what_machines_did_changes_nothing_that_a_study_reads(tmp_path) -> None:
    made = community.simulated().tables
    log, draw = made["interactions"], random.Random(3)
    some = [draw.randrange(log.num_rows) for _ in range(400)]
    clean = open_new(tmp_path / "clean")
    space = open_new(tmp_path / "space", via={"Link checkers": BOT})
    for each in (clean, space):
        take(each, **made)
        each.refresh()
    take(
        space,
        interactions=pa.concat_tables(
            [marked(log, some), marked(log, some[:1], interaction_id="c", actor="anon:crawl")]
        ),
    )
    assert space.refresh()["interactions"] == log.num_rows
    assert lives(space) == lives(clean)
    assert known(space) == known(clean)  # nobody is known by what a machine did
    assert [(one["why"], one["via"]) for one in space.acted() if one["via"]].count(("Link checkers", "machine")) > 100
    assert space.automatic() - clean.automatic() == 401
    for study in ("pyramid", "consumption", "reach-value"):
        assert space.ask(study).rows() == clean.ask(study).rows()


ROWS = [
    (actor, channel, kind, agent)
    for actor in ("email:ana@x.org", "email:b%b@x.org", "anon:1")
    for channel in ("web", "email")
    for kind in ("visited", "opened")
    for agent in ("", "GoogleBot", "100%_x", "Firefox")
]
RULES = {
    "one": Via(actors=("anon:*",), kinds=("OPENED",)),
    "two": Via(via="proxy", cell="Agent/x", values=("100%_*", "*fox"), channels=("web", "ema*")),
    "three": Via(actors=("email:b%*",), cell="Agent/x", values=("*bot*",)),
}


def rule_of(row: tuple[str, str, str, str]) -> str | None:
    def fit(text: str, patterns: tuple[str, ...]) -> bool:
        forms = [".*".join(map(re.escape, each.split("*"))) for each in patterns]
        return not patterns or any(re.fullmatch(form, text, re.IGNORECASE) for form in forms)

    for name, rule in RULES.items():
        actor, channel, kind, agent = row
        cell = not rule.cell or (bool(agent) and fit(agent, rule.values))
        if fit(actor, rule.actors) and fit(channel, rule.channels) and fit(kind, rule.kinds) and cell:
            return name
    return None


def written(rows: list[tuple[str, str, str, str]], first: int = 0) -> pa.Table:
    found = [
        {
            "interaction_id": str(first + number), "actor": actor, "channel": channel, "kind": kind, "direction": "in",
            "properties": json.dumps({"Agent/x": agent}) if agent else None,
        }
        for number, (actor, channel, kind, agent) in enumerate(rows)
    ]  # fmt: skip
    plain = interactions("interaction_id\n" + "\n".join(one["interaction_id"] for one in found)).to_pylist()
    return pa.Table.from_pylist([one | two for one, two in zip(plain, found, strict=True)], schema=schema.INTERACTIONS)


def test_rules_find_what_fits_all_that_they_say_however_it_comes(tmp_path) -> None:
    space, half = open_new(tmp_path / "space", via=RULES), len(ROWS) // 2
    for part, first in ((ROWS[:half], 0), (ROWS[half:], half)):
        take(space, interactions=written(part, first))
        space.refresh()
    expected = {str(number): name for number, row in enumerate(ROWS) if (name := rule_of(row))}
    found = space.sql("SELECT interaction_id, why, via FROM acted").to_pylist()
    assert {one["interaction_id"]: one["why"] for one in found} == expected
    assert {one["why"]: one["via"] for one in found} == {"one": "machine", "two": "proxy", "three": "machine"}
    machines = {number for number, name in expected.items() if name != "two"}
    there = {row["interaction_id"] for row in lives(space) if row["kind"]}
    assert there == set(map(str, range(len(ROWS)))) - machines
    settings = space.folder / config.FILE
    settings.write_text(settings.read_text("utf-8").partition("[via")[0], "utf-8")
    assert space.stale()
    assert space.refresh()["interactions"] == len(ROWS)  # a rule that is taken away is as if it had never been
    assert space.acted() == []


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("[via.x]\n", "must say what it is of: actors, channels"),
        ("[via.x]\ncell = 'a'\n", "`cell` and `values` together"),
        ("[via.scanner]\nkinds = ['opened']\n", "can't be called 'scanner'"),
        ("[via.x]\nkind = ['opened']\n", "unknown field `kind`"),
    ],
)
def test_a_rule_that_can_not_hold_is_refused(tmp_path, rule, message) -> None:
    (tmp_path / config.FILE).write_text(rule, "utf-8")
    with pytest.raises(DeclarationError, match=re.escape(message)):
        config.load(tmp_path)


def test_every_page_says_how_much_is_left_out_until_its_day(tmp_path) -> None:
    assert Config().via == {}
    space = open_new(tmp_path / "space", via={"<b>Checkers": BOT})
    early = interactions("at  actor\n2026-01-05  user:ana\n2026-03-09  user:bea")
    take(space, interactions=early)
    take(space, interactions=marked(early, [0, 1, 1]))
    space.refresh()
    browser = Browser(create_app(space))
    assert "3 interactions of scanners and other machines until then are in no figure" in browser.get("/pyramid").text
    for path in ("/?at=2026-02-01", "/people?at=2026-02-01", "/study/pyramid?at=2026-02-01"):
        assert "1 interaction of scanners and other machines until then is in no figure" in browser.get(path).text
    assert "of scanners" not in browser.get("/pyramid?at=2026-01-04").text
    data = browser.get("/data").text
    assert "&lt;b&gt;Checkers" in data and 'id="automatic"' in data
