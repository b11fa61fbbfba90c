"""How is the interface for programs described? As OpenAPI 3.1, made from what the studies declare: none is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ziggurat import catalogue
from ziggurat.playbook.segment import FIELDS
from ziggurat.server.pages.people import COLUMNS, KINDS
from ziggurat.server.query import FURTHEST
from ziggurat.study.options import LONGEST
from ziggurat.workspace.portrait import DAYS, MOST_DAYS

if TYPE_CHECKING:
    from ziggurat.catalogue import Study
    from ziggurat.study import Option

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "maxLength": LONGEST}
WORDS: Schema = {"type": "string"}
BESIDE_STEPS: Mapping[str, Any] = {"last_week": {"type": ["object", "null"]}, "ended": {"type": "object"}}
TOLD = ("search", "kind", "level", "ladder")  # fields of a segment that are described by themselves
COUNT: Schema = {"type": "integer", "minimum": 0}
ROWS: Schema = {"type": "array", "items": {"type": "object"}}
PAGE: Schema = {"type": "integer", "minimum": 1, "maximum": FURTHEST, "default": 1}


def document() -> Schema:
    """Return the description of everything under /api."""
    paths: dict[str, Schema] = {
        "/api/openapi.json": {"get": operation("This description", {"type": "object"})},
        "/api/studies": {"get": operation("Every study, with its options and columns", ROWS)},
        "/api/guarded": {"get": operation("The identities that link nobody, and why", pages_of({}))},
        "/api/people": {"get": operation("One page of people", pages_of(PAGED), people(), late=True)},
        "/api/next": {"get": operation("The steps to be taken next", pages_of(BESIDE_STEPS))},
        "/api/plays": {"get": operation("The plays, and what each did", pages_of({}))},
        "/api/segments": {"get": operation("The saved segments, as words and as addresses", pages_of({}))},
        "/api/people/{person_id}": {"get": operation("One person's story", {"type": "object"}, [*one(), *page()])},
        "/api/people/{person_id}/portrait": {
            "get": operation("What one person is told to be", {"type": "object"}, [*one(), window()], late=True)
        },
    }
    for study in catalogue.STUDIES.values():
        paths[f"/api/studies/{study.name}"] = describe_study(study)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ziggurat", "version": version("ziggurat"), "description": ABOUT},
        "paths": paths,
    }


ABOUT = (
    "Answers as JSON. There is no sign-in. Whatever changes or begins something is refused unless the header Origin "
    "names this server."
)
PAGED = {"page": COUNT, "pages": COUNT}


def describe_study(study: Study) -> Schema:
    """Describe a study: asked by GET; begun by POST, where it takes long."""
    parameters = [in_query("ladder", TEXT, "the ladder to look through; the first one if left out")]
    parameters += [in_query(each["name"], each["schema"], each["about"], each["required"]) for each in options(study)]
    row = {
        "type": "object",
        "properties": {name: nullable(one.schema(name)) for name, one in study.result.columns.items()},
    }
    found = dict.fromkeys(("study", "title", "question"), WORDS)
    shown = {
        "type": "object",
        "required": [*found, "rows"],
        "properties": {**found, "rows": {"type": "array", "items": row}},
    }
    late = study.late
    return {
        "get": operation(study.question, shown, parameters, late=late),
        "post": operation(f"Begin: {study.question}", shown, [origin(), *parameters], late=late),
    }


def options(study: Study) -> list[dict[str, Any]]:
    """Describe the options of a study."""
    return [describe_option(option) for option in study.options]


def describe_option(option: Option) -> dict[str, Any]:
    """Describe an option: its name, what it means, whether it must be given, and what it can be, as JSON Schema."""
    asked_of_us = option.name in ("at", "since", "until")  # what is meant where they are left out is known here
    required = option.required and not asked_of_us
    return {"name": option.name, "about": option.about, "required": required, "schema": option.schema()}


def operation(summary: str, body: Schema, parameters: Iterable[Schema] = (), *, late: bool = False) -> Schema:
    """Describe what an address takes and gives. late: whether it may answer that it is still at work."""
    wrong = {"type": "object", "required": ["error"], "properties": {"error": WORDS}}
    responses = {"200": response("What was asked for", body)}
    if late:
        working = {"type": "object", "properties": {"study": WORDS, "working": WORDS, "done_share": {"type": "number"}}}
        responses["202"] = response("How far the work is; ask again", working)
    refused = response("What is wrong with the request, and what to do", wrong)
    refused["content"]["text/plain"] = {"schema": WORDS}  # where it is no page of ours that answers
    responses |= {"4XX": refused, "5XX": response("What can't be done here, and why", wrong)}
    return {"summary": summary, "parameters": list(parameters), "responses": responses}


def response(about: str, body: Schema) -> Schema:
    """Describe an answer as JSON."""
    return {"description": about, "content": {"application/json": {"schema": body}}}


def in_query(name: str, schema: Mapping[str, Any], about: str, required: bool = False) -> Schema:
    """Describe a parameter of the address."""
    return {"name": name, "in": "query", "required": required, "description": about, "schema": dict(schema)}


def origin() -> Schema:
    """Describe the header that tells who asks."""
    return {"name": "Origin", "in": "header", "required": True, "description": "this server", "schema": WORDS}


def one() -> list[Schema]:
    """Describe whose address it is, and how they are looked at."""
    person = {"name": "person_id", "in": "path", "required": True, "description": "an id or identity", "schema": TEXT}
    return [person, *through()]


def through() -> list[Schema]:
    """Describe through what is looked: a ladder, and as of when."""
    return [
        in_query("ladder", TEXT, "the ladder to look through; the first one if left out"),
        in_query("at", TEXT, "a date such as 2026-03-31; the day of the last interaction if left out"),
    ]


def page() -> list[Schema]:
    """Describe which page of a list is meant."""
    return [in_query("page", PAGE, "which page")]


def window() -> Schema:
    """Describe how far back a portrait looks."""
    return in_query(
        "days", {"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": round(DAYS)}, "how far back"
    )


def people() -> list[Schema]:
    """Describe what people can be found by."""
    return [
        *through(),
        in_query("segment", TEXT, "a saved segment, in place of all the others that say who"),
        *(in_query(name, TEXT, f"of a segment: {name}; several parted by |") for name in FIELDS if name not in TOLD),
        in_query("search", TEXT, "a name, an address, or whatever is said of them"),
        in_query("kind", {"enum": [*KINDS], "default": "known"}, "which people"),
        in_query("level", TEXT, "those on a level, by its number or name"),
        in_query("sort", {"enum": [*COLUMNS], "default": "name"}, "in which order"),
        in_query("order", {"enum": ["up", "down"], "default": "up"}, "from the least or from the greatest"),
        *page(),
    ]


def pages_of(more: Mapping[str, Schema]) -> Schema:
    """Describe rows of which there may be several pages."""
    properties = {"total": COUNT, **more, "rows": ROWS}
    return {"type": "object", "required": [*properties], "properties": properties}


def nullable(schema: Mapping[str, Any]) -> Schema:
    """Return what a cell can be: what its column says, or nothing."""
    return {**schema, "type": [schema["type"], "null"]}
