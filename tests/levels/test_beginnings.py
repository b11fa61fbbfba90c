"""A log that begins in the middle of people's lives is found by how many come in its first days."""

from __future__ import annotations

import numpy as np
import pytest

from tests.levels.tables import ON, folk, history
from ziggurat.levels.pace import pace
from ziggurat.levels.retention import retention

NAMES = [f"p{number}" for number in range(60)]
PEOPLE = folk(" ".join(NAMES))
AT = "2026-12-31"


def came(days):
    """Return a history in which each comes on a day of the year and climbs a week later."""
    lines = []
    for name, day in zip(NAMES, days, strict=True):
        first, later = (np.datetime64("2026-01-01") + int(day) + more for more in (0, 7))
        lines.append(f"{name} 0@{str(first)[5:]} 1@{str(later)[5:]}")
    return history("\n".join(lines))


BEFORE = came([*np.arange(40) % 20, *np.linspace(40, 340, 20)])
EVENLY = came(np.linspace(0, 340, 60))


@pytest.mark.parametrize(("study", "options"), [(pace, {}), (retention, {"level": 1})])
def test_those_who_were_there_before_are_told(study, options):
    (note,) = study(BEFORE, PEOPLE, at=AT, **ON, **options).notes
    assert note.startswith("The first 30 days of this log brought 40 people, where as many days later bring 1.80: ")
    assert study(EVENLY, PEOPLE, at=AT, **ON, **options).notes == ()


def test_a_short_log_can_not_tell():
    assert pace(BEFORE, PEOPLE, at="2026-04-01", **ON).notes == ()


def test_who_does_not_count_is_no_sign():
    few = folk(" ".join(NAMES[40:]), staff=" ".join(NAMES[:40]))
    assert pace(BEFORE, few, at=AT, **ON).notes == ()
