"""What every study promises. A new study inherits these by joining the catalogue."""

import inspect
import random
import re
from datetime import date
from functools import cache
from pathlib import Path

import narwhals as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests import community, drawn
from tests.channels import lives, trials
from tests.engines import ENGINES, on_own_connection
from tests.levels.tables import NAMES, ON, crowd, day
from ziggurat import rendering, schema
from ziggurat.catalogue import STUDIES, Study, find
from ziggurat.catalogue.guide import guide, guides, headline, options_shown, unit, written
from ziggurat.errors import QuestionError
from ziggurat.instant import DAY, moment
from ziggurat.log.buckets import Buckets
from ziggurat.log.histories import CODED
from ziggurat.scenario.criteria import Criteria
from ziggurat.tables import schema_of
from ziggurat.words.numbers import number
from ziggurat.words.style import TERMINAL

DOCS = Path(__file__).parents[1] / "docs" / "studies"
AT = day("07-01") - 1
EXAMPLE = {"at": "2026-06-30", "since": "2026-03-31", "until": "2026-06-30", "first": "Following", "then": "owning"}
EXAMPLE |= {"level": "1"}
OF_ITS_OWN = {"power": {"outcome": "Following", "window_days": "60"}}  # of late nobody climbed: nothing to reckon by
OF_ITS_OWN |= {"one-sided": {"false": "1"}}  # in three months of so few people chance could explain everyone
OF_ITS_OWN |= {"acquisition": {"since": "2025-08-31"}}  # in the last three months nobody is new
OF_ITS_OWN |= {"together": {"least": "1", "days": "20"}}  # of so few people
TABLES = crowd()
LOG = pa.concat_tables([lives.log(), trials.assignments(lives.log())])
LIVES = lives.tables(LOG)
BOUGHT = (LIVES["exposures"], LIVES["costs"])
SOCIAL = ("roles", "value", "scenario")  # rooms whose studies are asked of a simulated community
COMMUNITY = community.tables()
YEAR = 365  # days before `until` at which a window begins where nobody says since when, but for these studies:
WINDOWS = dict.fromkeys(("moves", "causes", "returners"), 30) | {"adoption": 182}
WINDOWS |= dict.fromkeys(("consumption", "habits", "answering", "places", "expectations"), 90)
WINDOWS |= dict.fromkeys(("scenario", "scenario-parts", "scenario-evidence", "responding"), 91)
DRAWN = {"earlier", "2025-01", "rule of 1", "Newsletter", "Picks", "forum", "posted", "Effect", "creator", "advocate"}
DRAWN |= {"Community", "Net promoter score", "Hour, UTC", "what people write", "gets much"}
DRAWN |= {"nothing to draw yet"}  # of so few people an experiment tells nothing; its own tests draw one that does
DRAWN |= {
    "Standing",
    "Ties",
    "Answered by people",
    "by chance",
    "answered by us in time",
    "highest fifth",
    "People who turned to them",
    "Brought",
    "came back",
    "attended",
    "all channels",
    "Like it",
}
NUMERAL = r"\d[\d,.]*\d|\d"
NOBODY = Buckets((), {name: [] for name in CODED})


def tables_of(study: Study) -> dict:
    """People written as level histories, or, for a study of interactions, lives of which those follow."""
    if study.room in SOCIAL:
        return COMMUNITY
    return LIVES if "buckets" in study.needs else TABLES


def retold(study: Study, change) -> dict:
    """The tables of a log that was changed, for a study of interactions."""
    return made_of(study.room in SOCIAL, change) if study.room in SOCIAL or "buckets" in study.needs else TABLES


@cache
def made_of(social: bool, change) -> dict:
    """The tables of a log that was changed: of the community, or of lives. Each is made once for all studies."""
    return community.tables(change(community.log())) if social else lives.tables(change(LOG))


def before(log: pa.Table) -> pa.Table:
    """What of a log had happened by `AT`."""
    return log.filter(pc.less_equal(log["at"].cast(pa.int64()), AT))


def without_staff(log: pa.Table) -> pa.Table:
    """A log without what staff did on their own."""
    ours = pa.concat_arrays([pa.array([lives.STAFF]), community.staff()])
    return log.filter(pc.invert(pc.is_in(log["actor"], value_set=ours)))


def with_agents(log: pa.Table) -> pa.Table:
    """A log in which an agent of others does all that the people of it do, too, under ids of its own."""
    doing = log.set_column(log.column_names.index("actor"), "actor", pa.repeat(pa.scalar(lives.AGENT), len(log)))
    ids = pc.binary_join_element_wise("bot", log["interaction_id"], "-")
    doing = doing.set_column(log.column_names.index("interaction_id"), "interaction_id", ids)
    return pa.concat_tables([log, doing])


def in_disorder(log: pa.Table) -> pa.Table:
    """A log with its rows in another order."""
    return shuffled(log, np.random.default_rng(1))


def past_of(study: Study) -> dict:
    """The same without anything that happened after `AT`."""
    if study.room in SOCIAL or "buckets" in study.needs:
        return past(study.room in SOCIAL)
    levels = TABLES["levels"].filter(pc.less_equal(TABLES["levels"]["since"], AT)).to_pylist()
    blind = [row | {"until": None if (row["until"] or AT + 1) > AT else row["until"]} for row in levels]
    assert len(levels) < len(TABLES["levels"])
    return TABLES | {"levels": pa.Table.from_pylist(blind, schema=schema.LEVELS)}


@cache
def past(social: bool) -> dict:
    """The tables of what had happened by `AT`: of the community, or of lives."""
    if social:
        return community.tables(before(community.log()), until=AT)
    bought = tuple(table.filter(pc.less_equal(table["day"], date(2026, 6, 30))) for table in BOUGHT)
    return lives.tables(before(LOG), bought=bought)


def each(tables: dict, change) -> dict:
    """The tables, each changed, and lives and criteria as they are."""
    whole = (Buckets, Criteria)
    return {name: table if isinstance(table, whole) else change(table) for name, table in tables.items()}


def ask(study: Study, tables=None, **more):
    if study.check is not None:
        pytest.skip("it takes minutes and an extra part of the installation; its own tests hold it to what it says")
    tables = tables or tables_of(study)
    known = [option.name for option in study.options if option.required]
    given = {name: value for name, value in EXAMPLE.items() if name in known}
    return study.ask(tables, **ON, **(given | OF_ITS_OWN.get(study.name, {}) | more))


@cache
def answer(study: Study):
    """What a study says of its tables as they are: asked once, and held against what it says of others."""
    return ask(study)


def people_of(frame: nw.LazyFrame) -> list[str]:
    return sorted(set(frame.select("person_id").collect(backend="pyarrow").to_native()["person_id"].to_pylist()))


def assert_same(one: pa.Table, two: pa.Table) -> None:
    assert one.schema == two.schema
    assert rounded(one) == rounded(two)


def rounded(table: pa.Table) -> list[dict]:
    """Rows with fractions to 10 digits: engines may add up in another order."""
    return [
        {name: round(value, 10) if isinstance(value, float) else value for name, value in row.items()}
        for row in table.to_pylist()
    ]


def shuffled(table: pa.Table, draw: np.random.Generator) -> pa.Table:
    return table.take(pa.array(draw.permutation(len(table))))


def other_ladder(table: pa.Table) -> pa.Table:
    """The rows of a ladder, as if its people stood the same on another one."""
    place = table.column_names.index("ladder")
    return table.set_column(place, "ladder", pa.repeat(pa.scalar("another still"), len(table)))


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
