"""What a workspace is told in ziggurat.toml, and what is written there."""

from __future__ import annotations

import pytest

from ziggurat.base.errors import DeclarationError
from ziggurat.base.kinds import Group
from ziggurat.channels.declared import Activity
from ziggurat.people.people import Who
from ziggurat.people.staff import Staff, StaffRule
from ziggurat.settings import config
from ziggurat.settings.config import Config
from ziggurat.sources.mapping import Mapping

FULL = Config(
    name='Gärten & "Söhne"',
    currency="EUR",
    timezone="Asia/Kathmandu",
    ladders=("six-level", "community"),
    people=Who(most_links=4, anonymous=("till",)),
    staff=Staff(("ours.org",), ("github:bot",), (StaffRule("company", ("Ours", "Ours Ltd")),)),
    kinds={"garden": Group(inward=("planted",))},
    sources={"shop": Mapping(fields={"at": "Date", "actor": "E-mail"}, constants={"channel": "store"})},
    activities={"campaign * (Type A)": Activity("person"), 'Say "hi"': Activity(triggered=True)},
)


@pytest.mark.parametrize("settings", [Config(), FULL])
def test_what_is_written_is_read_again(tmp_path, settings) -> None:
    config.create(tmp_path, settings)
    assert config.load(tmp_path) == settings


def test_a_stored_mapping_leaves_everything_else_as_it_was(tmp_path) -> None:
    path = tmp_path / config.FILE
    text = '# ours\nname = "A"  # of all\n\n[sources.old]\nfields = {at = "When"}\n\n[staff]\ndomains = ["x.org"]\n'
    path.write_text(text, "utf-8")
    new = Mapping(fields={"at": "Date", "actor": "E-mail"}, kinds={"": "visited", "sign-up": "subscribed"})
    config.save_source(tmp_path, "new", new)
    config.save_source(tmp_path, "a.b-c", new)
    written = path.read_text("utf-8")
    assert all(line in written for line in text.splitlines() if line)
    found = config.load(tmp_path)
    assert found.sources == {"old": Mapping(fields={"at": "When"}), "new": new, "a.b-c": new}
    assert found.staff.domains == ("x.org",)
    config.save_source(tmp_path, "new", Mapping(target="people"))
    assert config.load(tmp_path).sources["new"] == Mapping(target="people")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".settings.lock", config.FILE]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nam = 'x'", "ziggurat.toml: unknown field `nam`; did you mean `name`?"),
        ("[staf]\n", "ziggurat.toml: unknown field `staf`; did you mean `staff`?"),
        ("[staff]\ndomain = []", "ziggurat.toml: unknown field `domain` at staff; did you mean `domains`?"),
        ("[[staff.rules]]\ntrait = 'x'", "ziggurat.toml: `values` is missing at staff, rule 1."),
        ("[people]\nmost_links = 0", "[people] most_links = 0 must be 1 or more"),
        ("[people]\nmost_links = '3'", "ziggurat.toml: expected `int`, got `str` at people, most_links."),
        ("[sources.x]\nfeilds = {}", "ziggurat.toml: [sources.x]: unknown field `feilds`; did you mean `fields`?"),
        ("[sources]\nx = 3", "ziggurat.toml: [sources.x]: is no table; write [sources.NAME]"),
        ("[sources.x]\ntype = 'fils'", "[sources.x]: no source is of the type 'fils'; did you mean 'files'?"),
        ("timezone = 'Europe/Berln'", "ziggurat.toml: unknown timezone 'Europe/Berln'; did you mean 'Europe/Berlin'?"),
        ("timezone = 'New York'", "unknown timezone 'New York'; did you mean 'America/New_York'? Give an IANA name"),
        ("timezone = '../etc/passwd'", "ziggurat.toml: unknown timezone '../etc/passwd'. Give an IANA name such as"),
        ("timezone = ''", "ziggurat.toml: unknown timezone ''. Give an IANA name such as 'Europe/Berlin' or 'UTC'."),
        ("ladders = 'six-level'", "ziggurat.toml: expected `array`, got `str` at ladders."),
        ("name = ", "ziggurat.toml: Invalid value (at end of document); mend the file and try again."),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, text: str, message: str) -> None:
    (tmp_path / config.FILE).write_text(text, "utf-8")
    with pytest.raises(DeclarationError) as raised:
        config.load(tmp_path)
    assert message in str(raised.value)


def test_a_mistyped_tailoring_is_named_with_its_place(tmp_path) -> None:
    (tmp_path / config.FILE).write_text('[activities."Mail*"]\ntailored = "persons"\n', "utf-8")
    with pytest.raises(DeclarationError, match=r"ziggurat.toml: invalid enum value 'persons' at activities"):
        config.load(tmp_path)
    (tmp_path / config.FILE).write_text('[activities."Mail*"]\ntailord = "person"\n', "utf-8")
    with pytest.raises(DeclarationError, match=r"unknown field `tailord` .*; did you mean `tailored`\?"):
        config.load(tmp_path)


def test_what_is_noted_of_a_day_is_found_in_its_order_and_no_day_is_refused():
    import datetime as dt

    noted = Config(days={"2026-03-02": "v7 released", "2026-01-05": "fair"})
    assert noted.noted(dt.date(2026, 1, 5), dt.date(2026, 3, 2)) == [
        (dt.date(2026, 1, 5), "fair"),
        (dt.date(2026, 3, 2), "v7 released"),
    ]
    assert noted.noted(dt.date(2026, 1, 6), dt.date(2026, 3, 1)) == []
    for day in ("2026-02-30", "20260302", "spring"):
        with pytest.raises(DeclarationError, match=r"\[days\]: `.*` must be a day such as 2026-03-31"):
            Config(days={day: "x"})
