"""The ledger of both sides, against a reading act by act, and by hand."""

import numpy as np
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from tests.levels.tables import NAMES, ON
from tests.value import worlds
from tests.written import interactions
from ziggurat.base.errors import DeclarationError
from ziggurat.base.instant import instant
from ziggurat.catalogue import find
from ziggurat.facts.directory import Directory
from ziggurat.facts.replies import replies
from ziggurat.people.ids import person_id
from ziggurat.people.resolve import hash_of
from ziggurat.value.entries import ENTRIES
from ziggurat.value.mutual import MutualValue
from ziggurat.value.person import from_others, of_person

SINCE, UNTIL = instant("2026-01-05"), instant("2026-02-02")
RATES = {"hour": 20.0, "referred": 50.0, "answered": 3.0}
SIDES = {entry.name: entry.side for entry in ENTRIES}


def ask(given, since=SINCE, until=UNTIL, **options) -> MutualValue:
    return find("mutual-value").ask(given, **ON, since=since, until=until, **options)


def of(text, *, rates=None, **options):
    """Rows of a log written as text by (group, entry), on days of January 2026."""
    given = worlds.tables(interactions(text), rates)
    rows = ask(given, "2025-12-31", "2026-03-31", **{"by": "entry", **options}).rows()
    return {(row.pop("group"), row.pop("entry")): row for row in rows}


@given(st.integers(0, 10**6), st.sampled_from(["level", "channel", "entry"]), st.sampled_from([{}, RATES]))
@settings(max_examples=few(12))
def test_it_is_what_the_rules_say(seed, by, rates):
    log = worlds.world(seed)
    given = worlds.tables(log, rates)
    acts = worlds.acts(log.to_pylist(), given, SINCE, UNTIL, rates)
    placed = worlds.placed(given, UNTIL)

    def group(row):
        level = placed.at(*(np.array([value]) for value in (hash_of(row["actor"]), row["at"])))[0]
        return {"level": NAMES[max(level, 0)], "channel": row["channel"], "entry": "everyone"}[by]

    slow = worlds.added(acts, lambda row: (group(row), row["entry"]))
    result = ask(given, by=by)
    quick = {(row["group"], row["entry"]): row for row in result.rows()}
    assert quick.keys() == slow.keys()
    for key, row in quick.items():
        hours = None if slow[key]["minutes"] is None else slow[key]["minutes"] / 60
        assert row["side"] == SIDES[key[1]]
        assert (row["people"], row["acts"]) == (slow[key]["people"], slow[key]["acts"])
        assert [row["hours"], row["money"], row["worth"]] == [
            value if value is None else pytest.approx(value)
            for value in (hours, slow[key]["money"], slow[key]["worth"])
        ]
        people = {person_id(hash_of(act["actor"])) for act in acts if (group(act), act["entry"]) == key}
        opened = result.people(group=key[0], entry=key[1]).collect(backend="pyarrow").to_native()
        assert sorted(opened["person_id"].to_pylist()) == sorted(people)
    assert not rates or any(row["worth"] is not None for row in quick.values())


@given(st.integers(0, 10**6))
@settings(max_examples=few(15))
def test_one_persons_ledger_names_the_acts_behind_it(seed):
    log = worlds.world(seed)
    given = worlds.tables(log, RATES)
    directory = Directory.of(given["people"])
    asked = replies(given["buckets"], directory, since=SINCE, until=UNTIL)
    crowd = worlds.ALIVE[-1]
    slow = worlds.acts(log.to_pylist(), given, SINCE, UNTIL, RATES)
    for actor in set(worlds.KNOWN) & set(log["actor"].to_pylist()):
        person = hash_of(actor)
        _, history, codes = crowd.derived.one(person, UNTIL + 10**15)
        hers = asked.filter(pc.equal(asked["person"], person))
        book, window = worlds.book(given), {"since": SINCE, "until": UNTIL}
        others = from_others(given["buckets"], directory, book, person, **window)
        lines = of_person(history, codes, book, **window, asked=hers, others=others)
        expected = worlds.added([row for row in slow if row["actor"] == actor], lambda row: row["entry"])
        assert {line.entry for line in lines} == expected.keys()
        for line in lines:
            sums = expected[line.entry]
            assert (line.side, line.acts) == (SIDES[line.entry], sums["acts"])
            assert line.money == pytest.approx(sums["money"])
            assert line.worth == pytest.approx(sums["worth"])
            ids = [row["id"] for row in slow if row["actor"] == actor and row["entry"] == line.entry]
            assert sorted(one.interaction_id for one in line.behind) == sorted(ids)
            assert [one.at for one in line.behind] == sorted((one.at for one in line.behind), reverse=True)


def test_a_refund_takes_its_amount_off_and_is_no_act():
    found = of("""
        actor     at     kind       amount
        user:ana  01-02  purchased  50
        user:ana  01-03  donated    10
        user:ana  01-04  refunded   20
        user:bea  01-04  refunded   -5
    """)
    assert found == {
        ("everyone", "money"): {"side": "gave", "people": 2, "acts": 2, "hours": None, "money": 35.0, "worth": None}
    }


def test_an_act_belongs_to_the_level_that_it_leads_to():
    found = of(
        """
        actor     at     kind       amount
        user:ana  01-02  purchased  50
        user:ana  01-03  purchased  20
    """,
        by="level",
    )
    assert {key: row["money"] for key, row in found.items()} == {("Owning", "money"): 20.0, ("Known", "money"): 50.0}


def test_only_high_ratings_advocate_and_only_replies_among_people_answer():
    log = """
        actor     at     kind     score  direction
        user:ana  01-02  rated    9      in
        user:ana  01-02  rated    8      in
        user:ana  01-02  rated    -      in
        user:ana  01-02  replied  -      in
        user:ana  01-02  replied  -      among
    """
    assert {key[1]: row["acts"] for key, row in of(log).items()} == {"advocacy": 1, "answers to others": 1}
    assert of(log, high=8)["everyone", "advocacy"]["acts"] == 2


def test_an_answer_counts_once_however_it_came():
    found = of("""
        interaction_id  actor               at     kind       channel  direction  object  in_reply_to
        q1              user:ana            01-02  asked      forum    in         t1      -
        a1              user:bea            01-03  answered   forum    among      t1      q1
        r1              user:ana            01-04  responded  forum    out        t1      q1
        q2              user:ana            01-05  asked      forum    in         t2      -
        r2              email:sam@ours.org  01-06  replied    forum    in         t2      q2
        q3              user:ana            01-07  asked      phone    in         -       -
    """)
    assert {key[1]: (row["acts"], row["people"]) for key, row in found.items()} == {
        "answers to others": (1, 1),
        "answers from us": (2, 1),
        "answers from members": (1, 1),
    }


def test_own_kinds_go_by_their_group():
    found = of("""
        actor     at     kind    minutes
        user:ana  01-02  hosted  90
        user:ana  01-02  weeded  90
    """)
    assert {key[1]: row["hours"] for key, row in found.items()} == {"time": 1.5}


def test_nothing_is_worth_money_unasked():
    log = """
        actor     at     kind         minutes  amount
        user:ana  01-02  volunteered  120      -
        user:ana  01-02  referred     30       -
        user:ana  01-02  posted       -        -
        user:ana  01-02  purchased    30       7
    """
    assert [row["worth"] for row in of(log).values()] == [None] * 4
    worth = {key[1]: row["worth"] for key, row in of(log, rates={"hour": 20.0, "referred": 50.0}).items()}
    assert worth == {"money": 7 + 10, "time": 40.0, "content": None, "referrals": 50.0}


@pytest.mark.parametrize(
    ("name", "message"),
    [("refered", "did you mean 'referred'"), ("hours", "did you mean 'hour'"), ("xyz", "write a kind of interaction")],
)
def test_a_rate_of_no_kind_is_named_with_the_nearest(name, message):
    with pytest.raises(DeclarationError, match=rf"^\[rates\]: '{name}' is no kind; {message}"):
        of("actor  at\nuser:ana  01-02", rates={name: 5.0})
