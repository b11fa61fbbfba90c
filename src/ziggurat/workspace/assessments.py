"""What only people can say of the organisation, and assessments kept: made, listed, compared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ziggurat.base.errors import QuestionError, WorkspaceError, suggest
from ziggurat.base.instant import instant
from ziggurat.base.schema import QUESTIONNAIRE
from ziggurat.base.words.numbers import number
from ziggurat.scenario import criteria
from ziggurat.state import State

if TYPE_CHECKING:
    from ziggurat.scenario.scenario import Scenario

AXIS = ("step", "low", "high", "supported", "total")


class Assessments:
    """The questionnaire and the assessments of one workspace."""

    def __init__(self, folder: Path, state: State) -> None:
        self.folder = folder
        self.state = state

    def questions(self) -> list[dict[str, Any]]:
        """Return what is asked: indicator, title, question, answers, and the step that was answered last, and when."""
        last = {row["indicator"]: row for row in self.state.questionnaire()}
        return [
            {"indicator": one.name, "title": one.title, "question": one.question, "answers": one.answers,
             "step": last.get(one.name, {}).get("step"), "at": last.get(one.name, {}).get("at")}
            for one in criteria.load(self.folder).indicators
            if one.asked
        ]  # fmt: skip

    def said(self) -> pa.Table:
        """Return all answers as `schema.QUESTIONNAIRE`."""
        rows = [
            {name: row[name] for name in QUESTIONNAIRE.names} | {"at": instant(row["at"])}
            for row in self.state.questionnaire()
        ]
        return pa.Table.from_pylist(rows, schema=QUESTIONNAIRE)

    def answer(self, indicator: str, answer: int | str, *, at: datetime, by: str = "") -> None:
        """Note an answer: its words, or its number from 1 to 4. Raises: QuestionError as `step` does."""
        self.state.say(indicator, self.step(indicator, answer), at=at, by=by)

    def step(self, indicator: str, answer: int | str) -> int:
        """Return the step that an answer means.

        Raises: QuestionError if nothing is asked under this name, or it can't be answered so.
        """
        asked = {one["indicator"]: one["answers"] for one in self.questions()}
        if indicator not in asked:
            near = suggest(indicator, asked) or "."
            raise QuestionError(f"nothing is asked under '{indicator}'{near} Asked are: {', '.join(asked) or 'none'}.")
        answers = asked[indicator]
        step = int(answer) if str(answer).isdecimal() else 1 + next(
            (place for place, words in enumerate(answers) if words.casefold() == str(answer).casefold()), len(answers)
        )  # fmt: skip
        if not 1 <= step <= len(answers):
            said = "; ".join(f"{number} {words}" for number, words in enumerate(answers, 1))
            raise QuestionError(f"'{indicator}' can't be answered with '{answer}'; answer with one of: {said}.")
        return step

    def keep(self, found: Scenario, *, at: datetime, by: str = "") -> int:
        """Keep an assessment, with the version of its criteria and the answers that it rests on; return its number."""
        rows = [{**row} for row in found.rows()]
        return self.state.assess(
            at=at,
            version=found.criteria.version,
            asked=dict(found.asked),
            answers={row["indicator"]: row["step"] for row in rows if row["told"] == "asked"},
            axes={axis.side: {name: getattr(axis, name) for name in AXIS} for axis in found.axes},
            rows=rows,
            decided_by=by,
        )

    def kept(self) -> list[dict[str, Any]]:
        """Return all assessments, newest first."""
        return self.state.assessments()[::-1]

    def find(self, number: int | str) -> dict[str, Any]:
        """Return one assessment. Raises: WorkspaceError if there is none of that number."""
        found = next((one for one in self.kept() if str(one["id"]) == str(number)), None)
        if found is None:
            raise WorkspaceError(f"there is no assessment {number}; `ziggurat scenario --list` lists them.")
        return found

    def compare(self, earlier: int | str, later: int | str) -> list[dict[str, Any]]:
        """Return the indicators of two assessments: side, indicator, title, unit, and of both value, step and next.

        An indicator that one of them did not have is null there: criteria may have been replaced in between.
        """
        one, other = ({row["indicator"]: row for row in self.find(each)["rows"]} for each in (earlier, later))
        return [side_by_side(one.get(name), other.get(name)) for name in dict.fromkeys([*one, *other])]


def part(one: Mapping[str, Any]) -> str:
    """Name the part of the business that an assessment is of."""
    asked = one["asked"]
    return next((f"the {sort} “{asked[sort]}”" for sort in ("channel", "department") if asked.get(sort)), "the whole")


def days(one: Mapping[str, Any]) -> str:
    """Say how long the period of an assessment is."""
    since, until = (datetime.fromisoformat(one["asked"][end]) for end in ("since", "until"))
    length = (until - since) / timedelta(days=1)
    return f"{number(length)} {'day' if length == 1 else 'days'}"


def describe_scope(one: Mapping[str, Any]) -> str:
    """Say of what an assessment is, by what it was made, and when."""
    return (
        f"Assessment {one['id']}: of {part(one)}, {days(one)} up to {one['asked']['until'][:10]}, "
        f"ladder {one['asked']['ladder']}, criteria {one['version']}, made on {one['at']:%Y-%m-%d}"
    )


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Say in what two assessments differ beside what they found, and what can't be compared for that."""
    parts, lengths, ladders, versions = (
        [read(each) for each in (one, other)]
        for read in (part, days, lambda each: each["asked"]["ladder"], lambda each: each["version"])
    )
    said = []
    if parts[0] != parts[1]:
        said.append(
            f"They are of different parts: {parts[0]}, and {parts[1]}. What differs may be the part, not the time."
        )
    if lengths[0] != lengths[1]:
        said.append(f"They look at {lengths[0]}, and at {lengths[1]}: the longer, the more of all that is counted.")
    if ladders[0] != ladders[1]:
        said.append(f"They go by different ladders: {ladders[0]} and {ladders[1]}. Don't compare climbs and slips.")
    if versions[0] != versions[1]:
        said.append(
            f"They were made by different criteria: {versions[0]} and {versions[1]}. Compare values, not steps."
        )
    return said


def side_by_side(earlier: Mapping[str, Any] | None, later: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return one indicator of two assessments."""
    either = later or earlier or {}
    words = {name: either[name] for name in ("side", "indicator", "title", "unit")}
    both = (("earlier", earlier or {}), ("later", later or {}))
    return words | {f"{name}_{when}": one.get(name) for name in ("value", "step", "next") for when, one in both}
