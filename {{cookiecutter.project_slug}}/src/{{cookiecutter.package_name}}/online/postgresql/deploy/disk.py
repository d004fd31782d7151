"""Free disk where PostgreSQL keeps its data: known where the server runs on this machine."""

import shutil
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

_SERVER = sa.text(
    "SELECT current_setting('data_directory') AS folder, inet_server_addr() IS NULL AS is_local, "
    "extract(epoch FROM pg_postmaster_start_time())::bigint AS started"
)
# Seconds: the file is written a little later than the server counts from.
_APART = 5


def free_bytes(connection: Connection) -> int | None:
    """Return the bytes that are free beside the data; None where that cannot be known.

    A role needs pg_read_all_settings to be told the folder. One of the same name may be another
    server's, as that of a container: the file that the server wrote there must say when it began.
    """
    try:
        server = connection.execute(_SERVER).one()
    except DBAPIError:
        return None
    if not server.is_local:
        return None
    folder = Path(server.folder)
    try:
        started = int((folder / "postmaster.pid").read_text(encoding="utf-8").splitlines()[2])
        if abs(started - server.started) > _APART:
            return None
        return shutil.disk_usage(folder).free
    except (OSError, ValueError, IndexError):
        return None
