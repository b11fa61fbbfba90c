import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import community, written
from tests.channels import lives
from tests.value.customers import LADDER, tables
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY, instant
from ziggurat.roles.accounts import accounts, hanging, of_person
from ziggurat.stats.intervals import wilson

ON = {"ladder": LADDER.name, "names": LADDER.names, "at": "2026-06-30"}
LOG = """
    actor             at          kind       amount
    email:ana@a.org   2026-06-01  purchased  60
    email:ana@a.org   2026-06-02  purchased  20
    email:ana@a.org   2026-06-02  posted     -
    email:ana@a.org   2026-06-03  purchased  -
    email:ana@a.org   2026-06-04  purchased  -
    email:bo@a.org    2026-06-05  visited    -
    email:bo@a.org    2026-06-06  emailed    -
    email:cy@a.org    2025-01-05  purchased  500
    email:dee@b.org   2025-01-05  visited    -
    email:eve@b.org   2026-06-30  donated    5
    email:eve@b.org   2026-07-01  donated    7000
    email:fay@gmx.de  2026-06-01  purchased  9
    email:gus@c.org   2025-02-01  visited    -
    email:sam@ours.org  2026-06-01  purchased  9
"""
NAMED = written.traits("""
    identity         trait  value
    email:ana@a.org  name   Ana
    email:bo@a.org   name   Bo
    email:cy@a.org   name   Cy
    email:eve@b.org  name   Eve
""")


def found(log, **more):
    return accounts(**tables(log(LOG), traits=NAMED), **ON, **more)


def test_an_account_is_its_people_what_they_did_and_on_whom_it_hangs(log):
    answer = found(log)
    acme, forge, quiet = answer.rows()
    assert (acme["account"], acme["people"], acme["active"], acme["days"]) == ("a.org", 3, 2, 5)
    assert (acme["level_name"], acme["top"], acme["median_level"], acme["champions"]) == ("Regular", "Ana", 1.0, 1)
    assert (acme["on"], acme["share"], acme["money"], acme["money_share"]) == ("Ana", 0.8, 80.0, 1.0)
    assert acme["breadth"] == pytest.approx(25 / 17)
    assert acme["low"] < 0.8 < acme["high"] < 1
    assert (forge["account"], forge["people"], forge["on"], forge["money"]) == ("b.org", 2, "Eve", 5.0)
    assert (forge["level"], forge["champions"]) == (0, 0)
    assert f"{forge['last_at']:%Y-%m-%d}" == "2026-06-30"
    assert (quiet["account"], quiet["active"], quiet["on"], quiet["share"], quiet["breadth"]) == (
        "c.org",
        0,
        *[None] * 3,
    )
    assert (quiet["money"], quiet["money_share"], f"{quiet['last_at']:%Y}") == (0.0, None, "2025")
    members = answer.people(account="a.org").collect("pyarrow").to_native().to_pylist()
    assert {row["name"]: (row["level"], row["days"], row["money"]) for row in members} == {
        "Ana": (2, 4, 80.0), "Bo": (0, 1, 0.0), "Cy": (1, 0, 0.0),
    }  # fmt: skip


def test_a_longer_window_counts_what_was_before(log):
    acme = found(log, days=3650).rows()[0]
    assert (acme["active"], acme["days"], acme["money"], acme["share"]) == (3, 6, 580.0, pytest.approx(4 / 6))
    assert acme["money_share"] == pytest.approx(500 / 580)


def test_small_accounts_and_private_domains_can_be_left_out(log):
    assert [row["account"] for row in found(log, least=2).rows()] == ["a.org", "b.org"]
    assert [row["account"] for row in found(log, private="A.org, c.org").rows()] == ["b.org"]
    assert len(found(log, limit=1).rows()) == 1
    assert found(log, outcome="donated").rows()[0]["account"] == "b.org"


def test_one_persons_account(log):
    answer = found(log)
    ids = {row["name"]: row["person_id"] for row in answer.members.collect("pyarrow").to_native().to_pylist()}
    hers = of_person(ids["Bo"], answer)
    assert (hers.row["account"], hers.days, [one["name"] for one in hers.others]) == ("a.org", 1, ["Ana", "Cy"])
    assert of_person("p0000000000000001", answer) is None


def plainly(tables, log, at, days):
    """Days, money and the greatest share by company, person by person, of those whose trait names one."""
    whose = {identity: row for row in tables["people"].to_pylist() for identity in row["identities"]}
    done, money = {}, {}
    for row in log.to_pylist():
        when, person = int(row["at"].timestamp() * 1e6), whose[row["actor"]]
        if person["staff"] or person["anonymous"] or not at - days * DAY < when <= at or row["direction"] == "out":
            continue
        if "company" in (person["traits"] or ""):
            key = (json.loads(person["traits"])["company"], person["person_id"])
            done.setdefault(key, set()).add(when // DAY)
            money[key] = money.get(key, 0) + (row["amount"] or 0) * (row["kind"] in ("purchased", "donated"))
    firms = {firm for firm, _ in done}
    hers = {firm: [len(some) for (one, _), some in done.items() if one == firm] for firm in firms}
    return {
        firm: (sum(hers[firm]), len(hers[firm]), max(hers[firm]) / sum(hers[firm]),
               pytest.approx(sum(some for (one, _), some in money.items() if one == firm)))
        for firm in firms
    }  # fmt: skip


def test_in_a_simulated_community_the_firms_are_those_of_its_truth_and_figures_are_as_counted_plainly():
    made = community.tables()
    rows = accounts(*(made[name] for name in ("buckets", "people", "levels", "kinds")), at=community.AT,
                    ladder=lives.ladder().name, names=lives.ladder().names).rows()  # fmt: skip
    plain = plainly(made, community.log(), instant(community.AT), 365)
    found = {row["account"]: row for row in rows if row["account"] in plain and row["active"]}
    assert len(plain) > 3
    assert {name: (row["days"], row["active"], row["share"], row["money"]) for name, row in found.items()} == plain
    truth = community.simulated().tables["traits"].to_pylist()
    assert set(plain) <= {row["value"] for row in truth if row["trait"] == "company"}


@given(st.lists(st.integers(0, 30), min_size=1, max_size=12))
def test_what_hangs_on_one_person(days):
    share, low, high = hanging(np.array(days))
    if not sum(days):
        assert (share, low, high) == (None, None, None)
    elif len(days) == 1:
        assert (share, low, high) == (1.0, None, None)
    else:
        assert share == max(days) / sum(days)
        assert 0 < low < share <= high <= 1 or share == 1 == high


def test_the_bounds_hold_although_the_greatest_is_picked():
    """Four people do as much each: the greatest share is picked, yet its bounds reach down to a quarter in 95 of 100.
    Plain bounds of a proportion, which do not know that it was picked, fail far more often."""
    draw, held, plain = np.random.default_rng(1), 0, 0
    for _ in range(1000):
        days = draw.multinomial(40, [0.25] * 4)
        held += hanging(days)[1] <= 0.25
        plain += wilson(days.max(), 40)[0] <= 0.25
    assert held >= 950
    assert plain < 930


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"days": 0}, "`days` is 0, but must be a .* from 1 to"),
        ({"least": 0}, "`least` is 0, but must be a .* from 1 to"),
        ({"outcome": "donatd"}, "`outcome` holds 'donatd', which is no kind; did you mean 'donated'"),
    ],
)
def test_bad_options_are_refused(log, options, message):
    with pytest.raises(QuestionError, match=message):
        found(log, **options)


def test_nobody_is_of_any_account(log):
    answer = accounts(**tables(log("actor  at  kind\nuser:ana  2026-06-01  visited")), **ON)
    assert answer.rows() == []
