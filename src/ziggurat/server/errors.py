"""What does a page say when something is wrong? What happened, where, and what to do next; never how we are built."""

from __future__ import annotations

import logging
import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ziggurat.base.errors import (
    BusyError,
    DeclarationError,
    ExtraError,
    QuestionError,
    SourceError,
    WorkspaceError,
    ZigguratError,
)
from ziggurat.base.faults import sentence
from ziggurat.server.advice import fit
from ziggurat.server.render import page
from ziggurat.server.responses import json_response
from ziggurat.server.root import path_of
from ziggurat.server.safety import TooLargeError

ROUTED = re.compile(r"(?<=/people/)[^/]+")  # a person: no line of a log names one
log = logging.getLogger("ziggurat.server")
STATUS: dict[type[ZigguratError], tuple[int, str]] = {
    QuestionError: (404, "There is no answer to that"),
    DeclarationError: (422, "That can't be taken as written"),
    SourceError: (422, "That file can't be read"),
    WorkspaceError: (409, "The folder of data is not ready for that"),
    ExtraError: (501, "That part is not installed"),
    TooLargeError: (413, "That is too large"),
    BusyError: (503, "Too much is being worked on"),
}


def show_error(request: Request, error: Exception) -> Response:
    """Answer with an error that Ziggurat raised on purpose, in its own words."""
    status, title = next(
        (entry for kind, entry in STATUS.items() if isinstance(error, kind)), (400, "That did not work")
    )
    return say(request, status, title, str(error))


def http(request: Request, error: Exception) -> Response:
    """Answer with an error of the protocol: a page that is not there, a method that it does not take."""
    status = error.status_code if isinstance(error, HTTPException) else 400
    if status == 404:
        return say(
            request, 404, "This page does not exist", "Check the address, or start from one of the places above."
        )
    if status == 405:
        return say(request, 405, "This page can't be used that way", "Go back, and use the buttons of the page.")
    return say(request, status, "That request can't be read", "Go back, and try again from the page.")


def crash(request: Request, error: Exception) -> Response:
    """Answer when Ziggurat itself is at fault. The cause goes to the log and stays out of the page."""
    said = sentence(error)
    if said is not None:
        log.error("%s failed: %s", request.method, said)
        return say(request, 507, "The folder of data can't be used for that", said)
    log.error("%s %s failed", request.method, ROUTED.sub("…", request.url.path), exc_info=error)
    text = "This is a fault of Ziggurat, not of yours; your data was not changed by it. The details are in the "
    return say(request, 500, "Something went wrong", text + "server's log. Go back and try again, or report it.")


def say(request: Request, status: int, title: str, text: str) -> Response:
    """Answer with a page, or with JSON where JSON was asked for."""
    if path_of(request).startswith("/api/"):
        return json_response({"error": text}, status)
    of_data = path_of(request).startswith("/data/")
    return page(request, "error.html", title=title, status=status, text=fit(text), of_data=of_data)
