"""Small worlds in which people and an organisation give to each other, and their ledgers, worked out slowly."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa

from tests.channels import lives
from tests.levels.tables import LADDER, NAMES
from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds, schema
from ziggurat.base.instant import instant
from ziggurat.base.kinds import Group
from ziggurat.facts.directory import Directory
from ziggurat.facts.level_history import Placed
from ziggurat.facts.replies import replies
from ziggurat.people.resolve import hash_of
from ziggurat.people.staff import Staff
from ziggurat.settings.declared import Declared
from ziggurat.value.entries import Book

Row = dict[str, Any]
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
STAFF = "email:sam@ours.org"
KNOWN = ("user:ana", "user:bea", "user:cia", "user:dan")
GAVE = {
    "money": {"purchased", "donated", "invested", "sponsored", "refunded"},
    "time": {"attended", "volunteered", "spoke", "maintained", "served", "organised", "mentored", "led"},
    "content": {"posted", "contributed", "reviewed"},
    "answers to others": {"answered", "replied"},
    "advocacy": {"liked", "shared", "recommended", "rated"},
    "referrals": {"referred", "recruited"},
}
SENT = {
    "answers from us": {"responded"},
    "resolved problems": {"resolved"},
    "rewards and discounts": {"rewarded", "redeemed"},
    "invitations": {"invited"},
    "teaching": {"taught"},
    "recognition": {"thanked"},
}
DONE = (*sorted(set().union(*GAVE.values())), "redeemed", "asked", "visited", "thanked", "taught", "weeded", "hosted")
OUT = ("responded", "resolved", "rewarded", "invited", "taught", "thanked", "emailed", "called", "advertised")
ALIVE: list[Crowd] = []


def world(seed: int, size: int = 80) -> pa.Table:
    """Interactions at few instants, with refunds, ratings, questions and answers, and people at the other end."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(size):
        out = draw.random() < 0.4
        kind = str(draw.choice(OUT if out else DONE))
        rows.append(
            {
                "interaction_id": f"i{number}",
                "source": str(draw.choice(["a", "b"])),
                "at": START + dt.timedelta(hours=12 * int(draw.integers(80))),
                "actor": str(draw.choice([*KNOWN, "anon:1"] if out else [*KNOWN, "anon:1", STAFF])),
                "direction": "out" if out else str(draw.choice(["in", "among"])),
                "kind": kind,
                "channel": str(draw.choice(["forum", "phone"])),
                "counterpart": [None, STAFF, "user:bea", "user:unknown"][draw.integers(4)],
                "object": [None, "t1", "t2"][draw.integers(3)],
                "in_reply_to": f"i{draw.integers(size)}" if draw.random() < 0.3 else None,
                "amount": [None, 12.5, -4.0, 30.0][draw.integers(4)],
                "minutes": [None, None, 30.0][draw.integers(3)],
                "score": [None, 5.0, 9.0, 10.0][draw.integers(4)] if kind == "rated" else None,
            }
        )
    return pa.Table.from_pylist([{"received_at": row["at"], **row} for row in rows], schema=schema.INTERACTIONS)


def tables(log: pa.Table, rates: dict[str, float] | None = None, **more: Any) -> dict[str, Any]:
    """All that a study of value needs of a log."""
    crowd = Crowd(log, staff=Staff(identities=(STAFF,)), kinds=own(), **more)
    ALIVE.append(crowd)
    return {
        "buckets": crowd.derived.buckets(),
        "people": crowd.people(),
        "levels": crowd.levels(lives.ladder()),
        "kinds": kinds.load(own()).table(),
        "costs": more.get("costs", schema.COSTS.empty_table()),
        "exposures": more.get("exposures", schema.EXPOSURES.empty_table()),
        **Declared(rates=rates or {}).tables(),
    }


def own() -> dict[str, Group]:
    """Kinds of the workspace's own: one in a group of effort, one in a group that is in no ledger."""
    return {"ownership": Group(inward=("hosted",)), "garden": Group(inward=("weeded",))}


def book(given: dict[str, Any], high: float = 9.0) -> Book:
    return Book.of(given["buckets"].codes, given["kinds"], given["rates"], high)


def placed(given: dict[str, Any], until: str | int) -> Placed:
    return Placed.of(given["levels"], LADDER, instant(until), NAMES)


def entry_of(row: Row, high: float = 9.0) -> str | None:
    """The entry of one row of a person's own life."""
    kind, sent = row["kind"], row["direction"] == "out"
    if kind == "hosted":
        return "time"
    if kind == "redeemed":
        return "rewards and discounts"
    if kind == "rated" and not (row["score"] or 0) >= high:
        return None
    if kind == "replied" and row["direction"] != "among":
        return None
    if sent and kind in ("emailed", "called", "messaged", "met") and row["in_reply_to"] is not None:
        return "answers from us"
    return next((name for name, kinds in (SENT if sent else GAVE).items() if kind in kinds), None)


def worth(money: float | None, minutes: float | None, kind: str, rates: dict[str, float]) -> float | None:
    """What an act is worth, where rates say so."""
    time = rates.get(kind)
    if time is None and minutes is not None and "hour" in rates:
        time = minutes / 60 * rates["hour"]
    known = [part for part in (money, time) if part is not None]
    return sum(known) if known and rates else None


def acts(log: list[Row], given: dict[str, Any], since: int, until: int, rates: dict[str, float]) -> list[Row]:
    """Every entry of known people, one by one: person, at, channel, entry, acts, minutes, money, worth, id."""
    inside = [row for row in log if since < instant(row["at"]) <= until]
    found: list[Row] = []
    told = set()
    for row in inside:
        entry = entry_of(row)
        if row["actor"] not in KNOWN or entry is None:
            continue
        refund = row["kind"] == "refunded"
        money = row["amount"] if not refund or row["amount"] is None else -abs(row["amount"])
        price = worth(money, row["minutes"], "no kind" if refund else row["kind"], rates)
        found.append(act(row["actor"], row["at"], row["channel"], entry, 0 if refund else 1, row["minutes"], money,
                         price, row["interaction_id"]))  # fmt: skip
        if entry in ("answers from us", "resolved problems"):
            told.add((hash_of(row["actor"]), instant(row["at"])))
    others = {"mentored": "teaching", "taught": "teaching", "thanked": "recognition"}
    for row in inside:
        entry, to = others.get(row["kind"]), row["counterpart"]
        if entry and row["direction"] != "out" and row["actor"] in KNOWN and to in KNOWN and to != row["actor"]:
            price = worth(None, row["minutes"], row["kind"], rates)
            found.append(act(to, row["at"], row["channel"], entry, 1, row["minutes"], None, price,
                             row["interaction_id"]))  # fmt: skip
    return found + answers(given, told, since, until, rates)


def answers(given: dict[str, Any], told: set[Any], since: int, until: int, rates: dict[str, float]) -> list[Row]:
    """Answers that are in no message of her own life."""
    found = []
    names = {hash_of(one): one for one in KNOWN}
    asked = replies(given["buckets"], Directory.of(given["people"]), since=since, until=until)
    for row in asked.to_pylist():
        channel = given["buckets"].codes["channel"][row["channel"]]
        if row["person"] not in names:
            continue
        ways = [("answers from members", "answered_at", "answered")] if row["by"] == "member" else []
        if row["staff_at"] is not None and (row["person"], row["staff_at"]) not in told:
            ways.append(("answers from us", "staff_at", "responded"))
        for entry, at, kind in ways:
            when = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=row[at])
            price = worth(None, None, kind, rates)
            found.append(act(names[row["person"]], when, channel, entry, 1, None, None, price, row["interaction_id"]))
    return found


def act(
    actor: str, at: Any, channel: str, entry: str, count: int, minutes: Any, money: Any, price: Any, id_: Any
) -> Row:
    return {
        **{"actor": actor, "at": instant(at), "channel": channel, "entry": entry, "acts": count},
        **{"minutes": minutes, "money": money, "worth": price, "id": id_},
    }


def added(rows: list[Row], key: Any) -> dict[Any, Row]:
    """Sums of acts by any key; null where nothing is said."""
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return {
        name: {"people": len({row["actor"] for row in some}), "acts": sum(row["acts"] for row in some)}
        | {what: total(row[what] for row in some) for what in ("minutes", "money", "worth")}
        for name, some in groups.items()
    }


def total(values: Any) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
