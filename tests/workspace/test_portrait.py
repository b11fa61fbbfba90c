"""What one person is told to be is what the studies say of her among everyone."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from tests.written import interactions, open_new, take
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY, instant, moment
from ziggurat.base.schema import TRAITS
from ziggurat.cli.app import app
from ziggurat.results.result import Result
from ziggurat.sources.batch import Batch
from ziggurat.workspace import Workspace
from ziggurat.workspace.portrait import PARTS, SHOWN, Portrait
from ziggurat.workspace.portrait_parts import plain

MIDDLE = "2026-04-15"
Row = dict[str, Any]


@pytest.fixture(scope="module", params=[None, MIDDLE])
def portraits(town: Workspace, request: pytest.FixtureRequest) -> dict[str, Portrait]:
    """Portraits of everyone known, at the end and in the middle of the log."""
    found = {}
    for row in town.people(at=request.param, size=1000).rows:
        portrait = town.portrait(row["person_id"], at=request.param)
        if portrait.known:
            found[row["person_id"]] = portrait
    assert len(found) > 40
    return found


def members(town: Workspace, study: str, portraits: Mapping[str, Portrait], **options: Any) -> dict[str, list[Row]]:
    """What a study says of each person, over the window of the portraits."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in opened(asked(town, study, portraits, **options)):
        found[row["person_id"]].append(row)
    return found


def asked(town: Workspace, study: str, portraits: Mapping[str, Portrait], **options: Any) -> Result:
    """A study over the window of the portraits, or at its end."""
    one = next(iter(portraits.values()))
    window = {"at": one.at} if options.pop("instant", True) else {"since": one.since, "until": one.at}
    return town.ask(study, **window, **options)


def opened(answer: Result) -> list[Row]:
    rows: list[Row] = answer.members.collect(backend="pyarrow").to_native().to_pylist()
    return rows


def test_signals_are_those_of_the_lists_of_everyone(town: Workspace, portraits: dict[str, Portrait]) -> None:
    listed = {
        study: {row["person_id"]: row for row in opened(asked(town, study, portraits)) if row["rhythm"]}
        for study in ("flagging", "rising")
    }
    assert sum(map(len, listed.values()))
    for person, portrait in portraits.items():
        expected = [
            {"what": what, "rhythm": listed[study][person]["rhythm"], "chance": listed[study][person]["chance"]}
            for study, what in (("flagging", "gone quiet"), ("rising", "picking up"))
            if person in listed[study]
        ]
        assert plain(portrait.signals) == expected


def test_roles_are_those_of_everyones_consumption(town: Workspace, portraits: dict[str, Portrait]) -> None:
    told = members(town, "consumption", portraits, instant=False)
    for person, portrait in portraits.items():
        expected = {row["role"]: row for row in told[person]}
        assert {row.role for row in portrait.roles} == expected.keys()
        for row in portrait.roles:
            same = expected[row.role]
            assert (row.acts, row.days) == (same["acts"], same["days"])
            assert row.confidence == (None if same["confidence"] is None else pytest.approx(same["confidence"]))
            assert len(row.interactions) == min(row.acts, SHOWN)
            assert all(moment(portrait.since) < one["at"] <= moment(portrait.at) for one in row.interactions)


def test_a_stance_is_that_of_everyones_stances_and_has_a_reason_for_each_day(
    town: Workspace, portraits: dict[str, Portrait]
) -> None:
    told = members(town, "stance", portraits)
    assert len({rows[0]["stance"] for rows in told.values()}) > 2
    for person, portrait in portraits.items():
        found, (row,) = portrait.stance, told[person]
        assert found is not None
        assert found.stance == row["stance"]
        assert found.confidence == (None if row["confidence"] is None else pytest.approx(row["confidence"]))
        assert len(found.reasons) == row["days"]
        assert all(reason.interaction["interaction_id"] for reason in found.reasons)


def test_ties_are_those_of_the_conversation_and_its_groups(town: Workspace, portraits: dict[str, Portrait]) -> None:
    conversation = {row["person_id"]: row for row in asked(town, "conversation", portraits).rows()}
    groups = members(town, "groups", portraits)
    hosts = {row["person_id"]: row["host"] for row in opened(asked(town, "hosts", portraits)) if row["host"][0] == "p"}
    answer = asked(town, "groups", portraits).rows()
    assert conversation
    assert hosts
    for person, portrait in portraits.items():
        ties = portrait.ties
        assert ties is not None
        assert bool(ties.people) == (person in conversation)
        if ties.people:
            row, to, by = (
                conversation[person],
                *([getattr(each, way) for each in ties.people] for way in ("turned_to", "turned_by")),
            )
            assert (row["turned_to_by"], row["times"]) == (sum(count > 0 for count in by), sum(by))
            assert row["turns_to"] == sum(count > 0 for count in to)
        mine = [row["group"] for row in groups[person] if row["group"] != "(all)"]
        if ties.people:
            size = {row["group"]: row["people"] for row in answer}
            assert ties.group is not None
            assert ties.group.group == (mine[0] if mine and size.get(mine[0], 1) > 1 else None)
            assert ties.group.verdict == answer[0]["verdict"]
        if person in hosts:
            assert ties.host is not None


def test_questions_are_those_that_answering_counts(town: Workspace, portraits: dict[str, Portrait]) -> None:
    row = asked(town, "answering", portraits, instant=False).rows()[0]
    asking = {person: one.questions.questions for person, one in portraits.items() if one.questions is not None}
    found = [one for questions in asking.values() for one in questions]
    who = {one["person_id"] for one in opened(asked(town, "answering", portraits, instant=False))}
    assert who == {person for person, questions in asking.items() if questions}
    assert len(found) == row["questions"]
    assert sum(one.answered for one in found) / len(found) == pytest.approx(row["share"])
    for one in found:
        assert (one.by is not None) == one.answered
        assert one.by != "member" or one.answerer_id is not None


def test_ledgers_add_up_to_mutual_value(town: Workspace, portraits: dict[str, Portrait]) -> None:
    answer = asked(town, "mutual-value", portraits, instant=False, by="entry")
    lines = [(person, line) for person, portrait in portraits.items() for line in portrait.ledger]
    told = members(town, "mutual-value", portraits, instant=False, by="entry")
    pairs = {(person, row["entry"]) for person, rows in told.items() for row in rows}
    assert {(person, line.entry) for person, line in lines} == pairs
    assert {"teaching", "recognition"} & {entry for _, entry in pairs}
    for row in answer.rows():
        mine = [line for _, line in lines if line.entry == row["entry"]]
        for name in ("acts", "hours", "money", "worth"):
            known = [getattr(line, name) for line in mine if getattr(line, name) is not None]
            assert row[name] == (pytest.approx(sum(known)) if known else None), (row["entry"], name)
    theirs = [one for _, line in lines for one in line.interactions if "by" in one]
    assert theirs
    assert all(one["by"]["person_id"] in portraits for one in theirs)


def test_what_is_expected_of_each_is_what_the_list_of_the_valuable_says(
    town: Workspace, portraits: dict[str, Portrait]
) -> None:
    told = {row["person_id"]: row for row in asked(town, "valuable", portraits).rows()}
    levels = {row["level_name"]: row for row in asked(town, "lifetime", portraits).rows()}
    for person, portrait in portraits.items():
        found, row = portrait.lifetime, told.get(person)
        assert (found is None) == (row is None)
        if found is None or row is None:
            continue
        assert found.so_far == row["so_far"]
        assert found.level_name == row["level_name"]
        assert found.count >= found.so_far
        for name in ("alive", "times", "times_low", "times_high", "money", "money_low", "money_high", "note"):
            same = row[name] if row[name] is None or name == "note" else pytest.approx(row[name])
            assert getattr(found, name) == same, name
        level = levels[found.level_name]
        if level["alive"] is not None:
            assert found.alive_level == pytest.approx(level["alive"] / level["people"])


def test_accounts_are_those_of_everyone(town: Workspace, portraits: dict[str, Portrait]) -> None:
    told = members(town, "accounts", portraits)
    assert told
    for person, portrait in portraits.items():
        found = portrait.account
        assert (found is None) == (person not in told)
        if found is not None:
            assert (found.account, found.her_days) == (told[person][0]["account"], told[person][0]["days"])
            assert {one.person_id for one in found.others} == {
                other for other, rows in told.items() if rows[0]["account"] == found.account and other != person
            }


def test_what_to_ask_next_is_what_the_list_of_strangers_says(town: Workspace, portraits: dict[str, Portrait]) -> None:
    at = next(iter(portraits.values())).at
    asked = 0
    for row in town.ask("strangers", at=moment(at)).rows():
        found = portraits[row["person_id"]].acquaintance
        assert found is not None
        assert found.ask == row["ask"], row
        assert {one.part for one in found.parts if not one.known} == set(row["lacks"].split(", ")) - {""}
        asked += found.ask is not None
    assert asked > 10


def test_nothing_after_the_instant_is_told(town: Workspace) -> None:
    person = town.people(sort="interactions", descending=True, size=1).rows[0]["person_id"]
    last = town.as_of()
    told = town.portrait(person, at=MIDDLE).told()
    found = [each for name in PARTS for each in instants(told[name])]
    assert len(found) > 100
    assert max(found) <= moment(instant(MIDDLE)) < last
    assert any(
        each > moment(instant(MIDDLE)) for name in PARTS for each in instants(town.portrait(person).told()[name])
    )


def instants(value: Any) -> Iterator[dt.datetime]:
    """Every instant in some parts, however deep."""
    if isinstance(value, dt.datetime):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from instants(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from instants(each)


def test_days_say_how_far_back_it_looks(town: Workspace) -> None:
    person = town.people(sort="interactions", descending=True, size=1).rows[0]["person_id"]
    month, year = town.portrait(person, days=30), town.portrait(person)
    assert month.at - month.since == 30 * DAY
    assert sum(row.acts for row in month.roles) < sum(row.acts for row in year.roles)
    assert month.stance == year.stance  # evidence of any age counts
    with pytest.raises(QuestionError, match="`days` is 0"):
        town.portrait(person, days=0)


def test_hours_are_those_of_the_clocks_that_the_settings_name(tmp_path: Path) -> None:
    space = open_new(tmp_path / "berlin", timezone="Europe/Berlin")
    take(space, interactions=interactions("at  actor\n2026-06-30 22:30  user:ana"))
    space.refresh()
    assert [(row["down"], row["across"]) for row in space.ask("habits").rows()] == [("Wednesday", "00")]
    habit = space.portrait("user:ana").habit
    assert habit is not None
    assert (habit.hour, habit.zone) == (0, "Europe/Berlin")
    told = CliRunner().invoke(app, ["-C", str(space.folder), "person", "user:ana"])
    assert "in the hour from 00:00 Europe/Berlin." in " ".join(told.output.split())
    take(space, interactions=interactions("at  actor\n2026-06-29 22:00  user:bo\n2026-06-28 22:00  user:bo"))
    space.refresh()
    days_alone = space.portrait("user:bo").habit
    assert days_alone is not None
    assert (days_alone.channel, days_alone.hour, days_alone.days) == ("web", None, 2)
    told = CliRunner().invoke(app, ["-C", str(space.folder), "person", "user:bo"])
    assert "Most often on web." in " ".join(told.output.split())


def test_of_staff_nothing_is_told_and_of_anonymous_visitors_what_they_do(town: Workspace) -> None:
    ours = town.portrait(town.people(kind="staff", sort="interactions", descending=True).rows[0]["person_id"])
    assert not any(ours.told()[name] for name in PARTS)
    stranger = town.portrait(town.people(kind="anonymous", sort="interactions", descending=True).rows[0]["person_id"])
    assert stranger.roles
    assert stranger.habit is not None
    assert not any(stranger.told()[name] for name in PARTS if name not in ("roles", "habit"))


def test_nobody_is_told_before_she_was_known(town: Workspace) -> None:
    with pytest.raises(QuestionError, match="not known yet"):
        town.portrait(town.people(sort="name").rows[0]["person_id"], at="2020-01-01")
    with pytest.raises(QuestionError, match="nobody is known as"):
        town.portrait("email:nobody@example.org")


def test_what_is_told_of_somebody_is_what_counts_for_people(tmp_path: Path) -> None:
    """A forum's name that came in last is not put before the full one, there and here; of a city the latest counts."""
    space = open_new(tmp_path / "space")
    take(space, interactions=interactions("actor\nemail:ana@x.org"))
    for source, day, name, city in (("list", 2, "Ana Ng", "Ulm"), ("forum", 3, "ana", "Bonn")):
        same = {"identity": "email:ana@x.org", "at": dt.datetime(2026, 1, day, tzinfo=dt.UTC), "source": source}
        rows = [same | {"trait": trait, "value": value} for trait, value in (("name", name), ("city", city))]
        batch = Batch({"traits": pa.Table.from_pylist(rows, schema=TRAITS)})
        space.import_batches([batch], source=source, name=source)
    space.refresh()
    found = {row["trait"]: row["value"] for row in space.told_of(["email:ana@x.org"], dt.datetime.now(dt.UTC))}
    assert found == {"name": "Ana Ng", "city": "Bonn"}
    assert space.people().rows[0]["name"] == found["name"]
