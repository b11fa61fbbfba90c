"""A folder of data, opened: import, refresh, ask, decide, and ask again."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
import tomlkit

from tests.written import MIX, interactions, links, micros, open_new, take, when
from ziggurat.base.errors import DeclarationError, QuestionError, WorkspaceError
from ziggurat.settings.config import Config
from ziggurat.sources.mapping import Mapping
from ziggurat.workspace import Workspace
from ziggurat.workspace.folder import login


def pyramid(space: Workspace, **asked: object) -> dict[str, int]:
    return {row["level_name"]: row["people"] for row in space.ask("pyramid", **asked).rows()}


# ---- the folder ----------------------------------------------------------------------------------------------------


def test_a_folder_that_is_no_workspace_is_told(tmp_path) -> None:
    with pytest.raises(WorkspaceError, match=r"is no workspace \(it has no ziggurat\.toml\); `ziggurat init .*` makes"):
        Workspace.open(tmp_path)
    with pytest.raises(WorkspaceError, match="is no workspace"):
        Workspace.open(tmp_path / "nowhere")


def test_a_workspace_is_made_once(tmp_path) -> None:
    Workspace.create(tmp_path, Config(name="Harbour"))
    with pytest.raises(WorkspaceError, match="is a workspace already; open it, or choose another folder"):
        Workspace.create(tmp_path)
    assert Workspace.open(tmp_path).config.name == "Harbour"
    assert Workspace.open(tmp_path).default_ladder() == "six-level"


@pytest.mark.parametrize("name", ["with a space", "100%", "ümlaut 日本", "it's", "a+b;c=d&e#f"])
def test_a_folder_may_have_any_ordinary_name(tmp_path, name) -> None:
    space = open_new(tmp_path / name)
    take(space, interactions=interactions(MIX))
    take(space, interactions=interactions(MIX))
    assert space.refresh()["interactions"] == 7
    assert space.sql("SELECT count(*) AS n FROM interactions JOIN people USING (person_id)")["n"].to_pylist() == [7]
    assert pyramid(space)["Leading"] == 1


@pytest.mark.parametrize("name", ["a*b", "[x]", "a%20b", "a\\b", "{x}", "a?"])
def test_a_name_under_which_files_would_not_be_found_again_is_refused(tmp_path, name) -> None:
    with pytest.raises(WorkspaceError, match=r"a workspace's path can't have .* in it; rename it or choose another"):
        Workspace.create(tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_wrong_setting_is_told(tmp_path) -> None:
    Workspace.create(tmp_path)
    (tmp_path / "ziggurat.toml").write_text("curency = 'EUR'", "utf-8")
    with pytest.raises(DeclarationError, match="unknown field `curency`; did you mean `currency`"):
        Workspace.open(tmp_path)


def test_a_ladder_that_is_nowhere_is_told(tmp_path) -> None:
    space = Workspace.create(tmp_path, Config(ladders=("six-levels",)))
    with pytest.raises(DeclarationError, match=r"ziggurat\.toml: no ladder named 'six-levels'; did you mean 'six"):
        space.ladders()


def test_without_any_ladder_it_says_how_to_have_one(tmp_path) -> None:
    space = Workspace.create(tmp_path, Config(ladders=()))
    with pytest.raises(DeclarationError, match=r"ziggurat\.toml: no ladder .*shipped are community"):
        space.ask("pyramid")


def test_own_ladders_come_after_those_named_and_before_shipped_ones_of_the_same_name(tmp_path) -> None:
    space = open_new(tmp_path / "own", ladders=("community", "own"))
    text = '[[levels]]\nname = "Ours"\n[[levels.rules]]\nat_least = 1\n'
    (space.folder / "ladders" / "community.toml").write_text(text, "utf-8")
    (space.folder / "ladders" / "another.toml").write_text(text, "utf-8")
    assert list(space.ladders()) == ["community", "own", "another"]
    assert space.ladder("community").names == ("Known", "Ours")
    with pytest.raises(QuestionError, match=r"no ladder named 'onw'; did you mean 'own'\? There are: community, "):
        space.ladder("onw")


def test_before_the_first_refresh_it_says_what_to_do(space) -> None:
    for question in (lambda: space.ask("pyramid"), space.people, lambda: space.find("user:ana")):
        with pytest.raises(WorkspaceError, match="nothing has been refreshed yet; `ziggurat import` some data"):
            question()
    assert not space.stale()
    assert space.span() is None


def test_an_empty_log_gives_empty_answers(space) -> None:
    counts = space.refresh()
    assert (counts["people"], counts["interactions"], counts["first_at"]) == (0, 0, None)
    assert sum(pyramid(space).values()) == 0
    assert space.people().total == 0


# ---- questions -----------------------------------------------------------------------------------------------------


def test_what_is_not_said_is_as_of_the_end_of_the_last_day(mixed) -> None:
    assert mixed.as_of() == when("01-22 23:59:59.999999")
    assert pyramid(mixed) == pyramid(mixed, at="2026-01-22")
    assert pyramid(mixed) == pyramid(mixed, at=mixed.as_of())
    assert pyramid(mixed) == {"Leading": 1, "Giving": 1, "Following": 0, "Visiting": 1, "Known": 1, "Anonymous": 1}
    assert pyramid(mixed, at="2026-01-10") == {
        "Leading": 0, "Giving": 0, "Following": 1, "Visiting": 0, "Known": 0, "Anonymous": 0,
    }  # fmt: skip
    asked = mixed.ask("moves").asked
    assert asked["until"] == when("01-22 23:59:59.999999").isoformat()
    assert asked["since"] == when("2025-12-23 23:59:59.999999").isoformat()


def test_a_wrong_question_is_told(mixed) -> None:
    with pytest.raises(QuestionError, match=r"no study named 'pyramide'; did you mean 'pyramid'\?"):
        mixed.ask("pyramide")
    with pytest.raises(QuestionError, match=r"'pyramid' takes no option 'att'; did you mean 'at'\?"):
        mixed.ask("pyramid", att="2026-01-01")
    with pytest.raises(QuestionError, match="is no instant"):
        mixed.ask("pyramid", at="yesterday")


def test_an_answer_is_remembered_until_something_changes(mixed) -> None:
    first = mixed.ask("pyramid")
    assert mixed.ask("pyramid") is first
    assert mixed.ask("pyramid", at="2026-01-10") is not first
    mixed.refresh()
    take(mixed, interactions=interactions("interaction_id  actor  at\nx  user:new  01-22"))
    assert pyramid(mixed)["Visiting"] == 1  # not refreshed yet
    assert mixed.stale()
    mixed.refresh()
    assert pyramid(mixed)["Visiting"] == 2
    assert not mixed.stale()


def test_answers_are_old_once_it_is_decided_otherwise_who_is_who(mixed) -> None:
    known = mixed.sql("SELECT identity FROM identities ORDER BY identity")["identity"].to_pylist()
    ana, dora = known[:2]
    assert not mixed.stale()
    mixed.merge(ana, dora)
    assert mixed.stale() and Workspace.open(mixed.folder).stale()
    mixed.undecide(ana, dora)
    assert not mixed.stale()
    mixed.part(ana, dora)
    mixed.refresh()
    assert not mixed.stale()


def test_answers_are_old_once_the_settings_say_otherwise_who_is_staff(mixed) -> None:
    before = mixed.refresh()
    path = mixed.folder / "ziggurat.toml"
    text = path.read_text("utf-8")
    path.write_text(f"{text}\n[targets]\nemail = 24\n", "utf-8")
    assert not mixed.stale()
    settings = tomlkit.parse(text)
    settings["staff"] = {"identities": ["user:ana"]}
    path.write_text(tomlkit.dumps(settings), "utf-8")
    assert mixed.stale()
    assert mixed.refresh()["staff"] == before["staff"] + 1
    assert not mixed.stale()


def test_an_old_answer_still_opens_to_its_people(mixed) -> None:
    """However many other instants were asked for since."""
    first = mixed.ask("flagging", at="2026-01-20")
    rising = mixed.ask("rising", at="2026-01-20")
    for day in range(1, 29):
        mixed.ask("rising", at=f"2026-02-{day:02}")
    assert mixed.ask("rising", at="2026-01-20").table.equals(rising.table)
    for result in (mixed.ask("rising", at="2026-01-20"), mixed.ask("flagging", at="2026-01-20")):
        assert len(result.people().collect()) >= 0
    assert mixed.ask("flagging", at="2026-01-20").table.equals(first.table)


def test_a_raise_changes_answers_at_once_and_expires(mixed) -> None:
    assert pyramid(mixed)["Leading"] == 1
    mixed.raise_to("user:dora", "Leading", since="2026-01-20", until="2026-02-01", why="chairs the meetup")
    assert pyramid(mixed)["Leading"] == 2
    assert pyramid(mixed, at="2026-02-02")["Leading"] == 1
    [row] = mixed.people(search="Dora").rows
    assert row["level_name"] == "Leading"
    story = mixed.story("user:dora")
    assert story.level_name == "Leading"
    assert [row["rule"] for row in story.levels][-1] == "raised by hand"
    mixed.state.lower(mixed.state.raises()[0]["id"])
    assert pyramid(mixed)["Leading"] == 1


def test_a_raise_holds_from_its_first_day_through_its_last(mixed) -> None:
    mixed.raise_to("user:dora", "Leading", since="2026-01-21", until="2026-01-25", why="chairs the meetup", by="ana")
    [one] = mixed.state.raises()
    assert (one["since"], one["until"], one["decided_by"]) == (when("01-21"), when("01-26"), "ana")
    for at, leading in (
        ("2026-01-20", 1), ("2026-01-21T00:00", 2), ("2026-01-21", 2), ("2026-01-25", 2), ("2026-01-26T00:00", 1),
        ("2026-01-26", 1),
    ):  # fmt: skip
        assert pyramid(mixed, at=at)["Leading"] == leading, at
    mixed.state.lower(one["id"])
    mixed.raise_to("user:dora", "Leading", since="2026-01-21", until="2026-01-21", why="for a day")
    assert pyramid(mixed, at="2026-01-21")["Leading"] == 2
    mixed.state.lower(mixed.state.raises()[0]["id"])
    mixed.raise_to("user:dora", "Leading", since="2026-01-21T10:00", until="2026-01-22T10:00", why="to the hour")
    assert [pyramid(mixed, at=f"2026-01-22T{hour}")["Leading"] for hour in ("09:59", "10:00")] == [2, 1]
    assert mixed.state.raises()[0]["decided_by"] == login()


def test_a_raise_is_on_one_ladder_alone(mixed) -> None:
    own = (mixed.folder / "ladders" / "own.toml").read_text("utf-8")
    (mixed.folder / "ladders" / "other.toml").write_text(own, "utf-8")
    mixed.raise_to(
        "user:dora", "Leading", ladder="own", since="2026-01-20", until="2026-02-01", why="chairs the meetup"
    )
    assert [pyramid(mixed, ladder=name)["Leading"] for name in ("own", "other")] == [2, 1]


def test_a_raise_that_makes_no_sense_is_told(mixed) -> None:
    with pytest.raises(QuestionError, match="nobody is known as 'user:nobody'"):
        mixed.raise_to("user:nobody", 1, until="2027-01-01", why="x")
    with pytest.raises(QuestionError, match="has no level 'Leadng'; did you mean 'Leading'"):
        mixed.raise_to("user:ana", "Leadng", until="2027-01-01", why="x")
    with pytest.raises(WorkspaceError, match="a raise must end after it begins; it would begin 2026-01-01"):
        mixed.raise_to("user:ana", 1, since="2026-01-01", until="2025-01-01", why="x")


def test_a_raise_to_a_level_that_the_ladder_has_no_more_does_nothing(mixed) -> None:
    mixed.raise_to("user:dora", "Leading", since="2026-01-20", until="2027-02-01", why="x")
    text = '[[levels]]\nname = "Only"\n[[levels.rules]]\nat_least = 1\n'
    (mixed.folder / "ladders" / "own.toml").write_text(text, "utf-8")
    assert pyramid(mixed) == {"Only": 4, "Known": 0, "Anonymous": 1}
    assert mixed.story("user:dora").level_name == "Only"


def test_a_merge_changes_answers_with_the_next_refresh(mixed) -> None:
    mixed.merge("user:ana", "user:bea")
    assert pyramid(mixed)["Giving"] == 1
    mixed.refresh()
    assert pyramid(mixed)["Giving"] == 0
    assert mixed.find("user:bea") == mixed.find("user:ana")


def test_derived_folders_may_be_deleted_at_any_time(mixed) -> None:
    before = pyramid(mixed)
    take(mixed, interactions=interactions("interaction_id  actor  at\nx  user:new  01-22"))
    shutil.rmtree(mixed.folder / "histories")
    again = Workspace.open(mixed.folder)
    again.refresh()
    assert pyramid(again) == {**before, "Visiting": 2}


def test_many_threads_ask_at_once(mixed) -> None:
    days = [f"2026-01-{day:02}" for day in range(5, 25)]
    alone = {day: (pyramid(mixed, at=day), mixed.people(at=day).total) for day in days}
    again = Workspace.open(mixed.folder)
    shutil.rmtree(mixed.folder / "results")

    def ask(day: str) -> object:
        again.ask("rising", at=day)
        return day, (pyramid(again, at=day), again.people(at=day).total)

    with ThreadPoolExecutor(8) as pool:
        assert all(alone[day] == found for day, found in pool.map(ask, days * 3))


def test_threads_ask_while_another_imports_and_refreshes(mixed) -> None:
    """Each answer is that of one refresh or another: the number of people only grows."""

    def grow() -> None:
        for number in range(5):
            take(mixed, interactions=interactions(f"interaction_id  actor  at\nn{number}  user:n{number}  01-22"))
            mixed.refresh()

    def ask(_: int) -> int:
        return sum(pyramid(mixed).values())

    with ThreadPoolExecutor(4) as pool:
        growing = pool.submit(grow)
        seen = {sum(pyramid(mixed).values())}
        while not growing.done():
            seen |= set(pool.map(ask, range(3)))
        growing.result()
    assert seen <= set(range(5, 11))
    assert sum(pyramid(mixed).values()) == 10


def test_a_corrected_row_without_an_id_replaces_and_undo_brings_the_old_one_back(space) -> None:
    path = space.folder / "gifts.csv"
    path.write_text("date,email,amount\n2026-03-01,a@x.org,10\n2026-03-01,a@x.org,10\n2026-03-02,b@x.org,20\n", "utf-8")
    mapping = space.guess(path).with_suggestions()
    assert mapping.key == ("date", "email")
    space.import_file(path, source="gifts", mapping=mapping)
    path.write_text("date,email,amount\n2026-03-02,b@x.org,25\n2026-03-01,a@x.org,10\n", "utf-8")
    again = space.import_file(path, source="gifts", mapping=mapping)
    assert (again["new"], again["known"], again["changed"]) == (0, 1, 1)
    amounts = "SELECT sum(amount) AS amount FROM interactions"
    space.refresh()
    assert space.sql(amounts).to_pylist() == [{"amount": 45.0}]
    space.undo(again["import_id"])
    space.refresh()
    assert space.sql(amounts).to_pylist() == [{"amount": 40.0}]


def test_two_gifts_of_a_day_both_count_and_a_corrected_one_replaces_though_the_file_has_another_name(space) -> None:
    march = space.folder.parent / "gifts.csv"
    march.write_text("date,email,amount\n2026-03-01,ana@x.org,10\n2026-03-01,ana@x.org,20\n2026-03-02,bo@x.org,5\n")
    space.save_mapping("gifts", space.guess(march, source="gifts").with_suggestions())
    assert space.import_file(march, source="gifts", mapping=space.mapping("gifts"))["new"] == 3
    other = march.with_name("report.csv")
    other.write_text(march.read_text().replace("20\n", "25\n") + "2026-03-03,cy@x.org,7\n")
    hint = space.guess(other, source="report").notes[0]
    assert hint.startswith("3 of its first 4 rows are in the source 'gifts' already") and "--source gifts" in hint
    again = space.import_file(other, source="gifts", mapping=space.mapping("gifts"))
    assert (again["new"], again["known"], again["changed"]) == (1, 2, 1)
    assert space.sql("SELECT sum(amount) AS n FROM interactions")["n"].to_pylist() == [47.0]
    titled = march.with_name("titled.csv")  # laid out otherwise
    titled.write_text(f"Gifts of March\n\n{march.read_text()}")
    assert "are in the source 'gifts' already" in space.guess(titled, source="titled").notes[0]
    strange = march.with_name("strange.csv")
    strange.write_text(march.read_text().replace("2026", "2025"))
    assert not any("already" in note for note in space.guess(strange, source="strange").notes)


def test_cells_that_nothing_took_are_seen_beside_the_interaction_and_found(space) -> None:
    path = space.folder / "gifts.csv"
    path.write_text("date,email,amount,Shirt size\n2026-03-01,a@x.org,10,XX-Large\n2026-03-02,b@x.org,20,\n", "utf-8")
    space.import_file(path, source="gifts", mapping=space.guess(path).with_suggestions())
    space.refresh()
    assert [row["cells"] for row in space.story("email:a@x.org").timeline] == [{"Shirt size": "XX-Large"}]
    assert [row["cells"] for row in space.story("email:b@x.org").timeline] == [{}]
    found = {words: space.people(search=words).total for words in ("xx-large", "XX", "shirt size")}
    assert found == {"xx-large": 1, "XX": 0, "shirt size": 0}  # a heading is no cell, and two letters are in most rows
    assert space.people(search="xx-large", at="2026-02-28").total == 0


def test_an_order_that_was_voided_is_none_and_a_refund_that_was_not_either(space) -> None:
    path = space.folder / "orders.csv"
    mapping = Mapping(
        fields={"at": "at", "actor": "who", "amount": "sum", "state": "state", "interaction_id": "id"},
        constants={"channel": "shop", "kind": "purchased"},
        states={"paid": "keep", "refunded": "keep + refunded", "voided": "skip"},
        namespaces={"actor": "email"},
    )

    def bring(*states: str) -> tuple[int, int, float]:
        lines = [f"2026-03-01,a@x.org,{2**number},{state},o{number}" for number, state in enumerate(states)]
        path.write_text("\n".join(["at,who,sum,state,id", *lines]), "utf-8")
        told = space.import_file(path, source="shop", mapping=mapping)
        return told["new"], told["changed"], net()

    def net() -> float:
        space.refresh()
        signed = "sum(CASE kind WHEN 'refunded' THEN -amount ELSE amount END)"
        return space.sql(f"SELECT {signed} AS net FROM interactions").to_pylist()[0]["net"]

    assert bring("paid", "refunded", "voided") == (3, 0, 1)
    assert bring("voided", "paid", "paid") == (1, 2, 6)
    assert bring("voided", "paid", "paid") == (0, 0, 6)
    space.undo(2)
    assert net() == 6  # the third import says the same
    space.undo(3)
    assert net() == 1
    assert bring("paid", "refunded", "paid") == (1, 0, 5)


def test_a_mapping_is_stored_under_a_plain_name(space) -> None:
    visits = Mapping(fields={"at": "when", "actor": "who"}, constants={"channel": "web", "kind": "visited"})
    assert space.mapping("visits") is None
    space.save_mapping("visits", visits)
    assert space.mapping("visits") == visits
    assert Workspace.open(space.folder).mapping("visits") == visits
    for name in ("", "a b", "a/b", "x]\n[y"):
        with pytest.raises(DeclarationError, match="is no name for a source; use letters, digits"):
            space.save_mapping(name, visits)


def test_two_may_open_a_folder_at_once(tmp_path) -> None:
    Workspace.create(tmp_path / "both")
    (tmp_path / "both" / "state.db").unlink()
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: Workspace.open(tmp_path / "both"), range(16)))
    assert {space.default_ladder() for space in opened} == {"six-level"}


def test_what_is_linked_in_the_log_is_told_in_the_answers(space) -> None:
    take(space, interactions=interactions(MIX), links=links("a  b  at\nuser:ana  user:bea  01-05"))
    counts = space.refresh()
    assert (counts["people"], counts["anonymous"], counts["staff"]) == (3, 1, 0)
    assert (counts["first_at"], counts["last_at"]) == (micros("01-05"), micros("01-22"))
