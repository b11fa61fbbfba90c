"""The pages say what the code does: every key, every field, every limit."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ziggurat.base import declare
from ziggurat.sources.limits import LIMITS
from ziggurat.sources.mapping import FIELDS, Mapping, check

from .conftest import KINDS

PAGES = Path(__file__).parents[2] / "docs" / "sources"
MAPPING = (PAGES / "mapping.md").read_text("utf-8")


@pytest.mark.parametrize("key", Mapping.__struct_fields__)
def test_every_key_of_a_mapping_is_on_its_page(key):
    assert f"| `{key}` |" in MAPPING


@pytest.mark.parametrize("target", FIELDS)
def test_every_field_of_every_target_is_on_its_page(target):
    (line,) = re.findall(rf"^\| `{target}` \|.*$", MAPPING, re.M)
    assert set(re.findall(r"`(\w+)`", line)) == {target, *FIELDS[target]}


def test_the_example_is_a_mapping():
    (example,) = re.findall(r"```toml\n(.*?)```", MAPPING, re.S)
    sources = tomllib.loads(example)["sources"]
    check(declare.convert(sources["shop"], Mapping, "mapping.md"), KINDS, "mapping.md")


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("csv", f"{LIMITS.line:,} characters"),
        ("csv", f"| columns | {LIMITS.columns:,} |"),
        ("csv", f"{LIMITS.ratio} times its size and {LIMITS.free >> 20} MiB"),
        ("csv", f"After {LIMITS.rereads} of them"),
        ("xlsx", f"{LIMITS.free >> 20} MiB and {LIMITS.ratio} times"),
        ("xlsx", f"{LIMITS.columns:,} columns or {LIMITS.sheet_cells:,} cells"),
        ("xlsx", f"{LIMITS.sheet_text >> 20} MiB of text"),
        ("jsonl", f"{LIMITS.line:,} characters in a line, {LIMITS.columns:,} different names"),
        ("parquet", f"{LIMITS.columns:,} columns"),
        ("parquet", f"more than {LIMITS.row_group >> 30} GiB"),
        ("parquet", f"{LIMITS.line:,} characters of text"),
    ],
)
def test_every_limit_is_on_its_page(page, says):
    assert says in " ".join((PAGES / f"{page}.md").read_text("utf-8").split())
