"""NOT NULL on a table in use: a CHECK that is validated beside the traffic, then the real thing.

PostgreSQL skips the scan of SET NOT NULL where a valid CHECK proves it (docs, ALTER TABLE,
"SET NOT NULL"), so no step holds a strong lock for longer than an instant.
"""

from alembic.operations import Operations
from sqlalchemy.exc import DBAPIError

from ...operations.foresight.footprint import Footprint
from ...operations.naming import identifier, shortened
from ...operations.statements import outside_transaction, scalar
from ...operations.violations import nulls_left
from ..session.driver import sqlstate
from .constraints import has_constraint
from .statements import run_briefly, run_long

COMMITS = True
FOOTPRINT = Footprint("SHARE UPDATE EXCLUSIVE, and ACCESS EXCLUSIVE for an instant", "every row")
CHECK_VIOLATION = "23514"


def set_not_null(
    operations: Operations, table_name: str, column_name: str, schema: str | None
) -> None:
    """Make the column NOT NULL; raises DatabaseError, changing nothing, where NULLs are left."""
    table = identifier(operations, table_name, schema)
    column = identifier(operations, column_name)
    # Not "…_not_null": PostgreSQL 18 gives that name to the NOT NULL constraint itself.
    check = shortened(f"{table_name}_{column_name}_filled")
    name = identifier(operations, check)
    alter = f"ALTER TABLE {table}"
    add = f"{alter} ADD CONSTRAINT {name} CHECK ({column} IS NOT NULL) NOT VALID"
    drop = f"{alter} DROP CONSTRAINT IF EXISTS {name}"
    with outside_transaction(operations) as context:
        if context.as_sql:
            run_briefly(context, drop, add)
        elif not has_constraint(operations, check, table):
            run_briefly(context, add)
        try:
            run_long(context, f"{alter} VALIDATE CONSTRAINT {name}")
        except DBAPIError as error:
            if sqlstate(error) != CHECK_VIOLATION:
                raise
            run_briefly(context, drop)
            count = scalar(operations, f"SELECT count(*) FROM {table} WHERE {column} IS NULL")
            raise nulls_left(table_name, column_name, count) from None
        run_briefly(context, f"{alter} ALTER COLUMN {column} SET NOT NULL", drop)
