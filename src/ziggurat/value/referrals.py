"""Who brought whom, over how many generations, and what came through each advocate?

Somebody was brought by the person who named them in a referral, or whose code they redeemed: the first of these, by
somebody who was known before them, and not later than `days` after they became known. So each person was brought by one
other or by nobody, nobody is brought in a circle, and what a person gives is counted once: with whoever brought them.
The amounts through all advocates and those of people whom nobody is known to have brought add up to the ledger's.

It does not mean that they would not have come by themselves: who is named often comes anyway. Who was told by word of
mouth, without a name or a code, is in no row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.heavy import alt
from ziggurat.base.instant import DAY, EARLIEST
from ziggurat.base.schema import DIRECTIONS
from ziggurat.base.words.numbers import count, number
from ziggurat.base.words.texts import plain
from ziggurat.facts.absence import Absence, Given, Step, ever
from ziggurat.facts.census import Keep
from ziggurat.facts.directory import Directory
from ziggurat.facts.given import Ledgers
from ziggurat.facts.meanings import Meanings
from ziggurat.facts.needs import own_of_kind
from ziggurat.facts.population import Folk
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, HOURS, INSTANT, MONEY, TEXT
from ziggurat.study import At, Days, Limit, Rungs, study
from ziggurat.value.entries import GAVE, HIGH, SIDES
from ziggurat.value.ledger import Reading, ledger

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
OUT = DIRECTIONS.index("out")
READ = ("person", "at", "kind", "direction", "counterpart", "object")
REFERS, REDEEMS = "referrals", "rewards and discounts"
ACTS = pa.schema(
    [("person", pa.int64()), ("at", pa.int64()), ("to", pa.string()), ("code", pa.string()), ("redeems", pa.bool_())]
)
NOBODY = -1
NAMED, CODED = 0, 1
HOW = ("by name", "by code")
SHOWN = 3  # of whom somebody brought, in words
TREE = {
    "person_id": TEXT("Person"),
    "name": TEXT,
    "brought_by": TEXT,
    "how": TEXT,
    "generation": COUNT,
    "known_at": INSTANT,
    "money": MONEY,
    "hours": HOURS,
}


def refers(given: Given) -> Keep:
    """Return what finds referrals."""
    return partial(own_of_kind, wanted=Meanings.of_log(given["buckets"]).having("gives", REFERS))


REFERRED = Step(
    "is a referral",
    ("referral", "referrals"),
    "Import who referred whom (`counterpart`), or by which code (`object`).",
    refers,
    ("kind", "direction"),
)


@dataclass(frozen=True)
class Referrals(Result):
    """One row per known person who referred anybody or brought somebody, the one who brought most first.

    referrals: those that they made. brought: people whom they brought; by_code: of these, by a code. beneath: people
    whom they brought, whom these brought, and so on; generations: over how many. money, hours: that the ones they
    brought themselves gave by `at` (workspace currency, refunds taken off; hours), each person's once, so that rows may
    be added up. beneath_money: of all beneath them, which counts people once for everyone above them and may not be
    added up. whom: the first of those they brought, in words. All are counts and have no error; doubt is of another
    sort: see above. tree: a second table, columns TREE, one row per person who was brought. Members: person_id, name.
    """

    columns: ClassVar = {
        "person_id": TEXT("Person"),
        "name": TEXT,
        "referrals": COUNT,
        "brought": COUNT("People brought"),
        "by_code": COUNT,
        "beneath": COUNT("All beneath"),
        "generations": COUNT,
        "money": MONEY("Money through them"),
        "hours": HOURS("Hours through them"),
        "beneath_money": MONEY("Money of all beneath"),
        "whom": TEXT,
    }
    keys: ClassVar = ("person_id",)
    absence: ClassVar = Absence("none is by a known person", "Import referrals of known people.", (REFERRED,), ever)
    tree: pa.Table = field(default_factory=lambda: tables.from_rows(TREE, []))

    def chart(self) -> alt.TopLevelMixin:
        """Draw how many each of the first twenty brought, and how many came beneath them."""
        rows = [
            {"person_id": row["person_id"], "who": f"{row['name'] or ''} {row['person_id'][-4:]}".strip()}
            | {"Brought": row["brought"]}
            for row in self.rows()[:20]
        ]
        return charts.bars(rows, y="who", x="Brought", unsaid=("person_id",)) if rows else charts.nothing()


class Tree(NamedTuple):
    """Who was brought by whom: places among those who are known, NOBODY for none; how: place in HOW."""

    by: Ints
    how: Ints

    def generation(self) -> Ints:
        """Return how many others stand above each."""
        found, above = np.zeros(self.by.size, np.int64), self.by.copy()
        while np.any(above >= 0):
            found += above >= 0
            above = np.where(above >= 0, np.append(self.by, NOBODY)[above], NOBODY)
        return found

    def beneath(self, amount: Floats) -> Floats:
        """Return the sum of an amount over all beneath each."""
        sums = amount.astype(np.float64).copy()
        for place in np.argsort(-self.generation(), kind="stable").tolist():  # the youngest first
            if self.by[place] >= 0:
                sums[self.by[place]] += sums[place]
        return sums - amount


@study
def referrals(
    given: Ledgers,
    *,
    at: At,
    rungs: Rungs,
    days: Annotated[Days, "how long after somebody became known they may still be said to have been brought"] = 30,
    limit: Limit = 1000,
) -> Referrals:
    """List who brought whom by an instant, and what those they brought gave.

    people, levels, kinds, rates: tables as `schema.PEOPLE`, `LEVELS`, `KINDS` and `RATES`. Nothing after `at` is looked
    at. Raises: QuestionError if an option is out of range; DeclarationError if a rate is of no kind.
    """
    folk = Folk.of(given.people, at)
    acts = read_acts(given, at)
    made = folk.places(acts["person"].to_numpy())
    tree = grow(acts, made, folk, Directory.of(given.people), round(days * DAY))
    money, hours = amounts(given, rungs, folk, at)
    size, brought = len(folk), tree.by >= 0
    referred = np.bincount(made[~acts["redeems"].to_numpy(zero_copy_only=False) & (made >= 0)], minlength=size)
    direct = np.bincount(tree.by[brought], minlength=size)
    columns = {
        "referrals": referred,
        "brought": direct,
        "by_code": np.bincount(tree.by[brought & (tree.how == CODED)], minlength=size),
        "beneath": tree.beneath(np.ones(size)).astype(np.int64),
        "generations": depths(tree),
        "money": np.bincount(tree.by[brought], money[brought], size),
        "hours": np.bincount(tree.by[brought], hours[brought], size),
        "beneath_money": tree.beneath(money),
    }
    some = np.flatnonzero((referred > 0) | (direct > 0))
    order = some[np.lexsort((folk.person[some], -referred[some], -columns["beneath"][some], -direct[some]))]
    rows = [
        {"person_id": folk.ids[place].as_py(), "name": folk.name[place].as_py(), "whom": whom(folk, tree, place)}
        | {name: values[place].item() for name, values in columns.items()}
        for place in order[:limit].tolist()
    ]
    return Referrals(
        tables.from_rows(Referrals.columns, rows),
        folk.members(order, {}),
        {},
        tree_table(folk, tree, money, hours),
        notes=tuple(notes(brought, money, hours)),
    )


def read_acts(given: Ledgers, at: int) -> pa.Table:
    """Return referrals and what was redeemed, by known people, up to an instant: columns ACTS."""
    means = Meanings.of_log(given.buckets)
    refer, redeem = means.having("gives", REFERS), means.having("gets", REDEEMS) & means.flags("exchanges")

    def read(rows: pa.Table) -> pa.Table:
        kind = rows["kind"].to_numpy()
        own = (rows["direction"].to_numpy() != OUT) & (rows["at"].to_numpy() <= at)
        rows, redeems = rows.filter(pa.array(own & (refer | redeem)[kind])), redeem[kind[own & (refer | redeem)[kind]]]
        texts = [rows[name].cast(pa.string()) for name in ("counterpart", "object")]
        return pa.table([rows["person"], rows["at"], *texts, pa.array(redeems)], schema=ACTS)

    return pa.concat_tables([ACTS.empty_table(), *given.buckets.fold(read, READ)]).combine_chunks()


def grow(acts: pa.Table, made: Ints, folk: Folk, directory: Directory, days: int) -> Tree:
    """Return who was brought by whom. made: places of who did each act. days: in µs."""
    at, redeems = acts["at"].to_numpy(), acts["redeems"].to_numpy(zero_copy_only=False)
    named = np.flatnonzero(~redeems & flags(pc.is_valid(acts["to"])))
    to = folk.places(directory.persons(acts["to"].take(pa.array(named))))
    parts = [(made[named], to, at[named], np.full(named.size, NAMED))]
    codes = acts["code"].combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy().astype(np.int64)
    issued = np.flatnonzero(~redeems & (codes >= 0) & ~flags(pc.is_valid(acts["to"])))
    issued = issued[np.lexsort((folk_order(made[issued], folk), at[issued]))]
    code, first = np.unique(codes[issued], return_index=True)  # a code is of who used it first
    used = np.flatnonzero(redeems & np.isin(codes, code))
    giver = issued[first][np.searchsorted(code, codes[used])] if code.size else used
    late = at[used] >= at[giver]
    parts.append((made[giver[late]], made[used[late]], at[used[late]], np.full(int(late.sum()), CODED)))
    by, whom_, when, how = (np.concatenate([part[place] for part in parts]) for place in range(4))
    known = np.append(folk.first_at, EARLIEST)
    right = (by >= 0) & (whom_ >= 0) & (known[by] < known[whom_]) & (when <= known[whom_] + days)
    by, whom_, when, how = by[right], whom_[right], when[right], how[right]
    order = np.lexsort((by, how, when, whom_))
    person, place = np.unique(whom_[order], return_index=True)
    tree = Tree(np.full(len(folk), NOBODY), np.full(len(folk), NAMED))
    tree.by[person], tree.how[person] = by[order][place], how[order][place]
    return tree


def folk_order(place: Ints, folk: Folk) -> Ints:
    """Return since when each of some people is known, by which equals are told apart; the last for nobody."""
    return np.append(folk.first_at, np.iinfo(np.int64).max)[place]


def flags(values: Any) -> Flags:
    """Return true and false as an array."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return np.asarray(whole.to_numpy(zero_copy_only=False), np.bool_)


def amounts(given: Ledgers, rungs: Rungs, folk: Folk, at: int) -> tuple[Floats, Floats]:
    """Return the money and the hours that everyone gave by an instant, as the ledger has them."""
    found = ledger(Reading.of(given, rungs, EARLIEST, at, high=HIGH))
    side, place = found.side() == SIDES.index(GAVE), folk.places(found.column("person"))
    some = side & (place >= 0)
    money, minutes = (np.bincount(place[some], found.column(name)[some], len(folk)) for name in ("money", "minutes"))
    return np.asarray(money, np.float64), np.asarray(minutes, np.float64) / 60


def depths(tree: Tree) -> Ints:
    """Return over how many generations people stand beneath each."""
    generation, deepest = tree.generation(), tree.generation()
    for place in np.argsort(-generation, kind="stable").tolist():
        if tree.by[place] >= 0:
            deepest[tree.by[place]] = max(deepest[tree.by[place]], deepest[place])
    return np.asarray(deepest - generation, np.int64)


def whom(folk: Folk, tree: Tree, place: int) -> str | None:
    """Name the first of those whom somebody brought."""
    theirs = np.flatnonzero(tree.by == place)
    theirs = theirs[np.argsort(folk.first_at[theirs], kind="stable")]
    names = [plain(folk.name[one].as_py() or folk.ids[one].as_py()) for one in theirs[:SHOWN].tolist()]
    more = [f"{number(theirs.size - SHOWN)} more"] if theirs.size > SHOWN else []
    return ", ".join([*names, *more]) or None


def tree_table(folk: Folk, tree: Tree, money: Floats, hours: Floats) -> pa.Table:
    """Return everyone who was brought, the earliest first."""
    generation = tree.generation()
    places = np.flatnonzero(tree.by >= 0)
    rows = [
        {
            "person_id": folk.ids[place].as_py(),
            "name": folk.name[place].as_py(),
            "brought_by": folk.ids[int(tree.by[place])].as_py(),
            "how": HOW[tree.how[place]],
            "generation": int(generation[place]),
            "known_at": int(folk.first_at[place]),
            "money": float(money[place]),
            "hours": float(hours[place]),
        }
        for place in places[np.lexsort((folk.person[places], folk.first_at[places]))].tolist()
    ]
    return tables.from_rows(TREE, rows)


def notes(brought: Flags, money: Floats, hours: Floats) -> Sequence[str]:
    """Say how much of what people gave came through advocates."""
    if not brought.size:
        return []
    some = count(int(brought.sum()), "person was", "people were")
    gave = f"{number(money[brought].sum())} of {number(money.sum())} of money"
    spent = f"{number(hours[brought].sum())} of {number(hours.sum())} hours"
    return [f"{some} brought by somebody whom the log names; they gave {gave} and {spent} that all people gave."]
