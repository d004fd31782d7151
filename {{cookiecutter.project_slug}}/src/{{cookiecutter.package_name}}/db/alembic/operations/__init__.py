"""Our own operations: ``op.backfill``, ``op.set_not_null`` and the rest, one file per subject.

Importing this package registers them with Alembic (cookbook: operation plugins).
"""

from . import (
    backfill,
    constraints,
    downgrade,
    enums,
    exclusions,
    index_swap,
    indexes,
    not_null,
    override,
    types,
    unique,
)

__all__ = [
    "backfill",
    "constraints",
    "downgrade",
    "enums",
    "exclusions",
    "index_swap",
    "indexes",
    "not_null",
    "override",
    "types",
    "unique",
]
