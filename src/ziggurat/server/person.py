"""Who is this person, how did she get here, and what is missing to her next step?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from ziggurat.server.figures import specification
from ziggurat.server.query import asked, whole
from ziggurat.server.render import page

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

SIZE = 50  # interactions on one page


def person(request: Request) -> Response:
    """Answer with one person's whole story. An unknown person is a QuestionError of the workspace."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    number = whole(request, "page", 1)
    story = workspace.story(
        request.path_params["person_id"], ladder=view.ladder.name, at=view.at or None, page=number, size=SIZE
    )
    traits = story.person.get("traits") or "{}"
    return page(
        request,
        "person.html",
        title=story.person["name"] or (story.person["identities"] or [story.person["person_id"]])[0],
        view=view,
        story=story,
        traits=msgspec.json.decode(traits) if isinstance(traits, str) else traits,
        strip=specification(story.strip_chart()) if story.levels else None,
        timeline=specification(story.timeline_chart()) if story.timeline else None,
        page_number=number,
        pages=max(1, -(-story.total // SIZE)),
    )
