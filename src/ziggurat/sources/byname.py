"""Who of a file is known by nothing but a name? They are people too, and stay apart from those with an address."""

from __future__ import annotations

import msgspec

from ziggurat.sources.draft import Draft
from ziggurat.sources.identity import by_name
from ziggurat.sources.looks import share_called
from ziggurat.sources.mapping import Mapping, names_of
from ziggurat.sources.names import space_of
from ziggurat.sources.who import HALF, THROWN_AWAY


def with_called(draft: Draft, mapping: Mapping) -> Mapping:
    """Return the mapping with the names that stand before the actors' addresses, where no column holds any."""
    actor = mapping.fields.get("actor", "")
    if mapping.target not in ("interactions", "people") or not isinstance(actor, str) or "name" in mapping.traits:
        return mapping
    if actor not in draft.columns or share_called(draft.columns[actor]) < HALF:
        return mapping
    return msgspec.structs.replace(mapping, traits={**mapping.traits, "name": actor})


def with_names(draft: Draft, mapping: Mapping) -> tuple[Mapping, list[str]]:
    """Return the mapping with the namespace of those who have a name and no address, where there may be any, and notes.

    The namespace is that of the source, so that nobody is joined to somebody of the same name elsewhere.
    """
    named = [name for name in names_of(mapping.traits.get("name", ())) if name in draft.columns]
    if mapping.target not in ("interactions", "people") or not named or "name" in mapping.namespaces:
        return mapping, []
    spaces = {mapping.namespaces.get("actor", ""): names_of(mapping.fields.get("actor", ())), **mapping.identities}
    addresses = [name for space, columns in spaces.items() if space not in THROWN_AWAY for name in names_of(columns)]
    rows = max(draft.columns[name].filled for name in named)
    if rows <= max((draft.columns[name].filled for name in addresses if name in draft.columns), default=0):
        return mapping, []
    namespace = space_of(draft.source)
    example = by_name(namespace, " ".join(next(iter(draft.columns[name].counts)) for name in named)) or f"{namespace}:…"
    who = "Nobody in the file has an address: they are" if not addresses else "Who has no address in the file is"
    note = (
        f"{who} known by the name alone, such as {example}; two of one name are taken for one person, and nobody is "
        "joined to somebody of that name elsewhere."
    )
    return msgspec.structs.replace(mapping, namespaces={**mapping.namespaces, "name": namespace}), [note]
