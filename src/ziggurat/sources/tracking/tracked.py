"""What do arrivals say as rows of the log? Interactions, links and traits; what can't be taken, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pyarrow as pa

from ziggurat import schema
from ziggurat.sources.batch import Batch
from ziggurat.sources.chunk import TEXT, readable
from ziggurat.sources.convert import OTHERS
from ziggurat.sources.tracking import persons
from ziggurat.sources.tracking.arrival import Arrival, decoded
from ziggurat.sources.tracking.calls import Call, Item, RefusedError, read_items, table
from ziggurat.sources.tracking.device import device
from ziggurat.sources.tracking.meaning import Meaning, Meant, first, number
from ziggurat.sources.tracking.origin import Origin, origin
from ziggurat.sources.tracking.persons import Who, as_text

BATCH_ITEMS = 20_000
FILE = "collected"  # in place of a file's name
AGENT, PURPOSE, METHOD = "user agent", "purpose", "method"  # cells by which `defaults/machines.toml` tells
SAID = {"source": "utm_source", "medium": "utm_medium", "term": "utm_term", "content": "utm_content"}
MOBILE = "app"  # the channel of a screen that nothing else says
COLUMNS = tuple(name for name in schema.INTERACTIONS.names if name not in ("source", "direction", "minutes"))


@dataclass
class Rows:
    """Rows on their way into a batch. taken: the ids of interactions, of each of which the first counts."""

    meaning: Meaning
    channel: str
    interactions: list[tuple[Any, ...]] = field(default_factory=list)
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
            key = (who.actor, name, readable(value))
            self.traits[key] = max(call.at, self.traits.get(key, call.at))
        if row is None:
            self.skipped += call.type in ("track", "page", "screen")
        elif call.id not in self.taken:
            self.taken.add(call.id)
            self.interactions.append(row)

    def interaction(self, call: Call, who: Who, meant: Meant, arrival: Arrival) -> tuple[Any, ...]:
        """Return the row of a call, in the order of COLUMNS. Raises: RefusedError."""
        properties = call.properties
        came = origin(call.context, properties, page=call.type == "page")
        agent = agent_of(call, arrival)
        usual = MOBILE if call.type == "screen" else self.channel
        values = {
            "interaction_id": call.id,
            "at": call.at,
            "received_at": arrival.at,
            "actor": who.actor,
            "channel": meant.channel or came.channel or usual,
            "kind": meant.kind,
            "activity": as_text(first(meant.activity, properties)) or came.activity,
            "object": as_text(first(meant.object, properties)) or (page_of(call) if call.type != "track" else None),
            "text": as_text(first(meant.text, properties)) or None,
            "amount": self.meaning.amount(meant, call),
            "score": number(first(meant.score, properties)),
            "device": device(call.context, agent),
            "properties": cells(call, who, came, agent, arrival),
        }
        return tuple(values.get(name) for name in COLUMNS)

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


def interactions(rows: list[tuple[Any, ...]], source: str, meaning: Meaning) -> pa.Table:
    """Return interactions as the log takes them. A direction is stated only where a kind must state its own."""
    if not rows:
        return schema.INTERACTIONS.empty_table()
    columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    free, way = set(meaning.kinds.unstated()), meaning.kinds.direction_of
    kinds: Iterable[str] = columns["kind"]
    made = {
        **columns,
        "source": [source] * len(rows),
        "direction": [None if kind in free else way.get(kind) for kind in kinds],
        "minutes": [None] * len(rows),
    }
    arrays = [pa.array(made[one.name], one.type) for one in schema.INTERACTIONS]
    return pa.Table.from_arrays(arrays, schema=schema.INTERACTIONS)


def rows_of(to: pa.Schema, rows: list[tuple[Any, ...]]) -> pa.Table:
    """Return rows as a table of a schema."""
    columns = list(zip(*rows, strict=True)) or [()] * len(to)
    return pa.Table.from_arrays([pa.array(some, one.type) for some, one in zip(columns, to, strict=True)], schema=to)


def agent_of(call: Call, arrival: Arrival) -> str:
    """Return the user agent of whoever did it: as the call says, or of the request itself where a browser sent it."""
    said = call.context.get("userAgent")
    sent = arrival.heads.get(AGENT, "")
    return said if isinstance(said, str) and said else sent


def page_of(call: Call) -> str | None:
    """Return which page or screen was looked at: its path, or else its name."""
    path = call.properties.get("path") or table(call.context.get("page")).get("path")
    return (path if isinstance(path, str) else "") or call.event or None


def cells(call: Call, who: Who, came: Origin, agent: str, arrival: Arrival) -> str:
    """Return, as a JSON object of texts, what no field took: the properties, and what tells people from machines."""
    found = {name: as_text(value) for name, value in call.properties.items()}
    page = table(call.context.get("page"))
    ours = {name: as_text(page.get(name)) for name in ("url", "referrer", "title") if not found.get(name)}
    ours |= {SAID[name]: value for name, value in came.said.items() if name in SAID}
    ours |= {"event": call.event, "group": call.group, OTHERS: "\n".join(who.others)}
    ours |= {AGENT: agent, PURPOSE: arrival.heads.get(PURPOSE, ""), METHOD: arrival.heads.get(METHOD, "")}
    whole = {readable(name): readable(text) for name, text in (found | ours).items() if text}
    return msgspec.json.encode(dict(sorted(whole.items()))).decode()


def original(raw: bytes) -> str:
    """Return an item as it came, as a JSON object of texts; what is no object stands under TEXT."""
    try:
        said = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = None
    if isinstance(said, dict):
        return msgspec.json.encode({name: as_text(value) for name, value in said.items()}).decode()
    return msgspec.json.encode({TEXT: raw.decode("utf-8", "replace")}).decode()
