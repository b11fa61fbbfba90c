"""What do people read and watch, and after what do silent ones speak and others climb?

Each thing that is looked at (a kind that `looks`, with an object) counts once a person, when they first did within the
window. Of those who had never spoken before it, it is counted who spoke within so many days after; of all, who stood on
a higher level after these days than when they looked. Both are compared with what followed when people looked at other
things, so that a busy season alone is no merit of what was read in it. The bounds of these differences hold for all
rows together.

Who chose to read something may have been about to speak anyway: what follows is not what it caused. A thing without a
name, and what was looked at without signing in, is in no row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ziggurat.base.heavy import alt, special
from ziggurat.base.instant import DAY
from ziggurat.base.schema import DIRECTIONS
from ziggurat.facts import needs
from ziggurat.facts.absence import Absence, Given, Step
from ziggurat.facts.census import Keep
from ziggurat.facts.given import Climbers
from ziggurat.facts.level_history import Placed
from ziggurat.facts.meanings import Flags, Meanings
from ziggurat.facts.population import Folk
from ziggurat.results import charts, tables
from ziggurat.results.result import Result
from ziggurat.results.units import COUNT, SHARE, TEXT, interval
from ziggurat.roles import consumption
from ziggurat.roles.acts import role_codes
from ziggurat.roles.consumption import NAMES
from ziggurat.roles.parts import together
from ziggurat.stats.ratios import Z
from ziggurat.stats.shares import Share as Estimate
from ziggurat.stats.shares import difference, of_people
from ziggurat.study import Days, Limit, OneOf, Rungs, Within, Year, study

Ints = npt.NDArray[np.int64]

OUT = DIRECTIONS.index("out")
READ = ("person", "at", "kind", "direction", "object", "device")
BY = ("everyone", "level", "device", "role")
NEVER = np.iinfo(np.int64).max // 4
LOOKED = pa.schema([("person", pa.int64()), ("thing", pa.string()), ("at", pa.int64()), ("device", pa.string())])
SPOKE = pa.schema([("person", pa.int64()), ("at", pa.int64())])
MORE, FEWER, OPEN = "more than after others", "less than after others", "no difference seen"


def looks(given: Given) -> Keep:
    """Return what finds looks at a named thing."""
    wanted = Meanings.of_log(given["buckets"]).flags("looks")

    def keep(rows: pa.Table) -> Flags:
        return needs.own_of_kind(rows, wanted) & needs.valid(rows, ["object"])

    return keep


SEEN = Step(
    "is a look at something that it names",
    ("look", "looks"),
    "Import what people read and watch, with what it is as `object`.",
    looks,
    ("kind", "direction", "object"),
)


@dataclass(frozen=True)
class Content(Result):
    """One row per thing, and per level, device or role where one is asked for; those that most people looked at first.

    part: the level on which, the device by which, or the role (see `consumption`) in which they looked; null for
    everyone. people: who looked; share: of all who looked at anything, with bounds. silent: who had never spoken until
    then, and could have within `days`; spoke: who did; spoke_share: of the silent, with bounds;
    spoke_share_difference: from what followed on other things. climbed, climbed_share, climbed_share_difference:
    likewise, of those on the ladder. verdict: of spoke_share_difference: `more than after others` where its bounds lie
    above 0, `less than after others`, or `no difference seen`. Members: person_id, name, thing, part.
    """

    columns: ClassVar = {
        "thing": TEXT,
        "part": TEXT("Who"),
        "people": COUNT,
        "share": SHARE("Share of all who looked"),
        **interval(SHARE),
        "silent": COUNT("Had never spoken"),
        "spoke": COUNT("Spoke afterwards"),
        "spoke_share": SHARE("Spoke, share"),
        **interval(SHARE, "spoke_share"),
        "spoke_share_difference": SHARE("Spoke more than after others"),
        **interval(SHARE, "spoke_share_difference"),
        "climbed": COUNT("Climbed afterwards"),
        "climbed_share": SHARE("Climbed, share"),
        **interval(SHARE, "climbed_share"),
        "climbed_share_difference": SHARE("Climbed more than after others"),
        **interval(SHARE, "climbed_share_difference"),
        "verdict": TEXT,
    }
    keys: ClassVar = ("thing", "part")
    wholes: ClassVar = {"part": "everyone"}
    absence: ClassVar = Absence("none counts", "Choose a longer period.", (needs.DONE, SEEN))

    def chart(self) -> alt.TopLevelMixin:
        """Draw how many looked at each of the first things."""
        rows = [row for row in self.rows() if row["part"] is None][:20] or self.rows()[:20]
        drawn = [
            {"named": " · ".join(filter(None, (row["thing"], row["part"])))}
            | {name: row[name] for name in ("thing", "part", "people")}
            for row in rows
        ]
        return charts.bars(drawn, y="named", x="people", unsaid=("named",)) if drawn else charts.nothing()


class Looks(NamedTuple):
    """What was looked at, a row a person and thing: places in the folk, codes of things and parts, and what followed.

    Each of silent, spoke, placed and climbed is 0 or 1: could have spoken, did; stood on the ladder, climbed.
    """

    place: Ints
    thing: Ints
    part: Ints
    silent: Ints
    spoke: Ints
    placed: Ints
    climbed: Ints

    def some(self, chosen: Flags) -> Looks:
        """Return some of the rows."""
        return Looks(*(column[chosen] for column in self))


@study
def content(
    given: Climbers,
    *,
    window: Year,
    rungs: Rungs,
    by: Annotated[str, OneOf(*BY), "whose looks each row is of"] = BY[0],
    days: Annotated[Days, Within(0.01, 3_650), "within which somebody speaks or climbs afterwards"] = 14,
    limit: Limit = 100,
) -> Content:
    """Tell what people looked at within (since, until], and what followed.

    people, levels, kinds: tables as `schema.PEOPLE`, `LEVELS` and `KINDS`. names: of the levels. Nothing after `until`
    is looked at. Raises: QuestionError if `since` is not before `until`, or the table holds a level without a name.
    """
    since, until, span = window.since, window.until, round(days * DAY)
    folk = Folk.of(given.people, until)
    seen, spoke = read(given, since, until)
    place = folk.places(seen["person"].to_numpy())
    seen, place = seen.filter(pa.array(place >= 0)), place[place >= 0]
    at = seen["at"].to_numpy()
    first = np.full(len(folk), NEVER)
    speaker = folk.places(spoke["person"].to_numpy())
    first[speaker[speaker >= 0]] = spoke["at"].to_numpy()[speaker >= 0]
    ripe = at + span <= until
    silent = ripe & (first[place] > at)
    levels = Placed.of(given.levels, rungs.ladder, until, rungs.names)
    stood, stands = levels.at(folk.person[place], at), levels.at(folk.person[place], at + span)
    placed = ripe & (stood >= 0)
    things = seen["thing"].combine_chunks().dictionary_encode()
    after = (silent, silent & (first[place] <= at + span), placed, placed & (stands > stood))
    found = Looks(place, codes_of(things), np.full(place.size, -1), *(flag.astype(np.int64) for flag in after))
    found, parts = parted(found, seen, stood, by, (given, rungs, folk, since, until))
    return tabulate(found, things.dictionary, parts, folk, limit)


def read(given: Climbers, since: int, until: int) -> tuple[pa.Table, pa.Table]:
    """Return what people first looked at within (since, until], as LOOKED, and when they first spoke, as SPOKE."""
    means = Meanings.read(given.buckets.codes, given.kinds)
    look, speak, hidden = means.flags("looks"), means.flags("speaks"), pa.array(given.buckets.anonymous)

    def fold(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
        kind, at = rows["kind"].to_numpy(), rows["at"].to_numpy()
        own = (kind >= 0) & (rows["direction"].to_numpy() != OUT) & (at <= until)
        own &= ~np.asarray(pc.is_in(rows["person"], value_set=hidden).to_numpy(), np.bool_)
        here = own & look[kind] & (at > since) & np.asarray(pc.is_valid(rows["object"]).to_numpy(), np.bool_)
        some = rows.filter(pa.array(here)).sort_by([("person", "ascending"), ("at", "ascending")])
        columns = [some["person"], some["object"].cast(pa.string()), some["at"], some["device"].cast(pa.string())]
        seen = pa.table(columns, schema=LOOKED).group_by(["person", "thing"], use_threads=False)
        seen = seen.aggregate([("at", "first"), ("device", "first")]).rename_columns(LOOKED.names).cast(LOOKED)
        words = pa.table([rows["person"], rows["at"]], schema=SPOKE).filter(pa.array(own & speak[kind]))
        words = words.group_by("person", use_threads=False).aggregate([("at", "min")])
        return seen, words.rename_columns(SPOKE.names).cast(SPOKE)

    parts = list(given.buckets.fold(fold, READ))
    return (
        pa.concat_tables([LOOKED.empty_table(), *(one for one, _ in parts)]),
        pa.concat_tables([SPOKE.empty_table(), *(one for _, one in parts)]),
    )


def codes_of(words: pa.DictionaryArray) -> Ints:
    """Return the codes of words."""
    return np.asarray(words.indices.to_numpy(zero_copy_only=False), np.int64)


def parted(
    found: Looks, seen: pa.Table, stood: Ints, by: str, those: tuple[Climbers, Rungs, Folk, int, int]
) -> tuple[Looks, list[str]]:
    """Return looks by what they are parted by, and the names of the parts; what is of no part is left out."""
    given, rungs, folk, since, until = those
    if by == "level":
        return found._replace(part=stood).some(stood >= 0), list(rungs.names)
    if by == "device":
        devices = seen["device"].combine_chunks().fill_null("").dictionary_encode()
        names, code = devices.dictionary.to_pylist(), codes_of(devices)
        named = np.array([bool(name) for name in names], np.bool_)[code] if names else np.zeros(0, np.bool_)
        return found._replace(part=code).some(named), names
    if by == "role":
        role_of = role_codes(given.buckets.codes["kind"], given.kinds)
        parts = given.buckets.fold(lambda rows: consumption.roles(rows, role_of, since, until), consumption.READ)
        had = together(consumption.Roles, consumption.NO_ROLES, parts)
        roles = pa.table({"place": folk.places(had.person), "role": had.role})
        rows = pa.table({"place": found.place, "row": np.arange(found.place.size)})
        both = rows.join(roles, "place", join_type="inner", use_threads=False).sort_by(
            [("row", "ascending"), ("role", "ascending")]
        )
        row = both["row"].to_numpy()
        return Looks(*(column[row] for column in found))._replace(part=both["role"].to_numpy()), list(NAMES)
    return found, []


def tabulate(found: Looks, things: pa.Array, parts: list[str], folk: Folk, limit: int) -> Content:
    """Return one row per thing and part."""
    key = found.thing * (len(parts) + 1) + found.part + 1
    cells, count = np.unique(key, return_counts=True)
    names = [(things[int(cell // (len(parts) + 1))].as_py(), int(cell % (len(parts) + 1)) - 1) for cell in cells]
    order = sorted(range(cells.size), key=lambda cell: (-int(count[cell]), names[cell]))
    everyone = np.unique(found.place).size
    widen = float(special.ndtri(1 - 0.025 / max(1, min(limit, cells.size)))) / Z
    rows = []
    for cell in order[:limit]:
        thing, part = names[cell]
        here = key == cells[cell]
        among = np.ones(key.size, np.bool_) if part < 0 else found.part == part
        share = of_people(np.r_[np.ones(count[cell]), np.zeros(everyone - count[cell])], np.ones(everyone))
        row = {"thing": thing, "part": parts[part] if part >= 0 else None, "people": int(count[cell])}
        row |= bounded("share", share, ("low", "high"))
        row |= followed("spoke", found.silent, found.spoke, found, here, among, widen)
        row |= followed("climbed", found.placed, found.climbed, found, here, among, widen)
        low, high = row["spoke_share_difference_low"], row["spoke_share_difference_high"]
        row["verdict"] = None if low is None else MORE if low > 0 else FEWER if high < 0 else OPEN
        rows.append(row | {"silent": int(found.silent[here].sum())})
    columns: dict[str, Any] = {"thing": things.take(pa.array(found.thing)), "part": pa.nulls(key.size, pa.string())}
    if parts:
        columns["part"] = pa.array(parts, pa.string()).take(pa.array(found.part))
    return Content(tables.from_rows(Content.columns, rows), folk.members(found.place, columns))


def followed(
    name: str, could: Ints, did: Ints, found: Looks, here: Flags, among: Flags, widen: float
) -> Mapping[str, Any]:
    """Return how many did something after one thing, their share, and how far it differs from that after others."""
    shares: list[Estimate | None] = []
    for chosen in (here, among & ~here):
        hits, trials = (np.bincount(found.place[chosen], column[chosen].astype(np.float64)) for column in (did, could))
        shares.append(of_people(hits, trials) if trials.size else None)
    own, others = shares
    gap = difference(own, others) if own and others else None
    if gap:
        middle, low, high = gap
        gap = middle, max(-1.0, middle - (middle - low) * widen), min(1.0, middle + (high - middle) * widen)
    difference_of = f"{name}_share_difference"
    told: dict[str, Any] = {name: int(did[here].sum())}
    told |= bounded(f"{name}_share", own, (f"{name}_share_low", f"{name}_share_high"))
    return told | bounded(difference_of, gap, (f"{difference_of}_low", f"{difference_of}_high"))


def bounded(name: str, value: Estimate | None, ends: tuple[str, str]) -> dict[str, float | None]:
    """Name an estimate and its bounds; null where there is none."""
    return dict(zip((name, *ends), value or (None, None, None), strict=True))
