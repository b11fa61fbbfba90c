import json

import numpy as np
import pyarrow as pa
import pytest

from ziggurat.base import schema
from ziggurat.facts.directory import Directory
from ziggurat.people.ids import person_id
from ziggurat.roles.organisations import NONE, PRIVATE, organisations


def told(people, private=()):
    """Organisation by first identity. people: identities of each, and traits."""
    rows = [
        {"person_id": person_id(number + 1), "identities": list(words), "staff": False, "agent": False,
         "anonymous": False, "traits": json.dumps(traits) if traits is not None else None}
        for number, (words, traits) in enumerate(people)
    ]  # fmt: skip
    directory = Directory.of(pa.Table.from_pylist(rows, schema=schema.PEOPLE))
    found = organisations(directory, private)
    names = [None if place == NONE else found.names[place] for place in found.of]
    return {words[0]: name for (words, _), name in zip(people, names, strict=True)}


def test_a_trait_says_so_and_the_first_of_the_known_ones_counts():
    found = told(
        [
            (("email:a@acme.org",), {"company": " Acme  Ltd ", "account": "other"}),
            (("email:b@gmail.com",), {"organization": "ACME LTD", "city": "Bern"}),
            (("email:c@web.de",), {"account": "Acme Ltd"}),
            (("email:d@web.de",), {"company": "", "organisation": "Mill"}),
            (("user:e",), {"name": "no company"}),
            (("user:f",), None),
        ]
    )
    assert found == {
        "email:a@acme.org": "Acme Ltd", "email:b@gmail.com": "Acme Ltd", "email:c@web.de": "Acme Ltd",
        "email:d@web.de": "Mill", "user:e": None, "user:f": None,
    }  # fmt: skip


def test_a_domain_is_that_of_the_one_organisation_that_its_people_name_or_else_its_own():
    found = told(
        [
            (("email:a@acme.org",), {"company": "Acme"}),
            (("email:b@ACME.org", "user:b"), None),
            (("user:c", "email:c@mill.example"), None),
            (("email:d@sub.acme.org",), None),
        ]
    )
    assert found == {
        "email:a@acme.org": "Acme", "email:b@ACME.org": "Acme", "user:c": "mill.example",
        "email:d@sub.acme.org": "sub.acme.org",
    }  # fmt: skip


def test_a_domain_whose_people_name_different_organisations_is_a_provider():
    found = told(
        [
            (("email:a@isp.net",), {"company": "Acme"}),
            (("email:b@isp.net",), {"company": "Mill"}),
            (("email:c@isp.net",), None),
            (("email:d@isp.net", "email:d@forge.org"), None),
        ]
    )
    assert [found[word] for word in ("email:c@isp.net", "email:d@isp.net")] == [None, "forge.org"]


@pytest.mark.parametrize(
    "domain", [*PRIVATE, "gmail.com", "GMX.at", "yahoo.co.uk", "hotmail.fr", "mail.com", "own.org", "inbox.lv"]
)
def test_private_mail_is_of_no_organisation(domain):
    assert told([((f"email:a@{domain}",), None)], ["own.org"]) == {f"email:a@{domain}": None}


@pytest.mark.parametrize("domain", ["gmailers.com", "mail.acme.org", "yahoo.acme.com", "outlookbay.com"])
def test_what_only_looks_like_private_mail_is(domain):
    assert told([((f"email:a@{domain}",), None)]) == {f"email:a@{domain}": domain}


@pytest.mark.parametrize("word", ["email:nobody", "email:a@b", "email:a@@x.org", "email:a b@ x", "forum:a@acme.org"])
def test_what_is_no_address_says_nothing(word):
    assert told([((word,), None)]) == {word: None}


def test_nobody_is_of_nothing():
    found = organisations(Directory.of(schema.PEOPLE.empty_table()))
    assert (list(found.names), found.of.size) == ([], 0)
    assert np.issubdtype(found.of.dtype, np.int64)
