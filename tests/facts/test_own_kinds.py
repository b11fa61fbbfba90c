"""No study knows kinds by name: kinds of one's own that are like the shipped ones give every figure that those give."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

import ziggurat
from tests import community
from tests.meaning import DECLARED
from tests.written import interactions
from ziggurat.asking.crowd import Crowd
from ziggurat.base import kinds
from ziggurat.base.kinds import Group
from ziggurat.catalogue import STUDIES
from ziggurat.channels.declared import Activity
from ziggurat.people.staff import Staff
from ziggurat.workspace import library

ROOMS = ("channels", "facts", "levels", "news", "people", "roles", "scenario", "speech", "value")
# Words that are a kind and something else as well: a column, a side of a picture, a word of a result.
OTHER_WORDS = {
    "answered", "assigned", "followed", "read", "spoke", "replied", "left", "asked", "resolved", "met", "shared",
    "organisation", "effort", "attention", "called",
}  # fmt: skip
DEFAULTS = {"purchased"}  # of the option `outcome`, which anyone may ask otherwise


def constants(path: Path) -> set[str]:
    """Every text in a file's code, docstrings apart."""
    tree = ast.parse(path.read_text("utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_no_study_reads_kinds_or_groups_by_name():
    source = Path(ziggurat.__file__).parent
    words = {*DECLARED, *kinds.load_shipped()} - OTHER_WORDS
    files = [path for room in ROOMS for path in sorted((source / room).rglob("*.py"))]
    assert len(files) > 80
    named = {(path.name, word) for path in files for word in constants(path) & words}
    assert {(file, word) for file, word in named if word not in DEFAULTS} == set()
    assert {word for _, word in named} >= DEFAULTS


OWN = {f"our {kind}": Group(like=kind) for kind in DECLARED}
ASKED = (
    "answering", "unanswered", "topics", "places", "consumption", "stance", "nps", "mood", "conversation", "hosts",
    "mutual-value", "effort", "scenario", "reach-value", "overlap", "experiment", "accounts", "pyramid", "causes",
)  # fmt: skip


@pytest.fixture(scope="module")
def crowds() -> tuple[Crowd, Crowd]:
    """The same community twice: as it is, and with every kind under a name of its own."""
    made = community.simulated()
    log = made.tables["interactions"]
    renamed = [None if kind is None else f"our {kind}" for kind in log["kind"].to_pylist()]
    ours = log.set_column(log.column_names.index("kind"), "kind", pa.array(renamed, pa.string()))
    told = {name: made.tables[name] for name in ("links", "traits", "exposures", "costs")}
    told |= {name: made.settings[name] for name in ("targets", "languages")}
    told |= {"staff": msgspec.convert(made.settings["staff"], Staff)}
    told |= {"activities": msgspec.convert(made.settings["activities"], dict[str, Activity])}
    return Crowd(log, **told), Crowd(ours, kinds=OWN, **told)


def answer(crowd: Crowd, study: str) -> list[dict]:
    """What a study answers, and how many people are behind it, without the words `our`."""
    known = {option.name for option in STUDIES[study].options}
    options = {"at": community.AT, "until": community.AT, "since": community.SINCE}
    found = crowd.ask(study, library.ladder("community"), **{name: options[name] for name in known & set(options)})
    rows = json.loads(json.dumps(found.rows(), default=str).replace("our ", ""))
    return [*rows, {"members": found.members.collect(backend="pyarrow").to_native().num_rows}]


def test_who_leaves_by_a_kind_of_ones_own_has_withdrawn_consent(crowds):
    plain, own = (Counter(crowd.people()["consent"].to_pylist()) for crowd in crowds)
    assert plain == own
    assert plain["subscribed"] > 5
    log = interactions("actor  kind  at\nuser:a  subscribed  01-01\nuser:a  opted_out  01-02", direction="in")
    assert Crowd(log, kinds={"opted_out": Group(like="unsubscribed")}).people()["consent"].to_pylist() == [
        "unsubscribed"
    ]


@pytest.mark.parametrize("study", ASKED)
def test_kinds_of_ones_own_give_every_figure_of_those_that_they_are_like(crowds, study):
    plain, own = (answer(crowd, study) for crowd in crowds)
    assert len(plain) > 1
    assert own == plain
