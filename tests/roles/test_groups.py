"""Groups in the conversation: planted ones are found and told, noise is not sold as groups."""

from __future__ import annotations

import numpy as np
import pytest

from tests.roles import talks
from ziggurat.base.errors import QuestionError
from ziggurat.roles.conversation import conversation
from ziggurat.roles.groups import groups

GROUPS, SIZE = 4, 12


def talk(seed: int, inside: float, bridge: bool = False):
    """Everyone turns to five others, of whom a share are of her group; one turns to all groups alike."""
    draw, rows = np.random.default_rng(seed), []
    for who in range(GROUPS * SIZE):
        for number in range(5):
            low = who // SIZE * SIZE
            other = low + draw.integers(SIZE) if draw.random() < inside else draw.integers(GROUPS * SIZE)
            if bridge and who == 0:
                other = number % GROUPS * SIZE + 1 + number
            row = {"actor": f"user:{who}", "counterpart": f"user:{other}", "kind": "replied", "direction": "among"}
            rows.append(row | {"at": talks.lives.START, "channel": "chat" if low == 0 else "forum"})
    return talks.tables(talks.logged(rows))


def test_planted_groups_are_found_and_their_ties_counted():
    given = talk(1, 0.9, bridge=True)
    found = talks.ask(groups, given, at="2026-06-30")
    rows, names = found.rows(), {one: int(identity[5:]) for identity, one in talks.ids(given).items()}
    everyone, listed = rows[0], rows[1:]
    assert (everyone["group"], everyone["verdict"], everyone["people"]) == ("(all)", "more than chance", GROUPS * SIZE)
    assert everyone["modularity"] > everyone["chance_high"] > everyone["chance_low"]
    assert [row["people"] for row in listed] == [SIZE] * GROUPS
    tables = found.members.collect(backend="pyarrow").to_native().to_pylist()
    group_of = {names[row["person_id"]]: row["group"] for row in tables if row["group"] != "(all)"}
    assert all(len({group_of[who] for who in range(low, low + SIZE)}) == 1 for low in range(0, GROUPS * SIZE, SIZE))
    acts = {frozenset(pair) for pair in pairs(given)}
    known = talks.ids(given)
    tied = [tuple(group_of[names[known[one]]] for one in pair) for pair in acts]
    for row in listed:
        mine = [pair for pair in tied if row["group"] in pair]
        assert row["ties"] == sum(one == other for one, other in mine)
        assert row["outside"] == sum(one != other for one, other in mine)
        assert row["density"] == pytest.approx(row["ties"] / (SIZE * (SIZE - 1) / 2))
        ends = row["outside"] + 2 * row["ties"]
        assert row["times_chance"] == pytest.approx(row["ties"] / (ends**2 / (4 * len(tied))))
    assert everyone["ties"] == len(tied)
    assert everyone["outside"] == sum(one != other for one, other in tied)
    own = next(row for row in listed if row["group"] == group_of[0])
    assert own["channels"] == "chat 100 %"
    whose = {person: identity for identity, person in known.items()}
    assert whose[own["bridges"].split(", ")[0]] == "user:0"


def pairs(given) -> list[tuple[str, str]]:
    found = given["buckets"].fold(
        lambda rows: rows.select(["actor", "counterpart"]).to_pylist(), ("actor", "counterpart")
    )
    return [(row["actor"], row["counterpart"]) for part in found for row in part if row["actor"] != row["counterpart"]]


def test_noise_is_one_row_that_says_so_and_bridges_nothing():
    said = []
    for seed in range(20):
        rows = talks.ask(groups, talk(seed, 0.0), at="2026-06-30").rows()
        said.append(rows[0]["verdict"])
        assert (len(rows) == 1) == (rows[0]["verdict"] == "no more than chance")
    assert said.count("more than chance") <= 3  # of 20, where half of one is to be expected
    quiet = talk(said.index("no more than chance"), 0.0)
    assert {row["bridging"] for row in talks.ask(conversation, quiet, at="2026-06-30").rows()} == {None}
    assert {row["group"] for row in talks.ask(conversation, quiet, at="2026-06-30").rows()} == {None}


def test_the_conversation_numbers_groups_as_the_groups_do():
    given = talk(1, 0.9)
    members = talks.ask(groups, given, at="2026-06-30").members.collect(backend="pyarrow").to_native().to_pylist()
    told = {row["person_id"]: row["group"] for row in members if row["group"] != "(all)"}
    assert {row["person_id"]: row["group"] for row in talks.ask(conversation, given, at="2026-06-30").rows()} == told


def test_options_that_mean_nothing_are_refused():
    for option, value in (("draws", 4), ("resolution", 0), ("days", 0), ("limit", 0)):
        with pytest.raises(QuestionError, match=f"`{option}` is {value}, but must be a .* from"):
            talks.ask(groups, talk(1, 0.9), at="2026-06-30", **{option: value})
