"""A scratch database of MySQL's; see ``servers/scratch.py``."""

from contextlib import AbstractAsyncContextManager

from sqlalchemy import URL

from ...servers.scratch import configured_server, database_on
from .temporary_server import server_url


def scratch_database() -> AbstractAsyncContextManager[URL]:
    """Create an empty database, yield its URL, and drop it whatever happens.

    Raises DatabaseError where there is no server (see ``temporary_server.py``).
    """
    return database_on(
        scratch_server_url().set(database=None),
        create="CREATE DATABASE {name} CHARACTER SET utf8mb4",
        drop="DROP DATABASE IF EXISTS {name}",
    )


def scratch_server_url() -> URL:
    """Return a server to make scratch databases on: SCRATCH_DATABASE_URL, else one of our own."""
    return configured_server() or server_url()
