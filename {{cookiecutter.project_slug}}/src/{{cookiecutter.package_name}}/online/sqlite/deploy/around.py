"""What there is around the tables on SQLite: who is writing to the file now, and free disk."""

import shutil

from sqlalchemy import Connection

from ...deploy.plan.seen import Holder, Surroundings
from ...operations.foresight.footprint import Footprint
from ..session.files import path_of
from .writers import writers


def holders(
    connection: Connection, schema: str | None, table: str, footprint: Footprint
) -> list[Holder]:
    """Return the process that has the file locked for writing: whatever is written waits for it."""
    if "the file" not in footprint.lock:
        return []
    return writers(path_of(connection.engine.url))


def surroundings(connection: Connection) -> Surroundings:
    """Return free disk, beside the file; there are no replicas that SQLite would know of."""
    folder = path_of(connection.engine.url).parent
    return Surroundings(disk_free_bytes=shutil.disk_usage(folder).free)
