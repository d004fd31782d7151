"""The two sides of a comparison: what the migrations made, and what the models would make."""

import functools
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from alembic import context
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from ..database import snapshot
from ..internals import running_command
from ..session import invocation, kept
from ..session.errors import DatabaseError
from .both_sides import ModelsRead
from .declined import with_declined_alike
from .owned import owned
from .snapshot import Reads, Snapshot

# By the command that compares: a connection that is handed over may see several.
_known: WeakKeyDictionary[Any, "Sides"] = WeakKeyDictionary()


class Sides:
    """Each side is read once; that of the models is begun at once, beside whatever comes first."""

    def __init__(self, metadata: sa.MetaData, connection: Connection, reads: Reads) -> None:
        """Begin to read what *metadata* comes to."""
        self._script = context.script
        self.models = ModelsRead(metadata, f"{kept.name_for(self._script)}_models")
        self._metadata, self._connection = metadata, connection
        self._reads = reads

    @functools.cached_property
    def unknown(self) -> str | None:
        """Why the two are not held together; None where they are.

        A live server of another release writes down the same things otherwise.
        """
        try:
            self.wanted  # noqa: B018 (read for what it raises)
        except DatabaseError as error:
            return str(error)
        release = (self._connection.dialect.server_version_info or ())[:1]
        if self.models.version[:1] == release:
            return None
        return (
            f"the scratch server is of release {self.models.version[0]}, this one of {release[0]}"
        )

    @property
    def wanted(self) -> Snapshot:
        """What the models come to; raises DatabaseError where they cannot be created."""
        return self.models.snapshot()

    @functools.cached_property
    def found(self) -> Snapshot:
        """What the migrations came to when the comparison began."""
        return self.read()

    def read(self) -> Snapshot:
        """Return what of the database is ours, as it is now."""
        ours = snapshot.read(self._connection, self._reads)
        compared = owned(ours, self.wanted, self._metadata, self._connection, self._script)
        return with_declined_alike(compared, self.wanted, self._metadata, self._connection)

    @functools.cached_property
    def alike(self) -> frozenset[str]:
        """The tables that both sides have, and have alike: nothing can come of comparing them."""
        if self.unknown is not None:
            return frozenset()
        wanted, found = _by_table(self.wanted), _by_table(self.found)
        return frozenset(table for table in wanted if wanted[table] == found.get(table))


def begin(metadata: sa.MetaData, connection: Connection | None, reads: Reads) -> Sides | None:
    """Return the sides of the comparison that runs on *connection*; None where none does."""
    if connection is None or context.is_offline_mode():
        return None
    running = running_command()
    command = invocation.name_of(invocation.function())
    if running not in _known and command in ("revision", "check") and not invocation.is_plain():
        _known[running] = Sides(metadata, connection, reads)
    return _known.get(running)


def sides_of(migration: MigrationContext) -> Sides | None:
    """Return the sides of the comparison that *migration* is making."""
    running = migration.environment_context
    return None if running is None else _known.get(running)


def _by_table(side: Snapshot) -> dict[str, dict[Any, str]]:
    found: dict[str, dict[Any, str]] = {}
    for key, text in side.items():
        if key.kind == "table":
            found.setdefault(key.name, {})[key] = text
        elif key.parent:
            found.setdefault(key.parent, {})[key] = text
    return {table: parts for table, parts in found.items() if any(k.kind == "table" for k in parts)}
