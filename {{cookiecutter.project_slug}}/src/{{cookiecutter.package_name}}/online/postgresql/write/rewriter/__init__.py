"""What each operation becomes on PostgreSQL; the files are the chapters of the catalogue."""

from . import column_types, constraints, drops, enums, indexes, primary_keys

__all__ = ["column_types", "constraints", "drops", "enums", "indexes", "primary_keys"]
