"""Who is staff: one rule, the same in both engines and in plain Python, however it is written."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import cluster
from tests.examples import few
from ziggurat.base import declare
from ziggurat.base.engine import duckdb as embedded
from ziggurat.base.engine import spark
from ziggurat.base.errors import DeclarationError
from ziggurat.people.staff import Staff, StaffRule, identity_test, trait_test
from ziggurat.settings.config import Config

NAMES = ["ours.org", "ours", "o_rs.org", "our%.org", "a!b.org", "münchen.de", "o'urs.org", "x.ours.org"]
PEOPLE = ["sam", "bo%b", "o'brien", "zoë", "a\\b", "💛"]
HOSTS = [f"{mark}{name}" for name in NAMES for mark in ("", "mail.", "evil-")]
IDENTITIES = sorted(
    {f"email:{PEOPLE[n % len(PEOPLE)]}@{host}" for n, host in enumerate(HOSTS)}
    | {f"{space}:{one}" for one in (*PEOPLE, "Sam", "@sam", "ours.org") for space in ("github", "user")}
    | {"email:ours.org", "email:sam@ours.org.evil.net", "email:mail.ours.org", "anon:ours.org"}
)
VALUES = ["Ours Ltd", "it's us", "", "a\\", "🙂", "x' OR 'x'='x"]
ROWS = pa.table({
    "identity": IDENTITIES * 2,
    "trait": [None] * len(IDENTITIES) + [["company", "team", "o'"][n % 3] for n in range(len(IDENTITIES))],
    "value": [None] * len(IDENTITIES) + [VALUES[n % len(VALUES)] for n in range(len(IDENTITIES))],
})  # fmt: skip
CASES = st.sampled_from([str.lower, str.upper, str.title, str])
PADS = st.sampled_from(["", " ", "\t"])
DOMAINS = st.builds(
    lambda name, mark, case, pad: f"{pad}{mark}{case(name)}{pad}",
    st.sampled_from([one for one in NAMES if "%" not in one and "'" not in one]),
    st.sampled_from(["", "@", "."]), CASES, PADS,
)  # fmt: skip
ADDRESSES = st.builds(
    lambda one, case, pad: f"{pad}{one.partition(':')[0]}:{case(one.partition(':')[2])}{pad}",
    st.sampled_from([one for one in IDENTITIES if "@" in one or not one.startswith("email")]), CASES, PADS,
)  # fmt: skip
RULES = st.builds(
    StaffRule, st.sampled_from(["company", "team", "o'", "none"]), st.lists(st.sampled_from(VALUES)).map(tuple)
)
STAFF = st.builds(Staff, *(st.lists(some, max_size=3).map(tuple) for some in (DOMAINS, ADDRESSES, RULES)))


def twin(staff: Staff, identity: str, trait: str | None, value: str | None) -> bool:
    """As the docs say it: by domain, subdomains too, by identity, or by trait."""
    space, _, rest = identity.partition(":")
    host = rest.rpartition("@")[2] if space == "email" and "@" in rest else None
    for text in staff.domains:
        name = text.strip().lower().removeprefix("@").removeprefix(".")
        if host is not None and (host == name or host.endswith("." + name)):
            return True
    handles = ("github",)
    for text in staff.identities:
        kind, _, name = text.strip().partition(":")
        same = name.lower() if kind == "email" else name.removeprefix("@").lower() if kind in handles else name
        if identity in (f"{kind}:{same}", text.strip()):
            return True
    return any(trait == rule.trait and value in rule.values for rule in staff.rules)


@given(st.lists(STAFF, min_size=5, max_size=5))
@settings(max_examples=few(6))
def test_spark_takes_the_same_people_for_staff(generated: list[Staff]) -> None:
    """Settings in every way of writing them, over identities that are nearly staff."""

    def tests(text):
        return ", ".join(
            f"coalesce({identity_test(staff, text)} OR {trait_test(staff, text)}, false) AS s{number}"
            for number, staff in enumerate(generated)
        )

    here = duckdb.connect().from_arrow(ROWS).query("rows", f"SELECT {tests(embedded.text)} FROM rows").to_arrow_table()
    session = cluster.session()
    session.createDataFrame(ROWS).coalesce(1).createOrReplaceTempView("staff_rows")
    there = session.sql(f"SELECT {tests(spark.text)} FROM staff_rows").toArrow()
    assert there.to_pylist() == here.to_pylist()
    rows = ROWS.to_pylist()
    for number, staff in enumerate(generated):
        assert here[f"s{number}"].to_pylist() == [twin(staff, *row.values()) for row in rows]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[staff]\nidentities = ['sam']", r"\[staff\] identities: 'sam' is no identity; write what kind"),
        ("[staff]\nidentities = ['email:sam']", r"\[staff\] identities: 'email:sam' is no identity"),
        ("[staff]\nidentities = ['']", r"\[staff\] identities: '' is no identity"),
        ("[staff]\ndomains = ['sam@ours.org']", r"\[staff\] domains: 'sam@ours.org' is no domain; write 'ours.org'"),
        ("[staff]\ndomains = ['https://ours.org']", r"\[staff\] domains: 'https://ours.org' is no domain"),
        ("[staff]\ndomains = [' @. ']", r"\[staff\] domains: ' @. ' is no domain"),
    ],
)
def test_what_is_neither_identity_nor_domain_is_refused_by_its_key(tmp_path, text, said) -> None:
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(DeclarationError, match=said):
        declare.convert(declare.read_toml(tmp_path / "x.toml"), Config, "ziggurat.toml")
