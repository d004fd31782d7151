"""What of a snapshot is ours: a stranger's objects are no difference."""

import fnmatch

from alembic.runtime.migration import MigrationContext

from ..service import ownership
from .models import models_of
from .skipped import without_skipped
from .snapshot import Key, Snapshot, without

# Objects beside the tables: what the models do not name may be a stranger's, or made by hand.
NAMED = ("enum", "domain", "sequence", "schema", "extension")


def owned(
    context: MigrationContext, found: Snapshot, wanted: Snapshot, *, live: bool = False
) -> Snapshot:
    """Return what of *found* the comparison may look at: the filters' tables, no ignored names.

    Named objects that the models do not know are left in peace, as Alembic leaves them.
    """
    include = context.opts["include_name"]
    assert context.connection is not None
    kept = without_skipped(
        without(found, context.version_table), models_of(context), context.connection
    )
    strangers = {
        key.name
        for key in kept
        if key.kind == "table" and not include(*_named(key.name), _parents(key.name))
    }
    return {
        key: definition
        for key, definition in kept.items()
        if (key.name if key.kind == "table" else key.parent) not in strangers
        and not (key not in wanted and (key.kind in NAMED or _is_ignored(key)))
    }


def _named(place: str) -> tuple[str, str]:
    return place.rpartition(".")[2], "table"


def _parents(place: str) -> dict[str, str | None]:
    schema, _, name = place.rpartition(".")
    return {"schema_name": schema or None, "table_name": name, "schema_qualified_table_name": place}


def _is_ignored(key: Key) -> bool:
    return key.kind != "table" and any(
        fnmatch.fnmatch(key.name, pattern) for pattern in ownership.IGNORED_NAMES
    )
