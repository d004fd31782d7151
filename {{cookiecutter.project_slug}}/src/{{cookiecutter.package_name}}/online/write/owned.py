"""What of a snapshot is ours: a stranger's objects are no difference."""

import fnmatch

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from ..service import ownership
from .history import NAMED as NAMED_BY
from .history import created
from .places import place_of
from .skipped import without_skipped
from .snapshot import Key, Snapshot, owner_of

# Objects beside the tables: what the models do not name may be a stranger's, or made by hand.
NAMED = ("enum", "domain", "sequence", "schema", "extension", "view", "trigger")
# Those of them that operations of ours make.
MADE = ("enum", "domain", "sequence")


def owned(
    found: Snapshot,
    wanted: Snapshot,
    metadata: sa.MetaData,
    connection: Connection,
    script: ScriptDirectory,
) -> Snapshot:
    """Return what of *found*, the tables that may be read, the comparison looks at.

    Named objects that the models do not know are left in peace, as Alembic leaves them, but for a
    sequence that belongs to one of these tables, and for what a revision of *script* made by an
    operation of ours: nobody needs that any more.
    """
    kept = without_skipped(found, metadata, connection)
    tables = {key.name for key in kept if key.kind == "table"}
    unknown = {
        key
        for key in kept.keys() - wanted.keys()
        if key.kind in MADE and not _is_ignored(key) and owner_of(kept[key])[0] == ""
    }
    if unknown:
        default = connection.dialect.default_schema_name
        made = {place_of(*name, default) for name in created(script, NAMED_BY)}
        unknown = {key for key in unknown if key.name in made}
    return {
        key: definition
        for key, definition in kept.items()
        if key in wanted
        or key in unknown
        or owner_of(definition)[0] in tables
        or not (key.kind in NAMED or _is_ignored(key))
    }


def _is_ignored(key: Key) -> bool:
    return key.kind != "table" and any(
        fnmatch.fnmatch(key.name, pattern) for pattern in ownership.IGNORED_NAMES
    )
