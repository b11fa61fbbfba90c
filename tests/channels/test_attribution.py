import numpy as np
import pytest

from tests.channels import walks
from tests.levels.tables import day
from tests.stats import paths
from tests.written import interactions
from ziggurat.asking.crowd import Crowd
from ziggurat.base.errors import QuestionError
from ziggurat.channels import credits
from ziggurat.channels.attribution import attribution
from ziggurat.people.ids import person_id
from ziggurat.people.resolve import hash_of
from ziggurat.people.staff import Staff
from ziggurat.results import rendering

WHOLE = {"since": -1, "until": "2030-01-01", "outcome": "donated", "collapse_hours": 0, "incremental": "no"}


def ask(people, alone=False, **options):
    return attribution(
        walks.buckets(people, alone), walks.ON["levels"], ladder="any", names=walks.ON["names"], **(WHOLE | options)
    )


def figures(result, column="credit"):
    found = {}
    for row in result.rows():
        found.setdefault(row["model"], {})[row["label"]] = row[column]
    return found


def test_the_models_credit_the_log_that_one_reads():
    log = interactions("""
        at                actor              channel  kind     amount
        2026-01-01        email:ana@x.org    post     emailed  -
        2026-01-02        email:ana@x.org    web      visited  -
        2026-01-03        email:ana@x.org    forum    visited  -
        2026-01-04        email:ana@x.org    web      donated  30
        2026-01-01        email:bo@x.org     post     emailed  -
        2026-01-01        email:cy@x.org     web      visited  -
        2026-01-02        email:cy@x.org     forum    visited  -
        2026-01-09        email:dee@x.org    web      donated  5
        2026-01-01        email:eve@x.org    web      visited  -
        2026-01-02        anon:1             web      visited  -
        2026-01-03        anon:1             web      donated  90
        2026-01-02        email:sam@ours.org  web     visited  -
        2026-01-03        email:sam@ours.org  web     donated  90
        2026-03-20        email:eve@x.org    post     emailed  -
    """)
    crowd = Crowd(log, staff=Staff(domains=("ours.org",)))
    lives = crowd.derived.buckets()
    levels = walks.ON["levels"]
    found = attribution(
        lives, levels, since="2025-12-31", until="2026-04-01", ladder="any", names=walks.ON["names"],
        outcome="donated", draws=0,
    )  # fmt: skip
    credit = figures(found)
    assert credit["first"] == {"post": 1, "web": 0, "forum": 0}
    assert credit["last"] == {"post": 0, "web": 0, "forum": 1}
    assert credit["position"] == pytest.approx({"post": 0.4, "web": 0.2, "forum": 0.4})
    assert credit["counted"] == {"(no touch)": 1}
    # lost: bo by post; cy by web and forum; eve by web, in January. Her letter of March is open yet
    effect = figures(found, "removal_effect")["markov 1"]
    walked = [((0, 1, 2), True), ((0,), False), ((1, 2), False), ((1,), False)]
    assert list(effect.values()) == pytest.approx(
        [dict(zip(("post", "web", "forum"), paths.removal(walked, 3, 1), strict=True))[label] for label in effect]
    )
    assert {row["people"] for row in found.rows()} == {1}
    assert found.people(label="post").collect(backend="pyarrow").to_native().to_pylist() == [
        {
            "person_id": person_id(hash_of("email:ana@x.org")),
            "label": "post",
            "path": "post > web > forum",
            "decided_at": day("01-04"),
        }
    ]
    by_amount = attribution(
        lives, levels, since="2025-12-31", until="2026-04-01", ladder="any", names=walks.ON["names"],
        outcome="donated", worth="amount", direct="forum", draws=0,
    )  # fmt: skip
    assert figures(by_amount)["last non-direct"] == {"post": 0, "web": 30, "forum": 0}
    assert figures(by_amount)["counted"] == {"(no touch)": 5}


def sample():
    coded, names = paths.read(paths.SAMPLE.replace("d", "b").replace("e", "c"))
    assert names == ["a", "b", "c"]
    return [[walk] for walk in coded]


def test_shares_sum_to_one_under_every_model_and_say_how_far_they_spread():
    found = ask([*sample(), [((), True)]], order=3)
    shares = figures(found, "share")
    untouched = shares.pop("counted")["(no touch)"]
    assert untouched == pytest.approx(1 / 15)
    for model, labels in shares.items():
        assert sum(labels.values()) + untouched == pytest.approx(1), model
    assert list(shares)[-4:] == ["markov 1", "markov 2", "markov 3", "shapley rate"]
    for label in "abc":
        said = [labels[label] for labels in shares.values()]
        row = next(row for row in found.rows() if row["label"] == label)
        assert (row["share_lowest"], row["share_highest"]) == (min(said), max(said))
        assert row["share_spread"] == pytest.approx(max(said) - min(said))
    assert "markov 3" in rendering.to_svg(found.chart())


def test_journeys_that_are_open_count_for_nothing():
    decided = [[((0,), True)], [((0, 1), True)], [((1,), False)], [((0,), False)]]
    late = [[*walked, ((0, 1), False)] for walked in decided]  # begun 40 days after the first, and not over after 60
    until = walks.SLOT + 20 * walks.DAY
    assert ask(late, until=until).table.equals(ask(decided, until=until).table)
    assert not ask(late).table.equals(ask(decided).table)


def test_shapley_of_the_rate_is_that_of_the_game_over_all_sets():
    people = sample()
    held = [(set(walk), won) for ((walk, won),) in people]
    worth = []
    for mask in range(8):
        inside = [won for labels, won in held if labels <= {label for label in range(3) if mask >> label & 1}]
        worth.append(sum(inside) / len(inside) if inside else 0.0)
    values = np.array(paths.shapley(worth, 3))
    found = figures(ask(people), "share")["shapley rate"]
    assert [found[label] for label in "abc"] == pytest.approx(values / values.sum())


def test_rare_labels_are_one():
    found = figures(ask(sample(), labels=1))
    assert set(found["linear"]) == {"b", "(other)"}
    assert found["linear"]["b"] == pytest.approx(figures(ask(sample()))["linear"]["b"])


def test_draws_begin_at_the_seed():
    def lows(seed):
        return [row["low"] for row in ask(sample(), seed=seed).rows()]

    assert lows(1) == lows(1) != lows(2)
    assert {row["low"] for row in ask(sample(), draws=0).rows()} == {None}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"order": 4}, "`order` is 4, but must be a whole number from 1 to 3: how many"),
        ({"labels": 16}, "`labels` is 16, but must be a whole number from 1 to 15"),
        ({"outcome": "donatd"}, "names 'donatd', of which the log holds nothing; did you mean 'donated'"),
        ({"outcome": "Known"}, "nobody climbs to level known; the levels to climb to are: First"),
        ({"outcome": ","}, "`outcome` names nothing"),
        ({"touches": "post"}, "`touches` names 'post', of which the log holds nothing"),
        ({"window_days": 0}, "`window_days` is 0, but must be a number of days from 0.04167 to 36500"),
    ],
)
def test_what_can_not_be_asked_is_refused(options, message):
    with pytest.raises(QuestionError, match=message):
        ask(sample(), **options)


def test_a_chain_too_large_to_be_solved_is_refused(monkeypatch):
    monkeypatch.setattr(credits, "MOST_STATES", 5)
    with pytest.raises(QuestionError, match=r"remembers 2 touches has 1\d states here, more than the 5"):
        ask(sample())


# ---- recovery ------------------------------------------------------------------------------------------------

STARTS = [0.5, 0.3, 0.2]
NEXT = [[0.1, 0.3, 0.1, 0.15, 0.35], [0.2, 0.0, 0.3, 0.1, 0.4], [0.1, 0.2, 0.0, 0.4, 0.3]]  # a, b, c, won, lost


def true_effects():
    """Removal effects of the chain itself, by following it for a thousand steps."""

    def converts(without=None):
        here, won = np.array(STARTS), 0.0
        for _ in range(1000):
            if without is not None:
                here[without] = 0
            won += here @ np.array(NEXT)[:, 3]
            here = here @ np.array(NEXT)[:, :3]
        return won

    return [1 - converts(label) / converts() for label in range(3)]


def chained(draw, people):
    def one():
        walk, here = [], draw.choice(3, p=STARTS)
        while here < 3:
            walk.append(int(here))
            here = draw.choice(5, p=NEXT[here])
        return (walk[:30], bool(here == 3))

    return [[one()] for _ in range(people)]


def covered(result, model, column, truth):
    rows = {row["label"]: row for row in result.rows() if row["model"] == model}
    name = "" if column == "share" else f"{column}_"
    return [
        rows[label][f"{name}low"] <= true <= rows[label][f"{name}high"]
        for label, true in zip("abc", truth, strict=True)
    ]


def test_bounds_of_removal_effects_cover_the_chain_that_made_the_journeys():
    truth, draw, hits = true_effects(), np.random.default_rng(11), []
    for seed in range(40):
        hits += covered(ask(chained(draw, 300), order=1, seed=seed), "markov 1", "removal_effect", truth)
    assert 0.88 <= np.mean(hits) <= 0.995


def habit(draw, journeys):
    """Journeys of one who always comes by the same label."""
    label = int(draw.choice(3))
    return [((label,), bool(draw.random() < 0.5)) for _ in range(journeys)]


def test_bounds_cover_where_people_repeat_themselves_and_would_not_if_journeys_were_drawn_instead():
    draw, by_person, by_journey = np.random.default_rng(5), [], []
    for seed in range(40):
        people = [habit(draw, 12) for _ in range(60)]
        by_person += covered(ask(people, order=1, seed=seed), "last", "share", [1 / 3] * 3)
        by_journey += covered(ask(people, alone=True, order=1, seed=seed), "last", "share", [1 / 3] * 3)
    assert 0.86 <= np.mean(by_person) <= 0.995
    assert np.mean(by_journey) < 0.65


def test_every_label_with_credit_has_a_row_so_that_shares_sum_to_one():
    """b sits in no journey that converts, but the chain goes through it: it has credit, and a row of its own."""
    people = [
        [((0,), True)],
        [((1, 0), False)],
        [((0, 1), False)],
        [((0, 1), False)],
        [((1, 0, 2), False)],
        [((0, 2), True)],
    ]
    found = ask(people, order=1)
    shares = figures(found, "share")
    assert shares["markov 1"]["b"] > 0
    assert {row["people"] for row in found.rows() if row["label"] == "b"} == {0}
    for model in ("markov 1", "first", "linear", "shapley rate"):
        assert sum(shares[model].values()) == pytest.approx(1), model


def test_shares_beyond_a_whole_are_explained_where_they_stand():
    people = [[((0,), True)], [((0, 1), False)], [((0, 1), False)], [((0, 1), True)], [((1,), False)]]
    found = ask(people, order=1)
    odd = {row["label"] for row in found.rows() if row["model"] == "shapley rate" and not 0 <= row["share"] <= 1}
    assert odd == {"a", "b"}
    (note,) = found.notes
    assert note.startswith("Under shapley rate the share of a (")
    assert "b (-" in note
    assert "convert less often" in note
    assert ask([[((0,), True)]], order=1).notes == ()
