"""What the models come to: created on a scratch database of their own, and read back from there."""

import asyncio
import threading
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ..database import scratch, snapshot
from ..session.connect import connection_to
from ..session.errors import DatabaseError
from .skipped import without_skipped
from .snapshot import Snapshot


class ModelsRead(threading.Thread):
    """Reads the models' side meanwhile: it needs a server of its own, and no running loop."""

    def __init__(self, metadata: sa.MetaData) -> None:
        """Begin to create and read what *metadata* describes."""
        super().__init__(name="models", daemon=True)
        self._metadata = metadata
        self._found: Snapshot = {}
        self.version: tuple[Any, ...] = ()
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Do the work of the thread."""
        try:
            self._found, self.version = asyncio.run(_of_models(self._metadata))
        except BaseException as error:
            self._error = error

    def snapshot(self) -> Snapshot:
        """Return what was read; raises DatabaseError where the models cannot be created."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._found


async def _of_models(metadata: sa.MetaData) -> tuple[Snapshot, tuple[Any, ...]]:
    async with scratch.scratch_database() as url, connection_to(url) as connection:
        found = await connection.run_sync(_created, metadata)
        return found, connection.dialect.server_version_info or ()


def _created(connection: Connection, metadata: sa.MetaData) -> Snapshot:
    try:
        snapshot.create(connection, metadata)
    except DBAPIError as error:
        said = str(error.orig).rpartition(">: ")[2]
        raise DatabaseError(
            f"The models cannot be created on an empty database: {said}. Correct them, then run "
            "the same command again"
        ) from error
    return without_skipped(snapshot.read(connection), metadata, connection)
