"""Where does the organisation stand, what holds it back, and what would follow if that changed?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ziggurat import catalogue
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import instant
from ziggurat.scenario import scenario as study
from ziggurat.scenario.criteria import SIDES, STEPS, Indicator
from ziggurat.scenario.scenario import Scenario
from ziggurat.scenario.standing import Value, both, holding, missing, what_if
from ziggurat.scenario.wording import write_threshold, write_value
from ziggurat.server.figures import specification
from ziggurat.server.query import WEB, PageQuery, asked
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import ROW, link, page
from ziggurat.workspace.assessments import describe_scope, differences

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

IF = "if."  # before an indicator in the address: what it might become
QUARTER = 91  # days
PARTS = ("channel", "department")
TITLES = {"inside": "Inside-out: what the organisation does", "outside": "Outside-in: what people do"}
SPANS = {"share": (0.0, 1.0), "score": (-1.0, 1.0), "hours": (0.0, 168.0), "count": (0.0, 12.0)}  # of a slider


def scenario(request: Request) -> Response:
    """Answer with the assessment, the road on, what-if, the questionnaire and what was kept."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    options = chosen(request, view)
    found = cast(Scenario, view.ask("scenario", options))
    changes = read_what_if(request, found)
    values = what_if(found.criteria, found.values, changes)
    rows = {row["indicator"]: row for row in found.rows()}
    return page(
        request,
        "scenario.html",
        title="Where we stand",
        view=view,
        options=options,
        found=found,
        steps=STEPS,
        titles=TITLES,
        drawing=specification(found.chart(), workspace.config.noted()),
        sides={side: [(one, rows[one.name]) for one in found.criteria.of(side)] for side in SIDES},
        axes=dict(zip(SIDES, found.axes, strict=True)),
        then=dict(zip(SIDES, both(found.criteria, values), strict=True)) if changes else None,
        then_words=study.sentence(found.criteria, values) if changes else "",
        changes=changes,
        road={side: tuple(each(side, found.criteria, found.values) for each in (missing, holding)) for side in SIDES},
        sliders=[slider(one, found, changes) for one in found.criteria.indicators if movable(one, found)],
        said=write_value,
        taken=write_threshold,
        opening=lambda name: link("/study/scenario/people", options, {f"{ROW}indicator": name}),
        line=line,
        evidence=lambda name: link("/study/scenario-evidence", options, {"indicator": name}),
        studied=lambda name: study_address(name, options),
        carried=link("/scenario", options),
        parts={
            "channel": workspace.derived.seen("channel", instant(view.at_day)),
            "department": workspace.departments(),
        },
        questions=workspace.assessments.questions(),
        kept=workspace.assessments.kept(),
        pair=pair(request, workspace),
    )  # fmt: skip


def chosen(request: Request, view: PageQuery) -> dict[str, str]:
    """Return the options of the study, as the address says or as the page begins: a quarter up to the last day."""
    given = request.query_params
    since = view.since_day if view.since else view.at_day - timedelta(days=QUARTER)
    options = {"ladder": view.ladder.name, "since": since.isoformat(), "until": view.at_day.isoformat()}
    sort, _, name = given.get("part", "").partition(":")  # of the form; an address may also name one of PARTS itself
    part = {sort: name} if sort in PARTS and name else {name: given[name] for name in PARTS if given.get(name)}
    return options | part


def study_address(name: str, options: dict[str, str]) -> str:
    """Return the address of a study over what is assessed here, as far as it takes a period, an instant or a part."""
    asked = options | {"at": options["until"]}
    takes = {"ladder", *(option.name for option in catalogue.find(name).options)}
    return link(f"/study/{name}", {option: value for option, value in asked.items() if option in takes})


def read_what_if(request: Request, found: Scenario) -> dict[str, float]:
    """Return what indicators might become, where that is another value than theirs. Raises: QuestionError."""
    changes = {}
    for name, text in request.query_params.items():
        if not name.startswith(IF) or not text:
            continue
        try:
            value = float(text)
        except ValueError as error:
            raise QuestionError(f"'{text[:40]}' is no number for '{name[:60]}'; write it as 0.6.") from error
        changes[name.removeprefix(IF)] = value
    return {name: value for name, value in changes.items() if is_moved(found.values.get(name), value)}


def is_moved(known: Value | None, value: float) -> bool:
    """Tell whether a value is another than that which a slider began with, of which a browser may drop a last digit."""
    return known is None or known.value is None or not math.isclose(value, known.value, rel_tol=1e-12, abs_tol=1e-12)


def movable(one: Indicator, found: Scenario) -> bool:
    """Tell whether what-if begins somewhere: at a value, or with a question that can be answered."""
    return one.asked or found.values[one.name].value is not None


def slider(one: Indicator, found: Scenario, changes: dict[str, float]) -> dict[str, Any]:
    """Return how an indicator is moved: where it stands, that in words, and the ends of its slider.

    They hold the value, to the last digit, and every threshold. What is asked is chosen by its words instead.
    """
    known = found.values[one.name].value
    value = changes.get(one.name, known)
    if one.asked:
        words = "not answered" if value is None else one.answers[round(value) - 1]
        return {"one": one, "value": value, "words": words}
    ends = [each for each in (*SPANS[one.unit], *one.thresholds, known, value) if each is not None]
    words = write_value(one.unit, value, *one.thresholds)
    return {"one": one, "value": value, "words": words, "low": min(ends), "high": max(ends)}


def line(values: Sequence[float | None]) -> str:
    """Return the points of a line through the values that are known, 60 wide and 16 high; nothing for fewer than two.

    >>> line([0.5, None, 0.75])
    '2,14 58,2'
    """
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    least, most = (extreme(value for _, value in known) for extreme in (min, max))
    across, high = 56 / (len(values) - 1), 12 / ((most - least) or 1)
    return " ".join(f"{2 + place * across:.4g},{14 - (value - least) * high:.4g}" for place, value in known)


def pair(request: Request, workspace: Workspace) -> dict[str, Any] | None:
    """Return two kept assessments side by side, where the address names them."""
    earlier, later = (request.query_params.get(name, "") for name in ("earlier", "later"))
    if not earlier or not later:
        return None
    one, other = (workspace.assessments.find(each) for each in (earlier, later))
    rows = workspace.assessments.compare(earlier, later)
    for row in rows:
        row["needs"] = [row[name] for name in ("next_earlier", "next_later") if row[name] is not None]
    words = {"described": [describe_scope(each) for each in (one, other)], "differences": differences(one, other)}
    return {"earlier": one, "later": other, "rows": rows} | words


async def answer(request: Request) -> Response:
    """Note what was answered about the organisation."""
    workspace: Workspace = request.app.state.workspace
    form = await request.form()
    now = datetime.now(UTC)

    def note() -> None:
        known = {one["indicator"]: one["step"] for one in workspace.assessments.questions()}
        given = {name: text for name in known if isinstance(text := form.get(name), str) and text}
        steps = {name: workspace.assessments.step(name, text) for name, text in given.items()}
        for name, step in steps.items():
            if step != known[name]:
                workspace.assessments.answer(name, step, at=now, by=WEB)

    await run_in_threadpool(note)
    return RedirectResponse(f"{link('/scenario')}#asked", 303)


async def keep(request: Request) -> Response:
    """Keep the assessment that the form names."""
    workspace: Workspace = request.app.state.workspace
    form = await request.form()
    names = ("ladder", "since", "until", "channel", "department")
    options = {name: str(form[name]) for name in names if form.get(name)}

    def work() -> None:
        found = cast(Scenario, workspace.ask("scenario", **options))
        workspace.assessments.keep(found, at=datetime.now(UTC), by=WEB)

    await run_in_threadpool(work)
    return RedirectResponse(f"{link('/scenario', options)}#kept", 303)


PAGE = Page(
    (
        Address("/scenario", scenario),
        Address("/scenario/answers", answer, "change"),
        Address("/scenario/keep", keep, "change"),
    ),
    menu="Scenario",
    order=4,
)
