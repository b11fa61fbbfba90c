"""One row a person: what the log says of her, whoever she turns out to be."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from tests.written import Workspace, interactions, levels, links, micros, open_new, people, standings, take, traits
from ziggurat.base import schema
from ziggurat.base.errors import DeclarationError, QuestionError, WorkspaceError
from ziggurat.people.people import Who
from ziggurat.people.staff import Staff, StaffRule
from ziggurat.settings.config import Config

TEAM = """
    interaction_id  at     actor                         kind
    1               01-05  email:sam@ours.org            visited
    2               01-05  email:kim@mail.ours.org       visited
    3               01-05  email:evil@evil-ours.org      visited
    4               01-05  email:far@ours.org.evil.net   visited
    5               01-05  user:ours.org                 visited
    6               01-05  user:robot                    visited
    7               01-05  user:lee                      visited
    8               01-05  user:new                      visited
"""
KNOWN = traits("""
    identity   trait    value
    user:lee   company  Ours Ltd
    user:new   company  Others Ltd
""")


def by_name(space: Workspace, column: str) -> dict[str, object]:
    return {row["identities"][0]: row[column] for row in people(space)}


def staffed(folder, staff: Staff) -> Workspace:
    space = open_new(folder / "staffed", staff=staff)
    take(space, interactions=interactions(TEAM), traits=KNOWN)
    space.refresh()
    return space


def test_staff_are_known_by_domain_identity_or_trait(tmp_path) -> None:
    rule = StaffRule("company", ("Ours Ltd", "Ours Inc"))
    space = staffed(tmp_path, Staff(("@Ours.org",), (" user:robot ",), (rule,)))
    assert {name for name, staff in by_name(space, "staff").items() if staff} == {
        "email:sam@ours.org",
        "email:kim@mail.ours.org",
        "user:robot",
        "user:lee",
    }


def test_nobody_is_staff_unless_it_is_said(tmp_path) -> None:
    space = staffed(tmp_path, Staff(rules=(StaffRule("company", ()),)))
    assert not any(by_name(space, "staff").values())


def test_a_quote_in_a_staff_rule_is_only_a_quote(tmp_path) -> None:
    rules = (StaffRule("company", ("O'Ours' OR 'x'='x",)),)
    assert not any(by_name(staffed(tmp_path, Staff(("o'urs.org",), ("user:o'x",), rules)), "staff").values())


def test_staff_are_on_no_ladder_and_in_no_figure(tmp_path) -> None:
    space = staffed(tmp_path, Staff(("ours.org",)))
    both = {row["person_id"] for row in people(space) if row["staff"]}
    assert len(both) == 2
    assert not both & {row["person_id"] for row in levels(space)}
    assert not both & {row["person_id"] for row in standings(space, micros("01-06"))}
    assert sum(row["people"] for row in space.ask("pyramid").rows() if row["level"] is not None) == 6
    assert space.refresh()["people"] == 6
    assert space.people(kind="known").total == 6
    assert space.people(kind="staff").total == 2
    assert space.story("email:sam@ours.org").level is None


def test_one_identity_of_the_staff_makes_the_whole_person_staff(tmp_path) -> None:
    space = open_new(tmp_path / "linked", staff=Staff(("ours.org",)))
    take(space, interactions=interactions("actor\nuser:sam"), links=links("a  b\nuser:sam  email:sam@ours.org"))
    space.refresh()
    assert [row["staff"] for row in people(space)] == [True]
    assert levels(space) == []


def test_who_is_seen_under_throw_away_identities_alone_is_anonymous(space) -> None:
    take(
        space,
        interactions=interactions("actor\nanon:1\ncookie:2\ncookie:3\nanonymous:4"),
        links=links("a  b\nanon:1  cookie:1\ncookie:2  email:bea"),
    )
    counts = space.refresh()
    assert (counts["people"], counts["anonymous"]) == (2, 2)
    anonymous = [row["identities"] for row in people(space) if row["anonymous"]]
    assert sorted(map(sorted, anonymous)) == [["anon:1", "cookie:1"], ["cookie:3"]]
    assert {row["person_id"] for row in levels(space)} == {space.find("cookie:2"), space.find("anonymous:4")}
    assert space.story("cookie:3").level is None


def test_which_namespaces_are_anonymous_is_the_workspaces_to_say(tmp_path) -> None:
    space = open_new(tmp_path / "own", people=Who(anonymous=("till",)))
    take(space, interactions=interactions("actor\ntill:1\ncookie:2"))
    counts = space.refresh()
    assert (counts["people"], counts["anonymous"]) == (1, 1)


def test_a_name_is_the_latest_that_was_told_and_traits_are_gathered(space) -> None:
    take(
        space,
        links=links("a  b\nuser:ana  email:ana"),
        traits=traits("""
            identity   trait  value        at
            user:ana   name   Ana Moreau   01-05
            email:ana  name   Ana Silva    01-09
            user:ana   name   A. Moreau    01-07
            user:ana   city   Porto        01-07
        """),
    )
    space.refresh()
    [ana] = people(space)
    assert ana["name"] == "Ana Silva"
    assert ana["traits"] == '{"city":"Porto","name":"Ana Silva"}'
    take(space, traits=traits("identity  trait  value  at\nuser:ana  name  Late News  01-01"))
    space.refresh()
    assert people(space)[0]["name"] == "Ana Silva"


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (("Ana Ng", "ana"), "Ana Ng"), (("Ana Ng", "A. Ng"), "Ana Ng"), (("Ana Ng", "Ana N."), "Ana Ng"),
        (("Ana Ng", "ana@x.org ana"), "Ana Ng"), (("Ana Ng", "Ana Silva"), "Ana Silva"), (("ana", "A. Ng"), "A. Ng"),
        (("ana", "annie"), "annie"), (("ana", "Ana B. Ng"), "Ana B. Ng"), (("ana@x.org", "ana", "ana@y.org"), "ana"),
    ],
)  # fmt: skip
def test_a_poorer_name_of_another_source_replaces_no_fuller_one(space, told, name) -> None:
    for day, said in enumerate(told, 1):
        row = {
            "identity": "email:ana",
            "trait": "name",
            "value": said,
            "source": f"s{day}",
            "at": datetime(2026, 1, day, tzinfo=UTC),
        }
        take(space, traits=pa.Table.from_pylist([row], schema.TRAITS))
    space.refresh()
    assert people(space)[0]["name"] == name


def test_consent_is_the_latest_word(space) -> None:
    take(
        space,
        interactions=interactions("""
            actor   at                kind
            user:a  01-05             subscribed
            user:a  01-07             unsubscribed
            user:b  01-07             subscribed
            user:b  01-05             unsubscribed
            user:c  01-05             visited
        """),
    )
    space.refresh()
    assert by_name(space, "consent") == {"user:a": "unsubscribed", "user:b": "subscribed", "user:c": None}


def test_counts_and_instants_are_of_all_her_identities(space) -> None:
    take(
        space,
        interactions=interactions("actor  at\nuser:a  01-05\nemail:a  01-02\nuser:a  01-09"),
        links=links("a  b  at\nuser:a  email:a  01-01"),
    )
    space.refresh()
    [person] = people(space)
    assert (person["interactions"], person["first_at"], person["last_at"]) == (3, micros("01-01"), micros("01-09"))


def test_ids_stay_when_people_merge_and_old_ones_lead_to_her(space) -> None:
    take(space, interactions=interactions("actor\nuser:old"))
    space.refresh()
    old = space.find("user:old")
    take(space, interactions=interactions("interaction_id  actor\n2  email:new"))
    space.refresh()
    new = space.find("email:new")
    assert new != old
    take(space, links=links("a  b\nemail:new  user:old"))
    space.refresh()
    assert [row["person_id"] for row in people(space)] == [old]
    assert {space.find(one) for one in (old, new, "user:old", "email:new")} == {old}
    assert space.story(new).person["identities"] == ["user:old", "email:new"]


def test_a_decision_joins_and_taking_it_back_parts(space) -> None:
    take(space, interactions=interactions("actor  kind  at\nuser:a  subscribed  01-03\nuser:b  organised  01-05"))
    space.refresh()
    apart = (people(space), levels(space))
    space.merge("user:a", "user:b", why="said so")
    space.refresh()
    [both] = people(space)
    assert both["identities"] == ["user:a", "user:b"]
    assert both["interactions"] == 2
    space.undecide("user:b", "user:a")  # the order doesn't matter
    space.refresh()
    assert (people(space), levels(space)) == apart
    with pytest.raises(WorkspaceError, match="nothing was decided of 'user:a' and 'user:b'"):
        space.undecide("user:a", "user:b")


def test_a_decision_parts_what_the_log_links(space) -> None:
    take(space, interactions=interactions("actor\nuser:a\nuser:b"), links=links("a  b\nuser:a  user:b"))
    space.refresh()
    assert len(people(space)) == 1
    space.part("user:a", "user:b")
    space.refresh()
    assert len(people(space)) == 2
    space.merge("user:a", "user:b")  # the latest word counts
    space.refresh()
    assert len(people(space)) == 1


def test_a_guard_that_comes_late_parts_those_who_had_been_one(tmp_path) -> None:
    space = open_new(tmp_path / "office", people=Who(most_links=2))
    take(space, interactions=interactions("actor\nuser:1"), links=links("a  b\nuser:1  email:x\nuser:2  email:x"))
    assert space.refresh()["guarded"] == 0
    assert len(people(space)) == 1
    take(space, links=links("a  b\nuser:3  email:x"))
    assert space.refresh()["guarded"] == 1
    assert len(people(space)) == 4
    assert space.sql("SELECT identity, namespace, linked_to FROM guarded").to_pylist() == [
        {"identity": "email:x", "namespace": "user", "linked_to": 3}
    ]


def test_decisions_are_about_two_known_identities(space) -> None:
    take(space, interactions=interactions("actor\nuser:a"))
    space.refresh()
    with pytest.raises(QuestionError, match="nobody is known as 'user:b'"):
        space.merge("user:a", "user:b")
    with pytest.raises(WorkspaceError, match="are the same identity; give two different ones"):
        space.part("user:a", "user:a")


def test_most_links_must_be_positive() -> None:
    with pytest.raises(DeclarationError, match=r"\[people\] most_links = 0 must be 1 or more"):
        Config(people=Who(most_links=0))


def test_a_mailbox_that_many_write_from_has_no_name_and_joins_nobody(space) -> None:
    """Eighteen volunteers post under one address, each with a name of her own and an account."""
    names = [f"identity  trait  value\nemail:office  name  Volunteer {n}" for n in range(18)]
    rows = "\n".join(["actor", *["email:office"] * 18])
    told = pa.concat_tables([traits(text) for text in names])
    take(space, interactions=interactions(rows), traits=told, links=links(
        "\n".join(["a  b", *(f"email:office  user:{n}" for n in range(18))])
    ))  # fmt: skip
    assert space.refresh()["guarded"] == 1
    found = {row["identities"][0]: (row["name"], row["interactions"]) for row in people(space)}
    assert found["email:office"] == (None, 18)
    assert len(found) == 19
    row = {"identity": "email:office", "namespace": "user", "linked_to": 18, "why": "several names"}
    assert space.guarded() == [row]
    assert space.shared(["email:office", "user:3"]) == ["email:office is shared (several names) and joins nobody."]
    assert space.shared(["user:3"]) == []


def test_an_address_with_many_names_alone_is_told_as_shared(space) -> None:
    told = [
        traits(f"identity  trait  value\nemail:office  name  Volunteer {n}\nemail:ana  name  Ana") for n in range(4)
    ]
    take(space, interactions=interactions("actor\nemail:office\nemail:ana"), traits=pa.concat_tables(told))
    space.refresh()
    assert by_name(space, "name") == {"email:office": None, "email:ana": "Ana"}
    assert [(row["identity"], row["linked_to"], row["why"]) for row in space.guarded()] == [
        ("email:office", 4, "several names")
    ]
