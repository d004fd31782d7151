"""What is found on PostgreSQL beyond what stock autogenerate finds."""

from alembic.util import DispatchPriority

from ....write.compare.comparator import register
from . import checks, defaults, enums, primary_keys

register("column", "server_default", defaults.compare_server_default, DispatchPriority.FIRST)
register("table", "check constraints", checks.compare_checks)
register("table", "primary key", primary_keys.compare_primary_key)
register("schema", "enums", enums.compare_enums, DispatchPriority.LAST)
