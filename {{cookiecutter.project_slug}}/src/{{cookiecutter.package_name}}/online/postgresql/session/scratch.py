"""A scratch database of PostgreSQL's; see ``servers/scratch.py``."""

from contextlib import AbstractAsyncContextManager

from sqlalchemy import URL

from ...servers.scratch import PREFIX, configured_server, database_on
from .development import server_url

__all__ = ["PREFIX", "scratch_database", "scratch_server_url"]


def scratch_database() -> AbstractAsyncContextManager[URL]:
    """Create an empty database, yield its URL, and drop it whatever happens.

    Raises DatabaseError where there is no server (see ``development.py``).
    """
    return database_on(
        scratch_server_url(),
        create="CREATE DATABASE {name} TEMPLATE template0",
        drop="DROP DATABASE IF EXISTS {name} WITH (FORCE)",
    )


def scratch_server_url() -> URL:
    """Return a server to create scratch databases on: SCRATCH_DATABASE_URL, else the embedded."""
    return configured_server() or server_url()
