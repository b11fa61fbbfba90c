"""What do arrivals say as rows of the log? Interactions, links and traits; what can't be taken, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pyarrow as pa

from ziggurat.base import schema
from ziggurat.base.schema import OTHER_IDENTITIES
from ziggurat.sources.batch import Batch
from ziggurat.sources.chunk import TEXT
from ziggurat.sources.tracking import persons
from ziggurat.sources.tracking.arrival import Arrival, decoded
from ziggurat.sources.tracking.calls import Call, Item, RefusedError, read_items
from ziggurat.sources.tracking.device import of_agent
from ziggurat.sources.tracking.meaning import Meaning, Meant, first, number
from ziggurat.sources.tracking.origin import Origin, origin
from ziggurat.sources.tracking.persons import Who
from ziggurat.sources.tracking.values import as_text

BATCH_ITEMS = 20_000
FILE = "collected"  # in place of a file's name
AGENT, PURPOSE, METHOD = "user agent", "purpose", "method"  # cells by which `defaults/machines.toml` tells
SAID = {"source": "utm_source", "medium": "utm_medium", "term": "utm_term", "content": "utm_content"}
MOBILE = "app"  # the channel of a screen that nothing else says
COLUMNS = (
    "interaction_id", "at", "received_at", "actor", "channel", "kind", "activity", "object", "text", "amount", "score",
    "device", "properties",
)  # fmt: skip
CELLS = msgspec.json.Encoder(order="deterministic")


@dataclass
class Rows:
    """Rows on their way into a batch.

    interactions: the cells of COLUMNS, row after row in one list, since a garbage collector follows each tuple that
    stays. taken: the ids of interactions, of each of which the first counts.
    """

    meaning: Meaning
    channel: str
    interactions: list[Any] = field(default_factory=list)
    links: dict[tuple[str, str, str], int] = field(default_factory=dict)
    traits: dict[tuple[str, str, str], int] = field(default_factory=dict)
    rejected: list[tuple[int, str, str]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    items: int = 0
    skipped: int = 0

    def take(self, item: Item, arrival: Arrival) -> None:
        """Take one item of a request in."""
        self.items += 1
        try:
            if item.call is None:
                raise RefusedError(item.why)
            self.take_call(item.call, arrival)
        except RefusedError as error:
            self.rejected.append((item.nth + 1, str(error), original(item.raw)))

    def take_call(self, call: Call, arrival: Arrival) -> None:
        """Take a call in: whole, or not at all. Raises: RefusedError."""
        who = persons.who(call)
        meant = self.meaning.of(call)
        row = None if meant is None else self.interaction(call, who, meant, arrival)
        for others, why in ((who.others, persons.SAME_CALL), (who.former, persons.ALIAS)):
            for other in others:
                self.links.setdefault((who.actor, other, why), call.at)
        for name, value in persons.traits(call).items():
            key = (who.actor, name, value)
            self.traits[key] = max(call.at, self.traits.get(key, call.at))
        if row is None:
            self.skipped += call.type in ("track", "page", "screen")
        elif call.id not in self.taken:
            self.taken.add(call.id)
            self.interactions += row

    def interaction(self, call: Call, who: Who, meant: Meant, arrival: Arrival) -> tuple[Any, ...]:
        """Return the row of a call, in the order of COLUMNS. Raises: RefusedError."""
        properties = call.properties
        came = origin(call.context, properties, page=call.type == "page")
        agent = call.context.agent or arrival.heads.get(AGENT, "")  # as the call says, or whoever sent it
        usual = MOBILE if call.type == "screen" else self.channel
        return (
            call.id,
            call.at,
            arrival.at,
            who.actor,
            meant.channel or came.channel or usual,
            meant.kind,
            as_text(first(meant.activity, properties)) or came.activity,
            as_text(first(meant.object, properties)) or (page_of(call) if call.type != "track" else None),
            as_text(first(meant.text, properties)) or None,
            self.meaning.amount(meant, call),
            number(first(meant.score, properties)),
            call.context.device or (of_agent(agent[:400]) if agent else None),
            cells(call, who, came, agent, arrival),
        )

    def batch(self, read: float) -> Batch:
        """Return the rows as a batch, and begin anew; ids that were taken stay so."""
        source = self.meaning.source
        tables = {
            "interactions": interactions(self.interactions, source, self.meaning),
            "links": rows_of(schema.LINKS, [(*key[:2], key[2], source, at) for key, at in self.links.items()]),
            "traits": rows_of(schema.TRAITS, [(*key, source, at) for key, at in self.traits.items()]),
            "rejected": rows_of(schema.REJECTED, [(source, FILE, *one) for one in self.rejected]),
        }
        made = Batch({name: table for name, table in tables.items() if len(table)}, read, self.skipped)
        self.interactions, self.links, self.traits, self.rejected = [], {}, {}, []
        self.items = self.skipped = 0
        return made


def read(records: Iterable[bytes], meaning: Meaning, channel: str) -> Iterator[Batch]:
    """Yield batches of what records of the inbox say, in order. Of two calls with one id the first counts.

    channel: of what happened where nothing says more. Whatever the records hold, none raises.
    """
    rows = Rows(meaning, channel)
    several = list(records)
    for nth, record in enumerate(several, 1):
        try:
            arrival = decoded(record)
        except msgspec.DecodeError as error:
            rows.rejected.append((nth, f"the record of the inbox can't be read ({error})", original(record)))
            continue
        for item in read_items(arrival):
            rows.take(item, arrival)
        if rows.items >= BATCH_ITEMS:
            yield rows.batch(nth / len(several))
    yield rows.batch(1.0)


def interactions(cells: list[Any], source: str, meaning: Meaning) -> pa.Table:
    """Return interactions as the log takes them. A direction is stated only where a kind must state its own."""
    columns = {name: cells[nth :: len(COLUMNS)] for nth, name in enumerate(COLUMNS)}
    nothing = [None] * len(columns["kind"])
    free, way = set(meaning.kinds.unstated()), meaning.kinds.direction_of
    made = {
        **columns,
        "source": [source] * len(nothing),
        "direction": [None if kind in free else way.get(kind) for kind in columns["kind"]],
    }
    arrays = [pa.array(made.get(one.name, nothing), one.type) for one in schema.INTERACTIONS]
    return pa.Table.from_arrays(arrays, schema=schema.INTERACTIONS)


def rows_of(to: pa.Schema, rows: list[tuple[Any, ...]]) -> pa.Table:
    """Return rows as a table of a schema."""
    columns = list(zip(*rows, strict=True)) or [()] * len(to)
    return pa.Table.from_arrays([pa.array(some, one.type) for some, one in zip(columns, to, strict=True)], schema=to)


def page_of(call: Call) -> str | None:
    """Return which page or screen was looked at: its path, or else its name."""
    path = call.properties.get("path") or call.context.page.get("path")
    return (path if isinstance(path, str) else "") or call.event or None


def cells(call: Call, who: Who, came: Origin, agent: str, arrival: Arrival) -> str:
    """Return, as a JSON object of texts, what no field took: the properties, and what tells people from machines."""
    found = {name: text for name, value in call.properties.items() if (text := as_text(value))}
    for name, text in call.context.texts:
        found.setdefault(name, text)
    for name, text in came.said.items():
        if text and name in SAID:
            found[SAID[name]] = text
    ours = {
        "event": call.event,
        "group": call.group,
        OTHER_IDENTITIES: "\n".join(who.others),
        **arrival.heads,
        AGENT: agent,
    }
    found |= {name: text for name, text in ours.items() if text}
    return CELLS.encode(found).decode()


def original(raw: bytes) -> str:
    """Return an item as it came, as a JSON object of texts; what is no object stands under TEXT."""
    try:
        said = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = None
    if isinstance(said, dict):
        return msgspec.json.encode({name: as_text(value) for name, value in said.items()}).decode()
    return msgspec.json.encode({TEXT: raw.decode("utf-8", "replace")}).decode()
