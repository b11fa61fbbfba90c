"""What makes a scenario, as a workspace declares it: do its indicators name studies that there are?"""

from __future__ import annotations

from pathlib import Path

from ziggurat.base.errors import DeclarationError, suggest
from ziggurat.catalogue import STUDIES
from ziggurat.scenario import criteria


def load(folder: Path | None = None) -> criteria.Criteria:
    """Return the criteria of a workspace's folder, or the shipped ones.

    Raises: DeclarationError if they are wrong by themselves, or an indicator names a study that is none.
    """
    found = criteria.load(folder)
    for number, one in enumerate(found.indicators, 1):
        for study in one.studies:
            if study not in STUDIES:
                near = suggest(study, STUDIES) or "; `ziggurat ask` lists the studies."
                raise DeclarationError(
                    f"{criteria.FILE}: indicator {number}, `{one.name}`: no study named '{study[:60]}'{near}"
                )
    return found
