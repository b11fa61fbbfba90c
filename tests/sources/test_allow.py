"""A source that is declared on a page names no file, secret or host of the server but what its settings list."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from ziggurat.base.errors import DeclarationError
from ziggurat.sources import allow, outside, systems
from ziggurat.sources.allow import Allow

# texts of settings that name nothing outside: whoever adds a setting says which of both it is
HARMLESS = {
    "branch", "channel", "channels", "constants", "events", "fields", "folders", "identities", "key", "kinds",
    "namespaces", "rates", "repositories", "rooms", "shared", "sheet", "site", "states", "time_zone", "traits", "units", "user",
}  # fmt: skip
ALLOW = Allow(
    folders=("mail", "/srv/mirrors"),
    hosts=("intranet", "127.0.0.1"),
    secrets={"env:FORUM": "forum.example.org", "file:/run/pw": "mail.example.org", "env:CALENDAR": "*"},
)
FORUM = {"type": "discourse", "url": "https://forum.example.org"}
MAIL = {"type": "imap", "host": "mail.example.org", "user": "us"}

MAY = {
    "nothing of the machine": {"type": "github", "repositories": ["a/b"]},
    "an address elsewhere": {"type": "feed", "url": "https://blog.example.org/feed.xml"},
    "a secret for its host": FORUM | {"token": "env:FORUM"},
    "a secret in a file": MAIL | {"password": "file:/run/pw"},
    "however the host is spelt": FORUM | {"url": "https://Forum.Example.ORG./", "token": "env:FORUM"},
    "an address that is secret": {"type": "ical", "url": "env:CALENDAR"},
    "a file in a folder": {"type": "mbox", "path": "mail/list.mbox"},
    "the folder": {"type": "maildir", "path": "mail"},
    "a folder elsewhere": {"type": "git", "repository": "/srv/mirrors/site.git"},
    "files by a pattern": {"type": "files", "path": "mail/**/*.csv"},
    "a host that is listed": {"type": "feed", "url": "http://127.0.0.1:8080/feed"},
    "a name that is listed": {"type": "imap", "host": "intranet", "user": "us"},
}
MAY_NOT = {
    "another secret": FORUM | {"token": "env:HOME"},
    "a secret for another host": FORUM | {"url": "https://thief.example", "token": "env:FORUM"},
    "a secret for a host that begins alike": FORUM | {"url": "https://forum.example.org.thief.example", "token": "env:FORUM"},
    "a secret for the usual host of a system": {"type": "github", "repositories": ["a/b"], "token": "env:FORUM"},
    "a secret of a host as an address": {"type": "ical", "url": "env:FORUM"},
    "an address as a secret": FORUM | {"token": "env:CALENDAR"},
    "any file as a secret": FORUM | {"token": "file:/etc/hostname"},
    "a password for no host": MAIL | {"host": "", "password": "file:/run/pw"},
    "a secret where none belongs": FORUM | {"user": "env:HOME"},
    "any file": {"type": "mbox", "path": "/etc/hostname"},
    "a file of the workspace": {"type": "mbox", "path": "state.db"},
    "a home": {"type": "maildir", "path": "~/Maildir"},
    "a way out": {"type": "mbox", "path": "mail/../ziggurat.toml"},
    "a folder that begins alike": {"type": "mbox", "path": "mailbox/a"},
    "a way out beyond a pattern": {"type": "files", "path": "mail/*/../../*.csv"},
    "a pattern at once": {"type": "files", "path": "/*/hostname"},
    "a repository": {"type": "git", "repository": "/home/them/secret"},
    "a feed in a file": {"type": "feed", "path": "/etc/hostname"},
    "a calendar in a file": {"type": "ical", "path": "../calendar.ics"},
    "an export in a file": {"type": "slack", "path": "/srv/export.zip"},
    "another export": {"type": "discord", "path": "/srv"},
    "this machine": {"type": "feed", "url": "http://localhost:9200/feed"},
    "its network": {"type": "discourse", "url": "https://10.0.0.7"},
    "its network by a bare name": {"type": "imap", "host": "mail", "user": "us"},
    "its neighbour": {"type": "discourse", "url": "https://[fe80::1]"},
    "what tells a cloud's secrets": {"type": "feed", "url": "https://169.254.169.254/latest"},
    "this machine as a number": {"type": "feed", "url": "https://2130706433/"},
    "this machine as a short number": {"type": "feed", "url": "https://127.1/"},
}  # fmt: skip


def judge(folder: Path, found: dict, allowed: Allow) -> None:
    allow.check(systems.settings(found, "it"), allowed, folder)


@pytest.mark.parametrize("why", MAY)
def test_what_is_listed_may_be_named(tmp_path, why) -> None:
    judge(tmp_path, MAY[why], ALLOW)


@pytest.mark.parametrize("why", MAY_NOT)
def test_what_is_not_listed_is_refused(tmp_path, why) -> None:
    with pytest.raises(DeclarationError, match=r"whoever runs the server"):
        judge(tmp_path, MAY_NOT[why], ALLOW)


@pytest.mark.parametrize("why", [*MAY][2:])
def test_where_nothing_is_listed_nothing_may_be_named(tmp_path, why) -> None:
    with pytest.raises(DeclarationError, match=r"\[allow\] in ziggurat.toml"):
        judge(tmp_path, MAY[why], Allow())


def test_a_link_in_a_folder_leads_nowhere_else(tmp_path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "out").symlink_to("/etc")
    with pytest.raises(DeclarationError, match="in no folder"):
        judge(tmp_path, {"type": "mbox", "path": "mail/out/hostname"}, ALLOW)


def test_every_setting_that_is_a_text_says_what_it_names() -> None:
    """One that is forgotten here could name anything."""
    silent = {
        field.name
        for name in systems.names()
        for field in msgspec.structs.fields(systems.find(name, "it").settings)
        if re.search(r"\bstr\b", str(field.type)) and not outside.names(field.type)
    }
    assert silent == HARMLESS
