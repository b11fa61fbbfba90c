"""Slides are written from the same content as page and paper: each picture under its finding, and nothing runs."""

from __future__ import annotations

import io
import zipfile

import pytest
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from ziggurat.report import slides


def shown(made: bytes):
    return list(Presentation(io.BytesIO(made)).slides)


def texts(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def pictures(slide):
    return [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]


@pytest.fixture(scope="module")
def made(told):
    return told.slides()


def test_each_picture_and_table_has_a_slide_under_its_finding(told, made):
    content, found = told.content, shown(made)
    figures = [(page, each) for page in content.pages for each in page.figures]
    with_picture = [slide for slide in found if pictures(slide)]
    assert len(with_picture) == len(figures) > 3
    for slide, (page, figure) in zip(with_picture, figures, strict=True):
        assert texts(slide)[:2] == [page.title, page.headline]
        assert figure.caption in texts(slide) or not figure.caption
        (shape,) = pictures(slide)
        assert shape._element.nvPicPr.cNvPr.get("descr") == figure.about
        assert shape.top + shape.height <= 7.5 * 914_400
        assert shape.left >= 0
        assert shape.left + shape.width <= slides.WIDE * 914_400
        assert all(one in slide.notes_slide.notes_text_frame.text for one in (*page.sentences, *page.caveats))
    tables = [shape.table for slide in found for shape in slide.shapes if shape.has_table]
    assert len(tables) == sum(len(page.tables) for page in content.pages)
    assert texts(found[0])[0] == content.organisation


def test_the_same_report_is_the_same_bytes(told, made):
    assert told.slides() == made
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        assert {one.date_time for one in file.infolist()} == {slides.PLAIN}


def test_it_is_saved_by_its_ending(told, made, tmp_path):
    told.save(tmp_path / "board.pptx")
    assert (tmp_path / "board.pptx").read_bytes() == made


def test_what_is_hostile_is_text(hostile):
    found = shown(hostile.slides())
    assert any("<script>" in text for slide in found for text in texts(slide))
