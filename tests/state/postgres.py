"""A PostgreSQL server of a test's own, on loopback, from the binaries that the system has."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@contextmanager
def server(*, fsync: bool = False) -> Iterator[str]:
    """Run a server; yield the URL of its database. fsync: whether what it acknowledges is on the disk.

    Skips where there are no binaries or no driver.

    Its folder is none of pytest's, which another run of the tests closes to all other users, the server's among them.
    """
    if not BINARIES:
        pytest.skip("there is no PostgreSQL in /usr/lib/postgresql; Debian's package `postgresql` brings it")
    pytest.importorskip("psycopg", reason="psycopg is not installed; the extra `postgres` brings it")
    if os.geteuid() == 0 and not known("postgres"):
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres to run it as")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    data = Path(tempfile.mkdtemp(prefix="ziggurat-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(data, "postgres")
    run("initdb", "-D", data, "-U", "ziggurat", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-h 127.0.0.1 -p {port} -c unix_socket_directories= -c fsync={'on' if fsync else 'off'}"
    run("pg_ctl", "-D", data, "-w", "-o", options, "-l", data / "log", "start")
    try:
        yield f"postgresql+psycopg://ziggurat@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(data)


def known(name: str) -> bool:
    """Tell whether there is a user of this name."""
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def run(program: str, *arguments: object) -> None:
    """Run a program of the server, as a user that it accepts."""
    as_user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [str(BINARIES[-1] / program), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        cwd="/", check=False, **as_user,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode()
