"""Our own operations: ``op.backfill``, ``op.set_not_null`` and the rest, one file per subject.

Importing this package registers them with Alembic (cookbook: operation plugins).
"""

from ...operations import allowed, backfill, downgrade, keep_in_sync, set_not_null
from . import impl, numbering, table_options

__all__ = [
    "allowed",
    "backfill",
    "downgrade",
    "impl",
    "keep_in_sync",
    "numbering",
    "set_not_null",
    "table_options",
]
