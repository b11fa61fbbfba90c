"""The cards of a day: what was planted is on them, where nothing was there is none, and what is done rests."""

from __future__ import annotations

import datetime as dt
import email
from email import policy

import msgspec
import pytest
from bench.day import AT, CAMPAIGN, lacking, make

from tests.levels.rhythms import world
from ziggurat.base.errors import QuestionError, WorkspaceError
from ziggurat.news import cards, digest
from ziggurat.news.card import Card, say
from ziggurat.news.card_people import more_by_chance
from ziggurat.news.day import awake, joined
from ziggurat.workspace import Workspace

PEOPLE = 900


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return make(tmp_path_factory.mktemp("day") / "planted", 1, planted=True, people=PEOPLE)


def test_what_was_planted_is_on_the_day_or_one_click_from_it(planted: Workspace) -> None:
    day = cards(planted, at=AT)
    assert lacking(planted, world(1, PEOPLE), day) == []
    assert len(day.cards) <= 7
    assert list(day.cards) == sorted(day.cards, key=lambda card: -card.weight)
    for card in day.cards:
        assert card.text.endswith(".") and 0 < card.weight <= 1 and card.figure and card.behind, card


def test_where_nothing_was_planted_there_is_no_card(tmp_path) -> None:
    space = make(tmp_path / "none", 1, planted=False, people=PEOPLE)
    assert cards(space, at=AT).cards == ()
    assert "Nothing to do" in digest.compose(cards(space), "Ours").plain


def test_what_is_done_or_waits_is_not_brought_up_until_its_day(planted: Workspace) -> None:
    before = cards(planted)
    key = f"campaign {CAMPAIGN}"
    assert key in {card.key for card in before.cards}
    number = planted.rest_card(key, "Campaign", by="ana")
    try:
        assert key not in {card.key for card in cards(planted).cards}
        assert len(cards(planted, most=1).cards) == 1
        [kept] = planted.resting_cards(AT)
        assert (kept["card"], kept["done"], kept["decided_by"]) == (key, True, "ana")
        today = dt.datetime.now(dt.UTC).date()
        assert kept["until"] == today + dt.timedelta(days=91)
        assert key in {card.key for card in cards(planted, at=AT - dt.timedelta(days=1)).cards}  # as was known then
    finally:
        planted.wake_card(number)
    assert [card.key for card in cards(planted).cards] == [card.key for card in before.cards]
    with pytest.raises(WorkspaceError, match=f"No card rests under the number {number}"):
        planted.wake_card(number)


def test_a_card_waits_for_a_day_that_is_not_over(planted: Workspace) -> None:
    today = dt.datetime.now(dt.UTC).date()
    with pytest.raises(QuestionError, match="is over"):
        planted.rest_card("flagging", until=today - dt.timedelta(days=1))
    with pytest.raises(QuestionError, match="named by its key"):
        planted.rest_card(" ")
    number = planted.rest_card("flagging", until=today)
    assert "flagging" not in {card.key for card in cards(planted).cards}
    planted.wake_card(number)


def test_who_was_contacted_leaves_the_card(planted: Workspace) -> None:
    first = next(card for card in cards(planted).cards if card.key == "flagging")
    who = first.people[0].person.person_id
    number = planted.note(who, sort="contacted", by="ana")
    after = next(card for card in cards(planted).cards if card.key == "flagging")
    planted.forget(number)
    assert who not in {one.person.person_id for one in after.people}
    assert int(after.figure) == int(first.figure) - 1


def test_a_digest_says_the_same_as_text_page_and_message(planted: Workspace, tmp_path) -> None:
    day = cards(planted)
    made = digest.compose(day, "Ours <script>")
    for card in day.cards:
        assert card.text[:40] in made.plain
    assert "<script>" not in made.page and "&lt;script&gt;" in made.page
    assert "http" not in made.page  # loads nothing
    for ending in (".html", ".txt", ".eml"):
        digest.write(tmp_path / f"day{ending}", made)
    mail = email.message_from_bytes((tmp_path / "day.eml").read_bytes(), policy=policy.default)
    assert mail["Subject"] == made.subject
    assert mail["X-Unsent"] == "1" and mail["To"] is None
    assert mail.get_body(("plain",)).get_content().split() == made.plain.split()
    with pytest.raises(QuestionError, match=r"ends with \.html, \.txt, \.eml; 'day\.pdf' does not"):
        digest.write(tmp_path / "day.pdf", made)


def test_the_chance_of_two_who_do_as_much_is_that_of_a_fair_coin() -> None:
    from math import comb

    tail = sum(comb(30, hits) for hits in range(22, 31)) / 2**30
    assert more_by_chance(22, 8) == pytest.approx(2 * tail)


def test_what_is_noted_of_the_days_about_a_change_is_said_on_its_card(planted: Workspace) -> None:
    about, later = AT - dt.timedelta(days=30), AT - dt.timedelta(days=90)
    config = msgspec.structs.replace(planted.config, days={str(about): "v7 <released>", str(later): "nothing near"})
    space = Workspace(planted.folder, config)
    card = next(one for one in cards(space).cards if one.key == "series Net promoter score")
    assert card.text.endswith("v7 <released>.") and "nothing near" not in card.text


def card(key: str, weight: float, matter: str = "") -> Card:
    return Card(key, f"Title {key}", say(f"{key} is so."), weight, behind=f"Behind {key}.", matter=matter)


def test_cards_of_one_matter_are_one() -> None:
    """As by hand: the first of each matter, in order; what the others say is behind it."""
    every = [card("a", 0.2, "chat"), card("b", 0.9), card("c", 0.8, "chat"), card("d", 0.1, "p1"), card("e", 0.3)]
    found = joined(every)
    assert [(one.key, one.behind) for one in found] == [
        ("b", "Behind b."), ("c", "Behind c. Title a: a is so."), ("e", "Behind e."), ("d", "Behind d."),
    ]  # fmt: skip


def test_while_a_matter_rests_another_card_about_it_does_too() -> None:
    every = [card("a", 0.2, "chat"), card("b", 0.9), card("c", 0.8, "chat"), card("e", 0.3)]
    assert [one.key for one in awake(every, {"c"})] == ["b", "e"]
    assert [one.key for one in awake(every, {"b"})] == ["a", "c", "e"]  # that a card is about nothing else is no matter
    assert [one.key for one in awake(every[:2], {"c"})] == ["a", "b"]  # it is so no more, and rests nobody
    assert [one.key for one in awake(every, {"a"})] == ["b", "c", "e"]  # it weighs more than what was done: it is news


def test_a_matter_is_no_key() -> None:
    assert len(joined([card("questions", 0.5), card("campaign", 0.4, "questions")])) == 2
