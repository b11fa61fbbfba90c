"""How much of what is heard detractors say, week by week: as counted by hand; told when it changes, and only then."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pytest

from tests.channels import lives
from tests.levels.tables import ON
from tests.roles.told import members
from ziggurat import catalogue
from ziggurat.base import schema
from ziggurat.base.instant import instant
from ziggurat.news import cards
from ziggurat.roles.heard import heard
from ziggurat.settings.config import Config
from ziggurat.sources.batch import Batch
from ziggurat.workspace import Workspace

END = dt.datetime(2026, 6, 30, 23, 59, 59, 999999, tzinfo=dt.UTC)
NOON = END.replace(hour=12)
WEEKS, PEOPLE, LOUD = 40, 60, 6
WEEK = dt.timedelta(days=7)


def log(seed: int, *, planted: bool) -> pa.Table:
    """Everyone says now and then what they think of us, and turns to others; planted: of late, mostly to detractors.

    The first LOUD think ill of us; one more begins to halfway.
    """
    draw = np.random.default_rng(seed)
    rows = []

    def add(week: int, who: int, kind: str, **more: object) -> None:
        at = END - WEEK * week - dt.timedelta(days=float(draw.uniform(0, 7)))
        rows.append({"interaction_id": f"i{len(rows)}", "source": "s", "at": at, "received_at": at,
                     "actor": f"email:p{who}", "kind": kind, "channel": "forum", **more})  # fmt: skip

    for week in reversed(range(WEEKS)):
        for who in draw.choice(PEOPLE, 20, replace=False).tolist():
            ill = who < LOUD or (who == LOUD and week < WEEKS // 2)
            add(week, who, "rated", score=float(draw.integers(0, 5) if ill else draw.integers(7, 11)))
        for _ in range(60):
            late = planted and week < 3 and draw.random() < 0.6
            who, to = draw.integers(PEOPLE), draw.integers(LOUD if late else PEOPLE)
            add(week, int(who), "replied", direction="among", counterpart=f"email:p{to}")
    return pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)


def ask(table: pa.Table, at: dt.datetime = END):
    return catalogue.find("anomalies").ask(lives.tables(table), **ON, at=at)


def row_of(found):
    return next(row for row in found.rows() if row["measure"] == "Heard from detractors")


@pytest.fixture(scope="module")
def planted() -> pa.Table:
    return log(1, planted=True)


@pytest.mark.parametrize("at", [END, NOON])
def test_each_week_is_as_counted_by_hand_with_the_stance_of_then(planted: pa.Table, at: dt.datetime) -> None:
    tables = lives.tables(planted)
    weekly = ask(planted, at).weekly["Heard from detractors", None]
    identities = zip(tables["people"]["person_id"].to_pylist(), tables["people"]["identities"].to_pylist(), strict=True)
    person = {one: who for who, all_of_them in identities for one in all_of_them}
    replies = [row for row in planted.to_pylist() if row["kind"] == "replied" and row["actor"] != row["counterpart"]]
    for back in (0, 1, 7, 19, 20, 30):
        end = at - WEEK * back
        midnight = (end + dt.timedelta(microseconds=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        then = catalogue.find("stance").ask(tables, **ON, at=midnight - dt.timedelta(microseconds=1))
        against = {one["person_id"] for one in members(then) if one["stance"] == "detractor"}
        turned = defaultdict(list)
        for row in replies:
            if end - WEEK < row["at"] <= end:
                turned[row["actor"]].append(person[row["counterpart"]] in against)
        means = [sum(some) / len(some) for some in turned.values()]
        assert weekly[-1 - back] == pytest.approx(sum(means) / len(means)), back


def test_who_turns_against_us_is_counted_from_then_on(planted: pa.Table) -> None:
    tables = lives.tables(planted)
    at = instant(END)
    given = (tables["buckets"], tables["people"], tables["kinds"], tables["languages"])
    found = heard(*given, at - 39 * 7 * 86_400_000_000, at, lambda when: (at - when) // (7 * 86_400_000_000))
    usual = [found.share[(found.week > 3) & (found.week <= 8)], found.share[found.week > 24]]
    assert usual[1].mean() == pytest.approx(LOUD / PEOPLE, abs=0.03)
    assert usual[0].mean() > usual[1].mean()


def test_it_is_out_of_its_band_where_detractors_are_heard_more(planted: pa.Table) -> None:
    found = ask(planted)
    row = row_of(found)
    assert row["out"] and row["weeks"] in (2, 3, 4) and row["now"] > 0.4 > row["usual_most"]
    assert row["what"].startswith("detractors: ")
    assert len({one["person_id"] for one in members(found) if one["measure"] == row["measure"]}) == row["people"]


def test_where_nothing_changes_it_is_not_said_to() -> None:
    for seed in range(4):
        row = row_of(ask(log(100 + seed, planted=False)))
        assert not row["out"], seed
        assert row["usual_least"] <= row["now"] <= row["usual_most"]


def test_it_is_a_card_of_the_day_that_opens_to_who_is_heard(planted: pa.Table, tmp_path) -> None:
    space = Workspace.create(tmp_path / "w", Config(name="Made"))
    space.import_batches([Batch({"interactions": planted})], source="s", name="made")
    space.refresh()
    [card] = [one for one in cards(space, at=END.date()).cards if one.title == "Heard from detractors"]
    assert card.figure.endswith("%") and card.unit == "of what is heard"
    assert (card.more.study, card.more.text) == ("friends-and-foes", "Who is heard")
    assert str(card.said).count("%") == 2  # what it is and what was to be expected, and no figure of another kind
    first = space.ask("friends-and-foes", **card.more.options).rows()[:LOUD]
    assert {row["stance"] for row in first} == {"detractor"}
