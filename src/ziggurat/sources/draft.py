"""Which columns of an unknown file has a guess taken so far, and which of the others would do for a field?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.kinds import Kinds
from ziggurat.sources import moments, names
from ziggurat.sources.cells import numbers
from ziggurat.sources.events import kind_of
from ziggurat.sources.looks import ENOUGH, is_there, share_e_mail, share_phone, share_read

NUMERIC = ("amount", "minutes", "score", "reach", "impressions", "cost", "money", "staff_minutes")
TIMES = ("at", "day")
MOST_NAMES = 100  # different values of a column that no name explains and that may hold event names


@dataclass
class Draft:
    """The proposal while it is being made."""

    columns: Dict[str, pa.Array]
    order: str
    decimal: str
    kinds: Kinds
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)  # column → what for, why

    def take(self, name: str, what: str, why: str) -> None:
        """Take a column for something."""
        self.taken[name] = (what, why)

    def free(self) -> list[str]:
        """Return the columns that nothing has taken yet."""
        return [name for name in self.columns if name not in self.taken]

    def headed(self, headers: str, but: Dict[str, str] | None = None) -> list[str]:
        """Return the free columns with one of these headers, the likeliest first, without those of `but`."""
        used = set((but or {}).values())
        free = {names.plain(name): name for name in reversed(self.free()) if name not in used}
        return [free[name] for name in headers.split() if name in free]

    def named(self, headers: str, fits: Callable[[pa.Array], bool]) -> str | None:
        """Return the free column with the likeliest of these headers whose values fit."""
        return next((name for name in self.headed(headers) if fits(self.columns[name])), None)

    def columns_of(self, prefix: str) -> dict[str, str]:
        """Return what → column for all that was taken for `prefix what`."""
        return {what.removeprefix(prefix): name for name, (what, _) in self.taken.items() if what.startswith(prefix)}

    def share(self, name: str, what: str) -> float | None:
        """Return the share of a column's values that read as a field needs them; None where any text will do."""
        column = self.columns[name]
        if what in TIMES:
            return share_read(column, moments.parse(column, "UTC", self.order))
        if what in NUMERIC:
            return share_read(column, numbers(column, self.decimal))
        if what in ("email", "phone"):
            return share_e_mail(column) if what == "email" else share_phone(column)
        return self.share_known(name) if what == "kind" else None

    def share_known(self, name: str, most: int | None = None) -> float:
        """Return the share of a column's values that name a kind; 0 where it has more than `most` different ones."""
        found = Counter(self.columns[name].drop_null().to_pylist())
        if most is not None and len(found) > most:
            return 0.0
        known = sum(
            rows for value, rows in found.items() if value.lower() in self.kinds.group_of or kind_of(value, self.kinds)
        )
        return known / found.total() if found else 0.0

    def fits(self, name: str, what: str) -> bool:
        """Say whether a column's values are what a field needs; what an event name means is no matter of form."""
        column = self.columns[name]
        if what == "interaction_id":
            return is_there(column) and column.null_count == 0 and pc.count_distinct(column).as_py() == len(column)
        share = None if what == "kind" else self.share(name, what)
        return is_there(column) if share is None else share >= ENOUGH

    def measured(self, heads: Dict[str, str]) -> dict[str, str]:
        """Return field → column by header, where the values are what the field needs.

        Of several that may be the kind, the one most of whose values are known event names.
        """
        fields: dict[str, str] = {}
        for what, headers in heads.items():
            found = [name for name in self.headed(headers, fields) if self.fits(name, what)]
            if what == "kind" and len(found) > 1:
                found.sort(key=self.share_known, reverse=True)
            if found:
                fields[what] = found[0]
        return fields
