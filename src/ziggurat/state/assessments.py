"""What did people say of the organisation, and how was it assessed?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ziggurat.state.database import Database, naive

QUESTIONNAIRE = sa.Table(
    "questionnaire",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("indicator", sa.String, nullable=False),
    sa.Column("step", sa.Integer, nullable=False),  # 1 to 4
    sa.Column("at", sa.DateTime, nullable=False),  # UTC
    sa.Column("decided_by", sa.String, nullable=False),
)
ASSESSMENTS = sa.Table(
    "assessments",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),  # when it was made, UTC
    sa.Column("version", sa.String, nullable=False),  # of the criteria
    sa.Column("asked", sa.JSON, nullable=False),  # the window, the part of the business, the ladder
    sa.Column("answers", sa.JSON, nullable=False),  # indicator → step
    sa.Column("axes", sa.JSON, nullable=False),  # side → step, low, high, supported, total
    sa.Column("rows", sa.JSON, nullable=False),  # the table of the study
    sa.Column("decided_by", sa.String, nullable=False),
)


def say(database: Database, indicator: str, step: int, *, at: datetime, by: str = "") -> None:
    """Note what was answered about the organisation."""
    values = {"indicator": indicator, "step": step, "at": naive(at), "decided_by": by}
    with database.begin() as connection:
        connection.execute(sa.insert(QUESTIONNAIRE).values(values))


def questionnaire(database: Database) -> list[dict[str, Any]]:
    """Return all that was answered about the organisation, oldest first."""
    return database.rows(QUESTIONNAIRE)


def assess(database: Database, values: Mapping[str, Any]) -> int:
    """Keep an assessment, with the columns of ASSESSMENTS; return its number."""
    given = {"decided_by": "", **values, "at": naive(values["at"])}
    with database.begin() as connection:
        made = connection.execute(sa.insert(ASSESSMENTS).values(given))
    return int((made.inserted_primary_key or (0,))[0])


def assessments(database: Database) -> list[dict[str, Any]]:
    """Return all assessments, oldest first."""
    return database.rows(ASSESSMENTS)
