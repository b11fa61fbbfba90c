"""What do people say in a system, as rows of the log? Gathered one by one, and handed on in batches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa

from ziggurat.base import schema
from ziggurat.sources.batch import Batch

LONGEST_ID = 250  # letters
LONGEST_TEXT = 10_000


@dataclass
class Rows:
    """What is said, as rows of the tables of the log. channel: where, if a row says no other. file: what is read."""

    source: str
    received_at: datetime
    channel: str
    file: str = ""
    interactions: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: set[tuple[str, str, str]] = field(default_factory=set)
    traits: dict[tuple[str, str], str] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many interactions wait to be handed on."""
        return len(self.interactions) + len(self.rejected)

    def say(self, name: str, at: datetime, actor: str, kind: str, **columns: Any) -> None:
        """Note an interaction. name: its id; what is noted under it again replaces it. columns: as the log has them,
        but `cells`, a mapping, for what no column takes."""
        cells = {key: value for key, value in dict(columns.pop("cells", {})).items() if value not in (None, "", [])}
        text = columns.pop("text", None)
        row: dict[str, Any] = {
            "interaction_id": name[:LONGEST_ID],
            "at": at,
            "actor": actor,
            "kind": kind,
            "channel": self.channel,
        }
        row |= {key: value for key, value in columns.items() if value}
        row["text"] = text[:LONGEST_TEXT] if text else None
        row["properties"] = json.dumps(cells, ensure_ascii=False, sort_keys=True) if cells else None
        self.interactions[row["interaction_id"]] = row

    def call(self, identity: str, name: str, trait: str = "name") -> None:
        """Note what somebody is called, or another trait of theirs."""
        if name.strip():
            self.traits[identity, trait] = " ".join(name.split())[:200]

    def join(self, one: str | None, other: str | None, why: str) -> None:
        """Note that two identities are one person's."""
        if one and other and one != other:
            self.links.add((one, other, why))

    def reject(self, line: int, reason: str, row: Mapping[str, Any]) -> None:
        """Note what can't be taken. line: its place in what is read, from 1."""
        kept = {key: str(value)[:2_000] for key, value in row.items()}
        about = {"source": self.source, "file": self.file, "line": line, "reason": reason}
        self.rejected.append(about | {"row": json.dumps(kept, ensure_ascii=False)})

    def batch(self, read: float) -> Batch:
        """Hand on what was noted, and begin anew. read: share of the system that was read, 0 to 1."""
        common = {"source": self.source, "received_at": self.received_at}
        told = {"source": self.source, "at": self.received_at}
        tables: dict[str, list[dict[str, Any]]] = {
            "interactions": [common | row for row in self.interactions.values()],
            "links": [{"a": a, "b": b, "evidence": why, **told} for a, b, why in sorted(self.links)],
            "traits": [{"identity": one, "trait": trait, "value": value, **told}
                       for (one, trait), value in self.traits.items()],
            "rejected": self.rejected,
        }  # fmt: skip
        made = {name: pa.Table.from_pylist(rows, schema.LOGGED[name]) for name, rows in tables.items() if rows}
        self.interactions, self.links, self.traits, self.rejected = {}, set(), {}, []
        return Batch(made, read)
