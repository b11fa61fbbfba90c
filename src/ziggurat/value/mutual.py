"""What do people give us, and what do they get from the relationship?

A ledger with two sides. They gave: money, time, content, answers to others, advocacy, referrals. They got: answers from
us and from members, resolved problems, rewards and discounts, invitations, teaching, recognition. Each entry is told
in acts, in hours and in money, by their level at the time of each act, by channel, or for everyone. A refund takes its
amount off.

Hours and money are what the log says, so that 30 posts are 30 posts. They are put into one unit only where the
workspace declares rates, what one of a kind or an hour is worth: an act is then worth its money and the rate of its
kind or, where that has none, its time at the rate of an hour.

Everything is counted and nothing is estimated, so there are no bounds. It does not say that the sides should be even,
nor what an entry meant to them: a thank-you counts as much as another one. What the log does not hold, such as joy in
a product or talk among friends, is in no ledger. A voucher that is handed out and then redeemed is two entries of one
reward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import narwhals as nw
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.heavy import alt
from ziggurat.facts.absence import Absence
from ziggurat.facts.given import Ledgers
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.tables import Frame
from ziggurat.results.units import COUNT, HOURS, MONEY, TEXT
from ziggurat.study import Number, OneOf, Rungs, Year, study
from ziggurat.value.drawing import ledger_sheet
from ziggurat.value.entries import ENTRIES, HIGH
from ziggurat.value.ledger import BY, ENTERED, Ledger, Reading, ledger
from ziggurat.value.members import name_members


@dataclass(frozen=True)
class MutualValue(Result):
    """One row per group and entry that holds anything: the highest level first, channels by name, what she gave first.

    group: level, channel, or everyone. side: gave or got. people: distinct known people. acts: interactions and
    answered questions; a refund is none. hours: of the acts whose length is known; null if that of none is. money:
    workspace currency, refunds taken off; null if no amount is known. worth: in the workspace's currency by its
    rates; null without any, and where they say nothing of it. Members: person_id, name, group, entry.
    """

    columns: ClassVar = {
        "group": TEXT,
        "side": TEXT,
        "entry": TEXT,
        "people": COUNT,
        "acts": COUNT,
        "hours": HOURS,
        "money": MONEY,
        "worth": MONEY,
    }
    keys: ClassVar = ("group", "entry")
    absence: ClassVar = Absence("none counts", "Choose a longer period.", (ENTERED,))

    def chart(self) -> alt.TopLevelMixin:
        """Draw the ledger as a sheet: entries down, groups across, the acts in each cell."""
        rows = self.rows()
        return ledger_sheet(rows, [entry.name for entry in ENTRIES], charts.distinct(rows, "group"))


@study
def mutual_value(
    given: Ledgers,
    *,
    window: Year,
    rungs: Rungs,
    by: Annotated[str, OneOf(*BY), "what each row is of besides entries"] = "level",
    high: Annotated[Number, "the least rating that counts as advocacy"] = HIGH,
) -> MutualValue:
    """Enter what happened within (since, until] in the ledger of known people, and add it up.

    people, levels, kinds, rates: tables as `schema.PEOPLE`, `LEVELS`, `KINDS` and `RATES`. names: of the levels,
    level 0 first. by: level, channel or entry (everyone). high: the least rating that counts as advocacy. Nothing
    after `until` is looked at. Raises: QuestionError if `since` is not before `until`; DeclarationError if a rate is
    of no kind.
    """
    found = ledger(Reading.of(given, rungs, window.since, window.until, high=high), by)
    places = range(len(found.labels) - 1, -1, -1) if by == "level" else sorted(
        range(len(found.labels)), key=found.labels.__getitem__)  # fmt: skip
    order = {split: place for place, split in enumerate(places)}
    rows = sorted(totals(found), key=lambda row: (order[row["split"]], row["entry"]))
    table = tables.from_rows(MutualValue.columns, (write_totals(row, found.labels) for row in rows))
    return MutualValue(table, members(found, given.people))


def totals(found: Ledger) -> list[dict[str, Any]]:
    """Add up the ledger over people: split, entry, people, acts, minutes, money, worth."""
    known = pc.ScalarAggregateOptions(skip_nulls=True, min_count=1)
    sums = [(name, "sum", known) for name in ("acts", "minutes", "money", "worth")]
    rows = found.sums.group_by(["split", "entry"], use_threads=False).aggregate([("person", "count"), *sums])
    names = ["split", "entry", "people", "acts", "minutes", "money", "worth"]
    listed: list[dict[str, Any]] = rows.rename_columns(names).to_pylist()
    return listed


def write_totals(row: dict[str, Any], labels: Sequence[str]) -> dict[str, Any]:
    """Return a row of totals as one of the answer."""
    entry = ENTRIES[row["entry"]]
    hours = None if row["minutes"] is None else row["minutes"] / 60
    plain = {name: row[name] for name in ("people", "acts", "money", "worth")}
    return {"group": labels[row["split"]], "side": entry.side, "entry": entry.name, "hours": hours, **plain}


def members(found: Ledger, people: Frame) -> nw.LazyFrame[Any]:
    """Return who is behind each row."""
    labels, entries = pa.array(found.labels, pa.string()), pa.array([entry.name for entry in ENTRIES])
    columns = {"group": labels.take(pa.array(found.column("split")))}
    columns["entry"] = entries.take(pa.array(found.column("entry")))
    return name_members(found.column("person"), columns, people)
