"""How long does a measurement take, and how much memory, in a process of its own?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def run(work: str, *arguments: object) -> dict[str, Any]:
    """Run one of `works.WORKS` in a process of its own; return what it found, and `memory`, its peak in bytes.

    Raises: RuntimeError if it fails; it has said why on the standard error.
    """
    found, memory = command([sys.executable, "-m", "bench", "work", work, *(str(one) for one in arguments)])
    result: dict[str, Any] = json.loads(found.splitlines()[-1])
    return result | {"memory": memory}


def command(words: list[str]) -> tuple[str, int]:
    """Run a command to its end; return what it printed, and its peak memory in bytes."""
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        printed = process.stdout.read() if process.stdout else ""
        memory = ended(process)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words[2:])} failed with {process.returncode}; see above.")
    return printed, memory


def ended(process: subprocess.Popen[str]) -> int:
    """Wait for a process to end, and return its peak memory in bytes."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * 1024
