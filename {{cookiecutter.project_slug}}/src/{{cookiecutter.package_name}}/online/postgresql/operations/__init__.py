"""Our own operations: ``op.backfill``, ``op.set_not_null`` and the rest, one file per subject.

Importing this package registers them with Alembic (cookbook: operation plugins).
"""

from ...operations import allowed, backfill, downgrade, keep_in_sync, set_not_null
from . import (
    comments,
    commit,
    constraints,
    enums,
    exclusions,
    index_swap,
    indexes,
    named_types,
    numbering,
    renames,
    restored_index,
    rule_swap,
    schemas,
    sequences,
    storage,
    unique,
)

__all__ = [
    "allowed",
    "backfill",
    "comments",
    "commit",
    "constraints",
    "downgrade",
    "enums",
    "exclusions",
    "index_swap",
    "indexes",
    "keep_in_sync",
    "named_types",
    "numbering",
    "renames",
    "restored_index",
    "rule_swap",
    "schemas",
    "sequences",
    "set_not_null",
    "storage",
    "unique",
]
