from __future__ import annotations

import pytest

from ziggurat.sources.fullname import full_name
from ziggurat.sources.guess import guess

from .conftest import take


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("Ng, Ana", "Ana Ng"),
        ("O'Hara, Béa M.", "Béa M. O'Hara"),
        ("van der Berg, Bo", "Bo van der Berg"),
        ("García López, María", "María García López"),
        ('"Ng, Ana" <ana@x.org>', "Ana Ng"),
        ("Ana Ng", "Ana Ng"),
        ("Ng, Ana, PhD", "Ng, Ana, PhD"),
        ("Ana Ng, Ph.D.", "Ana Ng, Ph.D."),
        ("Martin Luther King, Jr.", "Martin Luther King, Jr."),
        ("Acme, Inc.", "Acme, Inc."),
        ("Müller & Söhne, Berlin", "Müller & Söhne, Berlin"),
        ("Garden tools, sold by weight", "Garden tools, sold by weight"),
        ("Ng,", "Ng,"),
    ],
)
def test_a_name_is_written_first_name_first(written, called):
    assert full_name(written) == called


def test_the_apostrophe_that_kept_a_zip_from_a_spreadsheet_is_no_part_of_it(written):
    path = written(b"Name,Email,Zip,Motto\n\"Ng, Ana\",ana@x.org,'02134,'tis the season\n")
    found = take(path, guess(path).mapping).rows("traits", "trait", "value")
    assert sorted(found) == [("motto", "'tis the season"), ("name", "Ana Ng"), ("postcode", "02134")]
