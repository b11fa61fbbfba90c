"""What comes in, is taken back and is decided, as it is typed."""

from pathlib import Path

from tests.cli.shown import cells


def asking(monkeypatch, answer):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda text, **_: answer)


def test_init_makes_a_workspace_once_and_only_with_a_ladder_that_there_is(run, tmp_path):
    wrong = run("init", tmp_path / "a", "--ladder", "nonproft")
    assert "no shipped ladder named 'nonproft'; did you mean 'nonprofit'?" in wrong.err
    assert not (tmp_path / "a").exists()
    assert "Made the workspace 'a'" in run("init", tmp_path / "a").out
    assert "is a workspace already" in run("init", tmp_path / "a").err


def test_a_guess_is_shown_with_its_reasons_and_needs_to_be_accepted(club):
    shown = club("import", "Events 2026-01.csv", "--constant", "channel=web")
    assert shown.code == 1
    assert "its name, and its values look like e-mail addresses" in shown.out
    assert "Blorb" in shown.out
    assert "unknown: its rows will be rejected" in shown.out
    assert "'someday' is no date" in shown.out
    assert "add --yes" in shown.err
    assert "[sources" not in Path("club/ziggurat.toml").read_text("utf-8")
    assert "Nothing has been imported yet" in club("log").out


def test_a_guess_can_be_declined_and_accepted_by_hand(club, monkeypatch):
    asking(monkeypatch, False)
    declined = club("import", "Events 2026-01.csv", "--constant", "channel=web")
    assert (declined.code, "Nothing was imported" in declined.out) == (1, True)
    asking(monkeypatch, True)
    accepted = club("import", "Events 2026-01.csv", "--constant", "channel=web")
    assert (accepted.code, "4 new, 0 already known, 2 rejected" in accepted.out) == (0, True)


def test_what_a_guess_lacks_is_said_with_the_option_that_gives_it(club):
    Path("may.csv").write_text("Email,When,Message\nana@example.org,2026-05-01,hi\n", "utf-8")
    lacking = club("import", "may.csv", "--yes")
    assert lacking.err == (
        "Error: [sources.may]: nothing says the kind of a row; name its column with --field kind=COLUMN, "
        "or say one for all rows with --constant kind=purchased.\n"
    )
    assert "has no '='" in club("import", "Events 2026-01.csv", "--constant", "channel").err


def test_an_import_is_kept_known_again_and_taken_back(club):
    given = ("import", "Events 2026-01.csv", "--constant", "channel=web", "--kind", "Blorb=skip", "--yes")
    assert "4 new, 0 already known, 1 rejected, 1 skipped on purpose (import 1, source 'events')" in club(*given).out
    assert 'Blorb = "skip"' in Path("club/ziggurat.toml").read_text("utf-8")
    again = club("import", "Events 2026-01.csv")
    assert again.out.startswith(
        "Events 2026-01.csv: 0 new, 4 already known, 1 rejected, 1 skipped on purpose (import 2"
    )
    club("refresh")
    assert "2 people, page 1 of 1" in club("people").out
    assert "Import 1 is taken back" in club("undo", "1").out
    assert "ziggurat -C club refresh" in club("people").err
    assert "4 interactions of 2 people" in club("refresh").out  # import 2 told them, too
    assert "Import 2 is taken back" in club("undo", "2").out
    assert "0 interactions of 0 people" in club("refresh").out
    assert "import 1 is already undone" in club("undo", "1").err
    assert "is no import's number" in club("undo", "one").err
    assert club("log").out.count("undone") == 3  # the heading, and both imports


def test_rejected_rows_go_out_are_mended_and_come_in_again(club):
    club("import", "Events 2026-01.csv", "--constant", "channel=web", "--kind", "Blorb=skip", "--yes")
    listed = club("rejected")
    assert "column 'Date': 'someday' is no date" in listed.out
    assert "1 in all" in listed.out
    assert "page 1 of 1" in club("rejected", "--page", "1").out
    written = club("rejected", "1", "--export", "bad.csv")
    assert "ziggurat -C club import bad.csv --source events" in written.out
    Path("bad.csv").write_text(Path("bad.csv").read_text("utf-8").replace("someday,", "2026-03-01,"), "utf-8")
    assert "1 new, 0 already known, 0 rejected" in club("import", "bad.csv", "--source", "events").out
    assert "No row was rejected" in club("rejected", "2").out
    assert "there is no import 99; `ziggurat -C club log` lists the imports." in club("rejected", "99").err
    assert "The rejected rows of import 1 are dealt with." in club("rejected", "1", "--settled").out
    assert "No rejected row is open." in club("rejected").out
    assert "1 in all" in club("rejected", "1").out
    assert "import 1 are open." in club("rejected", "1", "--open").out
    assert "1 in all" in club("rejected").out
    assert "say which import's rows are meant" in club("rejected", "--settled").err
    assert "can't be written" in club("rejected", "--export", "nix/bad.csv").err


def test_a_guess_that_rejects_every_row_is_not_accepted_unseen(club, monkeypatch):
    Path("meetups.csv").write_text(
        "Date,Email,Event\n" + "".join(f"2026-01-{day:02d},ana@example.org,Meetup {day}\n" for day in range(1, 29)),
        "utf-8",
    )
    given = ("import", "meetups.csv", "--constant", "channel=event")
    refused = club(*given, "--yes")
    assert refused.code == 1
    assert "meetups.csv: all of the first 20 rows would be rejected, so the guess is wrong" in refused.err
    assert "Line 2: column 'Event': " in refused.err
    assert "[sources" not in Path("club/ziggurat.toml").read_text("utf-8")
    assert "28 new" in club(*given, "--yes", "--kind", "*=attended").out
    Path("club/ziggurat.toml").write_text('name = "Harbour Club"\n', "utf-8")
    asking(monkeypatch, True)
    assert "28 rejected" in club(*given).out  # whoever has seen it may have it so


def test_a_heading_without_rows_is_said(club):
    Path("empty.csv").write_text("email,date,event\n", "utf-8")
    assert club("import", "empty.csv").err == (
        "Error: empty.csv: has a header and no rows below it; there is nothing to import.\n"
    )


def test_what_comes_next_is_said_as_it_is_typed(run, club, monkeypatch, tmp_path):
    given = ("import", "Events 2026-01.csv", "--constant", "channel=web", "--yes")
    imported = club(*given).out
    assert imported.endswith("Next: ziggurat -C club refresh\n")
    assert "`ziggurat -C club rejected 1` lists them" in imported
    refreshed = club("refresh").out
    assert refreshed.endswith("Next: ziggurat -C club pyramid, ziggurat -C club rising, ziggurat -C club serve\n")
    assert "Next: ziggurat -C club refresh" in club("undo", "1").out
    assert "`ziggurat -C club refresh` brings" in club("pyramid").err
    pair = ("email:ana@example.org", "email:bea@example.org")
    assert "Next: ziggurat -C club refresh" in club("same", *pair).out
    assert "Next: ziggurat -C club refresh" in club("same", *pair, "--undo").out
    assert run("init", "a club").out.endswith("Next: ziggurat -C 'a club' import FILE\n")
    monkeypatch.chdir(tmp_path / "club")
    assert run("refresh").out.endswith("Next: ziggurat pyramid, ziggurat rising, ziggurat serve\n")
    monkeypatch.setattr("sys.argv", [".venv/bin/ziggurat"])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "Next: .venv/bin/ziggurat pyramid, " in run("refresh").out


def test_a_mapping_may_come_from_a_file(club):
    Path("map.toml").write_text(
        '[fields]\nat = "Date"\nactor = "Email"\n[constants]\nchannel = "web"\nkind = "donated"\n'
        '[namespaces]\nactor = "email"\n',
        "utf-8",
    )
    assert "5 new" in club("import", "Events 2026-01.csv", "--mapping", "map.toml", "--source", "gifts").out
    assert "[sources.gifts" in Path("club/ziggurat.toml").read_text("utf-8")
    Path("map.toml").write_text('[feilds]\nat = "Date"\n', "utf-8")
    assert "map.toml: unknown field `feilds`; did you mean `fields`?" in club(
        "import", "Events 2026-01.csv", "--mapping", "map.toml").err  # fmt: skip


def test_a_file_that_is_not_there(club):
    assert "nix.csv: No such file or directory" in club("import", "nix.csv", "--yes").err


def test_before_the_first_refresh_a_question_says_what_to_do(club):
    assert "`ziggurat -C club import` some data, then `ziggurat -C club refresh`" in club("pyramid").err


def test_identities_are_merged_listed_and_parted_again(club):
    club("import", "Events 2026-01.csv", "--constant", "channel=web", "--yes")
    club("refresh")
    pair = ("email:ana@example.org", "email:bea@example.org")
    assert "are one person" in club("same", *pair, "--why", "one card").out
    assert "one card" in club("same", "--list").out
    assert "of 1 person," in club("refresh").out
    assert "is taken back" in club("same", *pair[::-1], "--undo").out
    assert "of 2 people," in club("refresh").out
    assert "not to be linked" in club("apart", *pair).out
    assert "apart" in club("apart", "--list").out
    assert "nobody is known as 'email:nix'" in club("same", pair[0], "email:nix").err
    assert "are the same identity" in club("same", pair[0], pair[0]).err
    assert "two identities are needed" in club("same", pair[0]).err
    club("apart", *pair, "--undo")
    assert "nothing was decided" in club("apart", *pair, "--undo").err


def test_a_raise_lifts_until_it_ends_and_can_be_taken_back(club):
    club("import", "Events 2026-01.csv", "--constant", "channel=web", "--yes")
    club("refresh")
    given = ("email:ana@example.org", "Champion", "--since", "2026-01-31", "--until", "2026-12-31", "--why", "board")
    assert "stands on Champion or higher" in club("raise", *given).out
    assert cells(club("pyramid").out, "Champion")[1] == "1"
    assert "board" in club("raise", "--list").out
    assert "Raise 1 is taken back" in club("raise", "--undo", "1").out
    assert cells(club("pyramid").out, "Champion")[1] == "0"
    assert "there is no raise 1" in club("raise", "--undo", "1").err
    assert "--until DATE and --why REASON" in club("raise", *given[:2]).err
    assert "has no level 'Champ'; did you mean 'Champion'?" in club("raise", given[0], "Champ", *given[2:]).err


def test_a_guess_is_corrected_piece_by_piece(club):
    Path("list.csv").write_text("Club list\n\nWho,Day,Kind\nana@example.org,2026-01-05,Blorb\n", "utf-8")
    wrong = club("import", "list.csv", "--yes", "--kind", "Blurb=visited")
    assert (
        "--kind 'Blurb': there is no such event name, since column 'Kind' holds none of it; did you mean 'Blorb'"
        in (wrong.err)
    )
    done = club(
        "import", "list.csv", "--yes", "--kind", "Blorb=visited", "--skip-lines", "2", "--time-zone", "Asia/Tokyo"
    )
    assert (done.code, "1 new, 0 already known, 0 rejected" in done.out) == (0, True)
    kept = Path("club/ziggurat.toml").read_text("utf-8")
    assert all(
        part in kept for part in ('time_zone = "Asia/Tokyo"', "skip_lines = 2", 'actor = "Who"', 'channel = "list"')
    )
    people = club("import", "list.csv", "--yes", "--source", "people", "--target", "people", "--trait", "role=Kind")
    assert (people.code, 'target = "people"' in Path("club/ziggurat.toml").read_text("utf-8")) == (0, True)
