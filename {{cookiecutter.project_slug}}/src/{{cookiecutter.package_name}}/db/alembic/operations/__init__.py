"""Our own operations: ``op.backfill``, ``op.set_not_null`` and the rest, one file per subject.

Importing this package registers them with Alembic (cookbook: operation plugins).
"""

from . import backfill, downgrade, not_null, types

__all__ = ["backfill", "downgrade", "not_null", "types"]
