"""Where a secret is may be said; what it is never is."""

from __future__ import annotations

import pytest

from ziggurat.base.errors import DeclarationError, SourceError
from ziggurat.sources import secret

SHOP = {
    "type": "files", "path": "in/*.csv", "fields": {"at": "when", "actor": "who"}, "namespaces": {"actor": "email"},
    "constants": {"channel": "shop", "kind": "visited"},
}  # fmt: skip


def test_it_is_read_of_the_environment_or_a_file_outside(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("LIST_PASSWORD", " hunter2 ")
    (tmp_path / "key").write_text("s3cret\n")
    space = tmp_path / "space"
    space.mkdir()
    assert secret.read("env:LIST_PASSWORD", "password", "list", space) == "hunter2"
    assert secret.read(f"file:{tmp_path / 'key'}", "password", "list", space) == "s3cret"
    assert secret.read("file:../key", "password", "list", space) == "s3cret"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("", "is not said"), ("env:NOT_THERE_AT_ALL", "which is not set"), ("file:../none", "can't be read"),
        ("file:inside", "names a file of the workspace"), ("file:../space/inside", "names a file of the workspace"),
        ("file:../empty", "is empty"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(tmp_path, reference, said) -> None:
    space = tmp_path / "space"
    space.mkdir()
    (space / "inside").write_text("hunter2")
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(SourceError, match=said) as raised:
        secret.read(reference, "password", "list", space)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("value", ["hunter2", "env:", "file: ", "environment:X"])
def test_a_setting_that_is_the_secret_is_refused_and_not_repeated(value) -> None:
    with pytest.raises(DeclarationError, match="must say where it is") as raised:
        secret.check(value, "password")
    assert "hunter2" not in str(raised.value)
