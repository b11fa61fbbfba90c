"""Of what are studies asked that promise the same, and how are two answers held against each other?"""

from datetime import date
from functools import cache
from pathlib import Path

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests import community
from tests.channels import lives, trials
from tests.levels.tables import ON, crowd, day
from ziggurat.base import schema
from ziggurat.catalogue import Study
from ziggurat.log.buckets import Buckets
from ziggurat.log.histories import CODED
from ziggurat.scenario.criteria import Criteria

DOCS = Path(__file__).parents[1] / "docs" / "studies"
AT = day("07-01") - 1
EXAMPLE = {"at": "2026-06-30", "since": "2026-03-31", "until": "2026-06-30", "first": "Following", "then": "owning"}
EXAMPLE |= {"level": "1"}
OF_ITS_OWN = {"power": {"outcome": "Following", "window_days": "60"}}  # of late nobody climbed: nothing to reckon by
OF_ITS_OWN |= {"one-sided": {"false": "1"}}  # in three months of so few people chance could explain everyone
OF_ITS_OWN |= {"acquisition": {"since": "2025-08-31"}}  # in the last three months nobody is new
OF_ITS_OWN |= {"together": {"least": "1", "days": "20"}}  # of so few people
TABLES = crowd()
LOG = pa.concat_tables([lives.log(), trials.assignments(lives.log())])
LIVES = lives.tables(LOG)
BOUGHT = (LIVES["exposures"], LIVES["costs"])
SOCIAL = ("roles", "value", "scenario")  # rooms whose studies are asked of a simulated community
COMMUNITY = community.tables()
YEAR = 365  # days before `until` at which a window begins where nobody says since when, but for these studies:
WINDOWS = dict.fromkeys(("moves", "causes", "returners"), 30) | {"adoption": 182}
WINDOWS |= dict.fromkeys(("consumption", "habits", "answering", "places", "expectations"), 90)
WINDOWS |= dict.fromkeys(("scenario", "scenario-parts", "scenario-evidence", "responding"), 91)
DRAWN = {"earlier", "2025-01", "rule of 1", "Newsletter", "Picks", "forum", "posted", "Effect", "creator", "advocate"}
DRAWN |= {"Community", "Net promoter score", "Hour, UTC", "what people write", "gets much"}
DRAWN |= {"nothing to draw yet"}  # of so few people an experiment tells nothing; its own tests draw one that does
DRAWN |= {
    "Standing",
    "Ties",
    "Answered by people",
    "by chance",
    "answered by us in time",
    "highest fifth",
    "People who turned to them",
    "Brought",
    "came back",
    "attended",
    "all channels",
    "Like it",
}
NUMERAL = r"\d[\d,.]*\d|\d"
NOBODY = Buckets((), {name: [] for name in CODED})


def tables_of(study: Study) -> dict:
    """People written as level histories, or, for a study of interactions, lives of which those follow."""
    if study.room in SOCIAL:
        return COMMUNITY
    return LIVES if "buckets" in study.needs else TABLES


def retold(study: Study, change) -> dict:
    """The tables of a log that was changed, for a study of interactions."""
    return made_of(study.room in SOCIAL, change) if study.room in SOCIAL or "buckets" in study.needs else TABLES


@cache
def made_of(social: bool, change) -> dict:
    """The tables of a log that was changed: of the community, or of lives. Each is made once for all studies."""
    return community.tables(change(community.log())) if social else lives.tables(change(LOG))


def before(log: pa.Table) -> pa.Table:
    """What of a log had happened by `AT`."""
    return log.filter(pc.less_equal(log["at"].cast(pa.int64()), AT))


def without_staff(log: pa.Table) -> pa.Table:
    """A log without what staff did on their own."""
    ours = pa.concat_arrays([pa.array([lives.STAFF]), community.staff()])
    return log.filter(pc.invert(pc.is_in(log["actor"], value_set=ours)))


def with_agents(log: pa.Table) -> pa.Table:
    """A log in which an agent of others does all that the people of it do, too, under ids of its own."""
    doing = log.set_column(log.column_names.index("actor"), "actor", pa.repeat(pa.scalar(lives.AGENT), len(log)))
    ids = pc.binary_join_element_wise("bot", log["interaction_id"], "-")
    doing = doing.set_column(log.column_names.index("interaction_id"), "interaction_id", ids)
    return pa.concat_tables([log, doing])


def in_disorder(log: pa.Table) -> pa.Table:
    """A log with its rows in another order."""
    return shuffled(log, np.random.default_rng(1))


def past_of(study: Study) -> dict:
    """The same without anything that happened after `AT`."""
    if study.room in SOCIAL or "buckets" in study.needs:
        return past(study.room in SOCIAL)
    levels = TABLES["levels"].filter(pc.less_equal(TABLES["levels"]["since"], AT)).to_pylist()
    blind = [row | {"until": None if (row["until"] or AT + 1) > AT else row["until"]} for row in levels]
    assert len(levels) < len(TABLES["levels"])
    return TABLES | {"levels": pa.Table.from_pylist(blind, schema=schema.LEVELS)}


@cache
def past(social: bool) -> dict:
    """The tables of what had happened by `AT`: of the community, or of lives."""
    if social:
        return community.tables(before(community.log()), until=AT)
    bought = tuple(table.filter(pc.less_equal(table["day"], date(2026, 6, 30))) for table in BOUGHT)
    return lives.tables(before(LOG), bought=bought)


def each(tables: dict, change) -> dict:
    """The tables, each changed, and lives and criteria as they are."""
    whole = (Buckets, Criteria)
    return {name: table if isinstance(table, whole) else change(table) for name, table in tables.items()}


def ask(study: Study, tables=None, **more):
    if study.check is not None:
        pytest.skip("it takes minutes and an extra part of the installation; its own tests hold it to what it says")
    tables = tables or tables_of(study)
    known = [option.name for option in study.options if option.required]
    given = {name: value for name, value in EXAMPLE.items() if name in known}
    return study.ask(tables, **ON, **(given | OF_ITS_OWN.get(study.name, {}) | more))


@cache
def answer(study: Study):
    """What a study says of its tables as they are: asked once, and held against what it says of others."""
    return ask(study)


def people_of(frame: nw.LazyFrame) -> list[str]:
    return sorted(set(frame.select("person_id").collect(backend="pyarrow").to_native()["person_id"].to_pylist()))


def assert_same(one: pa.Table, two: pa.Table) -> None:
    assert one.schema == two.schema
    assert rounded(one) == rounded(two)


def rounded(table: pa.Table) -> list[dict]:
    """Rows with fractions to 10 digits: engines may add up in another order."""
    return [
        {name: round(value, 10) if isinstance(value, float) else value for name, value in row.items()}
        for row in table.to_pylist()
    ]


def shuffled(table: pa.Table, draw: np.random.Generator) -> pa.Table:
    return table.take(pa.array(draw.permutation(len(table))))


def other_ladder(table: pa.Table) -> pa.Table:
    """The rows of a ladder, as if its people stood the same on another one."""
    place = table.column_names.index("ladder")
    return table.set_column(place, "ladder", pa.repeat(pa.scalar("another still"), len(table)))
