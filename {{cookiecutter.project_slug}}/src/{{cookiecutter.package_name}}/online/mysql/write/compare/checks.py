"""CHECK constraints: whether two rules mean the same is asked of the server.

Both are read as SHOW CREATE TABLE writes them down, the model's from an unused copy of the table.
"""

import re

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import CheckConstraint, Table

from ....write.compare.checks import add_differences, text_of
from ....write.compare.comparator import compares_tables
from .show_create import parts_after, parts_of

# MariaDB's rule on JSON stands inside its column, not in a line of its own. One that MySQL does not
# enforce is the same rule: see ``enforcing.py``.
_LINE = re.compile(
    r"^\s*CONSTRAINT `((?:[^`]|``)+)` CHECK \((.*?)\)(?: /\*!80016 NOT ENFORCED \*/)?,?$", re.M
)


@compares_tables
def compare_checks(
    context: AutogenContext, changes: ops.ModifyTableOps, inspected: Table, table: Table
) -> None:
    """Add to *changes* the CHECK constraints that come, go, or mean something else."""
    connection = context.connection
    assert connection is not None
    name = connection.dialect.identifier_preparer.format_table(inspected)
    stored = parts_of(connection, name, _LINE)

    def differs(rule: str, check: CheckConstraint) -> bool:
        add = f"ADD CONSTRAINT probe CHECK ({text_of(check, context.dialect)})"
        return parts_after(connection, name, add, _LINE).get("probe") != stored[rule]

    add_differences(context, changes, inspected, table, stored, differs=differs)
