"""Which questions can be asked?

Every study, listed by hand, with what it needs and the options it takes: from this the workspace asks by name, the
command line writes its help, and the web pages list what there is. One file lists the studies of one room.
"""

from __future__ import annotations

from ziggurat.catalogue import channels, levels, roles, scenario, value
from ziggurat.catalogue.study import READERS, Option, Study
from ziggurat.errors import QuestionError, suggest

__all__ = ["LISTED", "READERS", "STUDIES", "Option", "Study", "find"]

LISTED = (*levels.LISTED, *channels.LISTED, *roles.LISTED, *value.LISTED, *scenario.LISTED)
STUDIES: dict[str, Study] = {study.name: study for study in LISTED}


def find(name: str) -> Study:
    """Return a study by name; spaces and underscores count as dashes. Raises: QuestionError with the nearest name."""
    plain = name.strip().casefold().replace("_", "-").replace(" ", "-")
    if plain not in STUDIES:
        near = suggest(plain, STUDIES) or f". The studies are: {', '.join(STUDIES)}."
        raise QuestionError(f"no study named '{name}'{near}")
    return STUDIES[plain]
