"""What is on the server, as tests go through it: every address that is declared, with values for what is left open."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from ziggurat import catalogue
from ziggurat.server.pages import settings
from ziggurat.server.registry import Address, addresses

OPEN = re.compile(r"{(\w+)}")
PERSON = "PERSON"  # in place of the id of somebody; see `of_person`
VALUES = {"name": [*catalogue.STUDIES], "person_id": [PERSON], "ending": ["csv"], "/report.{ending}": ["html"]}
VALUES["idea"] = ["social-customer"]  # one stands for all, which have a test of their own
VALUES |= {"part": [*settings.parts()], "play": ["answer-who-waits"]}
MADE = {
    "place",
    "job_id",
    "upload_id",
    "import_id",
    "number",
    "segment",
    "key_id",
    "source_name",
}  # are there only after something was done; tests of that lead to them


def paths(*gives: str, names: Sequence[str] = (), as_of: bool | None = None) -> list[str]:
    """Return all addresses that give what is said: whole pages and parts of pages where nothing is.

    names: of studies; all where none is given. as_of: only those that say what is as of an instant, or only others.
    A new kind of value in an address fails here until VALUES or MADE knows it.
    """
    wanted = gives or ("page", "part")
    chosen = [one for one in addresses() if one.gives in wanted and as_of in (None, one.as_of)]
    return [path for one in chosen for path in filled(one, names)]


def filled(address: Address, names: Sequence[str]) -> list[str]:
    """Return an address with every value of each part that it leaves open; none where those have to be made first."""
    left = OPEN.findall(address.path)
    if MADE & set(left):
        return []
    values = {**VALUES, **({"name": list(names)} if names else {})}
    found = []
    for chosen in itertools.product(*(values.get(address.path, values[part]) for part in left)):
        path = address.path
        for part, value in zip(left, chosen, strict=True):
            path = path.replace(f"{{{part}}}", value)
        found.append(path)
    return found


def of_person(path: str, person_id: str) -> str:
    """Return an address with somebody's id where it leaves that open."""
    return path.replace(PERSON, person_id)


def with_options(path: str, **options: str) -> str:
    """Return an address with options, and with whatever a study must be told where the address is of one."""
    of = re.fullmatch(r"/api/studies/([^/]+)", path)
    given = dict(options)
    if of:
        takes = catalogue.find(of[1]).options
        given = {one.name: NEEDED[one.name] for one in takes if one.required and one.name in NEEDED}
        given |= {
            name: text for name, text in options.items() if name == "ladder" or name in {one.name for one in takes}
        }
    return f"{path}?{urlencode(given)}" if given else path


NEEDED = {"first": "1", "then": "2", "level": "1", "indicator": "framework", "outcome": "1"}
