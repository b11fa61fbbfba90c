from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.levels.tables import ON, folk, history
from ziggurat.base.errors import QuestionError
from ziggurat.levels.passage import passage
from ziggurat.stats.intervals import wilson

LEVELS = history("""
    ana   0@01-01  1@01-11  3@01-21
    bo    0@01-01  1@01-11  2@01-15  4@02-20
    cy    0@01-01  3@02-01
    dee   1@01-01  2@02-01
    eve   0@01-01  2@01-31  0@02-10  4@03-02
    sam   1@01-01  3@02-01
""")
PEOPLE = folk("ana bo cy dee eve", staff="sam")


def orders(**options):
    return {row["order"]: row for row in passage(LEVELS, PEOPLE, **ON, **options).rows()}


def test_before_at_once_and_how_long():
    found = orders(first="Following", then="Contributing", at="2026-06-30")
    assert {order: row["people"] for order, row in found.items()} == {"earlier": 3, "same": 1, "later": 0, "never": 0}
    earlier = found["earlier"]
    assert (earlier["quarter_days"], earlier["median_days"], earlier["three_quarter_days"]) == (20, 30, 35)
    assert (earlier["share"], earlier["low"], earlier["high"]) == pytest.approx((0.75, *wilson(3, 4)))
    assert found["same"]["median_days"] is None


def test_a_higher_level_may_come_later_or_never():
    found = orders(first=3, then=2, at="2026-06-30")
    assert {order: row["people"] for order, row in found.items()} == {"earlier": 0, "same": 2, "later": 2, "never": 1}
    assert found["later"]["median_days"] == pytest.approx((36 + 30) / 2)


def test_only_what_had_happened_by_then():
    assert orders(first=1, then=3, at="2026-01-31")["earlier"]["people"] == 1
    assert orders(first=3, then=2, at="2026-02-19")["never"]["people"] == 3


def test_an_unknown_level_is_named_with_the_nearest():
    with pytest.raises(
        QuestionError, match=r"no level 'Folowing'; did you mean 'Following'\? The levels are: Known, F"
    ):
        orders(first="Folowing", then=2, at="2026-06-30")
    with pytest.raises(QuestionError, match=r"no level '9'\. The levels are"):
        orders(first=9, then=2, at="2026-06-30")


COMMUNITY = Path(__file__).parents[3] / "shared" / "data" / "kubernetes" / "events.csv"


def two_levels(before: str, after: str) -> pa.Table:
    """The history of the ladder whose level 1 is to have ever done one thing, and level 2 to have ever done another."""
    rows = duckdb.sql(f"""
        SELECT person, min(moment) FILTER ({before}), min(moment) FILTER ({after})
        FROM (SELECT *, strftime(date, '%Y-%m-%dT%H%M%S') AS moment FROM read_csv('{COMMUNITY}')) GROUP BY person
    """).fetchall()
    lines = []
    for person, first, then in rows:
        if first and (not then or first < then):
            lines.append(f"{person} 1@{first}" + (f" 2@{then}" if then else ""))
        elif then:
            lines.append(f"{person} 2@{then}")
    return history("\n".join(lines))


@pytest.mark.skipif(not COMMUNITY.exists(), reason="the Kubernetes community's events lie beside the project")
@pytest.mark.parametrize(
    ("before", "after", "reached", "earlier", "days"),
    [
        ("channel = 'release-team' AND verb = 'shadow'", "channel = 'release-team' AND verb = 'lead'", 152, 126, None),
        ("verb = 'merged_pr'", "verb IN ('became_chairs', 'became_leads', 'became_tech_leads')", 335, 232, 455),
    ],
)
def test_the_roads_to_leading_in_a_real_community(before, after, reached, earlier, days):
    levels = two_levels(before, after)
    answer = passage(
        levels,
        folk(" ".join(levels["person_id"].unique().to_pylist())),
        first=1,
        then=2,
        at="2026-12-31",
        ladder="community",
        names=["Known", "Before", "After"],
    )
    found = {row["order"]: row for row in answer.rows()}
    assert sum(row["people"] for row in found.values()) == reached
    assert found["earlier"]["people"] == earlier
    if days is not None:
        assert round(found["earlier"]["median_days"]) == days
