"""The pages of a server that collects: they take what is sent, too, and show what arrives and what was refused."""

from __future__ import annotations

import html
import re

import pytest

from tests.server.collecting import SITE, TRACK, Client
from tests.server.conftest import Browser, finish
from ziggurat.cli import main
from ziggurat.server.app import create_app
from ziggurat.server.intake import Intake
from ziggurat.server.pages import data
from ziggurat.workspace import Workspace


def test_the_pages_take_what_is_sent_below_their_workspace_too_and_show_it_by_themselves(tmp_path):
    spaces = [Workspace.create(tmp_path / name) for name in ("one", "two")]
    app = create_app(spaces[0], also=spaces[1:])
    client = Client(spaces[1], app, "/w/two")
    assert client.send("/v1/track", TRACK, origin=SITE, host="anything.example").status_code == 200
    assert client.send("/v1/track", TRACK, key="zk_other").status_code == 401
    client.root = ""
    assert client.send("/v1/track", TRACK).status_code == 401  # the key is of the other workspace
    two = next(route for route in app.routes if route.path == "/w/two").app
    intake = Intake(spaces[1])
    intake.look()
    finish(intake.worker)
    assert spaces[1].sql("FROM people").num_rows == 1
    intake.look()  # nothing new came
    assert intake.worker.waiting() == []
    assert len(spaces[1].imports()) == 1
    two.state.senders.inbox.close()
    intake.look()  # nobody writes to it any more, so it can go
    finish(intake.worker)
    assert list((spaces[1].folder / "inbox" / "web").iterdir()) == []
    intake.worker.close()
    for each in (two, app):
        for part in (each.state.senders.inbox, each.state.jobs, each.state.fits):
            part.close()


def test_the_page_of_sources_shows_a_key_once_what_arrives_and_what_was_refused(tmp_path):
    space = Workspace.create(tmp_path / "space")
    app = create_app(space)
    browser = Browser(app)
    assert "Nothing comes from anywhere yet" in browser.text("/sources")
    made = browser.post("/sources/keys", data={"source": "web", "origins": f"{SITE} https://b.example"})
    key = re.search(r"<code>(zk_[^<]+)</code>", made.text)[1]
    assert f'data-key="{key}"' in html.unescape(made.text)
    assert key not in browser.get("/sources").text
    assert f"{SITE} https://b.example" in browser.text("/sources")
    client = Client(space, app)
    item = TRACK | {"event": "Order Completed <b>", "userId": "<script>"}
    assert client.send("/v1/track", item | {"writeKey": key}, key=None).status_code == 200
    assert client.send("/v1/track", item, key="zk_no").status_code == 401
    for path in ("/sources", "/sources/live"):
        shown = browser.get(path).text
        assert "Order Completed &lt;b&gt;" in shown
        assert "&lt;script&gt;" in shown
        assert "401," in shown
    assert browser.post("/sources/keys", data={"source": "../x"}).status_code == 422
    assert browser.post("/sources/keys", data={"source": "web", "origins": "example.org"}).status_code == 422
    new = re.search(r"<code>(zk_[^<]+)</code>", browser.post("/sources/keys/1/replace").text)[1]
    assert [client.send("/v1/track", TRACK, key=one).status_code for one in (key, new)] == [401, 200]
    assert browser.post("/sources/keys/3/revoke").status_code == 303
    assert client.send("/v1/track", TRACK, key=new).status_code == 401
    assert browser.post("/sources/keys/3/revoke").status_code == 404
    assert browser.ask("POST", "/sources/keys", data={"source": "web"}, headers={}).status_code == 403
    for part in (app.state.senders.inbox, app.state.jobs, app.state.fits):
        part.close()


def test_thousands_of_lots_are_a_line_on_the_page_of_data(tmp_path, monkeypatch):
    client = Client(Workspace.create(tmp_path / "space"))
    monkeypatch.setattr(data, "LOTS", 2)
    for number in range(4):
        event = "Frobnicated" if number == 0 else "Signed In"
        assert client.send("/v1/track", TRACK | {"messageId": str(number), "event": event}).is_success
        if number == 3:  # by hand, too
            with pytest.raises(SystemExit, match=r"^0$"):
                main(["-C", str(client.space.folder), "pull"])
        else:
            assert client.space.load()[0]["rejected"] == (number == 0)
    app = create_app(client.space)
    shown = Browser(app).text("/data")
    assert "1 earlier lot of what was collected is not listed here" in shown
    assert shown.count("Take 1 row") == 2
    shown, left_out = data.few_lots(client.space.imports())
    assert ([one["import_id"] for one in shown], left_out) == (["4", "3", "1"], 1)
    for part in (app.state.senders.inbox, app.state.jobs, app.state.fits):
        part.close()
