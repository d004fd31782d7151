"""What an operation reads of each row, as SQL: so that a sample of the rows can be read likewise."""

from collections.abc import Iterable
from typing import Any

from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext

from .of_alembic import expressions_of_index, quoted
from .rules import Holds, Rule, Unique


def looked_at(
    operation: MigrateOperation, rules: Iterable[Rule], context: MigrationContext
) -> tuple[str, ...]:
    """Return the SQL expressions of one row that *operation*, with its *rules*, reads."""
    plain: Any = operation
    if isinstance(plain, ops.CreateIndexOp):
        return tuple(expressions_of_index(plain, context))
    found: list[str] = []
    for rule in rules:
        if isinstance(rule, Unique):
            found += rule.expressions
        elif isinstance(rule, Holds):
            found.append(rule.condition)
        else:
            found += (quoted(context, name) for name in rule.columns)
    return tuple(dict.fromkeys(found))
