"""An archive of mails is read from where it ended: who wrote to whom, in reply to what, in words of their own."""

from __future__ import annotations

import json
import mailbox
from email.message import EmailMessage

import pytest

from tests.sources.systems.test_imap import Server
from ziggurat.base.errors import LaterError, SourceError
from ziggurat.sources.mail import reading
from ziggurat.sources.systems.imap import Imap
from ziggurat.sources.systems.maildir import Maildir
from ziggurat.sources.systems.mbox import Mbox
from ziggurat.workspace import Workspace

INTO = "From nobody Mon Jan  5 10:00:00 2026\n"


def mail(name, day=1, sender="Ana Ng <ana@x.org>", to="info@ours.org", subject="Cake?", text="Who brings it?", **more):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"], made["Message-ID"] = f"Mon, {day} Jan 2026 10:00:00 +0000", f"<{name}>"
    for key, value in more.items():
        made[key.replace("_", "-")] = value
    made.set_content(text)
    return made


MAILS = [
    mail("a"),
    mail(
        "b",
        2,
        "Sam <sam@ours.org>",
        "ana@x.org",
        "Re: Cake?",
        "I do.\n\nOn 1 Jan 2026, Ana <ana@x.org> wrote:\n> Who?",
        In_Reply_To="<a>",
    ),
    mail("c", 3, "Sam <sam@ours.org>", "Ana <ana@x.org>, bo@x.org", "Party", "From now on.\nFrom here.\n"),
    mail(
        "d",
        4,
        "Bo <bo@x.org>",
        "sam@ours.org",
        "Automatic reply: Party",
        "I am away.",
        Auto_Submitted="auto-replied",
        In_Reply_To="<c>",
    ),
]


class Box:
    """Mails in one of the three forms, each as its system keeps them."""

    def __init__(self, form, place) -> None:
        self.form, self.place = form, place
        self.server = Server() if form == "imap" else None
        self.settings = {"mbox": Mbox("../box"), "maildir": Maildir("../box")}.get(form) or self.server.settings()

    def add(self, *mails) -> None:
        kinds = {"mbox": mailbox.mbox, "maildir": mailbox.Maildir}
        kept = self.server or kinds[self.form](self.place / "box")
        for one in mails:
            kept.add(one)
        if self.server is None:
            kept.close()


@pytest.fixture(params=["mbox", "maildir", "imap"])
def box(request, tmp_path, monkeypatch):
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    made = Box(request.param, tmp_path)
    yield made
    if request.param == "imap":
        made.server.close()


@pytest.fixture
def space(tmp_path):
    made = Workspace.create(tmp_path / "space")
    with (made.folder / "ziggurat.toml").open("a") as file:
        file.write('[staff]\ndomains = ["ours.org"]\n')
    return Workspace.open(tmp_path / "space")


def rows(space):
    found = space.sql('SELECT * FROM interactions ORDER BY "at", interaction_id').to_pylist()
    return {row["interaction_id"]: row for row in found}


def test_each_is_a_row_of_its_writer_towards_whom_it_answers_or_is_addressed(box, space) -> None:
    box.add(*MAILS)
    [done] = space.pull("list", settings=box.settings)
    assert (done["new"], done["rejected"]) == (5, 0)
    found = rows(space)
    assert [(row["kind"], row["actor"]) for row in found.values()] == [
        ("contacted", "email:ana@x.org"),
        ("replied", "email:sam@ours.org"),
        ("contacted", "email:sam@ours.org"),
        ("contacted", "email:sam@ours.org"),
        ("replied", "email:bo@x.org"),
    ]
    assert found["a"]["text"] == "Cake?\n\nWho brings it?"
    assert (found["b"]["text"], found["b"]["in_reply_to"], found["b"]["object"]) == ("I do.", "a", "a")
    assert {row["counterpart"] for row in found.values() if row["object"] == "c"} == {
        "email:ana@x.org",
        "email:bo@x.org",
        None,
    }
    assert found["c"]["text"] == "Party\n\nFrom now on.\nFrom here."
    assert json.loads(found["d"]["properties"])["automatic"] == "automatic reply"
    assert space.pull("list", settings=box.settings, again=True)[0]["known"] == 5  # pulled twice: the same log


def test_staff_settle_which_way_it_ran_and_what_nobody_wrote_is_in_no_figure(tmp_path, space) -> None:
    Box("mbox", tmp_path).add(*MAILS)
    space.add_source("list", {"type": "mbox", "path": "../box"})
    space.pull("list")
    space.refresh()
    ana, bo = (space.story(f"email:{who}@x.org", size=50) for who in ("ana", "bo"))
    assert sorted((row["kind"], row["direction"]) for row in ana.timeline) == [
        ("contacted", "in"),
        ("contacted", "out"),
        ("replied", "out"),
    ]
    assert [(row["kind"], row["direction"]) for row in bo.timeline] == [("contacted", "out")]
    assert {row["why"]: row["rows"] for row in space.acted() if row["via"]} == {"automatic mail": 1}


def test_only_what_came_is_read_and_threads_go_on(box, space) -> None:
    box.add(MAILS[0])
    assert space.pull("list", settings=box.settings)[0]["new"] == 1
    assert space.pull("list", settings=box.settings) == []
    box.add(mail("e", 5, "Bo <bo@x.org>", subject="AW: [club] cake?"), mail("f", 6, subject="New"))
    [done] = space.pull("list", settings=box.settings)
    assert (done["new"], done["changed"]) == (2, 0)
    assert (rows(space)["e"]["object"], rows(space)["e"]["in_reply_to"]) == ("a", "a")


def test_a_part_that_is_logged_is_not_read_again_when_the_next_fails(box, space, monkeypatch) -> None:
    monkeypatch.setattr(reading, "PART", 2)
    box.add(*MAILS)
    take, taken = reading.take, []

    def fails(into, raw, *others):
        taken.append(raw)
        if len(taken) == 3:
            raise LaterError("broken off", 60)
        take(into, raw, *others)

    monkeypatch.setattr(reading, "take", fails)
    with pytest.raises(LaterError):
        space.pull("list", settings=box.settings)
    assert list(rows(space)) == ["a", "b"]
    monkeypatch.setattr(reading, "take", take)
    assert sum(one["new"] for one in space.pull("list", settings=box.settings)) == 3
    assert len(rows(space)) == 5


def test_what_can_not_be_taken_is_kept_with_its_reason(tmp_path, space) -> None:
    wrong = [
        INTO + head + "\n\ntext\n\n"
        for head in ("From: nobody", "From: a@x.org\nDate: soon", "From: a@x.org\nDate: 1 Jan 2999 10:00 +0000")
    ]
    (tmp_path / "box").write_text("".join(wrong) + INTO + MAILS[0].as_string())
    [done] = space.pull("list", settings=Mbox("../box"))
    assert (done["new"], done["rejected"]) == (1, 3)
    reasons = [row["reason"] for row in space.rejected()["rows"]]
    assert [each in " ".join(reasons) for each in ("nobody who wrote it", "no time at which", "2999")] == [True] * 3


def test_an_archive_that_was_written_anew_is_read_anew(tmp_path, space) -> None:
    box = Box("mbox", tmp_path)
    box.add(*MAILS[:3])
    space.pull("list", settings=box.settings)
    (tmp_path / "box").unlink()
    Box("mbox", tmp_path).add(mail("z", 7), *MAILS)
    assert space.pull("list", settings=box.settings)[0]["new"] == 2


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Mbox("../none"), "no file"),
        (Mbox("../text"), "is no mbox"),
        (Maildir("../none"), "no folder"),
        (Maildir(".."), "is no Maildir"),
    ],
)
def test_what_is_none_is_said(tmp_path, space, settings, said) -> None:
    (tmp_path / "text").write_text("hello")
    with pytest.raises(SourceError, match=said):
        space.pull("list", settings=settings)


def test_shared_addresses_are_nobody_in_particular_and_a_list_speaks_to_all(tmp_path, space) -> None:
    Box("mbox", tmp_path).add(
        mail("a", to="info@ours.org, sales@ours.org"), mail("b", 2, to="Cy <cy@x.org>, info@ours.org")
    )
    space.pull("list", settings=Mbox("../box", shared=("*@ours.org",)))
    assert [(row["kind"], row["counterpart"]) for row in rows(space).values()] == [
        ("contacted", None),
        ("contacted", "email:cy@x.org"),
    ]
    space.pull("open", settings=Mbox("../box", open=True))
    assert [row["kind"] for row in space.sql("SELECT kind FROM interactions WHERE source = 'open'").to_pylist()] == [
        "posted"
    ] * 2


def test_a_password_is_nowhere(tmp_path, space, monkeypatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "hunter3")
    server = Server()
    with pytest.raises(SourceError, match="does not go on") as raised:
        space.pull("list", settings=server.settings())
    server.close()
    assert "hunter3" not in str(raised.value) + repr(raised.value.__cause__) + repr(raised.value.__context__.__class__)
    assert Imap(password="env:X").password == "env:X"
