"""The mood of what people write, against a naive reading, and against the tones in which a community writes."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow.compute as pc
import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from tests import community
from tests.levels.tables import ON
from tests.roles.told import PLAIN, POLITE, RUDE, ask, members
from ziggurat import catalogue
from ziggurat.stats.languages import foreign
from ziggurat.stats.scores import student
from ziggurat.stats.vader import compound

WINDOW = {"since": "2025-12-31", "until": "2026-06-30"}


def by_cell(result):
    return {(row["month"], row["channel"]): row for row in result.rows()}


def test_it_agrees_with_reading_row_by_row():
    tables = community.tables()
    vader = SentimentIntensityAnalyzer()
    whose = {one: row for row in tables["people"].to_pylist() for one in row["identities"]}
    attention = {row["kind"] for row in tables["kinds"].to_pylist() if row["group"] == "attention"}
    said = defaultdict(lambda: defaultdict(list))
    log = community.log()
    strange = foreign(log["text"].combine_chunks(), ["en"])
    for row, other in zip(log.to_pylist(), strange, strict=True):
        person = whose[row["actor"]]
        if (
            row["text"] is None
            or row["direction"] == "out"
            or row["kind"] in attention
            or person["staff"]
            or person["anonymous"]
            or not "2026-01-01" <= f"{row['at']:%Y-%m-%d}" <= "2026-06-30"
        ):
            continue
        score = np.nan if other else vader.polarity_scores(row["text"])["compound"]
        said[f"{row['at']:%Y-%m}", row["channel"]][person["person_id"]].append(score)
    found = by_cell(catalogue.find("mood").ask(tables, **ON, **WINDOW))
    assert set(found) == set(said)
    assert sum(row["unscored"] for row in found.values()) > 0
    for cell, people in said.items():
        row, texts = found[cell], [score for hers in people.values() for score in hers]
        means = [np.nanmean(hers) for hers in people.values() if not np.isnan(hers).all()]
        assert row["people"] == len(people)
        assert (row["scored"], row["unscored"]) == (int(np.sum(~np.isnan(texts))), int(np.sum(np.isnan(texts))))
        for side, value in zip(("mood", "mood_low", "mood_high"), student(means, -1, 1), strict=True):
            assert row[side] == (value and pytest.approx(value, abs=1e-9))


def test_a_loud_person_counts_once():
    log = "\n".join(
        [
            "actor  kind  channel  at  text",
            *(f"email:loud  posted  forum  01-{day:02}  {RUDE}" for day in range(1, 20)),
            f"email:ana  replied  forum  01-05  {POLITE}",
            f"email:bea  replied  forum  01-05  {PLAIN}",
        ]
    )
    result = ask("mood", log, **WINDOW)
    hers = {row["person_id"]: row["mood"] for row in members(result)}
    assert len(hers) == 3
    assert result.rows()[0]["mood"] == pytest.approx(np.mean(list(hers.values())))
    assert (result.rows()[0]["scored"], result.rows()[0]["people"]) == (21, 3)


def test_what_is_searched_for_and_what_is_sent_is_not_what_people_say():
    found = ask(
        "mood",
        f"""
        actor      kind      channel  at     text
        email:ana  searched  web      01-05  {RUDE}
        email:ana  emailed   email    01-06  {POLITE}
        email:ana  posted    forum    01-07  {PLAIN}
    """,
        **WINDOW,
    )
    assert [(row["channel"], row["mood"]) for row in found.rows()] == [("forum", 0.0)]


def test_the_tone_in_which_a_community_writes_is_found():
    """Texts end in a happy, a plain or an angry sentence; the scores tell which; other tongues have none."""
    made = community.simulated()
    topics = made.truth["topics"]
    log = made.tables["interactions"].join(topics, ["source", "interaction_id"]).filter(pc.field("text").is_valid())
    texts = log["text"].combine_chunks()
    away = pc.not_equal(log["language"], "en").to_numpy()
    assert away.sum() > 5
    assert np.mean(foreign(texts, ["en"])[away]) > 0.95
    assert np.mean(foreign(texts, ["en"])[~away]) < 0.005
    score, tone = compound(texts)[~away], log["tone"].to_numpy()[~away]
    means = [score[tone == one].mean() for one in (-1, 0, 1)]
    assert means[0] < -0.3
    assert abs(means[1]) < 0.2
    assert means[2] > 0.5
