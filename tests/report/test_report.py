"""A report is six pages, the same each time, of nothing that came later, and whole in itself, whatever it names."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from tests.report.conftest import EVIL, MADE, SINCE, UNTIL
from ziggurat.base.errors import QuestionError, WorkspaceError
from ziggurat.base.instant import instant
from ziggurat.report import drawing, logo
from ziggurat.report.report import Report
from ziggurat.workspace import Workspace

TITLES = [
    "The pyramid, and who moved",
    "Donors and customers, and who stays",
    "Reach, value and the mix",
    "What goes before what",
    "What both sides give and get",
    "The scenario, and the road on",
]


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_it_has_six_pages_each_with_a_finding_and_what_it_does_not_say(told):
    assert [page.title for page in told.content.pages] == TITLES
    for page in told.content.pages:
        assert not page.missing
        assert page.headline.endswith(".")
        assert 1 <= len(page.figures) <= 2
        assert page.caveats


@pytest.mark.parametrize("name", ["told", "bare", "hostile"])
def test_the_pdf_has_six_pages(name, request):
    pdf = request.getfixturevalue(name).pdf()
    assert pdf.startswith(b"%PDF")
    assert pages(pdf) == 6
    assert max(int(size) for size in re.findall(rb"/Count (\d+)", pdf)) == 6


def test_charts_are_vectors(told):
    assert b"/Subtype /Image" not in told.pdf() and b"/Subtype/Image" not in told.pdf()
    assert all("<image" not in drawn for page in told.drawings for pair in page for drawn in pair)


def test_the_same_log_period_and_day_give_the_same_bytes(space, told):
    again = Report.of(Workspace.open(space.folder), made=MADE, since=SINCE, until=UNTIL)
    assert again.html() == told.html()
    assert again.pdf() == told.pdf()
    assert b"D:20260701000000" in told.pdf()  # and not the moment at which it was made
    other = Report(replace(again.content, made=MADE.replace(day=2)))
    assert other.html() != told.html() and other.pdf() != told.pdf()


def test_what_came_later_changes_nothing(space, cut, told):
    assert space.as_of() > cut.as_of()
    assert Report.of(cut, made=MADE, since=SINCE, until=UNTIL).html() == told.html()


def test_without_a_period_it_is_a_quarter_up_to_the_last_interaction(cut):
    found = Report.of(cut, made=MADE).content
    assert found.until == cut.as_of()
    assert (found.until - found.since).days == 91


def test_its_figures_are_those_of_the_studies(space, told):
    totals = space.ask("moves", since=SINCE, until=UNTIL).totals()
    headline = told.content.pages[0].headline
    assert f"{totals['climbed']:,} climbed and {totals['slipped']:,} slipped" in headline
    whole = space.ask("mix", since=SINCE, until=UNTIL).rows()[0]
    assert f"reached {whole['people']:,} known people" in told.content.pages[2].headline
    assert f"{whole['value']:.2f} of 1" in told.content.pages[2].headline
    axes = space.ask("scenario", since=SINCE, until=UNTIL).axes
    for axis, side in zip(axes, ("From inside", "from outside"), strict=True):
        assert f"{side} it is step {axis.step} of 4" in told.content.pages[5].headline


def test_the_first_page_bears_the_limits_of_the_data(space, told):
    limits = dict(told.content.limits)
    query = f'SELECT count(*) FROM interactions WHERE "at" <= make_timestamptz({instant(UNTIL)})'
    staff = "person_id IN (SELECT person_id FROM people WHERE staff)"
    counted = space.sql(f"{query} AND NOT {staff}")[0][0].as_py()
    assert f"{counted:,} interactions" in limits["Log"]
    channels = space.sql(f"SELECT DISTINCT channel FROM interactions WHERE NOT {staff}")["channel"].to_pylist()
    assert all(channel in limits["Channels in the log"] for channel in channels)
    assert "criteria of the scenarios “1”" in limits["Rules"]
    assert limits["Rows rejected"].startswith("0 ")


def test_pages_without_data_say_so_and_keep_their_place(bare):
    assert [page.title for page in bare.content.pages] == TITLES
    missing = [page.title for page in bare.content.pages if page.missing]
    assert missing == TITLES[1:]
    assert all("can't be told" in page.headline for page in bare.content.pages if page.missing)
    limits = dict(bare.content.limits)
    assert all(f"“{title}”" in limits["Not supported"] for title in missing)
    assert "It begins after the period does" in limits["Log"]


def test_the_html_is_whole_in_itself(told, parsed):
    page = told.html()
    seen = parsed(page)
    assert not {tag for tag, _ in seen.tags} & {"script", "link", "img", "iframe", "object", "embed", "image"}
    addresses = [
        value for _, held in seen.tags for name, value in held.items() if name.split(":")[-1] in ("href", "src")
    ]
    assert addresses and all(value.startswith("#") for value in addresses)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    assert "url(" not in style and "@import" not in style
    assert page.count("http") == page.count("http://www.w3.org/") + page.count("http-equiv")


def test_every_id_is_there_once_and_every_reference_leads_somewhere(told, parsed):
    seen = parsed(told.html())
    ids = Counter(held["id"] for _, held in seen.tags if "id" in held)
    assert set(ids.values()) == {1}
    named = {value[1:] for _, held in seen.tags for name, value in held.items() if name.endswith("href")}
    named |= {word for _, held in seen.tags for word in held.get("aria-labelledby", "").split()}
    named |= set(re.findall(r"url\(#([^)]+)\)", told.html()))
    assert named <= set(ids)


def test_ids_of_one_drawing_are_told_from_those_of_another():
    drawn = '<svg><clipPath id="clip0"/><g clip-path="url(#clip0)"><use href="#clip0"/></g></svg>'
    assert drawing.inline(drawn, "p1f2w") == drawn.replace("clip0", "p1f2w-clip0")


@pytest.mark.parametrize("place", [0, 3])
def test_a_page_of_more_words_than_it_has_room_for_is_still_one_page(told, place):
    pages_ = list(told.content.pages)
    pages_[place] = replace(pages_[place], sentences=("Some words. " * 50,) * 5)
    assert pages(Report(replace(told.content, pages=tuple(pages_))).pdf()) == 6


def test_charts_follow_the_page_into_the_dark(told):
    assert not [colour for colour in drawing.COLOURS if f'="{colour}"' in told.html()]
    assert 'fill="var(--ink)"' in told.html()


def test_hostile_names_are_text_and_nothing_else(hostile, parsed):
    page = hostile.html()
    seen = parsed(page)
    assert not {tag for tag, _ in seen.tags} & {"script", "img"}
    assert not [name for _, held in seen.tags for name in held if name.startswith("on")]
    text = "".join(seen.text)
    assert '"><script>alert(1)</script>' in text
    assert "#set page(width: 1pt)" in text
    assert not re.search("[\x00-\x08\x1b\u202e\ufffe]", page)
    assert hostile.content.organisation == EVIL[:79].rstrip() + "…"


def test_hostile_names_are_no_markup_in_the_pdf(hostile, tmp_path):
    hostile.save(tmp_path / "board.pdf")
    assert (
        pages((tmp_path / "board.pdf").read_bytes()) == 6
    )  # `#panic` would have stopped it, `#set page` multiplied it


def test_the_name_says_the_form(told, tmp_path):
    told.save(tmp_path / "board.HTML")
    assert (tmp_path / "board.HTML").read_text("utf-8") == told.html()
    with pytest.raises(QuestionError, match=r"'board\.doc'; its name must end in \.html or \.pdf"):
        told.save(tmp_path / "board.doc")


def test_there_is_none_of_an_empty_log_or_a_period_that_ends_before_it_begins(tmp_path, space):
    with pytest.raises(WorkspaceError, match="nothing to report yet"):
        Report.of(Workspace.create(tmp_path / "empty"), made=MADE)
    with pytest.raises(QuestionError, match="must be before `until`"):
        Report.of(space, made=MADE, since=UNTIL, until=SINCE)


def test_it_tells_how_far_it_is(bare, tmp_path, mixed):
    said = []
    Report.of(mixed, made=MADE, progress=lambda label, share: said.append((label, share)))
    assert [label for label, _ in said] == [f"Writing page {number} of 7" for number in range(1, 8)]
    assert [share for _, share in said] == sorted(share for _, share in said)


def test_a_comment_and_a_logo_stand_at_its_head_in_both_forms(bare, tmp_path):
    (tmp_path / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4"><path d="M0 0h9v4z"/></svg>'
    )
    given = {"comment": ("We spoke to fewer people.", EVIL), "logo": logo.read(tmp_path)}
    made = Report(replace(bare.content, **given))
    page = made.html()
    assert "<p>We spoke to fewer people.</p>" in page and "<script>alert" not in page
    assert 'src="data:image/svg+xml;base64,' in page and "img-src data:" in page
    assert "img-src" not in bare.html()
    assert pages(made.pdf()) == 6
    assert made.pdf() != Report(replace(bare.content, comment=given["comment"])).pdf() != bare.pdf()


def test_what_is_no_picture_is_no_logo(tmp_path):
    assert logo.read(tmp_path) is None
    (tmp_path / "logo.png").write_bytes(b"<html>")
    with pytest.raises(WorkspaceError, match=r"logo\.png is no PNG picture"):
        logo.read(tmp_path)
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 1_000_000)
    with pytest.raises(WorkspaceError, match=r"logo\.png has more than 1,000,000 bytes"):
        logo.read(tmp_path)
