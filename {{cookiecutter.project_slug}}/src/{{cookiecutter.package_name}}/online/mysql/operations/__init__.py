"""Our own operations: ``op.backfill``, ``op.set_not_null`` and the rest, one file per subject.

Importing this package registers them with Alembic (cookbook: operation plugins).
"""

from ...operations import allowed, backfill, downgrade, keep_in_sync, set_not_null
from . import enforcing, indexes, online, primary_keys, renames, replaced_keys

__all__ = [
    "allowed",
    "backfill",
    "downgrade",
    "enforcing",
    "indexes",
    "keep_in_sync",
    "online",
    "primary_keys",
    "renames",
    "replaced_keys",
    "set_not_null",
]
