"""What is remembered of a person, as it is typed."""


def test_a_task_is_kept_listed_done_and_taken_back(club):
    given = ("import", "Events 2026-01.csv", "--constant", "channel=web", "--kind", "Blorb=skip", "--yes")
    assert club(*given).code == 0
    assert club("refresh").code == 0
    kept = club("note", "bea@example.org", "ask for a date", "--as", "task", "--day", "2199-04-15", "--owner", "Inez")
    assert kept.out == "Kept of bea@example.org as task 1; --undo 1 takes it back.\n"
    assert "ask for a date" in club("note", "bea@example.org", "--list").out
    assert "ask for a date" not in club("note", "ana@example.org", "--list").out
    assert "a task needs words; say what is to be kept" in club("note", "bea@example.org", "--as", "task").err
    assert club("note", "--done", "1").out == "Task 1 is done.\n"
    assert "there is no open task 1" in club("note", "--done", "1").err
    assert club("note", "--undo", "1").out == "What was kept as 1 is taken back.\n"
    assert "there is no note 1" in club("note", "--undo", "1").err
    assert "nobody" in club("note", "zoe@example.org", "hello").err.lower()
    assert "a note needs a person and words" in club("note").err


def test_days_on_the_wrong_side_of_today_and_several_things_at_once_are_refused(club):
    assert club("import", "Events 2026-01.csv", "--constant", "channel=web", "--kind", "Blorb=skip", "--yes").code == 0
    assert club("refresh").code == 0
    bea = "bea@example.org"
    for what, day, said in (("task", "2020-01-01", "which is over"), ("snoozed", "2020-01-01", "which is over"),
                            ("contacted", "2199-01-01", "still to come")):  # fmt: skip
        assert said in club("note", bea, "x", "--as", what, "--day", day).err
    assert "can't be done at once" in club("note", "--list", "--undo", "1").err
    assert "take a number alone" in club("note", bea, "words", "--done", "1").err
    assert "can't be done at once" in club("same", "--list", "--undo").err
    assert "can't be done at once" in club("raise", "--undo", "1", "--until", "2030-01-01").err
    assert club("note", "--list", "--json").out == club("note", bea, "--list", "--json").out  # nothing was kept
    said = {filters: club("people", "--filter", filters).err for filters in ("did", "did=", "didd=x")}
    assert "`did` needs a value" in said["did"] and "`did` needs a value" in said["did="]
    assert "did you mean 'did'" in said["didd=x"]
    assert "`said` is said twice" in club("people", "--filter", "said=a", "--filter", "said=b").err
    for typed in ("level >= ", "level >= 3", "level>3", "level==3"):
        assert "name each level that is meant, as level=3" in club("people", "--filter", typed).err, typed
    assert "as chance_from=0.4 or chance_below=0.4" in club("people", "--filter", "chance > 0.4").err
    assert "write did=VALUE, such as did=attended" in club("people", "--filter", "did != attended").err
    assert "0 people" in club("people", "--filter", "search=a>b", "--filter", "forecast=climb").out
    assert "2 people" in club("people", "--filter", "did=subscribed", "--filter", "did=donated").out
    assert "is written as .csv or .xlsx" in club("people", "--save", "some", "--out", "some.pdf").err
    assert "some" not in club("segment", "list").out
