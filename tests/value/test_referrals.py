"""Who brought whom: a planted tree is found branch by branch, and what it gave adds up to the ledger once."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests import community
from tests.levels.tables import ON
from tests.value import worlds
from ziggurat.base import schema
from ziggurat.catalogue import find
from ziggurat.people.ids import person_id
from ziggurat.people.resolve import hash_of

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
AT = "2026-06-30"


def row(number, day, actor, kind, **more):
    at = START + dt.timedelta(days=day, minutes=number)
    plain = {"interaction_id": f"i{number}", "source": "a", "channel": "web", "direction": "in", "received_at": at}
    return {**plain, "at": at, "actor": actor, "kind": kind, **more}


def planted(seed, people=30, brought=0.7):
    """Each of some comes after one who is there already, named by them or with their code; all buy something."""
    draw = np.random.default_rng(seed)
    rows, by, money = [], {}, {}
    for person in range(people):
        who, day = f"user:{person}", 4 * person
        if person and draw.random() < brought:
            above = int(draw.integers(person))
            by[who] = f"user:{above}"
            if draw.random() < 0.5:
                rows.append(row(len(rows), day - 1, f"user:{above}", "referred", counterpart=who, direction="among"))
            else:
                code = f"code {above} {person}"
                rows.append(row(len(rows), day - 1, f"user:{above}", "referred", object=code))
                rows.append(row(len(rows), day + 3, who, "redeemed", object=code))
        rows.append(row(len(rows), day, who, "visited"))
        for _ in range(draw.integers(0, 4)):
            amount = float(draw.integers(5, 50))
            money[who] = money.get(who, 0.0) + amount
            rows.append(row(len(rows), day + 5, who, "purchased", amount=amount))
    order = draw.permutation(len(rows))
    return pa.Table.from_pylist([rows[place] for place in order], schema=schema.INTERACTIONS), by, money


def beneath(who, by):
    """Everyone beneath somebody, with how far: by asking each child in turn."""
    found = {}
    for child, above in by.items():
        if above == who:
            found |= {child: 1} | {one: depth + 1 for one, depth in beneath(child, by).items()}
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_tree_is_found_and_adds_up_to_the_ledger_once(seed):
    log, by, money = planted(seed)
    tables = worlds.tables(log)
    result = find("referrals").ask(tables, **ON, at=AT)
    ids = {person_id(hash_of(f"user:{number}")): f"user:{number}" for number in range(30)}
    told = {ids[one["person_id"]]: ids[one["brought_by"]] for one in result.tree.to_pylist()}
    assert told == by
    rows = {ids[one["person_id"]]: one for one in result.rows()}
    assert set(rows) == set(by.values())
    for who, one in rows.items():
        own = [child for child, above in by.items() if above == who]
        all_of = beneath(who, by)
        assert (one["brought"], one["beneath"]) == (len(own), len(all_of))
        assert one["generations"] == max(all_of.values())
        assert one["money"] == pytest.approx(sum(money.get(child, 0) for child in own))
        assert one["beneath_money"] == pytest.approx(sum(money.get(child, 0) for child in all_of))
    by_hand = find("mutual-value").ask(tables, **ON, since="2025-12-31", until=AT).rows()
    whole = sum(one["money"] or 0 for one in by_hand if one["side"] == "gave")
    rest = sum(amount for who, amount in money.items() if who not in by)
    assert sum(one["money"] for one in rows.values()) + rest == pytest.approx(whole)


def test_who_was_there_before_or_came_much_later_was_not_brought():
    log = pa.Table.from_pylist(
        [
            row(1, 0, "user:ana", "visited"),
            row(2, 1, "user:bo", "visited"),
            row(3, 5, "user:bo", "referred", counterpart="user:ana"),  # was there before
            row(4, 60, "user:ana", "referred", counterpart="user:bo"),  # long after bo came
            row(5, 61, "user:ana", "referred", counterpart="user:cy"),
            row(6, 62, "user:bo", "referred", counterpart="user:cy"),  # not the first
            row(7, 63, "user:cy", "visited"),
            row(8, 64, "user:cy", "referred", counterpart="user:cy"),
        ],
        schema=schema.INTERACTIONS,
    )
    result = find("referrals").ask(worlds.tables(log), **ON, at=AT)
    [only] = result.tree.to_pylist()
    assert (only["person_id"], only["brought_by"]) == tuple(person_id(hash_of(one)) for one in ("user:cy", "user:ana"))
    assert {one["referrals"] for one in result.rows()} == {1, 2}


def test_where_nobody_is_named_nobody_is_said_to_have_been_brought():
    log = community.log()
    said = pc.if_else(pc.equal(log["kind"], "referred"), pa.scalar(None, pa.string()), log["counterpart"])
    bare = log.set_column(log.column_names.index("counterpart"), "counterpart", said)
    without = bare.filter(pc.not_equal(bare["kind"], "recruited"))
    result = find("referrals").ask(community.tables(without), **ON, at=community.AT)
    assert result.tree.num_rows == 0
    assert {one["brought"] for one in result.rows()} == {0}
