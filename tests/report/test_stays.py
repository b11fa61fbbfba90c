"""The page on donors and customers counts people as one would by hand, and takes bounds from them."""

from __future__ import annotations

from pathlib import Path

from tests import written
from ziggurat.base.instant import instant, moment
from ziggurat.report import stays
from ziggurat.report.scope import Scope
from ziggurat.stats.intervals import wilson

LOG = """
    at          actor      kind       amount
    2023-06-01  user:old   donated    10
    2023-06-02  user:back  donated    10
    2024-02-01  user:ana   donated    20
    2024-03-01  user:bea   purchased  30
    2024-04-01  user:lost  donated    40
    2024-05-01  user:look  visited    -
    2025-02-01  user:ana   donated    50
    2025-03-01  user:bea   donated    60
    2025-03-02  user:back  donated    5
    2025-04-01  user:new   purchased  70
    2025-04-02  user:new   refunded   20
    2025-12-31  user:look  visited    -
"""


def page(folder: Path, log: str, until: str) -> stays.Page:
    """The page of a log, as of the end of a day."""
    space = written.open_new(folder, name="Givers")
    written.take(space, interactions=written.interactions(log))
    space.refresh()
    end = moment(instant(until))
    span = space.span()
    assert span is not None
    return stays.page(Scope(space, space.lens(end), end - stays.YEAR / 4, end, span[0]))


def test_people_are_counted_by_the_year_in_which_they_gave(tmp_path: Path) -> None:
    found = page(tmp_path / "w", LOG, "2025-12-31")
    low, high = (f"{100 * float(bound):.1f}" for bound in wilson(2, 3))
    assert found.headline == (
        "Of the 3 people who gave or bought in the 365 days before, 2 did so again in the last 365: "
        f"66.7\u00a0% (95\u00a0% bounds {low} to {high}\u00a0%)."
    )
    assert [row[1] for row in found.tables[0].rows] == ["2", "1", "1", "1"]
    assert found.sentences[0] == (
        "In the last 365 days they brought USD\u00a0165; in the 365 before it was USD\u00a090."
    )


def test_of_a_log_shorter_than_two_years_its_halves_are_laid_beside_each_other(tmp_path: Path) -> None:
    recent = "\n".join([LOG.splitlines()[1], *LOG.splitlines()[-6:]])
    found = page(tmp_path / "w", recent, "2025-12-31")
    said = "Of the 4 people who gave or bought in the 167 days before, 0 did so again in the last 167: "
    assert found.headline.startswith(said)


def test_where_nobody_gave_it_says_so_and_keeps_its_place(tmp_path: Path) -> None:
    found = page(
        tmp_path / "w", "\n".join(line for line in LOG.splitlines() if "visited" in line or "at " in line), "2025-12-31"
    )
    assert found.missing
    assert found.headline == stays.NOBODY
