"""A small simulated community with all that the studies of the social customer and of value need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tests.channels import lives
from ziggurat.asking import asking
from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds
from ziggurat.base.instant import instant, moment
from ziggurat.base.schema import QUESTIONNAIRE
from ziggurat.channels.declared import Activity
from ziggurat.people.staff import Agents, Staff
from ziggurat.roles.stance import stance
from ziggurat.scenario import criteria
from ziggurat.scenario.scenario import PERIODS
from ziggurat.settings.declared import Declared
from ziggurat.simulate import Community, Customers, Simulated, simulate

START = dt.date(2025, 9, 1)
SINCE, AT = "2026-03-31", "2026-06-30"
ANSWERED = pa.table({"indicator": ["framework"], "step": [3], "at": [instant("2026-05-01")]}, QUESTIONNAIRE)
SMALL = Community(people=80, days=330, seed=5, start=START, customers=Customers(starts=3.0, among=4.0))
ALIVE: list[Crowd] = []  # a crowd's folder goes with it


@cache
def simulated(community: Community = SMALL) -> Simulated:
    """The community, simulated once."""
    return simulate(community)


def log() -> pa.Table:
    """Its interactions, over 11 months from September 2025."""
    return simulated().tables["interactions"]


def staff() -> pa.Array:
    """The identities of its staff."""
    traits = simulated().tables["traits"]
    ours = traits.filter(pc.equal(traits["trait"], "role"))["identity"]
    links = simulated().tables["links"]
    return pa.concat_arrays([*ours.chunks, *links.filter(pc.is_in(links["a"], ours))["b"].chunks])


def crowd(made: Simulated, interactions: pa.Table | None = None, until: int | None = None) -> Crowd:
    """The community as a crowd, with what was told of it up to an instant."""
    tables = {name: told(made.tables[name], until) for name in ("links", "traits")}
    found = Crowd(
        made.tables["interactions"] if interactions is None else interactions,
        staff=msgspec.convert(made.settings["staff"], Staff),
        agents=Agents(identities=(lives.AGENT,)),
        **tables,
    )
    ALIVE.append(found)
    return found


def told(table: pa.Table, until: int | None) -> pa.Table:
    """The rows of links or traits up to an instant."""
    return table if until is None else table.filter(pc.less_equal(table["at"].cast(pa.int64()), until))


def declared(made: Simulated) -> dict[str, pa.Table]:
    """The tables of what its settings declare."""
    given = {name: made.settings[name] for name in ("activities", "targets", "languages", "rates")}
    given["activities"] = msgspec.convert(given["activities"], Mapping[str, Activity])
    return Declared(**given).tables()


def tables(
    interactions: pa.Table | None = None, *, made: Simulated | None = None, until: int | None = None
) -> dict[str, Any]:
    """Every table that a study may need: Arrow tables, and `buckets`; standings are those at `AT`.

    until: of links, traits, exposures and costs (µs).
    """
    found = made or simulated()
    people = crowd(found, interactions, until)
    on = lives.ladder()
    bought = {name: found.tables[name] for name in ("exposures", "costs")}
    if until is not None:
        last = moment(until).date()
        bought = {name: table.filter(pc.less_equal(table["day"], last)) for name, table in bought.items()}
    own: dict[str, Any] = {
        "buckets": people.derived.buckets(),
        "people": people.people(),
        "levels": people.levels(on),
        "standings": people.standings(on, at=AT),
        "kinds": kinds.load().table(),
    }
    told_of = {"questionnaire": ANSWERED, "criteria": criteria.load(), "stances": stances(own, declared(found))}
    return own | bought | declared(found) | told_of


def stances(own: Mapping[str, Any], told_of: Mapping[str, pa.Table]) -> pa.Table:
    """Where people stand at the end of each window that the studies are asked about, where it is known."""
    given = {"since": SINCE, "until": AT, "periods": PERIODS}
    tables = (own["buckets"], own["people"], own["levels"], own["kinds"], told_of["languages"])
    return asking.stances(lambda at: stance(*tables, at=at, ladder=lives.LADDER, names=lives.NAMES), given)
