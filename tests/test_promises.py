"""What every study promises. A new study inherits these by joining the catalogue."""

import inspect
import random

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests import drawn
from tests.engines import ENGINES, on_own_connection
from tests.levels.tables import NAMES, ON
from tests.promised import (
    AT,
    DOCS,
    DRAWN,
    EXAMPLE,
    LIVES,
    NOBODY,
    SOCIAL,
    TABLES,
    WINDOWS,
    YEAR,
    answer,
    ask,
    assert_same,
    each,
    in_disorder,
    other_ladder,
    past_of,
    people_of,
    retold,
    shuffled,
    tables_of,
    with_agents,
    without_staff,
)
from ziggurat.base.errors import QuestionError
from ziggurat.base.instant import DAY, moment
from ziggurat.catalogue import STUDIES, find
from ziggurat.results import rendering
from ziggurat.results.tables import schema_of


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
class TestEveryStudy:
    def test_declared_columns_and_types_come_back(self, study):
        result = answer(study)
        assert isinstance(result, study.result)
        assert result.table.schema == schema_of(study.result.columns)
        assert result.table.num_rows > 0

    def test_the_order_of_rows_is_nothing(self, study):
        draw = np.random.default_rng(2)
        start = retold(study, in_disorder)
        assert_same(answer(study).table, ask(study, each(start, lambda table: shuffled(table, draw))).table)

    def test_nobody_there_is_an_answer(self, study):
        tables = each(tables_of(study), lambda table: table.slice(0, 0)) | {"buckets": NOBODY, "kinds": LIVES["kinds"]}
        result = ask(study, tables)
        assert all(row.get("people", 0) == 0 for row in result.rows())
        assert "<svg" in rendering.to_svg(result.chart())

    def test_every_figure_opens_to_its_people(self, study):
        result = answer(study)
        for row in result.rows():
            found = people_of(result.people(**{key: row[key] for key in result.keys}))
            if "person_id" in row:
                assert found == [row["person_id"]]
            else:
                assert len(found) == row["people"], row

    def test_staff_are_never_counted(self, study):
        tables = tables_of(study)
        staff = tables["people"].filter(tables["people"]["staff"])["person_id"]
        named = study.room == "scenario"  # it tells who of the staff answers, so they must be known
        without = each(
            retold(study, without_staff),
            lambda table: (
                table.filter(pc.invert(pc.is_in(table["person_id"], staff)))
                if "person_id" in table.column_names and not (named and "staff" in table.column_names)
                else table
            ),
        )
        assert len(staff) > 0
        assert_same(answer(study).table, ask(study, without).table)

    def test_agents_are_never_counted(self, study):
        if study.room not in SOCIAL and "buckets" not in study.needs:
            pytest.skip("it is asked of levels, and an agent has none: the next studies show it")
        tables = retold(study, with_agents)
        assert pc.sum(tables["people"]["agent"]).as_py() == 1
        assert_same(answer(study).table, ask(study, tables).table)

    def test_the_future_is_invisible(self, study):
        assert_same(answer(study).table, ask(study, past_of(study)).table)

    def test_another_ladder_does_not_count(self, study):
        more = each(
            tables_of(study),
            lambda table: pa.concat_tables([table, other_ladder(table)]) if "ladder" in table.column_names else table,
        )
        assert_same(answer(study).table, ask(study, more).table)

    @pytest.mark.alike
    @pytest.mark.parametrize("engine", ENGINES)
    def test_every_engine_gives_the_same_answer(self, study, engine):
        result = ask(study, each(tables_of(study), ENGINES[engine]))
        assert_same(answer(study).table, result.table)
        assert people_of(result.members) == people_of(answer(study).members)

    def test_a_database_of_ones_own_gives_the_same_answer(self, study):
        assert_same(answer(study).table, ask(study, on_own_connection(tables_of(study))).table)

    @pytest.mark.parametrize("mode", ["light", "dark"])
    def test_it_draws(self, study, mode):
        svg = rendering.to_svg(answer(study).chart(), mode)
        assert any(word in svg for word in (*NAMES, *DRAWN))
        assert rendering.theme(mode)["background"] in svg

    def test_its_signature_declares_every_option(self, study):
        taken = inspect.signature(study.function).parameters
        positional = [name for name, what in taken.items() if what.kind is what.POSITIONAL_OR_KEYWORD]
        keyword = {name: what.default for name, what in taken.items() if what.kind is what.KEYWORD_ONLY}
        keyword.pop("ladder", None), keyword.pop("names", None)
        assert tuple(positional) == study.needs
        assert list(keyword) == [option.name for option in study.options]
        for option in study.options:
            assert option.about, f"{option.name} has no words"
            assert option.numeric == (option.low is not None), f"{option.name} has no range"
            assert option.kind.name != "choice" or option.choices, option.name
            if not option.required:
                assert option.read(None) == keyword[option.name] == option.default
                assert option.default in (None, "") or option.read(option.left_out) == option.default

    def test_an_option_out_of_its_range_is_refused_with_a_sentence(self, study):
        needed = [option.name for option in study.options if option.required]
        given = {name: value for name, value in EXAMPLE.items() if name in needed}
        for option in study.options:
            for value in drawn.refused(option):
                with pytest.raises(QuestionError) as told:
                    study.function(*study.needs, **ON, **(given | {option.name: value}))
                assert f"`{option.name}`" in str(told.value), (option.name, value)
                assert len(str(told.value)) < 600, (option.name, value)
                if option.numeric:
                    assert option.range in str(told.value), (option.name, value)

    @pytest.mark.parametrize("seed", range(2))
    def test_within_their_ranges_options_give_an_answer_or_a_sentence(self, study, seed):
        draw = random.Random(f"{study.name} {seed}")
        given = {option.name: drawn.within(option, draw) for option in study.options if not option.required}
        try:
            result = ask(study, **given)
        except QuestionError as error:
            assert str(error).endswith("."), given
            return
        assert result.table.schema == schema_of(study.result.columns)
        assert all(result.asked[option.name] for option in study.options if option.numeric and given.get(option.name))

    @pytest.mark.parametrize("text", ["'; DROP TABLE people; --", "\x00\n\u202e", "9" * 300])
    def test_whatever_is_written_gives_an_answer_or_a_sentence(self, study, text):
        for option in study.options:
            if option.kind.name in ("text", "level"):
                try:
                    ask(study, **{option.name: text})
                except QuestionError as error:
                    assert len(str(error)) < 2000

    def test_where_nobody_says_since_when_its_own_window_is_used(self, study):
        if "since" not in [option.name for option in study.options]:
            assert study.name not in WINDOWS
            return
        asked = ask(study, since=None).asked
        assert asked["since"] == moment(AT - WINDOWS.get(study.name, YEAR) * DAY).isoformat()

    def test_it_is_documented(self, study):
        page = (DOCS / f"{study.name}.md").read_text("utf-8")
        assert page.startswith(f"# {study.name}\n\n{study.question}\n")
        for word in (*(option.name for option in study.options), *study.result.columns):
            assert f"`{word}`" in page, word
        assert study.question in (inspect.getmodule(study.function).__doc__ or "")


def test_every_page_is_of_a_study():
    assert {page.stem for page in DOCS.glob("*.md")} == set(STUDIES)


@pytest.mark.parametrize("name", ["pyramid", "moves", "causes", "returners", "rising", "flagging"])
def test_a_level_in_the_history_that_has_no_name_is_an_error(name):
    taken = [option.name for option in find(name).options]
    given = {option: value for option, value in EXAMPLE.items() if option in taken}
    with pytest.raises(QuestionError, match=r"holds level .*; refresh the history or name every level"):
        find(name).ask(tables_of(find(name)), ladder=ON["ladder"], names=NAMES[:3], **given)


def test_a_mistyped_study_is_named_with_the_nearest():
    with pytest.raises(QuestionError, match=r"^no study named 'pyramidd'; did you mean 'pyramid'\?$"):
        find("pyramidd")
    with pytest.raises(QuestionError, match=r"^no study named 'xyz'. The studies are: pyramid, moves"):
        find("xyz")
    assert find(" Pyramid ").name == "pyramid"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"day": 3}, "'rising' takes no option 'day'; did you mean 'days'\\? It takes: at, days, nearness, limit"),
        ({"days": "many"}, "`days` is 'many', but must be a number of days from 0 to 36500: how long ago"),
        ({"limit": 0}, "`limit` is 0, but must be a whole number from 1 to 1000000000: most rows"),
        ({"days": "-1"}, "`days` is '-1', but must be a number of days from 0 to"),
        ({"at": None}, "'rising' needs `at`: the instant"),
    ],
)
def test_bad_options_are_refused(given, message):
    with pytest.raises(QuestionError, match=message):
        STUDIES["rising"].ask(LIVES, **ON, **({"at": "2026-06-30"} | given))


def test_options_may_be_text():
    asked = STUDIES["rising"].ask(LIVES, **ON, at="2026-06-30", days="60", limit="5").asked
    assert asked == {
        "at": "2026-06-30T23:59:59.999999+00:00",
        "ladder": "community",
        "days": "60",
        "nearness": "0.5",
        "limit": "5",
    }


def test_a_choice_is_one_of_its_words():
    with pytest.raises(
        QuestionError, match=r"`period` is 'months'; did you mean 'month'\? It can be: month, quarter, year"
    ):
        STUDIES["retention"].ask(TABLES, **ON, at="2026-06-30", level=1, period="months")
