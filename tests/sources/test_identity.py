from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ziggurat.sources.identity import normalise, parse


@pytest.mark.parametrize(
    ("namespace", "value", "identity"),
    [
        ("email", "  Ana@Example.ORG ", "email:ana@example.org"),
        ("email", "Ana Ng <Ana@x.org>", "email:ana@x.org"),
        ("email", "mailto:ana@x.org", "email:ana@x.org"),
        ("email", "\u200bana@x.org\ufeff", "email:ana@x.org"),
        ("email", "ana", None),
        ("phone", "+49 (30) 123-45", "phone:+493012345"),
        ("phone", "0049 30 12345", "phone:+493012345"),
        ("phone", "030/123 45", "phone:03012345"),
        ("phone", "112", None),
        ("phone", "+44 (0)20 1234 5678", "phone:+442012345678"),
        ("phone", "4.15556E+09", None),
        ("phone", "415.555.0199 ext. 12", "phone:4155550199x12"),
        ("linkedin", "https://www.linkedin.com/in/Ana-Ng/", "linkedin:ana-ng"),
        ("github", "@Ana", "github:ana"),
        ("mastodon", "@Ana@Example.social", "mastodon:ana@example.social"),
        ("user", " Ab12 ", "user:Ab12"),
        ("user", "   ", None),
        ("user", "N/A", None),
        ("user", "(not set)", None),
        ("email", "null", None),
    ],
)
def test_an_address_has_one_written_form(namespace, value, identity):
    assert normalise(namespace, value) == identity


@pytest.mark.parametrize(
    ("value", "identity"),
    [
        ("email:Ana@x.org", "email:ana@x.org"),
        ("ana@x.org", None),
        ("Email Address: x", None),
        (":x", None),
        ("user:", None),
    ],
)
def test_a_value_may_say_its_own_namespace(value, identity):
    assert parse(value) == identity


@given(st.sampled_from(["email", "phone", "github", "user"]), st.text(max_size=40))
def test_the_written_form_of_the_written_form_is_itself(namespace, value):
    once = normalise(namespace, value)
    assert once is None or normalise(namespace, once.partition(":")[2]) in (once, None)
