"""Every recipe reads an export in the exact header form of its system; the rows are made up."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ziggurat.base.errors import QuestionError
from ziggurat.sources import recipes
from ziggurat.sources.guess import guess
from ziggurat.sources.mapping import check

from .conftest import KINDS, take
from .exports import money, own, talk

CASES = {**money.CASES, **talk.CASES, **own.CASES}


def who(identity: str) -> str:
    return identity.removeprefix("email:").removesuffix("@x.org")


def amount(value: float | None) -> str:
    return "" if value is None else f" {value:g}"


@pytest.mark.parametrize("name", sorted(CASES))
def test_an_export_in_its_own_form_comes_in_right(written, name):
    case = CASES[name]
    path = written(case.file.encode(), case.name)
    found = guess(path)
    assert found.recipe == recipes.shipped()[name].title
    assert found.missing == ()
    taken = take(path, found.with_suggestions())
    made = [f"{who(a)} {k}{amount(m)}" for a, k, m in taken.rows("interactions", "actor", "kind", "amount")]
    made += [f"{a} {d} {i:g} {c:g}" for a, d, i, c in taken.rows("exposures", "activity", "day", "impressions", "cost")]
    assert sorted(made) == sorted(case.made)
    assert (taken.skipped, tuple(line for line, _ in taken.reasons)) == (case.out, case.wrong)
    if case.people:
        assert {who(identity) for identity in taken.rows("traits", "identity")} == set(case.people.split(" ")) or (
            {who(identity) for identity in taken.rows("traits", "identity")} == {case.people}
        )


def test_every_recipe_is_tried_and_is_a_mapping():
    assert sorted(CASES) == sorted(recipes.shipped())
    for name, recipe in recipes.shipped().items():
        mapping = recipe.mapping
        if not mapping.missing():
            check(mapping, KINDS, name)
        assert recipe.headers


@pytest.mark.parametrize(
    ("name", "head", "row"),
    [
        ("brevo-contacts", "CONTACT ID,EMAIL,FIRSTNAME,LASTNAME,SMS,LANDLINE_NUMBER,WHATSAPP", "1,ana@x.org,Ana,Ng,,,"),
        ("raisers-edge", "Constituent ID,Gift Date,Gift Amount,Gift Type,Fund,Email,First Name,Last Name",
         "7,2026-03-05,10,Cash,Roof,ana@x.org,Ana,Ng"),
        ("little-green-light", "LGL Constituent ID,Gift date,Amount,Gift type,Email", "7,2026-03-05,10,Gift,ana@x.org"),
        ("eventbrite", "Order #,Order Date,First Name,Last Name,Email,Event Name,Ticket Type,Attendee Status",
         "1,2026-03-05,Ana,Ng,ana@x.org,Gala,Entry,Attending"),
        ("civicrm-contributions", "Contact ID,Display Name,Email,Total Amount,Contribution Date,Contribution Status",
         "7,Ana Ng,ana@x.org,10,2026-03-05,Completed"),
    ],
)  # fmt: skip
def test_an_export_with_other_columns_chosen_is_known_too(written, name, head, row):
    path = written(f"{head}\n{row}\n".encode(), "export.csv")
    found = guess(path)
    assert (found.recipe, found.missing) == (recipes.shipped()[name].title, ())
    taken = take(path, found.with_suggestions())
    assert taken.reasons == []
    assert {who(identity) for identity in taken.rows("traits", "identity")} <= {"ana"}


def test_the_page_says_of_which_recipes_the_header_was_seen():
    page = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text("utf-8")
    listed = dict(re.findall(r"^- `([a-z-]+)`: .*?( ✓)?$", page, re.M))
    assert {name: bool(mark) for name, mark in listed.items()} == {
        name: bool(recipe.seen) for name, recipe in recipes.shipped().items()
    }


def test_no_recipe_takes_the_export_of_another():
    for name, case in CASES.items():
        if case.name.endswith(("csv", "tsv")) and name not in (
            "zoom-participants",
            "zoom-webinar",
            "teams",
            "google-ads",
            "linkedin-ads",
            "linkedin-connections",
        ):
            headers = case.file.partition("\n")[0].replace('"', "").replace("\t", ",").replace(";", ",").split(",")
            assert recipes.recognise(headers) == name


def test_every_recipe_is_on_its_page():
    page = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text("utf-8")
    assert set(re.findall(r"^- `([a-z-]+)`: ", page, re.M)) == set(recipes.shipped())


def test_a_chat_of_the_other_telephone_has_no_author_of_its_notice(written):
    """Where times stand in brackets, the notice of encryption bears the name of the chat, and a mark as pictures do."""
    path = written(
        "[22.09.26, 10:15:00] Garden: \u200eMessages and calls are end-to-end encrypted.\n"
        "[22.09.26, 10:15:32] Ana: Hello\n\u200e[22.09.26, 10:17:02] Bo: \u200eimage omitted\n".encode(),
        "chat.txt",
    )
    taken = take(path, guess(path).with_suggestions())
    assert taken.rows("interactions", "actor", "kind") == [("whatsapp:ana", "posted"), ("whatsapp:bo", "posted")]
    assert taken.skipped == 1


def test_mailchimp_activity_as_its_reports_give_it(written):
    path = written(
        b'{"campaign_id": "c1", "list_id": "l1", "email_id": "aa", "email_address": "ana@x.org", "action": "open", '
        b'"timestamp": "2026-05-01T09:00:00+00:00", "ip": "1.2.3.4"}\n',
        "activity.jsonl",
    )
    found = guess(path)
    assert found.recipe == recipes.shipped()["mailchimp-activity"].title
    taken = take(path, found.with_suggestions())
    assert taken.rows("interactions", "actor", "kind", "activity") == [("email:ana@x.org", "opened", "c1")]


def test_a_recipe_can_be_said_or_refused(written):
    path = written(CASES["stripe"].file.encode())
    assert guess(path, said={"recipe": "none"}).recipe == ""
    with pytest.raises(QuestionError, match="no recipe named 'strip'; did you mean 'stripe'"):
        guess(path, said={"recipe": "strip"})


def test_what_is_said_goes_before_a_recipe(written):
    path = written(CASES["eventbrite"].file.encode())
    found = guess(path, said={"constants": {"kind": "attended", "channel": "hall"}})
    taken = take(path, found.mapping)
    assert taken.rows("interactions", "kind", "channel") == [("attended", "hall"), ("attended", "hall")]


def test_files_of_recipes_are_toml_with_a_title():
    for path in recipes.FOLDER.glob("*.toml"):
        assert tomllib.loads(path.read_text("utf-8"))["title"]


def test_the_title_of_a_meetup_member_is_their_role_in_the_group(written):
    path = written(CASES["meetup-attendees"].file.encode(), "attendees.tsv")
    taken = take(path, guess(path).with_suggestions())
    assert ("role", "Assistant Organizer") in taken.rows("traits", "trait", "value")
    assert taken.rows("interactions", "object") == [None, None]


def test_a_row_that_says_who_somebody_is_makes_no_interaction_and_keeps_all_it_says(written):
    rows = (
        '{"messageId":"m1","type":"identify","userId":"u1","anonymousId":"a1","timestamp":"2026-03-05T10:00:00Z",'
        '"traits":{"name":"Ana Ng","shoe":"41"}}\n'
        '{"messageId":"m2","type":"page","userId":"u1","anonymousId":"a1","timestamp":"2026-03-05T10:01:00Z","name":"Home"}\n'
    )
    path = written(rows.encode(), "events.jsonl")
    taken = take(path, guess(path).with_suggestions())
    assert taken.rows("interactions", "kind") == ["visited"]
    assert set(taken.rows("traits", "trait", "value")) == {("name", "Ana Ng"), ("traits_shoe", "41")}
    assert taken.rows("links", "a", "b") == [("user:u1", "anon:a1")]


def test_who_owns_an_account_is_named_by_the_source_and_can_be_said(written):
    path = written(CASES["reddit-posts"].file.encode(), "posts.csv")
    found = guess(path, source="club")
    assert take(path, found.mapping).rows("interactions", "actor") == ["reddit:club"]
    assert any("--constant actor=reddit:NAME" in note for note in found.notes)
    said = guess(path, source="club", said={"constants": {"actor": "email:us@x.org"}})
    assert take(path, said.mapping).rows("interactions", "actor") == ["email:us@x.org"]


def test_a_file_with_more_columns_is_not_the_export_that_has_few():
    assert recipes.recognise(["Date", "Type", "Link"]) == "linkedin-reactions"
    assert recipes.recognise(["Date", "Type", "Link", "Email"]) == ""


def test_the_times_of_square_are_in_the_zone_beside_them(written):
    path = written(CASES["square"].file.encode())
    at = take(path, guess(path).with_suggestions()).rows("interactions", "at")
    assert f"{at[0]:%Y-%m-%d %H:%M}" == "2026-03-05 15:00"  # ten o'clock in New York
