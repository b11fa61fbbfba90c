"""Which columns of an unknown file say who it was? The actor is what names most rows; others are further identities."""

from __future__ import annotations

from ziggurat.sources import names
from ziggurat.sources.draft import Draft
from ziggurat.sources.looks import (
    ENOUGH,
    is_e_mail,
    is_full_name,
    is_iban,
    is_there,
    profiles_of,
    share_e_mail,
    share_phone,
    share_said,
)
from ziggurat.sources.reasons import partly

HALF = 0.5  # share of a column's values that must speak for what its name says
THROWN_AWAY = ("anon",)
LOOKS = {"email": "e-mail addresses", "phone": "phone numbers"}


def find_identities(draft: Draft) -> None:
    """Take columns that say who it was: the actor is what names most rows; the others are further identities."""
    found: dict[str, list[tuple[str, str]]] = {}
    for namespace, headers in names.IDENTITY_NAMES.items():
        if columns := named_identities(draft, namespace, headers):
            found[namespace] = columns
    others = names.COUNTERPART_NAMES.split()
    free = [
        name
        for name in draft.free()
        if not names.is_of_staff(name) and not set(others) & set(names.variants(name)) and name not in draft.taken
    ]
    if said := next((name for name in free if share_said(draft.columns[name]) >= ENOUGH), ""):
        draft.take(said, "actor ", "its values say what they are, such as email:ana@example.org")
    if "email" not in found and not said:
        taken = {name for columns in found.values() for name, _ in columns}
        looking = [name for name in free if name not in taken and is_e_mail(draft.columns[name])]
        if looking:
            found = {"email": [(looking[0], "its values look like e-mail addresses")]} | found
    for name in free:
        if network := profiles_of(draft.columns[name]):
            found.setdefault(network, [(name, f"its values are addresses of people's pages on {network}")])
    if accounts := accounts_of_others(draft, free):
        found.setdefault("iban", [(accounts, "its values are numbers of bank accounts")])
    has_actor = bool(said) or "actor" in draft.given("fields") or draft.is_taken("actor")
    if not found and has_actor:
        return
    if not found:
        some = next((name for name in draft.headed(names.IDENTITY_NAMES["email"]) if draft.share(name, "email")), None)
        written_to = next((name for name in draft.free() if is_e_mail(draft.columns[name])), None)
        if some is None and written_to is None:
            return
        why = partly("email", draft.share(some, "email") or 0.0) if some else "its values look like e-mail addresses"
        found = {"email": [(some or written_to or "", why)]}
    rows = {namespace: readable(draft, namespace, columns[0][0]) for namespace, columns in found.items()}
    # A browser names nobody: it stands in where nothing else does, however often it is there.
    actor = "" if has_actor else max(found, key=lambda namespace: (namespace not in THROWN_AWAY, rows[namespace]))
    for namespace, columns in found.items():
        for place, (name, why) in enumerate(columns):
            if name not in draft.taken:
                is_actor = namespace == actor and not place
                space = names.space_of(draft.source) if namespace == names.OWN_NUMBER else namespace
                draft.take(name, f"actor {space}" if is_actor else f"identity {space}", why)


def accounts_of_others(draft: Draft, free: list[str]) -> str:
    """Return a column with numbers of bank accounts that are not all one, as that of whose statement it is."""
    return next((name for name in free if len(draft.columns[name].counts) > 1 and is_iban(draft.columns[name])), "")


def named_identities(draft: Draft, namespace: str, headers: str) -> list[tuple[str, str]]:
    """Return the columns that are named for an identity, with the reason, the one that names most rows first.

    Of addresses all, since people have several; of other ids the first, since a second may be that of their firm.
    """
    headed = [name for name in draft.headed(headers) if not names.is_of_staff(name)]
    if namespace not in LOOKS:
        there = [name for name in headed if is_there(draft.columns[name]) and not is_e_mail(draft.columns[name])]
        fit = [name for name in there if not is_full_name(draft.columns[name])]
        return [(name, "its name") for name in fit[:1]]
    shares = {name: draft.share(name, namespace) or 0.0 for name in headed}
    half = [name for name in headed if shares[name] >= HALF] or [name for name in headed if shares[name]][:1]
    half.sort(key=lambda name: readable(draft, namespace, name), reverse=True)
    looks = f"its name, and its values look like {LOOKS[namespace]}"
    return [(name, looks if shares[name] >= ENOUGH else partly(namespace, shares[name])) for name in half]


def readable(draft: Draft, namespace: str, name: str) -> float:
    """Return how many rows a column names somebody in."""
    seen = draft.columns[name]
    share = {"email": share_e_mail, "phone": share_phone}.get(namespace, lambda _seen: 1.0)(seen)
    return share * seen.filled


def staff_address(draft: Draft) -> str:
    """Return a free column with the address of whoever of us dealt with the person, such as `assignee.email`."""
    heads = [name for name in draft.free() if names.is_of_staff(name)]
    return next((name for name in heads if is_e_mail(draft.columns[name])), "")
