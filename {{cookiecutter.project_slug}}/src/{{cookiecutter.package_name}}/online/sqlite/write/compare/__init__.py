"""What is found on SQLite beyond what stock autogenerate finds."""

from alembic.util import DispatchPriority

from ....write.compare.comparator import register
from . import checks, column_types, defaults, indexes, primary_keys

register("column", "server_default", defaults.compare_server_default, DispatchPriority.FIRST)
register("column", "types", column_types.compare_type, DispatchPriority.FIRST)
register("table", "check constraints", checks.compare_checks)
register("table", "primary key", primary_keys.compare_primary_key)
register("table", "expression and partial indexes", indexes.compare_indexes, DispatchPriority.LAST)
