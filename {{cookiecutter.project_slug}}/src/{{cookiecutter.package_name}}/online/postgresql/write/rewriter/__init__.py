"""What each operation becomes on PostgreSQL; the files are the chapters of the catalogue."""

from . import (
    checks,
    column_types,
    comments,
    constraints,
    drops,
    enums,
    indexes,
    numbering,
    primary_keys,
)

__all__ = [
    "checks",
    "column_types",
    "comments",
    "constraints",
    "drops",
    "enums",
    "indexes",
    "numbering",
    "primary_keys",
]
