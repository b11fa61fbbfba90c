"""Stances: by hand, against a naive reading, against known moods, and against none."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from tests import community
from tests.channels import lives
from tests.levels.tables import ON
from tests.roles.told import PLAIN, POLITE, RUDE, ask, languages, members
from tests.written import interactions, micros
from ziggurat import catalogue
from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY
from ziggurat.people.resolve import hash_of
from ziggurat.roles.stance import NAMES, of_person
from ziggurat.simulate import Community, Customers, simulate
from ziggurat.speech.evidence import WEIGHTS
from ziggurat.stats.languages import foreign
from ziggurat.stats.vader import compound

AT = "2026-06-30"
KINDS = kinds.load().table()


def stances(text: str, at: str = AT, **options) -> dict[str, tuple[str, float | None]]:
    """Stance and confidence of each identity of a log written as text."""
    log = f"actor  at  kind  score  text\n{text}"
    found = {
        row["person_id"]: (row["stance"], row["confidence"]) for row in members(ask("stance", log, at=at, **options))
    }
    actors = set(interactions(log)["actor"].to_pylist())
    return {actor.split(":")[1]: found[f"p{hash_of(actor):016x}"] for actor in sorted(actors)}


def test_one_message_makes_no_stance_and_two_of_a_day_are_one():
    found = stances(f"""
        email:once       06-20  posted      -  {RUDE}
        email:hourly     06-20 10:00  posted      -  {RUDE}
        email:hourly     06-20 11:00  posted      -  {RUDE}
        email:hourly     06-20 12:00  complained  -  {RUDE}
        email:twice      06-20  posted      -  {RUDE}
        email:twice      06-21  posted      -  {RUDE}
        email:asked      06-20  rated       9  -
        email:silent     06-20  visited     -  -
    """)
    assert {name: stance for name, (stance, _) in found.items()} == {
        "once": "unknown",
        "hourly": "unknown",
        "twice": "detractor",
        "asked": "advocate",
        "silent": "unknown",
    }
    assert found["once"][1] is None


def test_confidence_is_by_weight():
    found = stances(f"""
        email:ana    06-30 23:59:59  rated        10  -
        email:bea    06-30 23:59:59  recommended  -   -
        email:bea    06-29 23:59:59  posted       -   {PLAIN}
        email:carl   06-29 23:59:59  complained   -   -
        email:carl   06-30 23:59:59  rated        7   -
    """)
    one_day = 0.5 ** (1 / 180)
    assert found["ana"] == ("advocate", pytest.approx((3 + 1 / 3) / 4, abs=1e-4))
    bea = (2 + 1 / 3) / (2 + 0.5 * one_day + 1)
    assert found["bea"] == ("advocate", pytest.approx(bea, abs=1e-4))
    assert found["carl"] == ("passive", pytest.approx((3 + 1 / 3) / (4 + one_day), abs=1e-4))


def test_what_is_old_is_worth_less_until_it_is_unknown():
    text = "email:ana  2024-06-30  rated  2  -"
    assert stances(text, at="2024-07-01")["ana"][0] == "detractor"
    assert stances(text)["ana"] == ("unknown", None)
    assert stances(text, half_life_days=1000)["ana"][0] == "detractor"


def test_a_change_of_heart_counts_by_what_is_new():
    found = stances(f"""
        email:ana  2024-06-01  rated        1  -
        email:ana  2026-06-01  recommended  -  {POLITE}
        email:ana  2026-06-20  posted       -  {POLITE}
    """)
    assert found["ana"][0] == "advocate"


def test_nothing_later_is_looked_at():
    text = "email:ana  06-01  rated  9  -\nemail:ana  06-20  rated  0  -"
    assert stances(text, at="2026-06-10")["ana"][0] == "advocate"
    assert stances(text)["ana"][0] == "unknown"  # one against the other


def test_stars_are_read_on_their_own_scale():
    text = "email:a  06-20  rated  5  -\nemail:b  06-20  rated  4  -\nemail:c  06-20  rated  3  -"
    assert [stance for stance, _ in stances(text, top=5).values()] == ["advocate", "passive", "detractor"]
    assert [stance for stance, _ in stances(text).values()] == ["detractor"] * 3
    beyond = "email:a  06-20  rated  11  -"
    assert stances(beyond)["a"][0] == "unknown"


@pytest.mark.parametrize("option", ["top", "half_life_days"])
def test_a_scale_and_a_half_life_are_above_nothing(option):
    with pytest.raises(QuestionError, match=f"`{option}` is 0, but must be a number "):
        stances("email:a  06-20  rated  5  -", **{option: 0})


def test_what_is_written_in_another_language_speaks_for_nothing():
    text = "email:a  06-20  posted  -  Das ist schlecht und ich bin nicht froh, no no\n"
    text += "email:a  06-21  posted  -  Das ist sehr schlecht und ich hasse die App, so sad"
    assert stances(text)["a"][0] == "unknown"


def naive(tables, log, until):
    """Person → votes and days, by reading row by row."""
    whose = {one: row for row in tables["people"].to_pylist() for one in row["identities"]}
    attention = {row["kind"] for row in tables["kinds"].to_pylist() if row["group"] == "attention"}
    score, strange = compound(log["text"].combine_chunks()), foreign(log["text"].combine_chunks(), ["en"])
    pieces = defaultdict(dict)
    for number, row in enumerate(log.to_pylist()):
        at, person = int(row["at"].timestamp() * 1_000_000), whose[row["actor"]]
        if at > until or row["direction"] == "out" or person["staff"] or person["anonymous"]:
            continue
        if row["kind"] == "rated" and row["score"] is not None:
            piece = ("rating", 0 if row["score"] >= 9 else 1 if row["score"] >= 7 else 2)
        elif row["kind"] in ("recommended", "referred"):
            piece = ("recommendation", 0)
        elif row["kind"] == "complained":
            piece = ("complaint", 2)
        elif row["text"] is not None and row["kind"] not in attention and not strange[number]:
            if np.isnan(score[number]):
                continue
            piece = ("text", 0 if score[number] >= 0.05 else 2 if score[number] <= -0.05 else 1)
        else:
            continue
        of_day = pieces[person["person_id"]].setdefault(at // DAY, [])
        of_day.append((WEIGHTS[piece[0]], at, row["interaction_id"], row["source"], piece))
    found = {}
    for person, days in pieces.items():
        votes, rated = np.zeros(3), False
        for of_day in days.values():
            weight, at, *_, (sort, stance) = max(of_day, key=lambda one: one[:4])
            votes[stance] += weight * 0.5 ** ((until - at) / DAY / 180)
            rated |= sort == "rating"
        chance = (votes + 1 / 3) / (votes.sum() + 1)
        known = (rated or len(days) > 1) and chance.max() > 0.5
        found[person] = (NAMES[int(chance.argmax())], chance.max()) if known else ("unknown", None)
    return found


def test_it_agrees_with_reading_row_by_row():
    tables = community.tables()
    result = catalogue.find("stance").ask(tables, **ON, at=AT)
    wanted = naive(tables, community.log(), micros("2026-07-01") - 1)
    rows = members(result)
    for row in rows:
        stance, confidence = wanted.get(row["person_id"], ("unknown", None))
        assert row["stance"] == stance
        assert row["confidence"] == (confidence and pytest.approx(confidence))
    assert {row["stance"]: row["people"] for row in result.rows()} == {
        name: sum(row["stance"] == name for row in rows) for name in NAMES
    }
    assert len({row["stance"] for row in rows}) == 4


def test_one_person_is_told_as_the_study_tells_her_with_reasons_that_add_up():
    crowd = community.crowd(community.simulated())
    tables, until = community.tables(), micros("2026-07-01") - 1
    rows = members(catalogue.find("stance").ask(tables, **ON, at=AT))
    log = {(row["source"], row["interaction_id"]): row for row in community.log().to_pylist()}
    for row in rows:
        person = int(row["person_id"][1:], 16)
        _, history, codes = crowd.derived.one(person, until)
        told = of_person(history, codes, KINDS, tables["languages"], at=AT)
        assert told.stance == row["stance"]
        assert told.confidence == (row["confidence"] and pytest.approx(row["confidence"]))
        assert len(told.reasons) == row["days"]
        weights = [reason.weight for reason in told.reasons]
        assert weights == sorted(weights, reverse=True)
        for reason in told.reasons:
            done = log[reason.source, reason.interaction_id]
            assert (done["at"], done["channel"]) == (reason.at, reason.channel)
        if told.confidence:
            hers = sum(reason.weight for reason in told.reasons if reason.says == told.stance)
            assert told.confidence == pytest.approx((hers + 1 / 3) / (sum(weights) + 1))


TALKERS = Community(people=300, days=360, seed=3, anonymous=0.1, customers=Customers(starts=4.0))


def truth_and_found() -> tuple[list[str], list[dict]]:
    made = simulate(TALKERS)
    tables = community.tables(made=made)
    rows = members(catalogue.find("stance").ask(tables, **ON, at="2027-12-31", half_life_days=720))
    moods = dict(zip(*(made.truth["people"][name].to_pylist() for name in ("identity", "mood")), strict=True))
    person = {one: row["person_id"] for row in tables["people"].to_pylist() for one in row["identities"]}
    mood_of = {person[identity]: mood for identity, mood in moods.items() if identity in person}
    known = [row for row in rows if row["stance"] != "unknown" and row["person_id"] in mood_of]
    return [mood_of[row["person_id"]] for row in known], known


def test_the_moods_of_a_community_are_found():
    moods, known = truth_and_found()
    assert len(known) > 60
    right = np.array([mood == row["stance"] for mood, row in zip(moods, known, strict=True)])
    assert right.mean() > 0.85
    order = {"detractor": 0, "passive": 1, "advocate": 2}
    far = [abs(order[mood] - order[row["stance"]]) == 2 for mood, row in zip(moods, known, strict=True)]
    assert np.mean(far) < 0.04
    sure = np.array([row["confidence"] for row in known]) > 0.75
    assert right[sure].mean() > right[~sure].mean()
    draw = np.random.default_rng(1)
    by_chance = np.mean([draw.permutation(moods)[place] == row["stance"] for place, row in enumerate(known)])
    assert right.mean() > by_chance + 0.2


def test_where_words_and_moods_have_nothing_to_do_with_each_other_hardly_anyone_is_called_a_detractor_surely():
    """The null: people of one and the same mood write nicely, plainly and badly by chance, ten times each."""
    draw = np.random.default_rng(4)
    texts = (POLITE, PLAIN, RUDE)
    lines = [
        f"email:p{person}  06-{day:02}  posted  -  {texts[draw.integers(3)]}"
        for person in range(120)
        for day in range(10, 20)
    ]
    found = stances("\n".join(lines))
    assert np.mean([(confidence or 0) > 0.7 for _, confidence in found.values()]) < 0.03
    assert np.mean([stance == "unknown" for stance, _ in found.values()]) > 0.5


def test_languages_are_looked_up_by_channel():
    log = (
        f"actor  at  kind  channel  text\nemail:a  06-20  posted  forum  {RUDE}\nemail:a  06-21  posted  forum  {RUDE}"
    )
    row = members(ask("stance", log, at=AT))[0]
    assert row["stance"] == "detractor"
    row = members(ask("stance", log, languages(forum="fr"), at=AT))[0]
    assert row["stance"] == "unknown"


def test_a_crowd_answers_it():
    crowd = Crowd(interactions("actor  at  kind  score\nemail:ana  06-20  rated  9"))
    assert crowd.ask("stance", lives.ladder()).rows()[0]["people"] == 1
