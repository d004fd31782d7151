"""Our own operations: ``op.backfill``, ``op.set_not_null`` and the rest, one file per subject.

Importing this package registers them with Alembic (cookbook: operation plugins).
"""

from ...operations import allowed, backfill, downgrade
from . import impl, not_null

__all__ = ["allowed", "backfill", "downgrade", "impl", "not_null"]
