"""Every study has a guide: when to use it, which options are shown, and a first sentence that its table bears out."""

import re

import pytest

from tests.promised import (
    LIVES,
    NOBODY,
    NUMERAL,
    answer,
    ask,
    each,
    tables_of,
)
from ziggurat.base.words.numbers import number
from ziggurat.base.words.style import TERMINAL
from ziggurat.catalogue import STUDIES
from ziggurat.catalogue.guide import guide, guides, headline, options_shown, unit, written


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
class TestGuide:
    def test_an_answer_begins_with_a_sentence_that_its_table_bears_out(self, study):
        result = answer(study)
        said = headline(study.name, result)
        assert said.endswith(".") and "{" not in said and len(said) < 400
        left_out = guide(study.name).besides.items()
        rows = [row for row in result.rows() if result.says(row) and all(row[name] != one for name, one in left_out)]
        cells = {written(unit(result, name, row), value, TERMINAL) for row in rows for name, value in row.items()}
        sums = [sum(row[name] or 0 for row in rows) for name, one in result.columns.items() if one.numeric]
        known = cells | {number(one) for one in (*sums, len(rows))}
        frame = {*re.findall(NUMERAL, re.sub(r"\{[^}]*\}", "", guide(study.name).lead))}
        for found in re.findall(NUMERAL, said):
            assert found in frame or any(found in cell for cell in known), (found, said)
        assert sum(cell in said for cell in cells) >= 1

    def test_nothing_is_said_of_an_empty_answer(self, study):
        tables = each(tables_of(study), lambda table: table.slice(0, 0)) | {"buckets": NOBODY, "kinds": LIVES["kinds"]}
        result = ask(study, tables)
        assert (headline(study.name, result) == "") == (result.blank or not result.rows())

    def test_it_says_when_to_use_it_and_shows_two_to_four_options(self, study):
        assert not guide(study.name).when.endswith(".")
        names = [option.name for option in study.options]
        assert min(len(names), 1) <= len(options_shown(names)) <= 4
        assert set(options_shown(names)) <= set(names)
        assert not {"seed", "draws"} & set(options_shown(names))


def test_every_guide_is_of_a_study_and_every_start_leads_to_some():
    assert set(guides().study) == set(STUDIES)
    for start in guides().start.values():
        assert start.title and 3 <= len(start.studies) == len(set(start.studies))
        assert set(start.studies) <= set(STUDIES)
