"""Plays and steps as they are typed."""

from pathlib import Path

import pytest

PLAY = """
step = "ask"
holdout_share = 0
[whom]
level = ["Donor"]
[success]
level = "Volunteer"
within_days = 30
"""


@pytest.fixture
def filled(club):
    """The club with two steps that are open."""
    assert club("import", "Events 2026-01.csv", "--constant", "channel=web", "--kind", "Blorb=skip", "--yes").code == 0
    assert club("refresh").code == 0
    Path("club/plays").mkdir()
    Path("club/plays/nonprofit-donor-to-volunteer.toml").write_text(PLAY, "utf-8")
    assert "Queued 2 steps" in club("play", "run", "nonprofit-donor-to-volunteer").out
    return club


def test_decisions_of_one_command_are_taken_together_or_not_at_all(filled):
    listed = filled("next", "--json").out
    for given, said in (
        (("--sent", "2", "--decline", "2", "--why", "no"), "named under 'decline' and 'sent'"),
        (("--accept", "1", "--snooze", "2", "--day", "2020-01-01"), "which is over"),
        (("--accept", "1", "--decline", "2"), "say why"),
        (("--accept", "1", "--sent", "9"), "no open step 9"),
        (("--accept", "1", "--out", "week.pdf"), "written as .csv or .ics"),
        (("--accept", "1", "--day", "2199-01-01"), "--day belongs to --snooze"),
        (("--accept", "1", "--why", "so"), "--why belongs to --decline"),
    ):
        assert said in filled("next", *given).err, given
        assert filled("next", "--json").out == listed, given
    assert filled("next", "--sent", "1", "--decline", "2", "--why", "no").code == 0
    assert "0 steps" in filled("next").out


def test_a_play_is_checked_against_the_ladders_that_there_are(filled, run):
    assert "could turn to nobody" in filled("play", "check", "club/plays/nonprofit-donor-to-volunteer.toml").out
    Path("p.toml").write_text(PLAY, "utf-8")
    assert "On the ladder nonprofit it means 2 people; it could turn to nobody" in filled("play", "check", "p.toml").out
    Path("p.toml").write_text(PLAY.replace("Donor", "Subscriber"), "utf-8")
    assert "On the ladder nonprofit it means nobody now." in filled("play", "check", "p.toml").out
    for old, new in (("Volunteer", "Voluntear"), ("Donor", "Donorr")):
        Path("p.toml").write_text(PLAY.replace(old, new), "utf-8")
        for ask in (filled, run):  # in a workspace, and outside of any
            said = ask("play", "check", "./p.toml").err
            assert said.startswith("Error: p.toml: ") and f"did you mean '{old}'" in said, said
    Path("p.toml").write_text(PLAY, "utf-8")
    assert "It fits these ladders: nonprofit." in run("play", "check", "p.toml").out
    Path("p.toml").write_text("levels = []", "utf-8")
    assert run("ladder", "check", "p.toml").err.startswith("Error: p.toml: ")
