"""What each operation becomes on SQLite; the files are the chapters of the catalogue."""

from . import column_types, constraints, drops, indexes, primary_keys, table_options

__all__ = ["column_types", "constraints", "drops", "indexes", "primary_keys", "table_options"]
