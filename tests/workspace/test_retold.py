"""Gifts of one day in two files: told where they were taken as one, and counted as two where that is said."""

from __future__ import annotations

import msgspec
import pytest

from ziggurat.workspace import Workspace

HEAD = "Date,Email,Name,Amount\n"
MARCH = HEAD + "2026-03-05,ana@x.org,Ana Ng,20\n2026-03-07,bo@x.org,Bo Li,10\n2026-03-31,cy@x.org,Cy Fo,5\n"


@pytest.fixture
def space(tmp_path):
    return Workspace.create(tmp_path / "ws")


@pytest.fixture
def bring(space, tmp_path):
    """Import gifts of one source: the first file's guess is kept as its mapping, as the command does."""

    def bring(name, text, **said):
        path = tmp_path / name
        path.write_text(text)
        if space.mapping("gifts") is None:
            guess = space.guess(path, source="gifts", said={"constants": {"channel": "web", "kind": "donated"}})
            space.save_mapping("gifts", guess.with_suggestions())
        mapping = msgspec.structs.replace(space.mapping("gifts"), **said)
        bring.foretold = space.foretell(path, "gifts", mapping)
        return space.import_file(path, source="gifts", mapping=mapping)

    return bring


def amounts(space):
    return sorted(row["amount"] for row in space.sql("SELECT amount FROM interactions").to_pylist())


def test_equal_gifts_of_two_files_are_one_and_it_is_told(space, bring) -> None:
    assert bring("march.csv", MARCH)["notes"] == bring.foretold == []
    done = bring("april.csv", HEAD + "2026-03-31,cy@x.org,Cy Fo,5\n2026-04-02,cy@x.org,Cy Fo,7\n")
    assert (done["new"], done["known"]) == (1, 1)
    assert bring.foretold == ["1 row of the first 2 is there already, and would be taken as the same."]
    assert done["notes"][0].startswith("1 row is equal to rows that were there: taken as the same.")
    assert "--by-file" in done["notes"][0]


def test_rows_of_other_files_are_others_where_that_is_said(space, bring) -> None:
    bring("march.csv", MARCH)
    text = HEAD + "2026-03-31,cy@x.org,Cy Fo,5\n2026-03-05,ana@x.org,Ana Ng,25\n"
    done = bring("april.csv", text, by_file=True)
    assert (done["new"], done["known"], done["changed"], done["notes"], bring.foretold) == (2, 0, 0, [], [])
    assert amounts(space) == [5, 5, 10, 20, 25]
    assert bring("april.csv", text, by_file=True)["known"] == 2, "the same file again is no other file"


def test_what_looks_like_a_second_gift_is_told_and_comes_back(space, bring) -> None:
    bring("march.csv", MARCH)
    text = HEAD + "2026-03-05,ana@x.org,Ana Ng,25\n2026-04-02,bo@x.org,Bo Li,10\n"
    done = bring("april.csv", text)
    assert (done["new"], done["changed"]) == (1, 1)
    assert bring.foretold[0].startswith("1 row of the first 2 would replace what was there with another amount.")
    assert "rather like second gifts" in done["notes"][0]
    assert "email:ana@x.org on 2026-03-05: 20 is now 25" in done["notes"][0]
    space.undo(done["import_id"])
    bring("april.csv", text, by_file=True)
    assert amounts(space) == [5, 10, 10, 20, 25]


def test_a_grown_export_corrects_and_says_so(space, bring) -> None:
    bring("march.csv", MARCH)
    done = bring("april.csv", MARCH.replace(",20\n", ",200\n") + "2026-04-02,bo@x.org,Bo Li,10\n")
    assert (done["new"], done["known"], done["changed"]) == (1, 2, 1)
    assert "taken as corrected, since the file tells 2 earlier rows again" in done["notes"][1]
    assert amounts(space) == [5, 10, 10, 200]


def test_nothing_is_told_where_rows_have_ids(space, tmp_path, bring) -> None:
    path = tmp_path / "gifts.csv"
    path.write_text("Gift ID,Date,Email,Amount\ng1,2026-03-05,ana@x.org,20\n")
    mapping = space.guess(path, source="gifts", said={"constants": {"channel": "web", "kind": "donated"}}).mapping
    space.import_file(path, source="gifts", mapping=mapping)
    assert space.import_file(path, source="gifts", mapping=mapping)["notes"] == []
