"""What of a snapshot is ours: a stranger's objects are no difference."""

import fnmatch

import sqlalchemy as sa
from sqlalchemy import Connection

from ..service import ownership
from .skipped import without_skipped
from .snapshot import Key, Snapshot

# Objects beside the tables: what the models do not name may be a stranger's, or made by hand.
NAMED = ("enum", "domain", "sequence", "schema", "extension", "view", "trigger")


def owned(
    found: Snapshot, wanted: Snapshot, metadata: sa.MetaData, connection: Connection
) -> Snapshot:
    """Return what of *found*, the tables that may be read, the comparison looks at.

    Named objects that the models do not know are left in peace, as Alembic leaves them, but for a
    sequence that belongs to one of these tables.
    """
    kept = without_skipped(found, metadata, connection)
    tables = {key.name for key in kept if key.kind == "table"}
    return {
        key: definition
        for key, definition in kept.items()
        if key in wanted
        or owner_of(definition)[0] in tables
        or not (key.kind in NAMED or _is_ignored(key))
    }


def owner_of(definition: str) -> tuple[str, str]:
    """Return the table and the column that a sequence belongs to, by what a snapshot says of it."""
    owner = definition.partition(" OWNED BY ")[2].replace('"', "")
    table, _, column = owner.rpartition(".")
    return table, column


def _is_ignored(key: Key) -> bool:
    return key.kind != "table" and any(
        fnmatch.fnmatch(key.name, pattern) for pattern in ownership.IGNORED_NAMES
    )
