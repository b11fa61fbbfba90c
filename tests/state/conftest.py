"""States to try: in a folder, and in a PostgreSQL database of a server of the tests' own."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.state import postgres
from ziggurat.state import State


@pytest.fixture(scope="session")
def server():
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    """Where the state is: in the folder, or in an empty database of a server."""
    if request.param == "sqlite":
        return ""
    return emptied(request.getfixturevalue("server"))


def emptied(url: str) -> str:
    """Drop all that is in a database."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    return url


@pytest.fixture
def state(tmp_path, url):
    return State(tmp_path, url)
