"""A file comes in, is looked at, mended, imported, and taken out again."""

from __future__ import annotations

import html
import os
import re
from pathlib import Path

import pytest

from tests.server.conftest import HOME, Browser, words
from ziggurat.server import uploads
from ziggurat.server.app import clear_away

GOOD = "".join(f"2026-01-{day:02d}T10:00:00Z,ana{day}@example.org,Signed up,email\n" for day in range(1, 29))
FILE = f"""Time,E-mail,Event,Channel
yesterday,chidi@example.org,opened,email
{GOOD}2026-01-07T10:00:00Z,<script>@example.org,opened,=HYPERLINK(1)
""".encode()


def send(browser: Browser, name: str = "May list.csv", body: bytes = FILE) -> str:
    """Upload a file; return the page that it leads to."""
    answer = browser.post("/data/uploads", files={"file": (name, body)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def filled(browser: Browser, place: str, **changes: str) -> dict[str, str]:
    """Return the form of a page as a browser would send it, with some fields changed."""
    page = browser.get(place).text
    form = dict(re.findall(r'<input(?: type="hidden")?[^>]* name="([^"]*)" value="([^"]*)"', page))
    for name, body in re.findall(r'<select[^>]* name="([^"]*)">(.*?)</select>', page, flags=re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', body)
        form[name] = (chosen[1] or chosen[2]) if chosen else ""
    return form | changes


def folder(browser: Browser) -> Path:
    """Return the folder of uploads."""
    return Path(browser.app.state.workspace.folder) / "uploads"


def test_a_file_is_shown_before_it_is_imported(fresh: Browser) -> None:
    said = fresh.text(send(fresh))
    assert "Import May list.csv" in said
    assert "email:ana1@example.org" in said
    assert "yesterday" in said
    assert fresh.app.state.workspace.imports() == []


def test_a_file_is_imported_as_the_form_says_and_undone(fresh: Browser) -> None:
    place = send(fresh)
    done = fresh.finish(fresh.post(place, data=filled(fresh, place, source="may", do="import")))
    assert "Done. New rows 28 Known already 0 Rejected 2" in done
    assert list(folder(fresh).iterdir()) == []
    assert "28 known people" in fresh.text("/pyramid")
    assert fresh.app.state.workspace.mapping("may").kinds["Signed up"] == "registered"
    number = fresh.app.state.workspace.imports()[0]["import_id"]
    fresh.finish(fresh.post(f"/data/imports/{number}/undo"))
    assert "Undone" in fresh.text("/data")
    assert "known people" not in fresh.text("/")


def test_what_the_file_does_not_say_is_asked_for(fresh: Browser) -> None:
    place = send(fresh, body=FILE.replace(b"Channel", b"Where"))
    assert "Still to do" not in fresh.text(place)  # the name of the file says the channel
    form = filled(fresh, place, do="preview", **{"constant.channel": ""})
    assert "Still to do. Nothing says 'Channel' yet" in words(fresh.post(place, data=form).text)
    form |= {"constant.channel": "letters"}
    answer = fresh.post(place, data=form)
    assert answer.status_code == 200
    assert "Still to do" not in answer.text
    assert "<bdi>letters</bdi>" in answer.text


def test_the_choices_of_one_import_are_remembered_for_the_next(fresh: Browser) -> None:
    place = send(fresh, "may.csv")
    fresh.finish(fresh.post(place, data=filled(fresh, place, do="import", **{"kind.0": "joined"})))
    said = fresh.get(send(fresh, "may.csv")).text
    assert "choices of the last import" in said
    assert "<option selected>joined</option>" in said


def test_two_columns_for_one_field_are_said_and_nothing_else_is_lost(fresh: Browser) -> None:
    place = send(fresh)
    form = filled(fresh, place, do="import", activity="", **{"use.2": "field:actor", "constant.activity": "Spring"})
    answer = fresh.post(place, data=form)
    assert answer.status_code == 422
    assert "can't both be" in answer.text.replace("&#39;", "'")
    assert 'value="Spring"' in answer.text
    assert fresh.app.state.workspace.imports() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"use.0": ""}, "Nothing says 'When it happened' yet"),
        ({"time_zone": "Mars/Olympus"}, "unknown time_zone"),
        ({"source": "../../etc"}, "can't name a source"),
        ({"decimal": "x"}, "This mapping"),
        ({"use.3": "field:passwd", "constant.channel": "x"}, "passwd"),
        ({"use.0": "<script>"}, "something unknown"),
        ({"kind.0": "flew"}, "unknown kind"),
    ],
)
def test_a_form_that_can_not_be_is_said(fresh: Browser, changes: dict[str, str], said: str) -> None:
    place = send(fresh)
    answer = fresh.post(place, data=filled(fresh, place, do="import") | changes)
    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "'")
    assert "<script>" not in answer.text
    assert fresh.app.state.workspace.imports() == []


@pytest.mark.parametrize("do", ["import", "look"])
def test_a_form_of_which_any_part_is_left_out_is_answered(fresh: Browser, do: str) -> None:
    place = send(fresh)
    form = filled(fresh, place, source="may", do="look")
    parts = [{"do": do}, *({key: value for key, value in form.items() if key != name} for name in form)]
    for part in parts:
        answer = fresh.post(place, data=part)
        assert answer.status_code < 500, (part, answer.text[-500:])


def test_several_files_wait_at_once_and_one_can_be_let_go(fresh: Browser) -> None:
    sent = [("file", (name, FILE)) for name in ("May list.csv", "June list.csv")]
    answer = fresh.post("/data/uploads", files=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/data")
    places = dict(re.findall(r'<a href="(/data/uploads/[^"]*)"><bdi>(.*?)</bdi>', fresh.get("/data").text))
    assert sorted(places.values()) == ["June list.csv", "May list.csv"]
    place = next(place for place, name in places.items() if name == "June list.csv")
    assert fresh.post(f"{place}/discard").headers["location"] == "/data"
    assert fresh.get(place).status_code == 404
    assert "June list.csv" not in fresh.text("/data")
    assert "May list.csv" in fresh.text("/data")
    assert len(list(folder(fresh).iterdir())) == 1
    assert fresh.app.state.workspace.imports() == []


def test_a_known_export_can_be_chosen_or_refused_by_hand(fresh: Browser) -> None:
    place = send(fresh, "gifts.csv", b"Email,Created,Sum\nana@x.org,2026-03-01 10:00,12\n")
    assert "This has the columns of" not in fresh.text(place)
    chosen = fresh.post(place, data=filled(fresh, place, recipe="patreon", do="preview"))
    assert "This is read as Patreon members." in words(chosen.text)
    assert '<option value="patreon" selected>' in chosen.text
    refused = fresh.post(place, data=filled(fresh, place, recipe="none", do="preview"))
    assert "This is read as" not in words(refused.text)
    assert fresh.post(place, data=filled(fresh, place, recipe="nix", do="preview")).status_code == 404


def test_rejected_rows_are_listed_and_come_as_a_file_without_formulas(fresh: Browser) -> None:
    place = send(fresh)
    fresh.finish(fresh.post(place, data=filled(fresh, place, do="import")))
    assert "yesterday" in fresh.text("/data/rejected")
    file = fresh.get("/data/rejected.csv")
    assert file.headers["content-disposition"] == 'attachment; filename="rejected.csv"'
    assert "yesterday" in file.text
    assert not re.search(r"(^|,|\")=", file.text, flags=re.MULTILINE)


def test_rows_rejected_for_one_reason_are_one_line_that_leads_to_them(fresh: Browser) -> None:
    days = "".join(f"some day {n},a@x.org,donation,1\n" for n in range(3)) + "2026-03-01,nobody,donation,1\n"
    place = send(
        fresh, "gifts.csv", b"Date,Email,Type,Amount\n" + b"2026-03-01,a@x.org,donation,1\n" * 9 + days.encode()
    )
    done = fresh.finish(fresh.post(place, data=filled(fresh, place, do="import", **{"constant.channel": "web"})))
    assert "4 rejected rows: see why, and mend them" in done
    page = fresh.get("/data/rejected?import_id=1").text
    rows = re.findall(
        r'<a href="([^"]*reason=[^"]*)"><bdi>(.*?)</bdi></a></td><td class="num" data-head="Rows">(\d)', page
    )
    assert [(html.unescape(reason)[:24], count) for _, reason, count in rows] == [
        ("column 'Date': … is no d", "3"), ("column 'Email': 'nobody'", "1"),
    ]  # fmt: skip
    of_one = fresh.text(html.unescape(rows[0][0]))
    assert "some day 2" in of_one
    assert "nobody" not in of_one


def test_rejected_rows_of_an_import_are_dealt_with_and_open_again(fresh: Browser) -> None:
    fresh.finish(fresh.post(send(fresh), data=filled(fresh, send(fresh), do="import")))
    (one,) = fresh.app.state.workspace.imports()
    place = f"/data/imports/{one['import_id']}/settle"
    answer = fresh.post(place)
    assert (answer.status_code, answer.headers["location"]) == (303, "/data/rejected?import_id=1")
    assert "are dealt with, and open no more" in fresh.text(answer.headers["location"])
    assert "yesterday" in fresh.text(answer.headers["location"])
    assert "No rejected row is open" in fresh.text("/data/rejected")
    assert f"{one['rejected']} dealt with" in fresh.text("/data")
    fresh.post(place, data={"open": "yes"})
    assert "yesterday" in fresh.text("/data/rejected")
    assert fresh.post("/data/imports/9/settle").status_code == 409
    assert fresh.post(place, headers={"origin": "https://elsewhere.example"}).status_code == 403


@pytest.mark.parametrize("name", ["list.exe", "list", "../../x.csv/", ".csv.php", ""])
def test_a_file_of_another_kind_is_refused_and_not_kept(fresh: Browser, name: str) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n\r\nx\r\n--b--\r\n'
    )
    headers = {"origin": HOME, "content-type": "multipart/form-data; boundary=b"}
    answer = fresh.post("/data/uploads", content=body, headers=headers)
    if answer.status_code == 303:
        kept = uploads.find(folder(fresh).parent, answer.headers["location"].rpartition("/")[2])
        assert kept.path.resolve().is_relative_to(folder(fresh).resolve())
        assert kept.path.name == "upload.csv"
    else:
        assert answer.status_code == 422
        assert list(folder(fresh).iterdir()) == []


@pytest.mark.parametrize("body", [b"", b"no form at all", b"--b\r\nContent-Disposition: form-data; name="])
def test_an_upload_that_broke_off_is_said_and_not_kept(fresh: Browser, body: bytes) -> None:
    headers = {"origin": HOME, "content-type": "multipart/form-data; boundary=b"}
    assert fresh.post("/data/uploads", content=body, headers=headers).status_code == 422
    assert list(folder(fresh).iterdir()) == []


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("list.xlsx", b"PK\x03\x04 broken", "list.xlsx"),
        ("May list.csv", b"email,date,event\n", "May list.csv: has a header and no rows below it"),
        ("may.csv", b"<html><p>Sign in</p></html>", "may.csv: is a web page or XML"),
    ],
)
def test_a_file_that_is_none_is_said_by_its_own_name(fresh: Browser, name: str, body: bytes, said: str) -> None:
    answer = fresh.get(send(fresh, name, body))
    assert answer.status_code == 422
    assert "can&#39;t be read" in answer.text
    assert said in words(answer.text)
    assert "upload." not in words(answer.text)
    assert 'href="/data">Back to the data' in answer.text


def test_a_file_that_broke_after_its_upload_is_said_by_its_own_name(fresh: Browser) -> None:
    place = send(fresh)
    form = filled(fresh, place, do="import")
    kept = uploads.find(folder(fresh).parent, place.rpartition("/")[2])
    kept.path.write_bytes(b"PK\x03\x04 broken")
    answer = fresh.post(place, data=form)
    assert "May list.csv" in words(answer.text)
    assert "upload." not in words(answer.text)


def members(*people: str) -> bytes:
    """Return a file that names people in a column that no guess takes."""
    rows = "".join(f"2026-01-0{day},{who},visited\n" for day, who in enumerate(people, 1))
    return f"Date,Who is it,Event\n{rows}".encode()


def test_what_a_person_is_given_as_is_asked_once_a_column_holds_persons(fresh: Browser) -> None:
    place = send(fresh, body=members("ana", "bo"))
    assert "The person is given as" in fresh.text(place)
    said = {"constant.channel": "web", "use.1": "field:actor", "do": "import"}
    asked = fresh.post(place, data=filled(fresh, place) | said)
    assert asked.status_code == 422
    told = "'Who is it' holds 'ana': say under 'The person is given as' what that is, such as email or user."
    assert told in words(asked.text)
    assert "namespaces" not in words(asked.text)
    done = fresh.finish(fresh.post(place, data=filled(fresh, place) | said | {"namespace.actor": "user"}))
    assert "New rows 2" in done


@pytest.mark.parametrize(
    ("people", "given"),
    [
        (("ana@example.org", "bo", "cy"), {"actor": "email"}),
        (("Ana <ana@example.org>", "bo", "cy"), {"actor": "email"}),
        (("email:ana@example.org", "user:bo"), {}),
    ],
)
def test_values_with_an_at_sign_are_e_mail_addresses_unless_said_otherwise(
    fresh: Browser, people: tuple[str, ...], given: dict[str, str]
) -> None:
    place = send(fresh, "people.csv", members(*people))
    said = {"constant.channel": "web", "use.1": "field:actor", "do": "import"}
    assert "New rows" in fresh.finish(fresh.post(place, data=filled(fresh, place) | said))
    assert fresh.app.state.workspace.mapping("people").namespaces == given


def test_the_form_of_a_wide_file_stays_small_and_each_column_can_be_a_trait(fresh: Browser) -> None:
    names = [f"Answer number {number}" for number in range(200)]
    place = send(fresh, "wide.csv", f"Date,Email,{','.join(names)}\n2026-01-01,ana@example.org{',x' * 200}\n".encode())
    page = fresh.get(place).text
    assert len(page) < 800_000
    assert page.count('value="trait:answer_number_7"') == 1
    said = {"constant.channel": "web", "constant.kind": "visited", "use.9": "trait:answer_number_7"}
    shown = fresh.post(place, data=filled(fresh, place) | said | {"do": "preview"})
    assert 'value="trait:answer_number_7" selected' in shown.text


def test_tables_of_the_form_are_stacked_on_a_phone(fresh: Browser) -> None:
    page = fresh.get(send(fresh)).text
    for part in ('aria-labelledby="events"', 'aria-label="Rows that would be rejected"'):
        assert re.search(rf'{part}><table class="cards">', page), part
    assert all(f'data-head="{head}"' in page for head in ("Counts as", "Suggested", "Line"))


def test_an_upload_is_forgotten_after_a_day(fresh: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    first = send(fresh)
    monkeypatch.setattr(uploads, "KEPT_SECONDS", -1)
    send(fresh)
    assert fresh.get(first).status_code == 404
    assert len(list(folder(fresh).iterdir())) == 1


def test_an_upload_whose_import_waits_stays_however_long_the_server_was_off(
    fresh: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, jobs = send(fresh), fresh.app.state.jobs
    with monkeypatch.context() as off:
        off.setattr(jobs, "wake", lambda: None)
        answer = fresh.post(place, data=filled(fresh, place, do="import"))
    monkeypatch.setattr(uploads, "KEPT_SECONDS", -1)
    clear_away(jobs)
    jobs.wake()
    assert "Done." in fresh.finish(answer)
    assert list(folder(fresh).iterdir()) == []


def test_the_name_of_a_file_is_never_a_path() -> None:
    assert uploads.shown_name("..\\..\\boot.csv") == "boot.csv"
    assert uploads.shown_name("/etc/\x00passwd") == "passwd"
    assert uploads.shown_name("..") in ("", "..")


@pytest.mark.parametrize("left_out", [2, 4, 20])
def test_a_form_without_its_end_is_no_upload(browser: Browser, left_out: int) -> None:
    """Half of a file would else be taken for all of it."""
    body = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + FILE + b"\r\n--b--"
    headers = {"origin": HOME, "content-type": "multipart/form-data; boundary=b"}
    before = sorted(folder(browser).glob("*"))
    answer = browser.post("/data/uploads", content=body[:-left_out], headers=headers)
    assert answer.status_code == 422 and "broke off before its end" in answer.text
    assert sorted(folder(browser).glob("*")) == before
    assert browser.post("/data/uploads", content=body, headers=headers).status_code == 303


@pytest.mark.parametrize("days", [-2, 2])
def test_uploads_of_yesterday_and_of_a_wrong_clock_are_deleted(tmp_path: Path, days: int) -> None:
    old, new = (tmp_path / "uploads" / (sign * 32) for sign in "ab")
    for place in (old, new):
        place.mkdir(parents=True)
        (place / "arriving").write_bytes(b"x")
    sent = tmp_path / uploads.SENT / "people.csv"
    sent.parent.mkdir(parents=True)
    sent.touch()
    for path in (old, sent):
        os.utime(path, (0, path.stat().st_mtime + days * 86_400))
    uploads.clear(tmp_path, {"a" * 32})
    assert (old.exists(), sent.exists()) == (True, False)  # its import waits still
    uploads.clear(tmp_path, set())
    assert (old.exists(), new.exists(), sent.exists()) == (False, True, False)
