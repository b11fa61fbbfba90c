"""On a Spark cluster everything is worked out as it is in one process, to the last value."""

from __future__ import annotations

import inspect
import itertools
import math
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ziggurat as zg
from tests import cluster, community
from ziggurat.asking.lens import Tables
from ziggurat.base import schema
from ziggurat.base.engine import spark as engine
from ziggurat.base.errors import SourceError
from ziggurat.catalogue import STUDIES
from ziggurat.people.ids import person_id
from ziggurat.people.on_spark import PERSON_ID
from ziggurat.people.resolve import hash_of

START = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ["visited", "opened", "subscribed", "unsubscribed", "shared", "posted", "asked", "attended", "purchased"]
KINDS += ["donated", "reviewed", "organised", "emailed", "led"]
STAFF = zg.Staff(
    domains=("Ours.example",),
    identities=("forum:p3", "forum:o'brien"),
    rules=(zg.StaffRule("team", ("core", "it's us")), zg.StaffRule("role", ())),
)
WHO = zg.Who(most_links=4)
OWN = {
    "name": "own",
    "levels": [
        {"name": "Here", "rules": [{"kinds": ["visited", "opened"], "at_least": 3, "within_days": 20}]},
        {
            "name": "With us",
            "grace_days": 5,
            "rules": [
                {"from_kinds": ["subscribed"], "until_kinds": ["unsubscribed"], "while_active_days": 30},
                {"kinds": ["posted", "asked"], "on_days": 2, "within_days": 30, "channels": ["forum"]},
            ],
        },
        {"name": "Giving", "rules": [{"kinds": ["purchased", "donated"], "worth": 60.5, "within_days": 40}]},
        {"name": "Leading", "rules": [{"kinds": ["led", "organised"], "on_channels": 2, "activities": ["Spring*"]}]},
    ],
}
LADDERS = [zg.ladder("six-level"), zg.ladder(OWN)]
RAISES = [
    {"identity": "forum:p9", "ladder": "own", "level": 3, "since": "2026-02-01", "until": "2026-03-01", "reason": "x"},
    {"identity": "email:p4@a.example", "ladder": "own", "level": 4, "since": "2026-01-10", "until": "2026-08-01"},
    {"identity": "email:p5@a.example", "ladder": "six-level", "level": 6, "since": "2026-03-03", "until": "2026-04-01"},
    {"identity": "email:nobody@a.example", "ladder": "own", "level": 2, "since": "2026-01-01", "until": "2026-05-01"},
]


def identity(person: int, draw: np.random.Generator) -> str:
    """One of the names of a person; every eleventh person is an anonymous visitor."""
    if person % 11 == 0:
        return f"{draw.choice(['anon', 'cookie'])}:p{person}"
    domain = "team.ours.example" if person % 29 == 1 else "a.example"
    names = [f"email:p{person}@{domain}", f"forum:p{person}", f"email:ü{person}@{domain}"]
    return names[min(2, int(draw.geometric(0.6)) - 1)]


def log(seed: int, size: int, people: int) -> pa.Table:
    """Interactions in no order: many at one instant, and some lives longer than several batches."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(size):
        person = int(min(draw.geometric(0.03), people))
        hours = 6 * int(draw.integers(0, 600)) if number % 2 else 96 * int(draw.integers(0, 38))  # many at one instant
        at = START + timedelta(hours=hours, microseconds=int(draw.integers(0, 2)))
        rows.append(
            {
                "interaction_id": f"i{draw.permutation(20)[0]:02}-{number}",
                "source": [None, "web", "Forum", "ärchiv"][draw.integers(0, 4)],
                "at": at,
                "received_at": at + timedelta(days=int(draw.integers(0, 60))),
                "actor": identity(person, draw),
                "channel": str(draw.choice(["web", "email", "forum", "event"])),
                "kind": str(draw.choice(KINDS)),
                "direction": str(draw.choice(["in", "in", "in", "out", "among"])),
                "activity": [None, "Spring fair", "Spring walk", "Autumn"][draw.integers(0, 4)],
                "amount": [None, 0.1 * int(draw.integers(0, 500)), -3.0][int(draw.choice(3, p=[0.5, 0.45, 0.05]))],
                "minutes": [None, 30.0][draw.integers(0, 2)],
                "score": [None, 4.0][draw.integers(0, 2)],
                "object": [None, "thread 'one' \\ two"][draw.integers(0, 2)],
                "text": [None, "é\n\x00x"][draw.integers(0, 2)],
            }
        )
    return pa.Table.from_pylist(rows, schema=schema.INTERACTIONS)


def linked(seed: int, people: int) -> pa.Table:
    """Links of many people's names, some across two people, a kiosk with too many, and some who never acted."""
    draw = np.random.default_rng(seed)
    rows = [(f"email:p{p}@a.example", f"forum:p{p}", "same row") for p in range(1, people) if draw.random() < 0.5]
    rows += [(f"email:ü{p}@a.example", f"email:p{p}@a.example", "same row") for p in range(1, people, 3)]
    rows += [(f"forum:p{p}", f"forum:p{p + 1}", "told") for p in range(5, people, 17)]
    rows += [("device:kiosk", f"email:p{p}@a.example", "same row") for p in range(20, 30)]
    rows += [("anon:p22", "email:p2@a.example", "same row"), ("forum:lurker", "email:lurker@a.example", "told")]
    rows += [("device:kiosk", "forum:p40", "decided"), ("forum:p41", None, "told"), ("forum:p42", "forum:p42", "told")]
    columns = list(zip(*rows, strict=True))
    at = [START + timedelta(days=int(draw.integers(-20, 100))) for _ in rows]
    return pa.table(
        {"a": columns[0], "b": columns[1], "evidence": columns[2], "source": ["s"] * len(rows), "at": at}
    ).cast(schema.LINKS)


def described(people: int) -> pa.Table:
    """Traits with several values over time, of people who acted and of some who never did."""
    rows = []
    for person in range(0, people + 20, 2):
        for trait, value in (
            ("name", f'Née "{person}" O\'B\\n'),
            ("city", "Köln\t"),
            ("team", "core" if person % 37 == 0 else "x"),
        ):
            for day in range(person % 3 + 1):
                at = START + timedelta(days=3 * day - 30)
                rows.append({"identity": f"forum:p{person}", "trait": trait, "value": f"{value}{day or ''}", "at": at})
    rows.append({"identity": "forum:p6", "trait": "team", "value": "it's us", "source": "s", "at": START})
    rows.append({"identity": "email:ü9@a.example", "trait": "zip", "value": None, "source": "s", "at": START})
    return pa.Table.from_pylist(rows, schema=schema.TRAITS)


def frame(table: pa.Table):
    return cluster.session().createDataFrame(table).repartition(4)


@pytest.fixture(scope="module")
def both():
    """The same log, in one process and on the cluster."""
    table, links, traits = log(1, 4000, 150), linked(2, 150), described(150)
    here = zg.Crowd(table, links=links, traits=traits, staff=STAFF, people=WHO)
    there = zg.SparkCrowd(frame(table), links=links, traits=frame(traits), staff=STAFF, people=WHO)
    yield here, there
    there.close()


@pytest.fixture(scope="module")
def talking():
    """A simulated community, in which people talk with each other and with staff, in one process and on the cluster."""
    made = community.simulated()
    given = {name: made.settings[name] for name in ("targets", "languages", "rates")}
    given["staff"] = msgspec.convert(made.settings["staff"], zg.Staff)
    given["timezone"] = "Australia/Lord_Howe"
    tables = {name: made.tables[name] for name in ("interactions", "links", "traits")}
    here = zg.Crowd(tables["interactions"], links=tables["links"], traits=tables["traits"], **given)
    spread = {name: frame(tables[name]) for name in ("interactions", "traits")}
    there = zg.SparkCrowd(spread["interactions"], links=tables["links"], traits=spread["traits"], **given)
    yield here, there
    there.close()


def assert_same(here: pa.Table, there, *order: str) -> None:
    found = there.toArrow().cast(here.schema)
    keys = [(name, "ascending") for name in order]
    assert found.sort_by(keys).to_pylist() == here.sort_by(keys).to_pylist()
    assert len(here) > 0


def test_the_log_is_worth_comparing(both):
    here, _ = both
    people = here.people().to_pylist()
    assert sum(row["staff"] for row in people) > 5
    assert sum(row["anonymous"] for row in people) > 5
    assert any(len(row["identities"]) > 3 for row in people)
    assert any(row["interactions"] == 0 for row in people)
    assert {row["consent"] for row in people} == {None, "subscribed", "unsubscribed"}
    assert max(row["interactions"] for row in people) > 100  # a life is cut between batches of 97 rows
    assert here.derived.counts()["guarded"] == 1
    for ladder in LADDERS:
        changes = set(here.levels(ladder)["change"].to_pylist())
        assert changes == {"first", "climb", "slip"}
    raised = here.derived.connect().sql(f"SELECT rule FROM {here.derived.levels(LADDERS[1], RAISES)}").fetchall()
    assert ("raised by hand",) in raised


def test_people_are_the_same(both):
    here, there = both
    assert_same(here.people(), there.people(), "person_id")


@pytest.mark.parametrize("raises", [[], RAISES], ids=["", "raises"])
@pytest.mark.parametrize("ladder", LADDERS, ids=lambda ladder: ladder.name)
def test_levels_are_the_same(both, ladder, raises):
    here, there = both
    table = here.read(here.derived.levels(ladder, raises), schema.LEVELS)
    assert_same(table, there.levels(ladder, raises=raises), "person_id", "since")


@pytest.mark.parametrize("at", [None, "2026-01-20", "2026-03-01T06:00Z", "2027-01-01"])
def test_standings_are_the_same(both, at):
    here, there = both
    for ladder in LADDERS:
        assert_same(here.standings(ladder, at=at), there.standings(ladder, at=at), "person_id")


def same(one, two) -> bool:
    """Whether two values are equal; fractions but for their last digits, as sums are added up in another order."""
    if isinstance(one, float) and isinstance(two, float):
        return math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(one) and math.isnan(two))
    return one == two


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_every_study_answers_the_same(request, study):
    if study.check is not None:
        pytest.skip("it takes minutes and an extra part of the installation")
    if study.name == "scenario-parts":
        pytest.skip("it asks of each part what `scenario` asks of one; the promise of engines compares it on few rows")
    alone = study.room in ("levels", "channels") and study.name != "together"
    both = request.getfixturevalue("both" if alone else "talking")
    taken = {option.name for option in study.options if option.required}
    options = {name: value for name, value in (("level", 1), ("first", 1), ("then", 2)) if name in taken}
    options |= {"false": 1} if study.name == "one-sided" else {}  # chance could explain everyone of so few
    options |= {"least": 2, "since": community.SINCE} if study.name == "together" else {}
    options |= {"periods": 2} if study.name == "scenario" else {}
    here, there = (crowd.ask(study.name, LADDERS[1], **options) for crowd in both)
    assert here.table.schema == there.table.schema
    assert len(here.table) == len(there.table)
    for one, two in zip(here.rows(), there.rows(), strict=True):
        assert all(same(one[name], two[name]) for name in one), (one, two)
    assert here.asked == there.asked
    assert here.empty == there.empty
    assert len(here.table) > 0 or study.name == "experiment"  # of which this log holds none


def test_an_answer_opens_to_its_people(both):
    here, there = (crowd.ask("pyramid", LADDERS[1]).people(level=2).collect("pyarrow").to_native() for crowd in both)
    assert sorted(here["person_id"].to_pylist()) == sorted(there["person_id"].to_pylist())
    assert len(here) > 0


def test_lives_are_folded_where_they_lie(both):
    def lived(rows: pa.Table) -> dict[int, tuple]:
        return {
            person: (ats == sorted(ats), list(zip(ids, kinds, strict=True)))
            for person in rows["person"].unique().to_pylist()
            for own in [rows.filter(pc.equal(rows["person"], person))]
            for ats, ids, kinds in [(own[name].to_pylist() for name in ("at", "interaction_id", "kind"))]
        }

    columns = ("person", "at", "interaction_id", "kind")
    one, two = both[0].derived.buckets(), both[1].buckets()
    here, there = ([*buckets.fold(lived, columns)] for buckets in (one, two))
    assert len(there) > 1
    together = {person: life for part in there for person, life in part.items()}
    assert together == {person: life for part in here for person, life in part.items()}
    assert sum(map(len, there)) == len(together)  # nobody is in two parts
    assert list(together) == sorted(together)  # and each part holds a range of people, as buckets do
    assert all(in_order for in_order, _ in together.values())
    assert one.staff.tolist() == two.staff.tolist() != []
    assert one.anonymous.tolist() == two.anonymous.tolist() != []
    assert one.codes == two.codes


def test_hashes_and_ids_are_the_same_to_the_bit():
    names = [f"email:{number}@é.example" for number in range(2000)] + ["", "a", "ns:\x00", "anon:" + "長" * 99]
    rows = (
        frame(pa.table({"name": names})).withColumn("person", engine.hash_identities("name")).selectExpr("*", PERSON_ID)
    )
    for row in rows.toArrow().to_pylist():
        assert row["person"] == hash_of(row["name"])
        assert row["person_id"] == person_id(row["person"])


def test_a_frame_with_the_least_columns_is_enough():
    plain = pa.table(
        {
            "at": pa.array([f"2026-01-{1 + number // 3:02}" for number in range(30)]).cast(pa.timestamp("us")),
            "actor": [f"email:{number % 7}@a.example" for number in range(30)],
            "channel": [number % 2 for number in range(30)],
            "kind": ["visited", "subscribed", "shared"] * 10,
            "remark": ["whatever"] * 30,
        }
    )
    unzoned = frame(plain).withColumn("at", engine.sql("cast(at AS timestamp_ntz)"))
    here, there = zg.Crowd(plain), zg.SparkCrowd(unzoned)
    assert_same(here.people(), there.people(), "person_id")
    assert_same(here.levels(LADDERS[0]), there.levels(LADDERS[0]), "person_id", "since")
    assert there.as_of() == here.as_of() == datetime(2026, 1, 10, 23, 59, 59, 999999, tzinfo=UTC)


def test_nobody_there_is_an_answer():
    there = zg.SparkCrowd(cluster.session().createDataFrame(schema.INTERACTIONS.empty_table()))
    assert there.people().count() == there.levels(LADDERS[0]).count() == there.standings(LADDERS[0]).count() == 0
    assert all(row["people"] == 0 for row in there.ask("pyramid", LADDERS[0]).rows())
    assert there.ask("mood", LADDERS[0]).empty == "The log holds no interactions. Import interactions first."


def row(**columns) -> pa.Table:
    given = {"at": START, "actor": "email:a@a.example", "channel": "web", "kind": "visited"} | columns
    return pa.table({name: [value] for name, value in given.items() if value is not ...})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (row(actor=...).append_column("actr", [["x:y"]]), r"no column 'actor'; did you mean 'actr'\? Rename"),
        (row(kind="visit"), "'visit', which is no kind; did you mean 'visited'"),
        (row(channel=None).cast(row().schema), "'channel' of interactions has 1 gaps; fill them"),
        (row(direction="inbound"), "'inbound', but must be one of: in, out, among"),
        (row(amount="much"), "'amount' of interactions can't be read as double"),
    ],
)
def test_a_frame_that_lacks_something_says_what(table, said):
    with pytest.raises(SourceError, match=f"^(column|the frame) .*{said}"):
        zg.SparkCrowd(frame(table))


def test_a_frame_of_another_kind_is_refused():
    with pytest.raises(SourceError, match=r"^`interactions` is a pyarrow.lib.Table, no PySpark DataFrame; make it one"):
        zg.SparkCrowd(row())
    with pytest.raises(SourceError, match=r"^`traits` is a builtins.list, no PySpark DataFrame"):
        zg.SparkCrowd(frame(row()), traits=[])


def test_an_error_that_is_not_ours_is_not_dressed_up():
    def fails(rows: pa.Table) -> pa.Table:
        raise ZeroDivisionError("by nought")

    from pyspark.errors import PythonException

    with pytest.raises(PythonException, match="ZeroDivisionError: by nought"):
        list(engine.parts(frame(pa.table({"person": [1]})), fails))


def test_every_call_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "spark.md").read_text("utf-8")
    said = {line.split("`")[1].strip(".").split("(")[0] for line in page.splitlines() if line.startswith("| `")}
    calls = {name for name in vars(zg.SparkCrowd) if not name.startswith("_")}
    inner = {"known", "hidden", "folded", "whose", "lens", "toned", "beside"}
    inner |= {name for name in vars(Tables) if not name.startswith("_")}  # what a lens asks of it, no caller
    assert said == calls - inner | {"SparkCrowd"}
    for option in list(inspect.signature(zg.SparkCrowd).parameters)[1:]:
        assert f"{option}=" in page


def test_without_pyspark_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(SourceError, match=r"^PySpark isn't installed; get it with: pip install 'ziggurat\[spark\]'$"):
        zg.SparkCrowd(row())


def test_pyspark_is_imported_only_when_it_is_used():
    code = "import sys, ziggurat; ziggurat.SparkCrowd; print([m for m in sys.modules if m.startswith('pyspark')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


lives = st.lists(st.integers(1, 30), max_size=12).map(lambda counts: np.repeat(np.arange(len(counts)), counts))


@given(lives, st.lists(st.integers(0, 25), max_size=12), st.integers(1, 40))
def test_no_life_is_cut_however_batches_fall(people, cuts, least):
    table = pa.table({"person": pa.array(people, pa.int64()), "row": range(len(people))})
    edges = [0, *np.minimum(np.cumsum(cuts), len(people)).tolist(), len(people)]
    batches = [
        pa.record_batch(table.slice(start, end - start).to_pydict(), schema=table.schema)
        for start, end in itertools.pairwise(edges)
    ]
    parts = list(engine.whole_lives(iter(batches), least))
    assert [row for part in parts for row in part["row"].to_pylist()] == list(range(len(people)))
    assert sum(len(pc.unique(part["person"])) for part in parts) == len(set(people.tolist()))
    assert all(least <= len(part) for part in parts[:-1])
    longest = int(np.bincount(people).max(initial=0)) if len(people) else 0
    widest = max((batch.num_rows for batch in batches), default=0)
    assert all(len(part) <= least + longest + widest for part in parts)
