"""Compiled loops: kept on disk where that can be, and still run where it can't."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ziggurat.stats import jit as module
from ziggurat.stats.jit import inlined, jit

CODE = """
from ziggurat.stats.jit import jit

@jit
def twice(value):
    return 2 * value

print(twice(21))
"""


def test_what_was_compiled_is_kept(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(CODE, "utf-8")
    subprocess.run([sys.executable, script], check=True, capture_output=True)
    assert list(tmp_path.glob("__pycache__/script.twice*.nbi"))


CALLED = """
from ziggurat.stats.jit import jit

TIMES = 2

@jit
def many(value):
    return TIMES * value
"""
CALLS = """
from called import many
from ziggurat.stats.jit import jit

@jit
def more(value):
    return many(value) + 1

print(more(20), sum(more.compiled.stats.cache_hits.values()))
"""


def test_what_is_kept_is_compiled_anew_where_what_it_calls_changed(tmp_path: Path) -> None:
    """A kept loop holds the code of those that it calls, and the numbers that these name."""
    (tmp_path / "called.py").write_text(CALLED, "utf-8")
    script = tmp_path / "calls.py"
    script.write_text(CALLS, "utf-8")

    def run() -> str:
        return subprocess.run([sys.executable, script], check=True, capture_output=True, text=True).stdout.strip()

    assert run() == "41 0"
    assert run() == "41 1"
    (tmp_path / "called.py").write_text(CALLED.replace("TIMES * value", "TIMES * value + 10"), "utf-8")
    assert run() == "51 0"
    (tmp_path / "called.py").write_text(CALLED.replace("TIMES = 2", "TIMES = 3"), "utf-8")
    os.utime(tmp_path / "called.py", (0, 0))  # whatever the clock says
    assert run() == "61 0"
    assert run() == "61 1"


def test_where_nothing_can_be_kept_it_compiles_anew_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, asked = module.nb.njit, []

    def nowhere(**options: object) -> object:
        asked.append(options.get("cache", False))
        if options.get("cache"):
            raise RuntimeError("cannot cache function 'twice': no locator available for file '/x.py'")
        return real(**options)

    monkeypatch.setattr(module, "nb", SimpleNamespace(njit=nowhere))
    module.warn_once.cache_clear()
    for _ in range(2):
        twice = jit(lambda value: 2 * value)
        assert twice(21) == 42
    assert asked == [True, False] * 2
    (said,) = caplog.messages
    assert "set NUMBA_CACHE_DIR" in said


def test_any_other_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_options: object) -> object:
        raise RuntimeError("something else")

    monkeypatch.setattr(module, "nb", SimpleNamespace(njit=broken))
    with pytest.raises(RuntimeError, match="something else"):
        jit(os.getcwd)()


def test_numba_is_loaded_by_the_first_loop_that_runs(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(CODE.replace("print(", "import sys\n\nassert 'numba' not in sys.modules\nprint("), "utf-8")
    assert subprocess.run([sys.executable, script], check=True, capture_output=True, text=True).stdout == "42\n"


def test_a_loop_calls_another_and_goes_to_another_process_by_name() -> None:
    assert (count(4), [len(one) for one in count.compiled.overloads]) == (12, [1])
    assert pickle.loads(pickle.dumps(count)) is count


@inlined
def tripled(value: int) -> int:
    return 3 * value


@jit
def each(value: int) -> int:
    return tripled(value)


@jit
def count(times: int) -> int:
    total = 0
    for _ in range(times):
        total += each(1)
    return total
