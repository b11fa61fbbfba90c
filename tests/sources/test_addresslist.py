from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.sources.addresslist import addresses_in, is_list
from ziggurat.sources.guess import guess

from .conftest import take

ANA, BO, CY = ("ana@x.org", "Ana Ng"), ("bo@x.org", "Bo Ito"), ("cy@x.org", "")


def people(path):
    found = guess(path)
    assert (found.mapping.target, found.missing) == ("people", ())
    taken = take(path, found.mapping)
    assert taken.reasons == []
    names = dict.fromkeys(taken.rows("traits", "identity"), "")
    names |= {one: value for one, trait, value in taken.rows("traits", "identity", "trait", "value") if trait == "name"}
    return sorted((one.removeprefix("email:"), name) for one, name in names.items())


@pytest.mark.parametrize(
    "text",
    [
        '"Ana Ng" <ana@x.org>\n"Bo Ito" <bo@x.org>\ncy@x.org\n',
        "Ana Ng <ana@x.org>\nBo Ito <bo@x.org>\ncy@x.org\n",
        '"Ng, Ana" <ana@x.org>, Bo Ito <bo@x.org>; cy@x.org',
        "Ng, Ana <ana@x.org>; Ito, Bo <bo@x.org>; cy@x.org;\n",
        'To: "Ana Ng" <ANA@x.org>,\r\n Bo Ito <bo@x.org>,\r\n\r\n <cy@x.org>\r\n',
        'Members\n"Ana Ng" <ana@x.org>\n"Bo Ito" <bo@x.org>\n<cy@x.org>\n',
        'Recipients\n"Ana Ng <ana@x.org>, ""Ito, Bo"" <bo@x.org>"\ncy@x.org\n',
        "Name;Email;City\nThe Ngs;Ana Ng <ana@x.org>, Bo Ito <bo@x.org>;Ulm\n;cy@x.org;\n",
        "Email;Shirt\nAna Ng <ana@x.org>, Bo Ito <bo@x.org>;M\ncy@x.org;L\n",
        "Ana Ng,ana@x.org\nBo Ito,bo@x.org\n,cy@x.org\n",
        "Email\tName\nana@x.org\tNg, Ana\nbo@x.org\tIto, Bo\ncy@x.org\t\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_list_of_addresses_gives_everybody_with_their_name(written, text, encoding):
    assert people(written(text.encode(encoding), "team.csv")) == [ANA, BO, CY]


@pytest.mark.parametrize("text", ["ana@x.org, bo@x.org; cy@x.org", "Email\nana@x.org; bo@x.org\ncy@x.org\n"])
def test_bare_addresses_of_one_line_or_cell_are_people_of_their_own(written, text):
    assert [one for one, _ in people(written(text.encode(), "team.txt"))] == ["ana@x.org", "bo@x.org", "cy@x.org"]


def test_several_addresses_of_somebody_who_has_a_name_are_said_not_divided(written):
    path = written(b"Name,Email\nAna Ng,ana@x.org\nBo Ito,bo@x.org\nCy Li,cy@x.org; cy@y.org\n")
    ((line, why),) = take(path, guess(path).mapping).reasons
    assert line == 4
    assert "'cy@x.org; cy@y.org' holds several addresses" in why


@pytest.mark.parametrize(
    "text",
    [
        "ana@x.org\nbo@x.org\n",
        "ana@x.org,bo@x.org\ncy@x.org,di@x.org\n",
        "Ana Ng,ana@x.org\n",
        "Name,Email\nAna Ng,Ana <ana@x.org>\n",
        "ana@x.org,2026-01-05\n",
        "Ana Ng <ana@x.org>,2026-01-05\n",
        "",
    ],
)
def test_a_table_is_no_list(text):
    assert not is_list(text)


@given(st.text(alphabet='ab@x., ;<>"\\\n:', max_size=60))
def test_any_text_is_a_list_or_none(text):
    found = addresses_in(text)
    assert found is None or all("@" in address and not set(address) & set('<>," ;') for _, address in found)
