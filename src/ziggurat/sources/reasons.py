"""Why was a column taken for something, or for nothing? In words that are true of this column."""

from __future__ import annotations

from ziggurat.sources import names
from ziggurat.sources.draft import NUMERIC, Draft
from ziggurat.sources.looks import ENOUGH

KEEPS = {"people": "it is kept with the person"}
KEPT = "it is kept with each row"
SAYS = {"at": "when", "day": "which day", "email": "e-mail address", "phone": "phone number", "kind": "what happened"}
READ = dict.fromkeys(NUMERIC, ("a number", "numbers")) | {
    "at": ("a date", "dates"),
    "day": ("a date", "dates"),
    "email": ("an e-mail address", "e-mail addresses"),
    "phone": ("a phone number", "phone numbers"),
    "kind": ("a known event name", "known event names"),
    "state": ("a known state", "known states"),
}
HEADS = {
    "interactions": names.FIELD_NAMES | names.IDENTITY_NAMES | {"counterpart": names.COUNTERPART_NAMES},
    "people": {"at": names.FIELD_NAMES["at"]} | names.IDENTITY_NAMES,
    "exposures": names.EXPOSURE_NAMES,
    "costs": names.COST_NAMES,
}
TRAITS_OF = ("interactions", "people")


def partly(what: str, share: float) -> str:
    """Say that a name speaks for a field and most values do not.

    >>> partly("at", 0.6)
    'its name says when, but only 60 % of its values read as dates'
    """
    one, many = READ[what]
    read = f"only {max(1, round(share * 100))} % of its values read as {many}" if share else f"no value reads as {one}"
    return f"its name says {name_field(what)}, but {read}"


def name_field(what: str) -> str:
    """Return a field as the end of a sentence."""
    return SAYS.get(what, what.replace("_", " "))


def why_not(draft: Draft, name: str, target: str) -> str:
    """Say why a column was taken for nothing."""
    keeps = KEEPS.get(target, KEPT)
    called, seen = set(names.variants(name)), draft.columns[name]
    heads = HEADS[target] | (names.TRAIT_NAMES if target in TRAITS_OF else {})
    meant = [what for what, headers in heads.items() if called & set(headers.split())]
    if not seen.filled:
        return "all of its cells are empty"
    for what in meant:
        share = draft.share(name, what)
        if share is not None and share < ENOUGH:
            return f"{partly(what, share)}; {keeps}"
        other = next((taken for taken, (use, _) in draft.taken.items() if use.rpartition(" ")[2] == what), None)
        if other is not None:
            return f"its name says {name_field(what)}, but '{other}' is taken for that; {keeps}"
        if what == "interaction_id":
            return f"its name says an id, but some of its values are missing or there twice; {keeps}"
    return f"neither its name nor its values say what it is; {keeps}"
