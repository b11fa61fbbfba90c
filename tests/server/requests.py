"""Is there a request to the interface for programs that no answer was thought of for? schemathesis draws them.

From the description of the interface (`/api/openapi.json`) come requests that fit it and requests that don't. Each must
be answered as it describes, in time, and never by a fault of ours. `make fuzz` asks a running server thousands.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import schemathesis
from bench.pages import serving
from hypothesis import HealthCheck, Phase, given
from hypothesis.errors import Unsatisfiable
from requests.exceptions import Timeout
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import Failure, FailureGroup

from tests import community
from ziggurat.demo import make_community

load_all_checks()
CHECKED = CHECKS.get_by_names(["status_code_conformance", "content_type_conformance", "response_schema_conformance"])
MOST_SECONDS = 60.0  # for one answer, on a busy machine
STATED = (501, 503, 507)  # a part that is not installed, too much at once, a full disk: all with a sentence
BOTH = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@dataclass
class Asking:
    """Asks a server. target: how it is called: `app`, and `base_url`. asked: how many requests it was sent."""

    target: Mapping[str, Any]
    examples: int
    seed: int
    asked: int = 0

    def faults(self, document: dict[str, Any], every: int = 1) -> Iterator[str]:
        """Ask each operation that a description has; yield what is wrong.

        every: of requests that fit the description, and of those that don't, each operation is asked one kind alone
        where this is 2.
        """
        for place, found in enumerate(schemathesis.openapi.from_dict(document).get_all_operations()):
            for mode in BOTH[place % every :: every]:
                with suppress(Unsatisfiable):  # nothing of a request without parameters can be wrong
                    yield from self.of_one(found.ok(), mode)

    def of_one(self, operation: Any, mode: GenerationMode) -> list[str]:
        """Ask one operation; return what is wrong."""
        wrong: list[str] = []

        @hypothesis.seed(self.seed)
        @hypothesis.settings(
            max_examples=self.examples, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: Any) -> None:
            if operation.method == "post":
                case.headers = {**(case.headers or {}), "Origin": self.target["base_url"]}
            wrong.extend(self.problems(case))

        one()
        return wrong[:3]

    def problems(self, case: Any) -> Iterator[str]:
        """Send one request; yield what is wrong with its answer."""
        self.asked += 1
        where = f"{case.method} {case.formatted_path} {dict(case.query or {})}"
        begun = time.monotonic()
        try:
            response = case.call(**self.target)
        except Timeout:
            yield f"{where}: not answered after {time.monotonic() - begun:.0f} s"
            return
        took = time.monotonic() - begun
        if response.status_code >= 500 and response.status_code not in STATED:
            yield f"{where}: answered with {response.status_code}"
        if took > MOST_SECONDS:
            yield f"{where}: took {took:.0f} s"
        try:
            case.validate_response(response, checks=CHECKED)
        except (Failure, FailureGroup) as error:
            yield f"{where}: {response.status_code} {str(error)[:600]}"


def main() -> None:
    """Ask a server of a simulated community; exit with 1 where an answer was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=25, help="of each operation, fitting and not fitting each")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    given = parser.parse_args()
    begun, found = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        make_community(Path(folder) / "space", community.SMALL)
        with serving(Path(folder) / "space") as (port, process):
            home = f"http://127.0.0.1:{port}"
            with urllib.request.urlopen(f"{home}/api/openapi.json") as answer:
                document = json.load(answer)
            asking = Asking({"base_url": home, "timeout": MOST_SECONDS}, given.examples, given.seed)
            for fault in asking.faults(document):
                found += 1
                print(fault, flush=True)
            ended = process.poll()
    if ended is not None:
        found += 1
        print(f"the server ended with {ended}")
    print(f"{asking.asked:,} requests, seed {given.seed}: {found} faults, {time.monotonic() - begun:.0f} s")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
