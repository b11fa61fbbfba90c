"""The library in a notebook: frames of one's own, of any kind, asked what a workspace can be asked."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import ziggurat as zg

ROWS = [
    {"at": datetime(2026, 1, day, tzinfo=UTC), "actor": f"email:{who}@example.org", "channel": "web", "kind": kind}
    for day, who, kind in [
        (1, "ana", "visited"),
        (2, "ana", "subscribed"),
        (3, "bo", "visited"),
        (4, "staff", "visited"),
        (9, "ana", "recommended"),
    ]
]
LADDER = zg.ladder("six-level")
FRAMES = {
    "pandas": lambda: pd.DataFrame(ROWS),
    "polars": lambda: pl.DataFrame(ROWS),
    "polars lazy": lambda: pl.LazyFrame(ROWS),
    "arrow": lambda: pl.DataFrame(ROWS).to_arrow(),
    "duckdb": lambda: duckdb.from_arrow(pl.DataFrame(ROWS).to_arrow()),
}


def standing(result: zg.Result) -> dict[str, int]:
    return {row["level_name"]: row["people"] for row in result.rows() if row["people"]}


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_of_any_kind_is_answered_alike(frame: str) -> None:
    crowd = zg.Crowd(FRAMES[frame](), staff=zg.Staff(identities=("email:staff@example.org",)))
    assert standing(crowd.ask("pyramid", LADDER)) == {"Endorsing": 1, "Known": 1}
    assert standing(crowd.ask("pyramid", LADDER, at="2026-01-02")) == {"Following": 1}
    assert crowd.people().num_rows == 3


def test_tables_of_a_crowd_go_into_the_studies() -> None:
    crowd = zg.Crowd(pl.DataFrame(ROWS))
    found = zg.pyramid(crowd.levels(LADDER), crowd.people(), at="2026-01-03", ladder=LADDER.name, names=LADDER.names)
    assert standing(found) == {"Following": 1, "Known": 1}
    assert crowd.standings(LADDER).num_rows == 3


def test_links_join_identities() -> None:
    links = pl.DataFrame({"a": ["email:ana@example.org"], "b": ["email:bo@example.org"], "evidence": ["told"]})
    crowd = zg.Crowd(pl.DataFrame(ROWS), links=links)
    assert standing(crowd.ask("pyramid", LADDER)) == {"Endorsing": 1, "Known": 1}
    assert crowd.people().num_rows == 2


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pl.DataFrame(ROWS).rename({"actor": "actr"}), "no column 'actor'; did you mean 'actr'?"),
        (pl.DataFrame(ROWS).with_columns(kind=pl.lit("visit")), "'visit', which is no kind; did you mean 'visited'?"),
        (pl.DataFrame(ROWS).with_columns(channel=pl.lit(None, pl.String)), "'channel' of interactions has 5 gaps"),
        (pl.DataFrame(ROWS).with_columns(amount=pl.lit("much")), "'amount' of interactions can't be read as double"),
        (pl.DataFrame(ROWS).with_columns(direction=pl.lit("inbound")), "'inbound', but must be one of: in, out, among"),
    ],
)
def test_a_frame_that_lacks_something_says_what(frame: pl.DataFrame, said: str) -> None:
    with pytest.raises(zg.ZigguratError, match=said.replace("?", "\\?")):
        zg.Crowd(frame)


def test_a_row_without_a_source_counts_as_the_frames_own() -> None:
    sources = pl.Series("source", ["web", None, None, "web", None])
    crowd = zg.Crowd(pl.DataFrame(ROWS).with_columns(sources))
    assert (
        crowd.people()["interactions"].to_pylist() == zg.Crowd(pl.DataFrame(ROWS)).people()["interactions"].to_pylist()
    )
    assert set(crowd.levels(LADDER)["cause_source"].to_pylist()) - {None} == {"web", "frame"}


def test_a_ladder_can_be_declared_in_place() -> None:
    ladder = zg.ladder({"levels": [{"name": "Came", "rules": [{"kinds": ["visited"], "at_least": 1}]}]})
    assert standing(zg.Crowd(pl.DataFrame(ROWS)).ask("pyramid", ladder)) == {"Came": 3}


def test_an_unknown_ladder_is_answered_with_the_nearest() -> None:
    with pytest.raises(zg.ZigguratError, match=r"no ladder named .six-levle. is shipped; did you mean .six-level.\?"):
        zg.ladder("six-levle")


def test_importing_ziggurat_imports_nothing_heavy() -> None:
    code = "import ziggurat, sys; print([m for m in ('numba', 'pyarrow', 'duckdb', 'altair') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_public_name_is_there() -> None:
    for name in zg.__all__:
        assert getattr(zg, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'pyramids'"):
        zg.pyramids  # noqa: B018


@pytest.mark.parametrize(("factor", "unit"), [(1, "s"), (1_000, "ms")])
def test_times_that_are_seconds_are_refused(factor, unit):
    """Read as microseconds, all of them would lie in 1970."""
    frame = pa.table({"at": [1_767_600_000 * factor], "actor": ["a:b"], "channel": ["web"], "kind": ["visited"]})
    with pytest.raises(zg.ZigguratError, match=f"taken for microseconds.*unit=.{unit}."):
        zg.Crowd(frame)
