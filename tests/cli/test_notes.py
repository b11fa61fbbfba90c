"""What is remembered of a person, as it is typed."""


def test_a_task_is_kept_listed_done_and_taken_back(club):
    given = ("import", "Events 2026-01.csv", "--constant", "channel=web", "--kind", "Blorb=skip", "--yes")
    assert club(*given).code == 0
    assert club("refresh").code == 0
    kept = club("note", "bea@example.org", "ask for a date", "--as", "task", "--day", "2026-04-15", "--owner", "Inez")
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
