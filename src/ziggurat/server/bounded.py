"""What does a connection have to say before anybody answers? A head of some size, within some time."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

MOST_HEAD = 64 << 10  # bytes of the first line and the headers
HEAD_SECONDS = 30.0  # in which they must be whole, and a new connection must begin


class Bounded(HttpToolsProtocol):
    """HTTP/1.1 by httptools, for whose heads there is a bound: a client that never ends one would keep memory."""

    waiting: asyncio.TimerHandle | None = None
    head = 0  # bytes of a head that is not whole yet
    within = False  # whether there is one

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a first request."""
        super().connection_made(transport)
        self.wait()

    def data_received(self, data: bytes) -> None:
        """Read on, unless what comes is no end of a head."""
        super().data_received(data)
        self.head = self.head + len(data) if self.within else 0
        if self.head > MOST_HEAD and not self.transport.is_closing():
            self.refuse(431)

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        super().on_message_begin()
        self.within = True
        self.wait()

    def on_headers_complete(self) -> None:
        """Note that a head is whole."""
        self.within = False
        self.be_patient()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of what was waited for."""
        self.be_patient()
        super().connection_lost(exc)

    def wait(self) -> None:
        """Wait for a head, so long and no longer."""
        self.be_patient()
        self.waiting = self.loop.call_later(HEAD_SECONDS, self.refuse, 408)

    def be_patient(self) -> None:
        """Wait for no head any more."""
        if self.waiting is not None:
            self.waiting.cancel()
            self.waiting = None

    def refuse(self, status: int) -> None:
        """End the connection, and say why."""
        self.be_patient()
        if not self.transport.is_closing():
            self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
            self.transport.close()
