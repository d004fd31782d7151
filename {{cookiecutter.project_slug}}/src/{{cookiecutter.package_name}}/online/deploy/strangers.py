"""A database at revisions that this code does not know: of a newer release, or of somebody else.

A newer release is normal beside an older one. Another service, whose revisions stand in the same
version table, is an error everywhere: neither can tell what it lacks.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from .. import service
from ..session.errors import DatabaseError
from ..session.version_table import version_table

if TYPE_CHECKING:
    from .applied import Applied


class Strangers(NamedTuple):
    """The heads of the database that are not in this code."""

    newer: list[str]
    foreign: list[str]

    def __str__(self) -> str:
        """Return the sentence on them."""
        if not self.foreign:
            return (
                f"The database is at {_listed(self.newer)}, which this code does not know: a newer "
                "release, or a branch that was not merged, has migrated it. Take the code that has "
                f"{'it' if len(self.newer) == 1 else 'them'}, or another database"
            )
        place = version_table()
        table = f"{place.schema}.{place.name}" if place.schema else place.name
        return (
            f"The database is at {_listed(self.foreign)}, which this code does not know and which "
            f"shares no revision with it: {table} is another service's. Take another database, "
            "or give this service a version table of its own (VERSION_TABLE in db/ownership.py)"
        )


def strangers(known: ScriptDirectory, heads: Iterable[str]) -> list[str]:
    """Return those of the database's *heads* that are not in *known*."""
    if set(heads) <= set(known.get_heads()):
        return []  # To read every revision takes longer.
    return sorted(set(heads) - {script.revision for script in known.walk_revisions()})


def look(connection: Connection, known: ScriptDirectory, heads: Iterable[str]) -> Strangers | None:
    """Tell of the *heads* of the database behind *connection* that are not in *known*, if any."""
    names = strangers(known, heads)
    if not names:
        return None
    # Imported late: most databases know what this code knows.
    from . import applied

    try:
        rows = applied.read(connection)
    except DatabaseError:
        rows = {}  # Then our tables have to tell.
    ours = [name for name in names if name in rows and rows[name].service == service.SLUG]
    unsaid = [name for name in names if name not in rows]
    if unsaid and set(names) == set(heads) and _is_ours(connection, rows.values()):
        # Somebody has stamped it, or a role that may make no table has migrated it.
        ours += unsaid
    return Strangers(sorted(ours), sorted(set(names) - set(ours)))


def refuse(connection: Connection, known: ScriptDirectory, heads: Iterable[str]) -> None:
    """Raise DatabaseError where the database is at a revision that is not in *known*."""
    if found := look(connection, known, heads):
        raise DatabaseError(str(found))


def _is_ours(connection: Connection, rows: "Iterable[Applied]") -> bool:
    """Tell whether this service was at work in the database: by its rows, or by its tables."""
    if any(row.service == service.SLUG for row in rows):
        return True
    inspector = sa.inspect(connection)
    return any(
        inspector.has_table(table.name, schema=table.schema)
        for metadata in service.models()
        for table in metadata.tables.values()
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names)
