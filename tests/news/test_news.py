"""News is what the studies say, in words: counted again here row by row, and silent where nothing changed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.written import interactions, open_new, take
from ziggurat import demo
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import instant
from ziggurat.news import TOPICS, Item, news
from ziggurat.news.activities import difference, widening
from ziggurat.settings.config import Config
from ziggurat.simulate import Community, Customers, simulate
from ziggurat.workspace import Workspace

SMALL = Community(people=80, days=330, seed=5, start=dt.date(2025, 9, 1), customers=Customers(starts=3.0, among=4.0))
PERIOD = {"since": "2026-05-31", "until": "2026-06-30"}
FIRST, SECOND = dt.date(2026, 3, 9), dt.date(2026, 4, 6)  # 28 days each


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("community") / "community"
    demo.make_community(folder, SMALL)
    return Workspace.open(folder)


def plain(items: list[Item]) -> str:
    return "\n".join(item.text for item in items).replace("\u202f", " ")


def behind(space: Workspace, item: Item) -> Iterator[tuple[str, list[str]]]:
    """Yield the words of a sentence that open to people, and who they are."""
    for phrase in item.phrases:
        if phrase.study and phrase.row is not None:
            frame = space.ask(phrase.study, **phrase.options).people(**phrase.row)
            yield (
                phrase.text.replace("\u202f", " "),
                frame.collect(backend="pyarrow").to_native()["person_id"].to_pylist(),
            )


def test_every_figure_of_people_opens_to_as_many(community: Workspace) -> None:
    counted = 0
    for item in news(community, **PERIOD, topics=("moves", "turning")):
        for words, people in behind(community, item):
            number = re.match(r"([\d ]+)", words)
            if number:
                counted += 1
                assert int(number[1].replace(" ", "")) == len(set(people)), item.text
    assert counted >= 4


def test_who_was_contacted_or_can_wait_is_brought_up_no_more_until_it_is_taken_back(community: Workspace) -> None:
    last = community.as_of().date()
    since = (last - dt.timedelta(days=30)).isoformat()

    def named(until: dt.date) -> list[str]:
        told = news(community, since=since, until=until, topics=("turning",))
        return [phrase.person_id for item in told for phrase in item.phrases if phrase.person_id]

    first, second = list(dict.fromkeys(named(last)))[:2]
    earlier = named(last - dt.timedelta(days=7))
    called = community.note(first, sort="contacted")
    waits = community.note(second, sort="snoozed", day="2200-01-01")
    past = community.note(named(last)[0], sort="contacted", day="2020-01-01")
    try:
        assert community.resting(last) == {first, second}
        assert not {first, second} & set(named(last))
        assert named(last - dt.timedelta(days=7)) == earlier
        assert [one["sort"] for one in community.notes(first)] == ["contacted"]
    finally:
        for number in (called, waits, past):
            community.forget(number)
    assert {first, second} <= set(named(last))
    with pytest.raises(QuestionError, match="needs a day, such as 2026-03-31"):
        community.note(first, sort="snoozed")
    with pytest.raises(QuestionError, match=r"nothing is kept as 'notes'; did you mean 'note'\?"):
        community.note(first, "x", sort="notes")


def test_who_moved_is_counted_as_levels_say(community: Workspace) -> None:
    levels = community.sql("SELECT * FROM levels WHERE ladder = 'six-level'").to_pylist()
    ends = [
        dt.datetime.combine(dt.date.fromisoformat(PERIOD[name]), dt.time.max, dt.UTC) for name in ("since", "until")
    ]

    def standing(at: dt.datetime) -> dict[str, int]:
        return {
            row["person_id"]: row["level"]
            for row in levels
            if row["since"] <= at and (row["until"] is None or row["until"] > at)
        }

    hidden = {row["person_id"] for row in community.people(kind="staff", size=10_000).rows}
    hidden |= {row["person_id"] for row in community.people(kind="anonymous", size=10_000).rows}
    then, now = (
        {who: level for who, level in standing(end).items() if who not in hidden and level >= 0} for end in ends
    )
    climbed = sum(now[who] > then[who] for who in then if who in now)
    slipped = sum(now[who] < then[who] for who in then if who in now)
    said = plain(news(community, **PERIOD, topics=["moves"]))
    for count, way in ((climbed, "climbed"), (slipped, "slipped")):
        who = "Nobody" if not count else "1 person" if count == 1 else f"{count} people"
        assert f"{who} {way} of the {len(then)} known" in said


def test_nothing_after_the_last_day_is_told(community: Workspace, tmp_path) -> None:
    earlier = {"since": "2026-03-31", "until": "2026-04-30", "topics": ("moves", "waiting", "turning")}
    made = simulate(SMALL)
    table = made.tables["interactions"]
    until = table.filter(pc.less_equal(table["at"].cast(pa.int64()), instant("2026-04-30")))
    assert until.num_rows < table.num_rows - 1000
    space = Workspace.create(tmp_path / "cut", msgspec.convert(made.settings, Config))
    demo.fill(space, dataclasses.replace(made, tables={**made.tables, "interactions": until}), None)
    space.refresh()
    assert plain(news(space, **earlier)) == plain(news(community, **earlier))


def test_the_most_pressing_comes_first_and_all_topics_are_there(community: Workspace) -> None:
    items = news(community, **PERIOD)
    assert [item.weight for item in items] == sorted((item.weight for item in items), reverse=True)
    assert {item.topic for item in items} == set(TOPICS)
    assert not any(item.missing for item in items)


def test_overdue_questions_come_by_level_then_by_age(community: Workspace) -> None:
    rows = [row for row in community.ask("unanswered", at=PERIOD["until"]).rows() if (row["overdue_hours"] or 0) > 0]
    first = sorted(rows, key=lambda row: (-(row["level"] if row["level"] is not None else -9), row["asked_at"]))[:3]
    told = [item for item in news(community, **PERIOD, topics=["waiting"]) if item.weight > 90]
    assert [item.phrases[0].person_id for item in told] == [row["person_id"] for row in first]


# ---- activities: a change that is there is told, and one that is not is not ---------------------------------------


def mailed(second: int) -> pa.Table:
    """A log of a newsletter and a leaflet to 200 people in each of two periods; so many per cent come back on it."""
    rows = ["interaction_id  at  actor  kind  activity  channel"]
    number = 0
    for start, share in ((FIRST, 50), (SECOND, second)):
        for person in range(200):
            for activity, back in (("Newsletter", share), ("Leaflet", 30)):
                who = f"user:{activity.lower()}{person}"
                number += 1
                rows.append(f"m{number}  {start}  {who}  emailed  {activity}  email")
                if person % 100 < back:
                    rows.append(f"v{number}  {start + dt.timedelta(days=3)}  {who}  clicked  {activity}  web")
    for day in (FIRST - dt.timedelta(days=60), SECOND + dt.timedelta(days=27)):
        number += 1
        rows.append(f"z{number}  {day}  user:someone  visited  -  web")
    return interactions("\n".join(rows))


def about(space: Workspace, name: str) -> Item:
    return next(item for item in news(space, since="2026-04-05", topics=["activities"]) if item.text.startswith(name))


def test_an_activity_on_which_fewer_come_back_is_told_with_bounds_and_the_other_is_not(tmp_path) -> None:
    space = open_new(tmp_path / "fewer")
    take(space, interactions=mailed(20))
    space.refresh()
    fell, stayed = about(space, "Newsletter"), about(space, "Leaflet")
    said = re.search(r"20 % came back on it, 30 points less \(([\d.]+) to ([\d.]+)\)", plain([fell]))
    assert said and 10 < float(said[1]) < 30 < float(said[2]) < 50
    assert "no clear change" in stayed.text and "points" not in stayed.text
    assert fell.weight > stayed.weight


def test_where_nothing_changed_no_activity_is_told_to_have_moved(tmp_path) -> None:
    space = open_new(tmp_path / "same")
    take(space, interactions=mailed(50))
    space.refresh()
    items = [about(space, name) for name in ("Newsletter", "Leaflet")]
    assert all("no clear change" in item.text and item.weight < 50 for item in items)


def test_what_only_paused_is_not_called_new(tmp_path) -> None:
    space = open_new(tmp_path / "paused")
    again = [FIRST - dt.timedelta(days=30), SECOND + dt.timedelta(days=1)]  # not within the 28 days between
    rows = [f"a{day}{who}  {day}  user:a{who}  emailed  Announcements  email" for day in again for who in range(3)]
    rows += [f"s{who}  {FIRST}  user:a{who}  emailed  Survey  email" for who in range(2)]
    rows += [f"z{day}  {day}  user:z  visited  -  web" for day in (again[0], SECOND + dt.timedelta(days=27))]
    take(space, interactions=interactions("\n".join(["interaction_id  at  actor  kind  activity  channel", *rows])))
    space.refresh()
    said = plain(news(space, since="2026-04-05", topics=["activities"]))
    assert "Seen now, but not in the 28 days before: Announcements (3 people)." in said
    assert "No longer seen within 28 days: Survey (2 people)." in said
    assert "New" not in said


def test_bounds_of_one_comparison_are_those_of_newcombe_and_more_comparisons_widen_them() -> None:
    # Newcombe (1998), table II (a): 56/70 and 48/80, by his method 10
    gap, low, high = difference((0.8, 0.6918, 0.8770), (0.6, 0.4906, 0.7003), widening(1))
    assert (round(gap, 3), round(low, 2), round(high, 2)) == (0.2, 0.05, 0.33)
    assert widening(1) == pytest.approx(1)
    assert widening(100) > widening(10) > widening(2) > 1


# ---- what the log lacks -------------------------------------------------------------------------------------------


def test_a_log_without_conversations_says_what_to_bring_in(tmp_path) -> None:
    space = open_new(tmp_path / "shop")
    take(space, interactions=interactions("at  kind\n2026-01-05  purchased\n2026-02-05  purchased"))
    space.refresh()
    (item,) = news(space, since="2026-01-20", topics=["waiting"])
    assert item.missing
    assert "It can't be told who waits" in item.text and "none calls for an answer" in item.text
    assert "`asked` or `contacted`" in item.text


def test_a_log_that_begins_too_late_is_not_compared(tmp_path) -> None:
    space = open_new(tmp_path / "young")
    take(space, interactions=interactions("at  kind\n2026-01-05  purchased\n2026-01-15  purchased"))
    space.refresh()
    said = plain(news(space, since="2026-01-08"))
    assert "does not reach back far enough to compare" in said
    assert "no clear change" not in said


def test_before_anything_came_in_there_is_no_news(tmp_path) -> None:
    assert news(open_new(tmp_path / "empty"), since="2026-01-10") == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "2026-06-30", "until": "2026-06-30"}, "must be before"),
        ({"since": "30.06.2026"}, "which is no day"),
        ({"since": "2026-05-31", "topics": ["mooves"]}, "did you mean 'moves'"),
        ({"since": "2026-05-31", "ladder": "six"}, "no ladder named"),
    ],
)
def test_what_cannot_be_asked_is_said(community: Workspace, asked: dict, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        news(community, **asked)
