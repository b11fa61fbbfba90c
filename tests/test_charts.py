import re

import pytest

from ziggurat.levels.signals import QUIET, RISING
from ziggurat.results import charts, rendering

ROWS = [
    {"level": 1, "name": "<b>Ana</b>", "people": 1_200, "share": 0.6, "low": 0.5, "high": 0.7, "change": 20},
    {"level": 0, "name": "Bo", "people": 800, "share": None, "low": None, "high": None, "change": -1},
]


def test_a_chart_takes_its_colours_from_the_theme_alone():
    chart = charts.steps(ROWS, y="name", x="people", share="share", apart="Bo")
    assert "config" not in {key for key, value in chart.to_dict().items() if key == "config" and "background" in value}
    for mode in ("light", "dark"):
        svg = rendering.to_svg(chart, mode)
        assert rendering.theme(mode)["background"] in svg
        assert rendering.theme(mode)["text"]["color"] in svg


def test_counts_shares_and_changes_are_written_out():
    svg = rendering.to_svg(charts.steps(ROWS, y="name", x="people", share="share", apart="Bo"))
    assert "1,200 · 60 % · +20" in svg
    assert "800 · -1" in svg


def test_names_are_escaped():
    svg = rendering.to_svg(charts.bars(ROWS, y="name", x="people"))
    assert "<b>" not in svg
    assert "&lt;b&gt;Ana" in svg


def test_a_file_has_the_width_that_is_asked_for():
    chart = charts.bars(ROWS, y="name", x="people")
    assert chart.to_dict()["width"] == "container"
    assert 'width="400"' in rendering.to_svg(chart, width=400)
    assert rendering.to_png(chart, scale=1)[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_share_that_is_not_known_is_left_out_of_the_words():
    assert charts.write_count(ROWS[1] | {"change": None}, "people", "share") == "800"


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (9_999, "9,999"), (10_000, "10k"), (999_400, "999k")])
def test_cells_hold_at_most_five_characters(count, text):
    assert charts.short(count) == text


@pytest.mark.parametrize(("why", "draw"), [(QUIET, charts.stacks), (RISING, charts.strip)])
def test_whoever_is_listed_by_their_rhythm_alone_is_drawn(why, draw):
    rows = [{"level": 1, "level_name": "Known", "why": why, "nearness": 0.2}]
    axes = {"y": "level_name", "colour": "why"} | ({"order": "level"} if draw is charts.stacks else {"x": "nearness"})
    assert why in rendering.to_svg(draw(rows, **axes))


def test_a_word_has_one_colour_in_every_chart():
    both = charts.REASONS.keys() & charts.DIRECTIONS.keys()
    assert both == {"climbed", "slipped"}
    assert all(charts.REASONS[word] == charts.DIRECTIONS[word] for word in both)
    assert len(set(charts.REASONS.values())) == len(charts.REASONS)


def test_a_narrow_file_holds_its_whole_legend():
    rows = [{"y": "a", "x": 0.1, "low": 0.0, "high": 0.2, "of": name} for name in ("our hours", "our money", "theirs")]
    chart = charts.spreads(rows, y="y", x="x", low="low", high="high", each="of")

    def high(width):
        return float(re.search(r'<svg [^>]*height="([0-9.]+)"', rendering.to_svg(chart, width=width))[1])

    assert high(340) > high(640) + 20  # three lines of entries beneath the plot, and not one
    assert all(f">{row['of']}</text>" in rendering.to_svg(chart, width=340) for row in rows)


def test_bounds_are_written_as_what_they_bound():
    hours = charts.tips([{"median_hours": 8.6, "low": 4.0, "high": 12.0}])
    assert [tip.to_dict()["format"] for tip in hours] == [",.1~f"] * 3
    shares = charts.tips([{"share": 0.6, "low": 0.5, "high": 0.7, "host": "p1"}], unsaid=["host"])
    assert [tip.to_dict()["format"] for tip in shares] == [".1%"] * 3


def test_a_name_that_can_not_be_drawn_does_not_end_the_process():
    rows = [row | {"name": f"\x00\ufffe{row['name']}"} for row in ROWS]
    assert "Bo" in rendering.to_svg(charts.steps(rows, y="name", x="people", share="share", apart="Bo"))
