from __future__ import annotations

import msgspec
import pytest
import tomlkit
from msgspec.structs import replace as with_

from ziggurat.base import declare
from ziggurat.base.errors import DeclarationError
from ziggurat.sources.mapping import Mapping, check

from .conftest import KINDS, VISITS


def test_a_mapping_is_read_as_it_is_written():
    text = tomlkit.dumps(msgspec.to_builtins(VISITS))
    assert declare.convert(msgspec.toml.decode(text), Mapping, "ziggurat.toml") == VISITS
    assert "time_zone" not in text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"fields": {**VISITS.fields, "amout": "x"}},
            "fields names 'amout', which interactions lack; did you mean",
        ),
        ({"fields": {"at": "at"}}, "nothing says the actor of a row; name a column under fields"),
        ({"fields": {}, "constants": {}}, "nothing says the at or actor or channel or kind of a row"),
        ({"kinds": {"tap": "cliked"}}, r"kinds\.'tap': unknown kind 'cliked'; did you mean 'clicked'"),
        ({"namespaces": {"object": "url"}}, "only 'actor', 'counterpart' and 'name' are identities"),
        ({"namespaces": {"actor": "email", "name": "shop"}}, "needs the column of the name, as traits.name"),
        ({"namespaces": {"actor": "E Mail"}}, "'E Mail' is no namespace"),
        ({"identities": {"": "x"}}, "'' is no namespace"),
        ({"time_zone": "Berlin"}, "unknown time_zone 'Berlin'; did you mean 'Europe/Berlin'\\? Give an IANA name"),
        ({"time_zone": "../etc/passwd"}, "unknown time_zone"),
        ({"skip_lines": -1}, "skip_lines is -1"),
        ({"target": "costs"}, "fields names 'at', which costs lack"),
    ],
)
def test_a_mapping_that_can_not_be_right_says_why(change, message):
    with pytest.raises(DeclarationError, match=message):
        check(with_(VISITS, **change), KINDS, "[sources.shop]")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('time_zon = "UTC"', "unknown field `time_zon`; did you mean `time_zone`"),
        ('delimiter = "x"', "invalid enum value 'x' at delimiter"),
        ('encoding = "zip"', "invalid enum value 'zip' at encoding"),
        ('date_order = "dym"', "invalid enum value"),
    ],
)
def test_a_typo_is_named(text, message):
    with pytest.raises(DeclarationError, match=message):
        declare.convert(msgspec.toml.decode(text), Mapping, "[sources.shop]")


def test_an_identity_may_be_the_only_actor():
    mapping = Mapping(target="people", identities={"email": "mail"})
    assert check(mapping, KINDS, "x") is mapping
