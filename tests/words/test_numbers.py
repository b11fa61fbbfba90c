"""One figure is written in one way, wherever it is read."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from ziggurat.base.words import numbers
from ziggurat.base.words.style import PAGE, PAPER, TERMINAL
from ziggurat.cli import show
from ziggurat.news import items
from ziggurat.report import wording
from ziggurat.server import columns

SOURCE = Path(numbers.__file__).parents[1]
FINITE = some.floats(-1e12, 1e12)
WRITERS = (
    columns.cell,
    show.words,
    lambda name, value: wording.share(value) if name == "share" else wording.number(value),
)
MACHINES = {  # what a script or a drawing reads, no person
    "channels/influence_charts.py",
    "channels/influence.py",
    "channels/overlap.py",
    "channels/picture.py",
    "charts.py",
    "server/scenario.py",
    "server/spark.py",
}


def bare(text):
    """A figure without the signs that a style chooses."""
    for style in (PAGE, PAPER, TERMINAL):
        text = text.replace(style.thousands, "").replace(style.gap, "").replace(style.minus, "-")
    return text


@given(some.sampled_from(["share", "people"]), FINITE)
@example("share", 0.128)
@example("share", 0.0004)
@example("people", 0.00231)
def test_page_paper_news_and_terminal_write_the_same_digits(name, value):
    written = {bare(str(writer(name, value))) for writer in WRITERS}
    written.add(bare(items.percent(value) if name == "share" else items.number(value)))
    assert len(written) == 1


def read(text):
    """What a reader takes a written number for: its bounds, from the digits that stand there."""
    text = bare(text).removesuffix("%")
    if text[0] in "<>":
        end = Decimal(text[1:])
        return (Decimal(0), end) if end > 0 else (end, Decimal(0))
    half = Decimal(1).scaleb(-len(text.partition(".")[2])) / 2
    return Decimal(text) - half, Decimal(text) + half


@given(FINITE)
def test_what_is_read_is_what_was_written(value):
    low, high = read(numbers.number(value))
    assert low <= Decimal(repr(value)) <= high or abs(value) < 1e-12


@given(some.floats(0, 1))
@example(1e-9)
@example(1 - 1e-9)
@example(0.99951)
def test_nothing_and_all_are_written_only_of_nothing_and_all(value):
    text = numbers.share(value)
    assert (text == "0 %") == (value < 1e-12)
    assert (text == "100 %") == (value > 1 - 1e-12)


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_is_no_number_is_a_dash(value):
    assert numbers.number(value) == numbers.share(value) == numbers.money(value, "EUR") == "–"


def formats(path):
    """Where a file writes a number by a format of its own."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = "".join(part.value for part in node.format_spec.values if isinstance(part, ast.Constant))
            if spec[-1:] in {
                "f",
                "%",
                "e",
            }:  # whole numbers with their thousands, and what a machine reads back, are one way anyway
                yield f"{path.relative_to(SOURCE)}:{node.lineno}"


def test_no_other_file_writes_numbers():
    found = [
        place
        for path in sorted(SOURCE.rglob("*.py"))
        if path.parent.name != "words" and str(path.relative_to(SOURCE)) not in MACHINES
        for place in formats(path)
    ]
    assert found == [], "write these by `ziggurat.base.words`"
