"""How is an option of a study labelled on its page?"""

from __future__ import annotations

from ziggurat.study import Option

LONGEST = 36  # characters of a label that stands above a field
LABELS = {
    "at": "At the end of",
    "back_days": "Days to come back in",
    "before_days": "Days before",
    "compare_at": "Compared with the end of",
    "days": "Within days",
    "false": "By chance at most",
    "first_days": "First days",
    "half_life_days": "Half-life in days",
    "high": "Ratings that advocate, from",
    "horizon_days": "Days ahead",
    "least": "People at least",
    "limit": "Rows at most",
    "model": "Model",
    "most": "Share that is most valuable",
    "moved": "Share of time moved",
    "nearness": "Near from a share of",
    "period_days": "Days of an occasion (bg/bb)",
    "periods": "Periods at most",
    "private": "More private mail domains",
    "sample": "Texts read at most",
    "scorer": "Sentiment scored by",
    "since": "Since the end of",
    "ways": "Shortest ways drawn at most",
    "survey": "Channel of the survey",
    "take": "Level the time is taken from",
    "thing": "Thing",
    "things": "Things at most",
    "times": "Times the odds of their level",
    "top": "Top of the scale",
    "topics": "Topics at most",
    "turning": "Kinds of turning to another",
    "until": "To the end of",
}
LEVELS = {"first": "Level before", "then": "Level after", "level": "Level"}
SAID = ("answers", "by", "first", "tied", "top", "value")  # whose meaning is another in every study: its own words


def label(option: Option) -> str:
    """Return the label of an option: a few words, the same in every study unless it means something else there.

    >>> from ziggurat.study.options import CHOICE
    >>> label(Option("by", CHOICE, "what each row is of: months, or levels"))
    'What each row is of'
    """
    if option.kind.name == "level":
        return LEVELS.get(option.name) or plain(option.name)
    told = option.about
    for sign in ":;,":
        told = told.split(sign)[0]
    if option.name in SAID and len(told) <= LONGEST:
        return told[:1].upper() + told[1:]
    return LABELS.get(option.name) or plain(option.name)


def plain(name: str) -> str:
    """Return a name as words."""
    return name.replace("_", " ").capitalize()
