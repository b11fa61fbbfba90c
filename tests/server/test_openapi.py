"""The interface for programs is described wholly, and answers whatever is asked as it is described."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.server.conftest import HOME, Browser
from tests.server.requests import Asking
from ziggurat import catalogue
from ziggurat.server import openapi, registry


def test_every_address_under_api_and_every_study_is_described(simulated: Browser) -> None:
    document = simulated.get("/api/openapi.json").json()
    assert document == openapi.document()
    described = {(path, method == "post") for path, some in document["paths"].items() for method in some}
    there = {(one.path, one.gives == "change") for one in registry.addresses() if one.path.startswith("/api/")}
    left_open = {(path, posted) for path, posted in there if path.endswith("/{name}")}
    assert described - there == {
        (f"/api/studies/{name}", posted) for name in catalogue.STUDIES for _, posted in left_open
    }
    assert there - described == left_open


def test_whatever_is_asked_is_answered_as_it_is_described(simulated: Browser) -> None:
    document = openapi.document()
    for name in [*catalogue.STUDIES][4:]:  # `make fuzz` posts to all of them
        del document["paths"][f"/api/studies/{name}"]["post"]
    asking = Asking({"app": simulated.app, "base_url": HOME}, examples=1, seed=1)
    assert list(asking.faults(document, every=2)) == []
    assert asking.asked > len(catalogue.STUDIES)


def test_a_fault_is_found_and_so_is_an_answer_that_is_not_as_described() -> None:
    def answer(request):
        return JSONResponse({"rows": "none"}, 500 if request.method == "POST" else 200)

    app = Starlette(routes=[Route("/api/studies/pyramid", answer, methods=["GET", "POST"])])
    paths = {"/api/studies/pyramid": openapi.document()["paths"]["/api/studies/pyramid"]}
    asking = Asking({"app": app, "base_url": HOME}, examples=1, seed=1)
    found = list(asking.faults({**openapi.document(), "paths": paths}))
    assert any("GET" in one and ": 200 " in one and "rows" in one for one in found)
    assert any("POST" in one and "answered with 500" in one for one in found)
