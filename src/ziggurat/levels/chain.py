"""What is a chain of acts: kinds of interaction, step by step, as endorsed, then guest, then sponsor?"""

from __future__ import annotations

from collections.abc import Collection

from ziggurat.base.errors import QuestionError, suggest
from ziggurat.base.words.numbers import count

USUAL = "liked, shared, recommended, referred > attended > sponsored"
LEAST, MOST = 2, 8  # steps


def steps_of(text: str, kinds: Collection[str], named: str = "steps") -> list[list[str]]:
    """Read the steps of a chain. named: the option that holds the text.

    Raises: QuestionError if they are too few or too many, or one names no kind.

    >>> steps_of("shared, liked > attended", ["shared", "liked", "attended"])
    [['shared', 'liked'], ['attended']]
    """
    found = [[word.strip() for word in part.split(",") if word.strip()] for part in text.split(">")]
    if not LEAST <= len(found) <= MOST or not all(found):
        raise QuestionError(
            f"`{named}` has {count(len(found), 'step', 'steps')}, but must have {LEAST} to {MOST}, parted by `>`, each "
            f"of one kind of interaction or more, such as: {USUAL}."
        )
    for word in (word for part in found for word in part):
        if word not in kinds:
            raise QuestionError(f"`{named}` names '{word[:40]}', which is no kind{suggest(word[:80], kinds) or '.'}")
    return found
