"""Every type of source keeps what is promised of all; it is on the list by its file alone."""

from __future__ import annotations

import pytest

from ziggurat.base import declare
from ziggurat.base.errors import DeclarationError, QuestionError, SourceError
from ziggurat.settings import config
from ziggurat.settings.config import Config
from ziggurat.sources import systems
from ziggurat.sources.source import Source
from ziggurat.workspace import Workspace


@pytest.mark.parametrize("name", systems.names())
def test_a_source_is_one_tagged_struct(name) -> None:
    found = systems.find(name, "here")
    about = found.settings.__struct_config__
    assert isinstance(found, Source)
    assert (about.tag_field, about.tag, about.frozen, about.forbid_unknown_fields) == ("type", name, True, True)
    made = declare.convert({}, found.settings, "here")
    assert systems.of(made) is found
    assert isinstance(found.key(made), tuple)


def test_settings_say_their_type_and_older_ones_need_not(tmp_path) -> None:
    text = '[sources.a]\nfields = {at = "When"}\n[sources.b]\ntype = "files"\n[sources.c]\ntype = "simulated"\n'
    (tmp_path / config.FILE).write_text(text + "community = {people = 40}\n", "utf-8")
    found = config.load(tmp_path).sources
    assert [systems.of(each).settings.__struct_config__.tag for each in found.values()] == [
        "files",
        "files",
        "simulated",
    ]
    assert found["c"].community.people == 40
    (tmp_path / config.FILE).write_text('[sources.c]\ntype = "simulated"\nfields = {}\n', "utf-8")
    with pytest.raises(DeclarationError, match=r"\[sources.c\]: unknown field `fields`"):
        config.load(tmp_path)


def test_a_source_that_is_not_there_is_named(tmp_path) -> None:
    space = Workspace.create(tmp_path / "space", Config(sources={"shop": declare.convert({}, files(), "x")}))
    with pytest.raises(QuestionError, match=r"no source is named 'shpo' in ziggurat\.toml; did you mean 'shop'"):
        space.pull("shpo")
    with pytest.raises(SourceError, match=r"\[sources.shop\] names no `path`"):
        space.pull("shop")


def files():
    return systems.find("files", "here").settings
