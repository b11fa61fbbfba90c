"""What the docs say of real customers is what the command says."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bench import lifetime

PAGE = Path(__file__).parents[2] / "docs" / "studies" / "lifetime.md"


def test_the_39_weeks_that_were_not_fitted_are_told_as_they_come_out():
    found = lifetime.holdout()
    page = PAGE.read_text("utf-8")
    for what, name in (("times", "days on which they bought"), ("money", "dollars")):
        cells = " | ".join(f"{found[what][column]:,}" for column in ("foretold", "low", "high", "came"))
        assert f"| {name} | {cells} |" in page
    assert found["times"]["came"] == 1882  # as published


def test_customers_are_drawn_as_the_model_says_and_found_again():
    x, last, known = lifetime.drawn(60_000)
    assert (last <= known).all()
    assert ((x > 0) == (last > 0)).all()
    np.testing.assert_allclose(lifetime.ours(x, last, known), lifetime.TRUE, rtol=0.15)
