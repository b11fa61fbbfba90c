"""Figures and names in a sentence."""

from __future__ import annotations

import pytest

from ziggurat.report.wording import GAP, LONGEST, plain, share


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\u202e", "\u2066", "\ufeff", "\n", "\u2028", "\t"])
def test_signs_that_steer_are_gone(sign):
    assert plain(f"Ana{sign}Web") == "Ana Web"


def test_names_of_any_script_stay_and_long_ones_are_cut():
    assert plain("Ана شركة 株式会社 É") == "Ана شركة 株式会社 É"
    assert plain("می\u200cخواهم") == "می\u200cخواهم"
    assert len(plain("x" * 10_000)) == LONGEST


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0"), (0.0994, "9.9"), (0.0996, "10.0"), (0.995, "99.5"), (0.004, "0.4")]
)
def test_shares(value, said):
    assert share(value) == f"{said}{GAP}%"
