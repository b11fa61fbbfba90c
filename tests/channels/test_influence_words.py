"""What is said of a pair leads with the span of which it is claimed, in all places alike."""

from datetime import date

import pytest

from ziggurat.channels import influence_charts
from ziggurat.channels.influence_words import claimed, sentence
from ziggurat.news.activities import after
from ziggurat.news.items import Period
from ziggurat.report.driven import headline, table

MONTH = Period(date(2026, 5, 31), date(2026, 6, 30))
NAMES = ("more", "low", "high", "day_more", "day_low", "day_high", "before", "before_low", "before_high")
WEEK = (0.3, 0.2, 0.4, 0.1, 0.05, 0.15, 0.001, -0.01, 0.01)
ONLY_DAY = (-0.0011, -0.006, 0.004, 0.0045, 0.0025, 0.0065, 0.001, -0.01, 0.01)
OWN = (0.3, 0.2, 0.4, None, None, None, 0.001, -0.01, 0.01)


def row(figures, verdict="followed by more", basis="order"):
    pair = {"cause": "emailed", "effect": "read", "people": 90, "verdict": verdict, "sure": True, "basis": basis}
    return pair | dict(zip(NAMES, figures, strict=True))


class Asking:
    def phrase(self, text, *_):
        return text


def all_that_is_said(one):
    said = sentence(one, one["basis"] == "lot", "")
    return [
        said, headline([one]), " ".join(map(str, table([one]).rows[0])), "".join(after(Asking(), MONTH, one)),
        influence_charts.write_estimate(one),
    ]  # fmt: skip


def test_what_is_sure_within_a_day_only_is_told_by_the_day():
    one = row(ONLY_DAY)
    assert claimed(one) == (0.0045, 0.0025, 0.0065, "a day")
    said, head, listed, news, cell = all_that_is_said(one)
    assert said == (
        "Followed by 0.0045 more than preceded by (0.0025 to 0.0065), within a day. "
        "Over 7 days it is not sure (-0.0060 to 0.0040)."
    )
    assert "0.45 more “read”" in head and "0.25 to 0.65" in head and "within a day" in head
    assert "0.45 0.25 to 0.65 a day" in listed
    assert "0.0045 more “read” than preceded by (0.0025 to 0.0065) within a day" in news
    assert cell == "1 d: 0.0045"
    assert influence_charts.size(one) == 0.0045
    assert not any("0.0011" in text for text in (said, head, listed, news, cell))


@pytest.mark.parametrize(
    ("figures", "basis"), [(WEEK, "order"), (OWN, "order"), (WEEK, "lot")], ids=["sent", "done", "lot"]
)
def test_what_is_sure_over_the_week_is_told_by_the_week(figures, basis):
    one = row(figures, basis=basis)
    assert claimed(one) == (0.3, 0.2, 0.4, "7 days")
    *said, cell = all_that_is_said(one)
    assert all("7 days" in text and "a day" not in text for text in said)
    assert cell == "0.3"


def test_what_is_not_claimed_is_told_by_the_week_whatever_the_day_holds():
    assert claimed(row(ONLY_DAY, "no difference seen")).span == "7 days"
    assert sentence(row(ONLY_DAY, "no difference seen"), False, "").endswith("at most 0.0040 more, within 7 days.")
    less = row((-0.3, -0.4, -0.2, *WEEK[3:]), "preceded by more")
    assert sentence(less, False, "") == "Preceded by 0.30 more than followed by (0.20 to 0.40), within 7 days."
    assert influence_charts.write_estimate(less) == "-0.3"


def test_what_cant_be_told_has_its_reason_and_no_figure():
    one = row((None,) * 9, "can't tell")
    assert sentence(one, False, "Why.") == "Can't tell. Why."
    assert influence_charts.write_estimate(one) == "?"
    assert influence_charts.size(one) == 0
