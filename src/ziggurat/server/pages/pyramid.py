"""How many people stand on each level, who moved over each step, and who is about to?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from ziggurat.server.query import PageQuery, asked
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import page
from ziggurat.server.turns import in_turn

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

SHORT = 6  # people of a short list
BUSIEST = 3  # people of each level
STEP_IN = 0.065  # by how much each step is narrower than the one beneath


@dataclass(frozen=True)
class Step:
    """One level as the page draws it.

    up, down: people who crossed its lower edge within the period. line: how long to draw the line of its people, in
    percent of its own width, so that the lines of all steps, which differ in width, are to one scale.
    """

    level: int
    name: str
    means: str
    people: int
    share: float | None
    up: int
    down: int
    line: float


def steps(view: PageQuery, counts: list[dict[str, Any]], flow: list[dict[str, Any]]) -> list[Step]:
    """Return the levels from the top to level 0, each with who crossed the edge beneath it.

    A person crosses an edge upwards when she stood beneath it at the beginning and stands above it at the end of the
    period; who climbed and slipped back in between did not cross, and who was not known before is not counted.
    """
    means = ("Known, but on no step yet", *(level.means for level in view.ladder.levels))
    on_ladder = [row for row in counts if row["level"] >= 0]
    most = max(1, *(row["people"] for row in on_ladder))
    highest = max(row["level"] for row in on_ladder)
    found = []
    for row in on_ladder:
        level = row["level"]
        up = sum(f["people"] for f in flow if 0 <= f["from_level"] < level <= f["to_level"])
        down = sum(f["people"] for f in flow if f["to_level"] < level <= f["from_level"])
        line = 100 * row["people"] / most * width(highest) / width(level)
        found.append(
            Step(level, row["level_name"], means[level], row["people"], row["share"], up, down, round(line, 2))
        )
    return found


def width(level: int) -> float:
    """Return the width of a step as the style sheet draws it, as a share of the whole (`--in` and `.tier-…` there)."""
    return 1 - STEP_IN * min(level, 9)


def pyramid(request: Request) -> Response:
    """Answer with the pyramid of one ladder as of one day."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    found = view.ask("pyramid", view.standing)
    counts = found.rows()
    flow = view.ask("moves", view.window).rows()
    return page(
        request,
        "pyramid.html",
        title=view.ladder.title or view.ladder.name,
        view=view,
        empty=found.empty,
        steps=steps(view, counts, flow),
        observers=next((row["people"] for row in counts if row["level"] < 0), 0),
        known=sum(row["people"] for row in counts if row["level"] >= 0),
        totals=totals(flow, view.ask("returners", view.window).rows()),
        # How everyone stands is kept for the last day; any other is computed, which must not hold up the pyramid.
        **({"rising": None} if view.at else lists(workspace, view)),
        stale=workspace.stale(),
    )


def turning(request: Request) -> Response:
    """Answer with the short lists of one day: who is rising, and who is flagging."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    return page(request, "turning.html", title="Rising and flagging", view=view, **lists(workspace, view))


def show_level(request: Request) -> Response:
    """Answer with some of the people of each level, who of them speak for and against us, what one gives and costs in
    a year, and how many ever left it upwards."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    stances: dict[int, dict[str, int]] = {}
    for row in view.ask("stance", view.standing | {"by": "level"}).rows():
        stances.setdefault(row["level"], {})[row["stance"]] = row["people"]
    reached = {row["level"]: row for row in view.ask("pace", view.standing).rows()}
    worth = view.ask("level-value", {"until": view.at_day.isoformat()})
    values = {row["level"]: row for row in worth.rows()}
    rows = [
        {
            "level": level,
            "value": values.get(level),
            "name": view.ladder.names[level],
            "busiest": busiest(workspace, view, level),
            "stances": stances.get(level, {}),
            "reached": reached.get(level),
        }
        for level in range(len(view.ladder.names) - 1, -1, -1)
    ]
    return page(request, "levels.html", title="Who stands on each level", view=view, rows=rows, said=worth.notes)


def busiest(workspace: Workspace, view: PageQuery, level: int) -> list[dict[str, Any]]:
    """Return the few people of a level with the most interactions, and what to call each."""
    found = workspace.people(
        ladder=view.ladder, at=view.at or None, level=level, sort="interactions", descending=True, size=BUSIEST
    )
    called = workspace.names([row["person_id"] for row in found.rows])
    return [{"person_id": row["person_id"], "called": called[row["person_id"]]} for row in found.rows]


def lists(workspace: Workspace, view: PageQuery) -> dict[str, Any]:
    """Return the short lists of one day, and what to call the people on them."""
    found = {name: view.ask(name, view.standing) for name in ("rising", "flagging")}
    rows = {name: result.rows()[:SHORT] for name, result in found.items()}
    names = workspace.names([row["person_id"] for some in rows.values() for row in some])
    return {**rows, "names": names, "empty_lists": {name: result.empty for name, result in found.items()}}


def totals(flow: list[dict[str, Any]], returned: list[dict[str, Any]]) -> dict[str, int]:
    """Return people by direction, and the people who came back up."""
    found = dict.fromkeys(("climbed", "slipped", "stayed", "new"), 0)
    for row in flow:
        found[row["direction"]] += row["people"]
    return found | {"returners": sum(row["people"] for row in returned)}


PAGE = Page(
    (
        Address("/pyramid", pyramid),
        Address("/turning", in_turn(turning), "part"),
        Address("/pyramid/levels", in_turn(show_level), "part"),
    ),
    menu="Pyramid",
    order=2,
)
