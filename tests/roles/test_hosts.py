"""Newcomers and their hosts, against a naive reading of the same log, with a known effect and with none."""

from __future__ import annotations

import numpy as np
import pytest

from tests.meaning import having
from tests.roles import talks
from tests.written import interactions, micros
from ziggurat.base.instant import DAY
from ziggurat.facts.given import Talk
from ziggurat.people.ids import person_of
from ziggurat.roles.hosts import NOBODY, OURS, PEOPLE, hosts
from ziggurat.roles.near import of_person

LOG = talks.chatter(seed=4, people=150, size=1400)
TABLES = talks.tables(LOG)
KNOWN = talks.ids(TABLES)
FIRST, BACK = 20, 25
END = micros("2026-07-01") - 1


def naive() -> tuple[dict[str, set[str]], set[str]]:
    """Newcomers by who answered them, and those who came back."""
    rows = [row | {"at": int(row["at"].timestamp() * 1e6)} for row in LOG.to_pylist()]
    own, by, back = {}, {}, set()
    for row in rows:
        if row["actor"] in KNOWN:
            own.setdefault(KNOWN[row["actor"]], []).append(row)
    answers = talks.turned(LOG, KNOWN, -(2**62), END, talks.TALK | having("passes_on"))
    for person, life in own.items():
        words = [row["at"] for row in life if row["direction"] != "out" and row["kind"] in talks.TALK]
        word = min(words, default=0)
        if not END - 365 * DAY < word <= END - (FIRST + BACK) * DAY:
            continue
        did = {
            (row["source"], row["interaction_id"])
            for row in life
            if row["direction"] != "out" and row["at"] <= word + FIRST * DAY
        }
        hosts_ = {one for one, other, at in answers if other == person and word < at <= word + FIRST * DAY}
        ours = any(
            row["direction"] == "out" and word < row["at"] <= word + FIRST * DAY
            and ((row["source"], row["in_reply_to"]) in did or row["kind"] in having("answers"))
            for row in life
        )  # fmt: skip
        for label in [PEOPLE, *hosts_] if hosts_ else [OURS if ours else NOBODY]:
            by.setdefault(label, set()).add(person)
        if any(row["direction"] != "out" and 0 < row["at"] - word - FIRST * DAY <= BACK * DAY for row in life):
            back.add(person)
    return by, back


def test_it_agrees_with_reading_row_by_row():
    found = talks.ask(hosts, TABLES, at="2026-06-30", first_days=FIRST, back_days=BACK)
    by, back = naive()
    assert len(by[PEOPLE]) > 10
    assert by[NOBODY]
    rows = {row["host"]: row for row in found.rows()}
    assert {label: row["people"] for label, row in rows.items() if row["people"]} == {
        label: len(people) for label, people in by.items()
    }
    for label, people in by.items():
        assert rows[label]["back"] == len(people & back)
        told = found.people(host=label).collect(backend="pyarrow").to_native()["person_id"].to_pylist()
        assert set(told) == people


def test_hours_are_from_her_first_word_to_the_answer():
    log = interactions("""
        interaction_id  at                actor     kind       direction  counterpart  in_reply_to
        0               2024-12-01        user:old  posted     in         -            -
        1               01-05 08:00       user:ana  asked      in         -            -
        2               01-05 11:00       user:old  answered   among      -            1
        3               01-05 12:00       user:ana  responded  out        -            1
        4               01-06             user:ana  replied    among      user:old     -
        5               02-10             user:ana  visited    in         -            -
        6               01-07             user:bea  contacted  in         -            -
        7               01-07 05:00       user:bea  resolved   out        -            -
        8               06-30             user:bea  visited    in         -            -
    """)
    given = talks.tables(log)
    rows = {row["host"]: row for row in talks.ask(hosts, given, at="2026-07-01", back_days=60).rows()}
    known = talks.ids(given)
    assert set(rows) == {PEOPLE, OURS, NOBODY, known["user:old"]}
    assert (rows[PEOPLE]["people"], rows[PEOPLE]["hours"], rows[PEOPLE]["back"]) == (1, 3.0, 1)
    assert (rows[OURS]["people"], rows[OURS]["hours"], rows[OURS]["back"]) == (1, 5.0, 0)
    assert rows[known["user:old"]]["hours"] == 3.0
    person = person_of(known["user:ana"])
    _, history, _ = given["crowd"].derived.one(person, END)
    near = of_person(Talk(given["buckets"], given["people"], given["kinds"]), history, at=END)
    assert near.host == known["user:old"]
    assert (near.welcome.interaction_id, near.welcome.hers, near.welcome.kind) == ("2", False, "answered")
    assert near.first_word == micros("2026-01-05 08:00")


def world(seed: int, effect: float, size: int = 300):
    """Newcomers, the keener of whom are answered more and come back more; an answer itself adds `effect`."""
    draw, rows = np.random.default_rng(seed), []
    day = talks.lives.dt.timedelta(days=1)
    for who in range(size):
        keen, start = draw.random() < 0.5, talks.lives.START + float(draw.random() * 200) * day
        rows += [{"actor": f"user:{who}", "at": start - day / 2, "kind": "visited", "direction": "in"}] * (4 * keen)
        rows.append({"actor": f"user:{who}", "at": start, "kind": "posted", "direction": "in"})
        answered = draw.random() < (0.75 if keen else 0.25)
        if answered:
            row = {"actor": "user:host", "at": start + day, "kind": "replied", "direction": "among"}
            rows.append(row | {"counterpart": f"user:{who}"})
        if draw.random() < (0.6 if keen else 0.2) + effect * answered:
            rows.append({"actor": f"user:{who}", "at": start + 20 * day, "kind": "visited", "direction": "in"})
    return talks.tables(talks.logged(rows))


@pytest.mark.parametrize("effect", [0.0, 0.2])
def test_a_known_difference_is_covered_and_being_keen_does_not_pass_for_it(effect):
    covered, plain = [], []
    for seed in range(25):
        rows = {row["host"]: row for row in talks.ask(hosts, world(seed, effect), at="2026-06-30").rows()}
        row = rows[PEOPLE]
        covered.append(row["difference_low"] <= effect <= row["difference_high"])
        plain.append(row["share"] - rows[NOBODY]["share"])
    assert sum(covered) >= 22
    assert np.mean(plain) > effect + 0.1  # the negative control: shares as they are mistake keenness for an effect
