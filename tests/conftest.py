"""What every test may ask for."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests import community, written
from tests.chromium import CHROMIUM, FLAGS
from tests.examples import few, is_drawn
from ziggurat.demo import make_community
from ziggurat.workspace import Workspace

# The first example of a test may compile kernels, so none is timed. Examples are drawn anew everywhere, in CI too.
settings.register_profile("project", max_examples=few(100), deadline=None, derandomize=False, print_blob=True)
settings.load_profile("project")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Make known what tests can be chosen by, and draw the seed of all examples, which the processes share."""
    shared = getattr(config, "workerinput", {}).get("seed")
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = shared or str(secrets.randbelow(2**32))
    config.addinivalue_line(
        "markers", "alike: one of many alike, of which a third is drawn; all with ZIGGURAT_EXAMPLES=all"
    )
    config.addinivalue_line("markers", "slow: takes minutes; leave these out with -m 'not slow'")


def pytest_configure_node(node: Any) -> None:
    """Tell another process the seed."""
    node.workerinput["seed"] = node.config.option.hypothesis_seed


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out those of many alike that are not drawn, unless tests are asked for by name."""
    if any("::" in str(argument) for argument in config.args):
        return
    seed = str(config.getoption("hypothesis_seed"))
    left = [item for item in items if item.get_closest_marker("alike") and not is_drawn(item.nodeid, seed)]
    config.hook.pytest_deselected(items=left)
    gone = set(left)
    items[:] = [item for item in items if item not in gone]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each file to one process, and all that need a cluster of Spark to one, which starts it once."""
    from xdist.scheduler import LoadFileScheduling

    class BySubject(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "spark" if "spark" in nodeid else str(super()._split_scope(nodeid))

    return BySubject(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how to draw the same examples again."""
    terminalreporter.write_line(
        f"Examples and tests that are alike were drawn from --hypothesis-seed={config.getoption('hypothesis_seed')}"
    )


@pytest.fixture
def log() -> Callable[..., pa.Table]:
    """A function that reads a text as interactions; see `written.interactions`."""
    return written.interactions


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    """A new workspace with the ladder `written.LADDER`."""
    return written.open_new(tmp_path / "space")


@pytest.fixture
def mixed(tmp_path: Path) -> Workspace:
    """A workspace of five people; see `written.mixed`."""
    return written.mixed(tmp_path / "mixed")


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The same, for tests that only look."""
    return written.mixed(tmp_path_factory.mktemp("looked at") / "mixed")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A simulated community's workspace, for tests that only look."""
    folder = tmp_path_factory.mktemp("looked at") / "town"
    make_community(folder, community.SMALL)
    return Workspace.open(folder)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser: one for all tests of a process, in which only one can be driven. It asks nothing of the network."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium; `make chromium` installs one where it may")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
