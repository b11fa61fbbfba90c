"""A mailbox is read over IMAP, on from the last mail; nothing is changed there. The server is ours."""

from __future__ import annotations

import re
import socketserver
import threading

import pytest

from ziggurat.base.errors import DeclarationError
from ziggurat.sources import secret
from ziggurat.sources.systems.imap import Imap
from ziggurat.workspace import Workspace


class Server:
    """Answers as RFC 3501 says, on a port of this machine: one user, one folder."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.validity, self.asked = 7, []
        outer = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self):
                outer.talk(self)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def settings(self) -> Imap:
        return Imap("127.0.0.1", "ana", "env:MAIL_PASSWORD", self.server.server_address[1], tls=False)

    def add(self, mail) -> None:
        self.mails.append(mail.as_bytes())

    def talk(self, to) -> None:
        to.wfile.write(b"* OK here\r\n")
        while line := to.rfile.readline():
            tag, _, command = line.strip().decode().partition(" ")
            self.asked.append(command)
            for each in self.answer(command):
                to.wfile.write(each)
            if command.startswith("LOGIN") and "hunter2" not in command:
                to.wfile.write(f"{tag} NO wrong: {command}\r\n".encode())  # a server that says all it was told
            else:
                to.wfile.write(f"{tag} OK done\r\n".encode())

    def answer(self, command):
        numbers = range(1, len(self.mails) + 1)
        if command == "CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1\r\n"
        elif command.startswith("EXAMINE"):
            yield f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] ok\r\n".encode()
        elif found := re.match(r"UID SEARCH UID (\d+):\*", command):
            some = [n for n in numbers if n >= int(found[1])] or list(numbers)[-1:]  # * is the last, whatever begins
            yield f"* SEARCH {' '.join(map(str, some))}\r\n".encode()
        elif found := re.match(r"UID FETCH ([\d,]+) ", command):
            for n in map(int, found[1].split(",")):
                raw = self.mails[n - 1]
                yield f"* {n} FETCH (UID {n} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        elif command == "LOGOUT":
            yield b"* BYE\r\n"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def test_folders_are_opened_to_be_read_and_numbered_anew_they_are_read_anew(tmp_path, monkeypatch) -> None:
    from tests.sources.systems.test_mbox import MAILS

    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    space, server = Workspace.create(tmp_path / "space"), Server()
    for one in MAILS:
        server.add(one)
    assert space.pull("mail", settings=server.settings())[0]["new"] == 5
    assert not [one for one in server.asked if one.startswith(("SELECT", "STORE", "EXPUNGE")) or "BODY[" in one]
    assert space.pull("mail", settings=server.settings()) == []
    server.validity = 8
    assert space.pull("mail", settings=server.settings())[0]["known"] == 5
    server.close()


def test_a_password_does_not_stand_in_settings_nor_go_in_the_open() -> None:
    with pytest.raises(DeclarationError, match="must say where it is"):
        Imap("mail.x.org", "ana", "hunter2")
    with pytest.raises(DeclarationError, match="this machine alone"):
        Imap("mail.x.org", "ana", "env:X", tls=False)
    assert secret.hide("it said hunter2", "hunter2", "") == "it said …"
