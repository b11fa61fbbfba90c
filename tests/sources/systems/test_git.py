"""A repository is read by one `git log`: who wrote, who reviewed, who is who, and what an assistant helped with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from ziggurat.base.errors import SourceError
from ziggurat.sources.systems.git import BATCH_COMMITS, Git
from ziggurat.workspace import Workspace

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git isn't installed")
HOME = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


class Repository:
    """A repository in which commits are made, an hour apart."""

    def __init__(self, folder) -> None:
        self.folder, self.hours = folder, 0
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str, **env: str) -> str:
        run = subprocess.run(
            ["git", "-C", str(self.folder), *words], env=os.environ | HOME | env, check=True, capture_output=True
        )
        return run.stdout.decode().strip()

    def commit(self, message: str, name: str = "Ana Ng", email: str = "ana@x.org", at: int | None = None) -> str:
        self.hours += 1
        day = f"@{1_767_225_600 + 3600 * self.hours if at is None else at} +0000"  # from 2026-01-01
        who = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": day}
        commits = {"GIT_COMMITTER_NAME": "Robot", "GIT_COMMITTER_EMAIL": "merge@x.org", "GIT_COMMITTER_DATE": day}
        self.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message, **who, **commits)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def made(tmp_path) -> Repository:
    return Repository(tmp_path / "site")


@pytest.fixture
def space(tmp_path) -> Workspace:
    return Workspace.create(tmp_path / "space")


def pulled(space: Workspace, **settings) -> list[tuple[int, int, int]]:
    done = space.pull("site", settings=Git(**{"repository": "../site"} | settings))
    return [(one["new"], one["known"], one["deleted"]) for one in done]


def logged(space: Workspace) -> list[dict]:
    return space.sql('SELECT * FROM interactions ORDER BY "at", interaction_id').to_pylist()


def test_a_commit_is_its_authors_and_trailers_say_who_else(made, space) -> None:
    first = made.commit(
        "Let pages load sooner\n\nBody.\n\nCo-authored-by: Bo Li <bo@x.org>\nReviewed-by: Cy <Cy@X.org>\n"
        "Signed-off-by: Dee <dee@x.org>\nTested-by: nobody at all\n"
    )
    assert pulled(space) == [(3, 0, 0)]
    rows = {row["actor"]: row for row in logged(space)}
    assert {who: row["kind"] for who, row in rows.items()} == {
        "email:ana@x.org": "contributed", "email:bo@x.org": "contributed", "email:cy@x.org": "reviewed",
    }  # fmt: skip
    ana, cy = rows["email:ana@x.org"], rows["email:cy@x.org"]
    assert (ana["interaction_id"], ana["text"], ana["channel"]) == (first, "Let pages load sooner", "git")
    assert (ana["object"], str(ana["at"])[:19].replace("T", " ")) == ("site", "2026-01-01 01:00:00")
    assert (cy["counterpart"], cy["in_reply_to"]) == ("email:ana@x.org", first)


def test_only_what_is_new_is_read_and_what_was_written_anew_replaces(made, space) -> None:
    made.commit("one")
    made.commit("two")
    assert pulled(space) == [(2, 0, 0)]
    assert pulled(space) == []
    made.commit("three")
    assert pulled(space) == [(1, 0, 0)]
    made.git("reset", "-q", "--hard", "HEAD~2")
    made.commit("two, better")
    assert pulled(space) == [(1, 1, 2)]
    assert [row["text"] for row in logged(space)] == ["one", "two, better"]


def test_what_an_assistant_helped_with_stays_its_authors(made, space) -> None:
    made.commit(
        "Sort it\n\nCo-authored-by: Claude <noreply@anthropic.com>\nAssisted-by: some model\n"
        "Co-authored-by: Claude Monet <monet@x.org>\n"
    )
    assert pulled(space) == [(2, 0, 0)]
    rows = {row["actor"]: row for row in logged(space)}
    assert set(rows) == {"email:ana@x.org", "email:monet@x.org"}
    assert json.loads(rows["email:ana@x.org"]["properties"]) == {"assisted_by": "Claude, some model"}


def test_a_mailmap_and_an_account_say_who_is_who(made, space) -> None:
    made.commit("one", "ana", "ana@old.org")
    made.commit("two")
    made.commit("three", "Bo", "77+bo-li@users.noreply.github.com")
    (made.folder / ".mailmap").write_text("Ana Ng <ana@x.org> <ana@old.org>\n")
    assert pulled(space) == [(3, 0, 0)]
    space.refresh()
    people = {row["name"]: row["identities"] for row in space.people().rows}
    assert sorted(people["Ana Ng"]) == ["email:ana@old.org", "email:ana@x.org"]
    assert "github:bo-li" in people["Bo"]


def test_merges_count_where_one_says_so(made, space, tmp_path) -> None:
    made.commit("one")
    made.git("checkout", "-q", "-b", "side")
    made.commit("two")
    made.git("checkout", "-q", "main")
    made.git("-c", "user.name=Ana", "-c", "user.email=ana@x.org", "merge", "-q", "--no-ff", "-m", "Merge side", "side")
    assert pulled(space) == [(2, 0, 0)]
    assert pulled(Workspace.create(tmp_path / "other"), merges=True) == [(3, 0, 0)]


def test_what_can_not_be_taken_is_kept_with_its_reason(made, space) -> None:
    made.commit("one", "x" * 3_000, "not an address")
    made.commit("y" * 5_000 + "\x1f\x01 \u202e", '"; DROP TABLE', "<script>")
    made.commit("far", at=300_000_000_000)
    done = space.pull("site", settings=Git("../site"))
    assert (done[0]["new"], done[0]["rejected"]) == (2, 1)
    assert "is no time" in space.rejected()["rows"][0]["reason"]
    assert max(len(row["text"]) for row in logged(space)) == 2_000


def test_where_nothing_can_be_read_says_what_to_do(space, tmp_path, monkeypatch) -> None:
    (tmp_path / "site").mkdir()
    with pytest.raises(SourceError, match=r"git can't read .*not a git repository"):
        pulled(space)
    with pytest.raises(SourceError, match="names no `repository`"):
        pulled(space, repository="")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="git, which is not installed"):
        pulled(space)


def test_a_branch_is_no_option_and_one_that_is_not_there_is_told(made, space) -> None:
    made.commit("one")
    for branch in ("--output=/tmp/x", "nowhere"):
        with pytest.raises(SourceError, match="git can't read"):
            pulled(space, branch=branch)
    assert logged(space) == []


def test_many_commits_are_read_in_batches(made, space, monkeypatch) -> None:
    monkeypatch.setattr("ziggurat.sources.systems.git.BATCH_COMMITS", 2)
    assert BATCH_COMMITS == 20_000
    for number in range(5):
        made.commit(f"number {number}")
    assert pulled(space) == [(5, 0, 0)]
