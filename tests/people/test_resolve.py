"""Who is who: an equivalence relation over identities, with guards and decisions."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import few
from ziggurat.base.engine import duckdb as engine
from ziggurat.base.errors import QuestionError
from ziggurat.people.ids import person_id, person_ids, person_of
from ziggurat.people.resolve import THROWAWAY, hash_of, resolve

NAMES = [f"{space}:{n}" for space in ("email", "github", "cookie") for n in range(6)]


def seen(names: list[str], first: list[int] | None = None) -> pa.Table:
    hashes = [hash_of(name) for name in names]
    return pa.table({
        "identity": pa.array(names, pa.string()),
        "person": pa.array(hashes, pa.int64()),
        "first": pa.array(first or [1] * len(names), pa.int64()),
    })  # fmt: skip


def links(*pairs: tuple[str, ...]) -> pa.Table:
    """Links a–b; a third word is the evidence."""
    columns = list(zip(*((*pair, "same row")[:3] for pair in pairs), strict=True)) or [[], [], []]
    return pa.table({
        name: pa.array(column, pa.string()) for name, column in zip(("a", "b", "evidence"), columns, strict=True)
    })  # fmt: skip


def groups(names: list[str], *pairs: tuple[str, ...], first: list[int] | None = None, **options) -> set[frozenset[str]]:
    """The people, each as the set of her identities."""
    found: dict[int, set[str]] = {}
    for row in resolve(seen(names, first), links(*pairs), **options).identities.to_pylist():
        found.setdefault(row["person"], set()).add(row["identity"])
    return {frozenset(group) for group in found.values()}


def together(names: list[str], pairs: list[tuple[str, ...]]) -> dict[str, frozenset[str]]:
    """Put groups together until nothing changes."""
    people = [{name} for name in names]
    for a, b, *_ in pairs * len(names):
        one, other = (next(group for group in people if name in group) for name in (a, b))
        if one is not other:
            people.remove(other)
            one |= other
    return {name: frozenset(group) for group in people for name in group}


def space(name: str) -> str:
    return name.split(":")[0]


def near(name: str, pairs: list[tuple[str, ...]]) -> set[str]:
    return {other for a, b, *_ in pairs for other in (a, b) if name in (a, b) and other != name}


def bridge(group: frozenset[str], left: list[tuple[str, ...]]) -> str:
    """An address of the most names, if of several; then who has the most links; then the first."""

    def rank(one: str) -> tuple[int, int, str]:
        others = near(one, left)
        named = sum(space(other) == "github" for other in others) if space(one) == "email" else 0
        return -(named if named > 1 else 0), -len(others), one

    return min((one for one in group if near(one, left)), key=rank)


def not_beside(names: list[str], good: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The links that join nobody to another by a throw-away identity."""
    sure = [pair for pair in good if pair[2] == "decided" or not {*map(space, pair[:2])} & {*THROWAWAY}]
    weak = [pair for pair in good if pair not in sure]
    person = together(names, sure)

    def known(group: frozenset[str]) -> bool:
        return any(space(one) not in THROWAWAY for one in group)

    shared = set()
    for name in names:
        if space(name) in THROWAWAY:
            beside = {person[other] for other in near(name, weak) if space(other) not in THROWAWAY}
            beside |= {person[name]} if known(person[name]) else set()
            shared |= {name} if len(beside) > 1 else set()
    weak = [pair for pair in weak if not {*pair[:2]} & shared]
    own = [pair for pair in weak if {*map(space, pair[:2])} - {*THROWAWAY}]
    people, every = together(names, sure + own), together(names, sure + weak)
    alone = [pair for pair in weak if sum(known(one) for one in {people[other] for other in every[pair[0]]}) < 2]
    return sure + own + alone


def naive(
    names: list[str], pairs: list[tuple[str, ...]], apart: set[frozenset[str]], most: int, few: int = 3
) -> set[frozenset[str]]:
    """By definition: drop the links that don't count, then put groups together until nothing changes."""
    good = [
        pair for pair in pairs if pair[0] != pair[1] and {*pair[:2]} <= set(names) and frozenset(pair[:2]) not in apart
    ]
    plain = [pair for pair in good if pair[2] != "decided"]
    shared = set()
    for name in names:
        spaces = [space(other) for other in near(name, plain) if space(other) not in THROWAWAY]
        if any(spaces.count(one) > most for one in spaces) or (space(name) == "email" and spaces.count("github") > few):
            shared.add(name)
    left = [pair for pair in plain if not {*map(space, pair[:2])} & {*THROWAWAY} and not {*pair[:2]} & shared]

    def crowd(group: frozenset[str]) -> bool:
        return max(sum(space(one) == kind for one in group) for kind in ("email", "github")) > most + 1

    while crowds := [group for group in set(together(names, left).values()) if crowd(group)]:
        out = {bridge(group, left) for group in crowds}
        shared |= out
        left = [pair for pair in left if not {*pair[:2]} & out]
    good = [pair for pair in good if pair[2] == "decided" or not {*pair[:2]} & shared]
    return set(together(names, not_beside(names, good)).values())


some = st.lists(st.sampled_from(NAMES), unique=True, max_size=14)
pairs = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(["same row", "same row", "decided"])),
    max_size=30,
)
apart = st.sets(st.sets(st.sampled_from(NAMES), min_size=2, max_size=2).map(frozenset), max_size=4)


@settings(max_examples=few(300), deadline=None)
@given(some, pairs, apart, st.integers(1, 4))
def test_resolution_equals_its_definition(names, pairs, apart, most) -> None:
    assert groups(names, *pairs, apart=frozenset(apart), most_links=most) == naive(names, pairs, apart, most)


@settings(max_examples=few(100), deadline=None)
@given(some, pairs, st.randoms(use_true_random=False))
def test_resolution_does_not_depend_on_the_order_or_the_direction_of_links(names, pairs, chance) -> None:
    turned = [(b, a, evidence) if chance.random() < 0.5 else (a, b, evidence) for a, b, evidence in pairs]
    chance.shuffle(turned)
    shuffled = list(names)
    chance.shuffle(shuffled)
    assert groups(names, *pairs) == groups(shuffled, *turned)


def test_links_reach_through_others() -> None:
    chain = [(f"u{n}:x", f"u{n + 1}:x") for n in range(50)]
    assert groups([f"u{n}:x" for n in range(52)], *chain) == {
        frozenset(f"u{n}:x" for n in range(51)),
        frozenset({"u51:x"}),
    }


def test_a_shared_mailbox_links_nothing() -> None:
    """Eleven people write from office@: were it taken for one person's, they would be one."""
    users = [f"user:{n}" for n in range(11)]
    office = [(user, "email:office") for user in users]
    own = [(user, f"email:{n}") for n, user in enumerate(users)]
    names = [*users, "email:office", *(f"email:{n}" for n in range(11))]
    found = groups(names, *office, *own)
    assert found == {*(frozenset({user, f"email:{n}"}) for n, user in enumerate(users)), frozenset({"email:office"})}
    guarded = resolve(seen(names), links(*office, *own)).guarded.to_pylist()
    assert guarded == [{"identity": "email:office", "namespace": "user", "linked_to": 11, "why": "several names"}]
    assert len(groups([*users[:3], "email:office"], *office[:3])) == 1  # three may be one person's names
    assert len(groups([*users[:4], "email:office"], *office[:4])) == 5


def test_a_chain_of_likely_links_makes_no_crowd() -> None:
    """Chat names and addresses: each address has three names at most, and all of them hang together."""
    people = [(f"chat:{n:02}", f"email:{n:02}") for n in range(40)]
    lists = [(f"chat:{n:02}", f"email:list{n // 2}") for n in range(40)]
    lists += [(f"chat:{n:02}", f"email:more{(n + 1) // 2}") for n in range(40)]
    names = sorted({name for pair in (*people, *lists) for name in pair})
    found = groups(names, *people, *lists)
    assert max(sum(space(one) == "chat" for one in group) for group in found) <= 11
    assert all({*pair} <= next(group for group in found if pair[0] in group) for pair in people)
    told = resolve(seen(names), links(*people, *lists)).guarded.to_pylist()
    assert {row["why"] for row in told} == {"joins too many"}
    assert all(row["identity"].startswith(("email:list", "email:more")) for row in told)


def test_a_shared_computer_joins_nobody() -> None:
    """Two people log in on one browser; a cookie that only one of them has is hers."""
    both = [("anon:desk", "email:ana"), ("anon:desk", "email:bo"), ("anon:own", "email:ana")]
    names = ["anon:desk", "anon:own", "email:ana", "email:bo"]
    assert groups(names, *both) == {
        frozenset({"anon:own", "email:ana"}), frozenset({"email:bo"}), frozenset({"anon:desk"}),
    }  # fmt: skip
    told = resolve(seen(names), links(*both)).guarded.to_pylist()
    assert [(row["identity"], row["why"]) for row in told] == [("anon:desk", "several people")]
    own = groups(["till:1", *names[2:]], ("till:1", "email:ana"), ("till:1", "email:bo"), throwaway=("till",))
    assert len(own) == 3


@pytest.mark.parametrize(
    "address",
    ["noreply@x.org", "no-reply@x.org", "devnull@localhost", "root@localhost", "none@none.com", "example@example.com"],
)
def test_what_stands_for_nobody_links_nothing(address) -> None:
    names = [f"email:{address}", "git:ana", "git:bo"]
    assert len(groups(names, ("git:ana", names[0]), ("git:bo", names[0]))) == 3
    real = ["email:7+bob@users.noreply.example.com", "git:bob"]
    assert len(groups(real, tuple(real))) == 1


def test_a_kiosk_links_nothing() -> None:
    people = [f"email:{n}" for n in range(11)]
    assert len(groups([*people, "device:kiosk"], *((one, "device:kiosk") for one in people))) == 12


def test_one_person_may_have_any_number_of_cookies() -> None:
    cookies = [f"cookie:{n}" for n in range(500)]
    assert len(groups([*cookies, "email:ana"], *((cookie, "email:ana") for cookie in cookies))) == 1


def test_what_was_decided_is_never_guarded() -> None:
    users = [f"user:{n}" for n in range(11)]
    office = [(user, "email:office") for user in users]
    found = groups([*users, "email:office"], *office, ("user:3", "email:office", "decided"))
    assert frozenset({"user:3", "email:office"}) in found
    assert len(found) == 11


def test_those_kept_apart_may_still_be_linked_through_others() -> None:
    names, both = ["u:1", "u:2", "u:3"], ("u:1", "u:2")
    keep = frozenset({frozenset(both)})
    assert len(groups(names, both, apart=keep)) == 3
    assert len(groups(names, (*both, "decided"), apart=keep)) == 3
    assert len(groups(names, both, ("u:1", "u:3"), ("u:3", "u:2"), apart=keep)) == 1


def test_the_id_is_that_of_the_identity_seen_first() -> None:
    found = resolve(seen(["u:a", "u:b", "u:c"], [3, 2, 2]), links(("u:a", "u:b"), ("u:c", "u:a"))).identities
    assert set(found["person"].to_pylist()) == {hash_of("u:b")}


def test_nobody_and_no_links() -> None:
    assert groups([]) == set()
    assert groups([], ("u:1", "u:2"), ("u:1", "u:2", "decided")) == set()
    assert groups(["u:1"], ("u:1", "u:2")) == {frozenset({"u:1"})}


@settings(max_examples=few(50), deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30), min_size=1))
def test_sql_and_python_give_the_same_hash(identities) -> None:
    table = pa.table({"identity": pa.array(identities, pa.string())})
    with engine.connect() as connection:
        connection.register("given", table)
        found = connection.sql("SELECT (md5_number_lower(identity) >> 1)::BIGINT FROM given").fetchall()
    assert [value for (value,) in found] == [hash_of(identity) for identity in identities]


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**63 - 1)))
def test_ids_are_written_alike_one_by_one_and_all_at_once_and_read_back(people) -> None:
    ids = [person_id(person) for person in people]
    assert person_ids(pa.array(people, pa.int64()).to_numpy()).to_pylist() == ids
    assert [person_of(one) for one in ids] == people


@pytest.mark.parametrize("text", ["", "p", "pffffffffffffffff", "p00000000000000ZZ", "p00000000000000ff0", "email:ana"])
def test_what_is_no_id_is_told(text) -> None:
    with pytest.raises(QuestionError, match="is no person's id; an id is 'p' and 16 hex digits"):
        person_of(text)
