"""Somebody comes within reach, is queued or held out, is sent something, acts, and the proof counts her."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.written import interactions, open_new, take
from ziggurat.base.errors import DeclarationError, QuestionError, WorkspaceError
from ziggurat.playbook import holdout
from ziggurat.state import steps as kept
from ziggurat.workspace import Workspace, moot

PLAY = """
step = "ask"
minutes = 10
owner = "bo"
holdout_share = 0.5
text = "Hello {first_name}, {missing}"
[whom]
level = ["Following"]
[unless]
contacted_days = 14
one_per = "account"
[success]
level = "Giving"
within_days = 5
"""
PEOPLE = [f"email:p{one}@firm{one}.com" for one in range(12)]


def rows(kind: str, day: str, people: list[str], *, amount: str = "-", ids: str = "") -> str:
    head = "interaction_id  at  actor  kind  channel  amount\n"
    return head + "\n".join(f"{ids or kind}-{one}  {day}  {one}  {kind}  email  {amount}" for one in people)


@pytest.fixture
def club(tmp_path) -> Workspace:
    space = open_new(tmp_path / "club")
    (space.folder / "plays").mkdir()
    (space.folder / "plays" / "give.toml").write_text(PLAY, "utf-8")
    for shipped in ("answer-who-waits", "keep-who-flags", "thank-who-climbed", "listen-to-who-turned-against-us",
                    "thank-hosts"):  # fmt: skip
        (space.folder / "plays" / f"{shipped}.toml").write_text(
            'active = false\nstep = "thank"\n[success]\nwithin_days = 9', "utf-8"
        )
    take(space, interactions=interactions(rows("subscribed", "2026-01-05", PEOPLE)))
    space.refresh()
    return space


def all_steps(space: Workspace) -> list[dict]:
    return kept.steps(space.state.database)


def arms(space: Workspace) -> dict[str, str]:
    return {one["identity"]: one["arm"] for one in all_steps(space)}


def test_from_within_reach_to_the_proof(club) -> None:
    assert club.last_week() is None
    filled = club.fill_week(by="ana")
    assert club.last_week() is None  # it is this week's
    drawn = arms(club)
    assert drawn == {one: holdout.draw(f"account:{one.partition('@')[2]}", "give", 0, 0.5) for one in drawn} and len(
        drawn
    ) == len(PEOPLE)
    offered = [one for one, arm in drawn.items() if arm == holdout.OFFERED]
    held = [one for one, arm in drawn.items() if arm == holdout.HELD]
    assert (filled.offered, filled.held) == (len(offered), len(held)) and offered and held
    queue = club.queue()
    assert {one["identity"] for one in queue} == set(offered)
    assert all(one["text"] == "" for one in all_steps(club) if one["arm"] == holdout.HELD)
    assert "for Giving: " in queue[0]["text"] and queue[0]["text"].startswith("Hello there, ")
    again = club.fill_week(by="ana")
    assert (again.offered, again.held) == (0, 0)  # nobody is asked twice, and nobody is drawn twice

    first, second = queue[:2]
    club.edit_step(first["id"], subject="Would you", text="Dear you", by="ana")
    club.take_steps([first["id"]], by="ana")
    with pytest.raises(WorkspaceError, match="no open step"):
        club.take_steps([first["id"], second["id"]])
    assert [one["status"] for one in all_steps(club) if one["id"] == second["id"]] == ["queued"]
    assert first["person_id"] in club.resting(club.as_of().date())
    club.refresh()
    told = club.story(first["identity"]).timeline[0]
    assert (told["kind"], told["direction"], told["activity"], told["text"]) == ("messaged", "out", "give", "Dear you")

    assert club.prove("give").open == len(PEOPLE)
    gives = [first["identity"], held[0]]
    take(club, interactions=interactions(rows("donated", "2026-01-08", gives, amount="60")))
    take(club, interactions=interactions(rows("donated", "2026-01-11", [second["identity"]], amount="60")))  # too late
    take(club, interactions=interactions(rows("visited", "2026-01-20", PEOPLE)))
    club.refresh()
    found = club.prove("give")
    assert found.open == 0
    assert (found.effects[0].offered, found.effects[0].held) == (len(offered), len(held))
    assert found.effects[0].offered_share == pytest.approx(1 / len(offered))
    assert found.effects[0].held_share == pytest.approx(1 / len(held))
    assert found.verdict == "too few" and "climbed to Giving within 5 days" in found.said
    assert found.left == {"sent": 1, "queued": len(offered) - 1}


def test_steps_are_accepted_wait_are_declined_with_a_reason_and_opened_again(club) -> None:
    club.fill_week(play="give")
    one, two, three = (step["id"] for step in club.queue()[:3])
    club.decide_step(one, "accept")
    later = (club.as_of() + dt.timedelta(days=4000)).date()
    club.decide_step(two, "snooze", day=later.isoformat())
    with pytest.raises(QuestionError, match="say why"):
        club.decide_step(three, "decline", reason=" ")
    club.decide_step(three, "decline", reason="moved away")
    assert {two, three}.isdisjoint(step["id"] for step in club.queue())
    assert two in {step["id"] for step in club.queue(every=True)}
    club.decide_step(two, "reopen")
    assert two in {step["id"] for step in club.queue()}
    for wrong in ("reopened", ""):
        with pytest.raises(QuestionError, match="a step can't be"):
            club.decide_step(one, wrong)
    with pytest.raises(WorkspaceError, match="no open step 999"):
        club.decide_step(999, "accept")


def test_what_is_said_of_several_steps_is_all_done_or_none_of_it(club) -> None:
    club.fill_week(play="give")
    one, two, three = (step["id"] for step in club.queue()[:3])
    before, imports = all_steps(club), len(club.imports())
    yesterday = (dt.datetime.now(dt.UTC) - dt.timedelta(days=2)).date()
    for decisions, said in (
        ({"sent": [one, two], "decline": [two]}, f"step {two} is named under 'sent' and 'decline'"),
        ({"accept": [one], "snooze": [two]}, "which is over"),
        ({"accept": [one], "done": [two, 999]}, "no open step 999"),
        ({"sent": [one], "reopen": [three]}, f"step {three} was not accepted"),
        ({"accept": [one], "drop": [two]}, "can't be 'drop'"),
        ({}, "no step is named"),
    ):
        with pytest.raises((QuestionError, WorkspaceError), match=said):
            club.decide_steps(decisions, day=yesterday, reason="x")
        assert all_steps(club) == before and len(club.imports()) == imports, decisions
    assert club.decide_steps({"sent": [one], "decline": [two, two], "accept": [three]}, reason="x")
    assert {step["id"]: step["status"] for step in all_steps(club) if step["id"] in (one, two, three)} == {
        one: "sent", two: "declined", three: "accepted",
    }  # fmt: skip


def test_whoever_may_not_be_turned_to_is_not(club) -> None:
    """Staff-like exceptions one by one: unsubscribed, contacted, snoozed, at the target, waiting for an answer."""
    out, contacted, snoozed, there, waits = PEOPLE[:5]
    take(club, interactions=interactions(rows("donated", "2026-01-06", [there], amount="60")))
    take(club, interactions=interactions(rows("asked", "2026-01-06", [waits])))
    club.refresh()
    club.note(contacted, sort="contacted", day="2026-01-05")
    club.note(snoozed, sort="snoozed", day="2199-01-01")
    take(club, interactions=interactions(rows("unsubscribed", "2026-01-06", [out])))
    club.refresh()
    club.fill_week()
    assert set(arms(club)) == set(PEOPLE[5:])
    step = club.queue()[0]
    take(club, interactions=interactions(rows("unsubscribed", "2026-01-06", [step["identity"]])))
    club.refresh()
    with pytest.raises(QuestionError, match="they have unsubscribed since"):
        club.take_steps([step["id"]])
    other = club.queue()[1]
    take(club, interactions=interactions(rows("donated", "2026-01-06", [other["identity"]], amount="60", ids="late")))
    club.refresh()
    club.fill_week()
    reasons = {one["id"]: one["reason"] for one in all_steps(club) if one["status"] == "declined"}
    assert reasons == {step["id"]: moot.WITHDREW, other["id"]: moot.REACHED}


def test_a_play_without_a_holdout_is_compared_with_others_who_were_there(club) -> None:
    """90 of 240 are turned to; 45 of them give, and 30 of the 150 others; 12 who stood higher are no comparison."""
    (club.folder / "plays" / "give.toml").write_text(PLAY.replace("holdout_share = 0.5", "holdout_share = 0"), "utf-8")
    crowd, there = [f"email:c{one}@x{one}.com" for one in range(240)], PEOPLE
    take(club, interactions=interactions(rows("subscribed", "2026-01-05", crowd, ids="crowd")))
    take(club, interactions=interactions(rows("donated", "2026-01-04", there, amount="60")))
    club.refresh()
    at, turned = club.as_of(), crowd[:90]
    step = {
        "play": "give", "arm": "offered", "ladder": club.default_ladder(), "level": "Following",
        "target": club.ladder().number("Giving"), "assigned_at": at, "week": at.date(), "owner": "bo", "minutes": 10,
        "expected": 0.1, "channel": "email", "story": "", "subject": "", "text": "", "status": "sent",
    }  # fmt: skip
    kept.assign(club.state.database, [{**step, "identity": one, "unit": one} for one in turned], by="bo", at=at)
    assert club.prove("give").observed.verdict == "too few"  # the windows are open
    gives = [*turned[::2], *crowd[90::5]]
    take(club, interactions=interactions(rows("donated", "2026-01-08", gives, amount="60", ids="later")))
    take(club, interactions=interactions(rows("visited", "2026-01-20", [*crowd, *there])))
    club.refresh()
    proof = club.prove("give")
    found = proof.observed
    assert (found.treated, found.others, found.share) == (90, 150, 0.5)
    assert found.without == pytest.approx(0.2, abs=0.03) and found.low <= 0.3 <= found.high
    assert found.verdict == proof.verdict == "seems to help" and found.e_value > found.e_low > 1
    assert "Nobody is held out" in proof.said and "Observed: 50 % of 90" in proof.said.replace("\u202f", " ")
    assert club.prove("give").observed is found  # remembered for as long as nothing changed


def test_a_play_that_harms_is_stopped_and_one_that_does_nothing_is_paused_until_it_is_resumed(club) -> None:
    """Of 100 to whom `give` turned 10 give, of 100 held out 80; of `call` 20 of 100 on either side do."""
    crowd = [f"email:c{one}@x{one}.com" for one in range(200)]
    (club.folder / "plays" / "give.toml").write_text(PLAY, "utf-8")
    (club.folder / "plays" / "call.toml").write_text(PLAY.replace("[whom]", "least_effect = 0.6\n[whom]"), "utf-8")
    take(club, interactions=interactions(rows("subscribed", "2026-01-05", crowd, ids="crowd")))
    take(club, interactions=interactions(rows("subscribed", "2026-01-05", [f"user:d{one}" for one in range(200)])))
    club.refresh()
    at, target = club.as_of(), club.ladder().number("Giving")

    def assign(play, people, status="sent"):
        step = {
            "play": play, "ladder": club.default_ladder(), "level": "Following", "target": target, "assigned_at": at,
            "week": at.date(), "owner": "bo", "minutes": 10, "expected": 0.1, "channel": "email", "story": "",
            "subject": "", "text": "",
        }  # fmt: skip
        some = [step | {"identity": one, "unit": one, "arm": "held out" if place % 2 else "offered",
                        "status": "held out" if place % 2 else status} for place, one in enumerate(people)]  # fmt: skip
        kept.assign(club.state.database, some, by="bo", at=at)

    calls = [f"user:d{one}" for one in range(200)]
    assign("give", crowd)
    assign("call", calls[:198])
    assign("call", calls[198:], "queued")
    gives = [*crowd[:20:2], *crowd[1:161:2], *calls[:40]]
    take(club, interactions=interactions(rows("donated", "2026-01-08", gives, amount="60", ids="later")))
    take(club, interactions=interactions(rows("visited", "2026-01-20", PEOPLE)))
    club.refresh()
    assert {one.play.name: one.ended for one in club.prove_all() if one.ended} == {
        "give": "The play is stopped: it harms.", "call": "The play is paused: it does nothing worth its minutes.",
    }  # fmt: skip
    last = club.last_week()
    assert last is not None and (last.week, last.offered, last.taken, last.declined) == (at.date(), 200, 199, 0)
    assert (last.reached, last.held, last.held_reached) == (10 + 20, 200, 80 + 20)
    assert "came so far to 30 of those offered, and to 100 of the 200 left out by chance" in last.words()
    assert club.queue() == []  # at once, and not only when the week is filled
    assert club.endings() == {"call": "The play is paused: it does nothing worth its minutes."}
    (number,) = [one["id"] for one in all_steps(club) if one["status"] == "queued"]
    for what in ("accept", "sent", "done"):
        with pytest.raises(WorkspaceError, match=r"of the play call\. The play is paused.*`ziggurat play resume call`"):
            club.decide_step(number, what)
    filled = club.fill_week()
    assert (filled.stopped, filled.paused, filled.offered) == (("give",), ("call",), 0)
    assert club.queue() == []  # the one step of `call` that was open is taken away
    assert [one["reason"] for one in all_steps(club) if one["status"] == "declined"] == [
        "The play is paused: it does nothing worth its minutes."
    ]
    for name in ("give", "call"):
        club.resume_play(name)
    filled = club.fill_week()
    assert (filled.stopped, filled.paused) == (("give",), ()) and filled.offered > 0
    assert {one["play"] for one in club.queue()} == {"call"}
    assert club.play("call").regardless and club.play("call").text == "Hello {first_name}, {missing}"


def test_the_steps_of_a_play_that_is_not_in_use_any_more_stop_at_once(club) -> None:
    club.fill_week(by="ana")
    number = club.queue()[0]["id"]
    path = club.folder / "plays" / "give.toml"
    path.write_text("active = false\n" + PLAY, "utf-8")
    assert club.queue() == [] and club.endings() == {"give": "The play is not in use any more."}
    with pytest.raises(WorkspaceError, match=r"not in use any more\. Turn to nobody by it; decline the step"):
        club.decide_step(number, "sent")
    club.decide_step(number, "decline", reason="gone")
    path.write_text(PLAY, "utf-8")
    assert club.queue() and club.endings() == {}
    with_it = len(club.queue())
    path.write_text("active = false\n" + PLAY, "utf-8")
    club.fill_week(by="ana")
    reasons = [one["reason"] for one in all_steps(club) if one["status"] == "declined"]
    assert reasons.count("The play is not in use any more.") == with_it


def test_of_plays_that_compete_each_person_gets_one(club) -> None:
    text = PLAY.replace("holdout_share = 0.5", 'holdout_share = 0\nrivals = "first gift"')
    for name in ("give", "call"):
        (club.folder / "plays" / f"{name}.toml").write_text(text, "utf-8")
    club.fill_week()
    drawn = [(one["play"], one["identity"]) for one in all_steps(club)]
    assert len(drawn) == len(PEOPLE) == len({identity for _, identity in drawn})
    assert {play for play, _ in drawn} == {"give", "call"}
    assert "about 0 fewer than if all had got the one that seems best" in club.prove("call").said


def test_an_owner_gets_no_more_than_their_minutes_and_an_account_one_step(club) -> None:
    with (club.folder / "ziggurat.toml").open("a", encoding="utf-8") as file:
        file.write("\n[week]\nminutes = 500\nowners = { bo = 25 }\n")
    take(club, interactions=interactions(rows("subscribed", "2026-01-05", ["email:q@firm0.com"], ids="q")))
    space = Workspace.open(club.folder)
    space.refresh()
    filled = space.fill_week()
    assert filled.offered <= 2
    units = [one["unit"] for one in all_steps(space)]
    assert len(units) == len(set(units))


def test_a_play_that_can_not_be_is_named(club) -> None:
    path = club.folder / "plays" / "give.toml"
    for old, new, said in (
        ('level = "Giving"', 'level = "Givng"', "did you mean 'Giving'"),
        ('level = ["Following"]', 'level = ["Leading"]', "nobody whom it means could climb to 'Giving'"),
        ("[whom]", 'ladder = "six"\n[whom]', "no ladder named 'six'"),
        (PLAY, 'whom = "press"\n' + PLAY.replace('[whom]\nlevel = ["Following"]', ""), "no segment named 'press'"),
    ):
        path.write_text(PLAY.replace(old, new))
        with pytest.raises(DeclarationError) as refused:
            club.plays()
        assert said in str(refused.value) and str(refused.value).startswith("plays/give.toml: ")
    path.write_text(PLAY)
    with pytest.raises(QuestionError, match="did you mean 'give'"):
        club.play("giv")


def test_a_step_counts_for_the_mix_and_says_for_what(club) -> None:
    """Eleven of the twelve got the newsletter; the last got nothing of us yet, and so brings the mix more."""
    sent = "interaction_id  at  actor  kind  channel  activity\n" + "\n".join(
        f"news-{place}  2026-01-06  {one}  emailed  email  News" for place, one in enumerate(PEOPLE[:-1])
    )
    take(club, "sent", interactions=interactions(sent + "\nlate  2026-02-20  email:late@late.com  visited  web  -"))
    club.refresh()
    club.fill_week(by="ana")
    found = {one["identity"]: one["expected"] for one in all_steps(club)}
    others = {round(found[one], 9) for one in PEOPLE[:-1] if one in found}
    assert len(others) == 1 and found[PEOPLE[-1]] > others.pop() + 0.01
    story = next(one["story"] for one in all_steps(club) if one["arm"] == "offered")
    assert "of a person nearer to a dialogue with everyone, counted as" in story


def test_without_a_weight_the_mix_counts_for_nothing_and_is_not_told(club) -> None:
    path = club.folder / "ziggurat.toml"
    path.write_text(path.read_text("utf-8") + "\n[week]\nmix_weight = 0\n", "utf-8")
    again = Workspace.open(club.folder)
    again.fill_week(by="ana")
    assert len({round(one["expected"], 12) for one in all_steps(again)}) == 1
    assert not any("The mix" in one["story"] for one in all_steps(again))
    path.write_text(path.read_text("utf-8").replace("mix_weight = 0", "mix_weight = 2"), "utf-8")
    with pytest.raises(DeclarationError, match=r"`mix_weight` is 2, but must be from 0 to 1"):
        Workspace.open(club.folder)
