"""What do five texts on engagement ask, and what do today's data answer?

An answer that is remembered stands on the page at once; the others come one after the other once it is there. What
takes minutes is never begun from here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from ziggurat import catalogue
from ziggurat.base.errors import QuestionError
from ziggurat.base.words.style import PAGE as PAPER
from ziggurat.catalogue import Study
from ziggurat.catalogue.guide import chosen as choose_row
from ziggurat.catalogue.guide import sentence, spoken
from ziggurat.catalogue.ideas import Question, find, ideas
from ziggurat.results.result import Result
from ziggurat.server.columns import columns_shown, is_number
from ziggurat.server.pages.studies import chosen, opening, part_result
from ziggurat.server.query import PageQuery, asked, whole
from ziggurat.server.registry import Address, Page
from ziggurat.server.render import link, page
from ziggurat.server.turns import in_turn

if TYPE_CHECKING:
    from ziggurat.workspace import Workspace

LONGEST = 400  # characters of a cell in a sentence
NO_ROW = "The study answers, but has no row for this question here. Open it to see what it tells."


@dataclass(frozen=True)
class Answer:
    """A question with its answer, where that is known.

    place: the address of the answer by itself. study_place: that of all that the study tells. said: the sentence;
    figure: the number behind it, with what heads it and its bounds; people: where it opens. notice: why there is none.
    """

    question: Question
    study: Study
    place: str
    study_place: str
    said: str = ""
    figure: str = ""
    head: str = ""
    bounds: str = ""
    people: str = ""
    notice: str = ""

    @property
    def known(self) -> bool:
        """Tell whether there is an answer, or a reason why not."""
        return bool(self.said or self.notice)


def index(request: Request) -> Response:
    """Answer with the five ideas."""
    workspace: Workspace = request.app.state.workspace
    return page(request, "ideas.html", title="Five ideas", view=asked(request, workspace), ideas=ideas())


def idea(request: Request) -> Response:
    """Answer with one idea: its questions, and the answers that are remembered."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    name = request.path_params["idea"]
    found = find(name)
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    answers = []
    for number, question in enumerate(found.questions, 1):
        study, options = catalogue.find(question.study), options_of(question, request, view)
        others = {key: value for key, value in options.items() if key != "ladder"}
        known = None if study.check else workspace.answers.known(study.name, view.lens, others)
        answers.append(answer_with(known, "", question, (name, number), options, request, view))
    return page(request, "idea.html", title=found.title, view=view, idea=found, answers=answers)


def answer(request: Request) -> Response:
    """Answer one question of an idea; the first one of the first where the address names none."""
    workspace: Workspace = request.app.state.workspace
    view = asked(request, workspace)
    name = request.query_params.get("idea") or next(iter(ideas()))
    found = find(name)
    number = whole(request, "number", 1, high=len(found.questions))
    if view.empty:
        return page(request, "welcome.html", title="Welcome", view=view)
    question = found.questions[number - 1]
    study, options = catalogue.find(question.study), options_of(question, request, view)
    result, notice = None, ""
    try:
        result, notice, _ = part_result(study, options, request, view)
    except QuestionError as error:  # what these data or this ladder have no answer to
        notice = str(error)
    one = answer_with(result, notice, question, (name, number), options, request, view)
    return page(request, "answer.html", title=question.asks, view=view, idea=found, name=name, one=one)


def options_of(question: Question, request: Request, view: PageQuery) -> dict[str, str]:
    """Return the options of the study that answers."""
    return {**chosen(catalogue.find(question.study), request, view), **question.options}


def answer_with(
    result: Result | None,
    notice: str,
    question: Question,
    place: tuple[str, int],
    options: dict[str, str],
    request: Request,
    view: PageQuery,
) -> Answer:
    """Return a question with what a result says to it. place: its idea and number."""
    study = catalogue.find(question.study)
    where = link("/answer", view.options, idea=place[0], number=place[1])
    bare = Answer(question, study, where, link(f"/study/{study.name}", options), notice=notice)
    if result is None:
        return bare
    rows = spoken(question.guide, result)
    if not rows:
        return replace(bare, notice=result.empty or NO_ROW)
    row = choose_row(question.guide, rows)
    workspace: Workspace = request.app.state.workspace
    names = workspace.names([row["person_id"]]) if "person_id" in row else {}
    said = sentence(question.guide, result, names, PAPER, LONGEST)
    people = link(f"/people/{row['person_id']}") if "person_id" in row else opening(study.name, options, result, row)
    number = is_number(row[question.figure])
    shown = next((one for one in columns_shown(result.columns) if one.name == question.figure), None)
    if shown is None or not number:
        return Answer(question, study, where, bare.study_place, said, people=people)
    return Answer(
        question, study, where, bare.study_place, said,
        str(shown.cell(row)), shown.head, shown.bounds(row), people,
    )  # fmt: skip


PAGE = Page(
    (
        Address("/ideas", index),
        Address("/ideas/{idea}", idea),
        Address("/answer", in_turn(answer), "part"),
    ),
    menu="Ideas",
    order=5,
)
