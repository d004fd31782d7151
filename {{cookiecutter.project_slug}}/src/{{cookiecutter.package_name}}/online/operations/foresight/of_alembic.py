"""The rules that Alembic's own operations bring, so that rows can be looked at before they run."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext

from ...internals import ddl_compiler, is_created
from ..naming import final_name
from ..percents import single
from .rules import Filled, Fits, Holds, Refers, Rule, Unique, Valued


@singledispatch
def rules_of(operation: MigrateOperation, context: MigrationContext) -> Iterable[Rule]:
    """Return the rules that *operation* brings; none of an operation that brings none."""
    return ()


@rules_of.register
def _unique(operation: ops.CreateUniqueConstraintOp, context: MigrationContext) -> Iterable[Rule]:
    columns = tuple(str(column) for column in operation.columns)
    alike = bool(operation.kw.get(f"{context.dialect.name}_nulls_not_distinct"))
    yield Unique(
        operation.schema,
        operation.table_name,
        columns,
        _name(operation, context),
        tuple(quoted(context, column) for column in columns),
        nulls_alike=alike,
    )


@rules_of.register
def _primary_key(operation: ops.CreatePrimaryKeyOp, context: MigrationContext) -> Iterable[Rule]:
    columns = tuple(str(column) for column in operation.columns)
    place = (operation.schema, operation.table_name)
    for column in columns:
        yield Filled(*place, (column,))
    texts = tuple(quoted(context, column) for column in columns)
    yield Unique(*place, columns, _name(operation, context), texts)


@rules_of.register
def _index(operation: ops.CreateIndexOp, context: MigrationContext) -> Iterable[Rule]:
    if not operation.unique:
        return
    index = operation.to_index(context)
    options = index.dialect_options[context.dialect.name]
    expressions = expressions_of_index(operation, context)
    columns = [each.name for each in index.expressions if isinstance(each, sa.Column)]
    yield Unique(
        operation.schema,
        operation.table_name,
        tuple(columns) if len(columns) == len(expressions) else (),
        str(operation.index_name),
        tuple(expressions),
        predicate_of_index(operation, context),
        nulls_alike=bool(options.get("nulls_not_distinct")),
    )


@rules_of.register
def _foreign_key(operation: ops.CreateForeignKeyOp, context: MigrationContext) -> Iterable[Rule]:
    yield Refers(
        operation.kw.get("source_schema"),
        operation.source_table,
        tuple(operation.local_cols),
        _name(operation, context),
        operation.kw.get("referent_schema"),
        operation.referent_table,
        tuple(operation.remote_cols),
    )


@rules_of.register
def _check(operation: ops.CreateCheckConstraintOp, context: MigrationContext) -> Iterable[Rule]:
    constraint: Any = operation.to_constraint(context)
    if is_created(constraint, ddl_compiler(context.dialect)):
        condition = sql_of(context, constraint.sqltext)
        name = _name(operation, context)
        yield Holds(operation.schema, operation.table_name, (), name, condition)


@rules_of.register
def _alteration(operation: ops.AlterColumnOp, context: MigrationContext) -> Iterable[Rule]:
    place = (operation.schema, operation.table_name, (operation.column_name,))
    if operation.modify_nullable is False:
        yield Filled(*place)
    length = getattr(operation.modify_type, "length", None)
    if isinstance(operation.modify_type, sa.String) and length:
        yield Fits(*place, length)


@rules_of.register
def _addition(operation: ops.AddColumnOp, context: MigrationContext) -> Iterable[Rule]:
    column = operation.column
    is_made = column.computed is not None or column.identity is not None
    if column.nullable or column.server_default is not None or is_made or column.primary_key:
        return
    why = (
        f"for which {operation.table_name}.{column.name} has no value: it is NOT NULL, without a "
        "server default (add it with one, or nullable and backfill it)"
    )
    yield Valued(operation.schema, operation.table_name, (column.name,), why)


def expressions_of_index(operation: ops.CreateIndexOp, context: MigrationContext) -> list[str]:
    """Return what an index is over, as SQL; of a column that it holds in part, that part."""
    index = operation.to_index(context)
    options = index.dialect_options[context.dialect.name]
    # One number for all columns, or one for each.
    said = options.get("length") if "length" in options else None
    found = []
    for expression in index.expressions:
        if isinstance(expression, sa.Column):
            length = said.get(expression.name) if isinstance(said, dict) else said
            text = quoted(context, expression.name)
            found.append(f"left({text}, {length})" if length else text)
        else:
            found.append(sql_of(context, expression))
    return found


def predicate_of_index(operation: ops.CreateIndexOp, context: MigrationContext) -> str | None:
    """Return which rows a partial index holds, as SQL; None for all."""
    options = operation.to_index(context).dialect_options[context.dialect.name]
    predicate = options.get("where") if "where" in options else None
    return None if predicate is None else sql_of(context, predicate)


def sql_of(context: MigrationContext, expression: Any) -> str:
    """Return *expression*, text or of SQLAlchemy's, as SQL that names columns without their table."""
    clause = sa.text(expression) if isinstance(expression, str) else expression
    compiler = ddl_compiler(context.dialect).sql_compiler
    text = str(compiler.process(clause, literal_binds=True, include_table=False))
    return single(text, context.dialect)


def quoted(context: MigrationContext, name: str) -> str:
    """Return *name* as an SQL identifier; a percent sign stands once, whatever the driver."""
    return single(context.dialect.identifier_preparer.quote(name), context.dialect)


def _name(operation: ops.AddConstraintOp, context: MigrationContext) -> str:
    name = final_name(context, operation)
    return name if name != "None" else "without a name"
