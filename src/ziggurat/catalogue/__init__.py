"""Which questions can be asked?

Every study, listed by hand: its name, what it is usually called, its question and where it is. What it needs and the
options that it takes, its function's signature says. One file lists the studies of one room.
"""

from __future__ import annotations

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.catalogue import channels, levels, roles, scenario, value
from ziggurat.catalogue.study import Study

__all__ = ["LISTED", "STUDIES", "Study", "find"]

LISTED = (*levels.LISTED, *channels.LISTED, *roles.LISTED, *value.LISTED, *scenario.LISTED)
STUDIES: dict[str, Study] = {study.name: study for study in LISTED}


def find(name: str) -> Study:
    """Return a study by name; spaces and underscores count as dashes. Raises: QuestionError with the nearest name."""
    plain = name.strip().casefold().replace("_", "-").replace(" ", "-")
    if plain not in STUDIES:
        near = suggest(plain[:80], STUDIES) or f". The studies are: {', '.join(STUDIES)}."
        raise QuestionError(f"no study named '{name[:80]}'{near}")
    return STUDIES[plain]
