"""What an operation reads of each row, as SQL: so that a sample of the rows can be read likewise."""

from collections.abc import Iterable
from typing import Any

from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext

from .of_alembic import expressions_of_index, predicate_of_index, quoted
from .rules import Holds, Rule, Unique


def looked_at(
    operation: MigrateOperation, rules: Iterable[Rule], context: MigrationContext
) -> tuple[str, ...]:
    """Return the SQL expressions of one row that *operation*, with its *rules*, reads."""
    if isinstance(operation, ops.CreateIndexOp):
        included = operation.kw.get(f"{context.dialect.name}_include") or ()
        names = (quoted(context, str(column)) for column in included)
        return (*expressions_of_index(operation, context), *names)
    found: list[str] = []
    for rule in rules:
        if isinstance(rule, Unique):
            found += rule.expressions
        elif isinstance(rule, Holds):
            found.append(rule.condition)
        else:
            found += (quoted(context, name) for name in rule.columns)
    return tuple(dict.fromkeys(found))


def held_rows(operation: MigrateOperation, context: MigrationContext) -> str | None:
    """Return which rows the index that *operation* makes holds, as SQL; None for all."""
    if isinstance(operation, ops.CreateIndexOp):
        return predicate_of_index(operation, context)
    return None


def is_sorted(operation: Any, context: MigrationContext) -> bool:
    """Tell whether the index that *operation* makes is a sorted one, and not of another method."""
    kw = getattr(operation, "kw", {})
    method = kw.get(f"{context.dialect.name}_using") or kw.get(f"{context.dialect.name}_prefix")
    return str(method or "btree").lower() == "btree"
