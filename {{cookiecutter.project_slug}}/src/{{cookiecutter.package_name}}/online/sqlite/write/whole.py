"""What goes comes back whole: what SQLite keeps of it, and neither SQLAlchemy nor Alembic reads."""

from typing import Any

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from sqlalchemy import Connection
from sqlalchemy.sql.elements import conv

from ...internals import original_of
from ...operations.colons import with_colons_escaped
from ..operations.definition import Clause, Definition
from ..operations.rebuild import definition_of
from ..operations.tokens import name_in, parenthesis, tokens
from .compare.indexes import is_on_columns, read_index


def made_whole(
    connection: Connection, models: sa.MetaData, operation: MigrateOperation
) -> MigrateOperation:
    """Return *operation*, or one in its place, that says all of the object."""
    if isinstance(operation, ops.CreateUniqueConstraintOp):
        _say_conflict(models, operation)
    if original_of(operation) is None:
        return operation
    if isinstance(operation, ops.DropIndexOp):
        return _index(connection, operation)
    if isinstance(operation, ops.DropConstraintOp):
        rule = _named(definition_of(connection, operation.table_name), operation)
        if rule is not None:
            original_of(operation).kw.update(_options(rule))
    if isinstance(operation, ops.DropTableOp):
        definition = definition_of(connection, operation.table_name)
        _complete_rules(definition, original_of(operation))
        if definition.numbers_once:
            operation.table_kw = {**operation.table_kw, "sqlite_autoincrement": True}
    return operation


def _index(connection: Connection, operation: ops.DropIndexOp) -> ops.DropIndexOp:
    """Return the drop of an index that reflection reads as if it were on columns alone."""
    table = sa.Table(str(operation.table_name), sa.MetaData())
    name = str(operation.index_name)
    if is_on_columns(connection, name):
        return operation
    return ops.DropIndexOp.from_index(read_index(connection, name, table))


def _say_conflict(models: sa.MetaData, operation: ops.CreateUniqueConstraintOp) -> None:
    """Say in the rule what its column says of conflicts: the revision has no such column."""
    table = models.tables.get(operation.table_name)
    names = [str(name) for name in operation.columns]
    if table is None or len(names) != 1 or names[0] not in table.columns:
        return
    said = table.columns[names[0]].dialect_options["sqlite"]["on_conflict_unique"]
    if said is not None:
        operation.kw.setdefault("sqlite_on_conflict", said)


def _named(definition: Definition, operation: ops.DropConstraintOp) -> Clause | None:
    inside = [clause for column in definition.columns for clause in column.clauses]
    named = (rule for rule in [*definition.rules, *inside] if rule.name)
    return next((rule for rule in named if rule.name == operation.constraint_name), None)


def _options(rule: Clause) -> dict[str, Any]:
    """Return what a *rule* says of conflicts, or how a foreign key matches."""
    found: dict[str, Any] = {}
    if rule.conflict is not None:
        found["sqlite_on_conflict"] = rule.conflict
    words = [token.word for token in tokens(rule.text) if token.means]
    if rule.kind in ("FOREIGN", "REFERENCES") and "MATCH" in words:
        found["match"] = words[words.index("MATCH") + 1]
    return found


def _complete_rules(definition: Definition, creation: ops.CreateTableOp) -> None:
    """Let *creation* say the rules as SQLite keeps them."""
    inside = [clause for column in definition.columns for clause in column.clauses]
    rules = [rule for rule in [*definition.rules, *inside] if rule.kind]
    kept = [item for item in creation.columns if not isinstance(item, sa.CheckConstraint)]
    for item in kept:
        for rule in rules:
            if isinstance(item, sa.Constraint) and _is_same(item, rule):
                _give(item, _options(rule))
    checks = [
        sa.CheckConstraint(
            with_colons_escaped(parenthesis(rule.text)), name=rule.name and conv(rule.name)
        )
        for rule in rules
        if rule.kind == "CHECK"
    ]
    creation.columns = [*kept, *checks]


def _is_same(item: sa.Constraint, rule: Clause) -> bool:
    kinds = {sa.UniqueConstraint: "UNIQUE", sa.ForeignKeyConstraint: "FOREIGN"}
    kind = kinds.get(type(item), "PRIMARY" if isinstance(item, sa.PrimaryKeyConstraint) else "")
    if kind != rule.kind:
        return False
    if item.name or rule.name:
        return item.name == rule.name
    names = [
        name_in(token)
        for token in tokens(parenthesis(rule.text))
        if token.kind in ("word", "quoted")
    ]
    return names == [column.name for column in getattr(item, "columns", ())]


def _give(item: Any, options: dict[str, Any]) -> None:
    for name, value in options.items():
        if name == "match":
            item.match = value
        else:
            item.dialect_kwargs[name] = value
