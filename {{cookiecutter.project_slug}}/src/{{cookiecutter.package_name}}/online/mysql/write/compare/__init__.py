"""What is found on MySQL beyond what stock autogenerate finds."""

from alembic.util import DispatchPriority

from ....write.compare.comparator import register
from . import checks, columns, indexes, primary_keys

register("column", "types", columns.compare_type, DispatchPriority.FIRST)
register("column", "server_default", columns.compare_server_default, DispatchPriority.FIRST)
register("table", "check constraints", checks.compare_checks)
register("table", "primary key", primary_keys.compare_primary_key)
register("table", "indexes", indexes.forget_equal, DispatchPriority.LAST)
