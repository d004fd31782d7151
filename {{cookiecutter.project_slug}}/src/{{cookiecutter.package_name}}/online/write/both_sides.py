"""What the models come to: created on a scratch database of their own, and read back from there."""

import asyncio
import threading
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ..database import keeping, scratch, snapshot
from ..session.connect import connection_to
from ..session.errors import DatabaseError
from .skipped import without_skipped
from .snapshot import Snapshot


class ModelsRead(threading.Thread):
    """Reads the models' side meanwhile: it needs a server of its own, and no running loop."""

    def __init__(self, metadata: sa.MetaData, kept: str) -> None:
        """Begin to create and read what *metadata* describes, in the *kept* database of that name."""
        super().__init__(name="models", daemon=True)
        self._metadata, self._kept = metadata, kept
        self._found: Snapshot = {}
        self.version: tuple[Any, ...] = ()
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Do the work of the thread."""
        try:
            asyncio.run(self._read())
        except BaseException as error:
            self._error = error

    def snapshot(self) -> Snapshot:
        """Return what was read; raises DatabaseError where the models cannot be created."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._found

    async def _read(self) -> None:
        # What is created there is rolled back: it stays empty, and needs no mark.
        async with keeping.kept_database(self._kept, lambda _: True) as connection:
            if connection is not None and not await connection.run_sync(snapshot.read):
                await connection.run_sync(self._create)
                await connection.rollback()
                return
        async with scratch.scratch_database() as url, connection_to(url) as connection:
            await connection.run_sync(self._create)

    def _create(self, connection: Connection) -> None:
        try:
            snapshot.create(connection, self._metadata)
        except DBAPIError as error:
            said = str(error.orig).rpartition(">: ")[2]
            raise DatabaseError(
                f"The models cannot be created on an empty database: {said}. Correct them, then "
                "run the same command again"
            ) from error
        self._found = without_skipped(snapshot.read(connection), self._metadata, connection)
        self.version = connection.dialect.server_version_info or ()
