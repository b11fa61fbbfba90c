"""Which cards of a day are not brought up, because they are done or can wait?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import ahead
from ziggurat.state import cards as kept
from ziggurat.workspace.folder import Folder, login, today
from ziggurat.workspace.refresh import as_of

DONE_DAYS = 91  # after which what is still so is brought up again: the longest window of a series
LONGEST = 300  # characters of a key or a title


def rest_card(space: Folder, card: str, title: str = "", *, until: Any = None, by: str = "") -> int:
    """Keep that a card of the day is done or, where a day is said, waits through that day; return its number.

    card: its key. Raises: QuestionError if the key is none, or the day lies in the past.
    """
    if not card.strip() or len(card) > LONGEST or len(title) > LONGEST:
        raise QuestionError(f"a card is named by its key, of 1 to {LONGEST} characters.")
    now = datetime.now(UTC)
    here = today(space, now)
    day = here + timedelta(days=DONE_DAYS) if until is None else ahead("until", until, here)
    return kept.rest(space.state.database, card, title or card, done=until is None, until=day, by=by or login(), at=now)


def wake_card(space: Folder, number: int) -> None:
    """Bring a card up again. Raises: WorkspaceError if none rests under that number."""
    kept.wake(space.state.database, number)


def resting_cards(space: Folder, at: date) -> list[dict[str, Any]]:
    """Return what rests on a day: id, card, title, done, until, decided_by and decided_at.

    On the last day of the log, which is the present, that is as of today; on an earlier day, as was known then.
    """
    now = max(at, datetime.now(UTC).date()) if at >= as_of(space).date() else at
    found = kept.resting(space.state.database)
    return [one for one in found if one["decided_at"].date() <= now <= one["until"]]
