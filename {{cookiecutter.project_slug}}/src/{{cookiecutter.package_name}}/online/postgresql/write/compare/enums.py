"""Enum types, which stock autogenerate does not compare: labels that come or go, unused types."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.util import PriorityDispatchResult
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from ....operations.operation import Operation
from ....write.stored import stored_type
from ...operations.enums import AddEnumValue, ChangeEnum
from ...operations.named_types import DropEnum

Key = tuple[str | None, str]


def compare_enums(
    context: AutogenContext, changes: ops.UpgradeOps, schemas: set[str | None]
) -> PriorityDispatchResult:
    """Add to *changes* new labels of known types, and the drop of types no column has any more."""
    default = context.dialect.default_schema_name
    ours = dict(_declared_enums(context, default))
    theirs: dict[Key, list[str]] = {}
    for schema in schemas:
        for found in context.inspector.get_enums(schema):  # type: ignore[attr-defined]
            key = (None if found["schema"] == default else found["schema"], found["name"])
            theirs[key] = list(found["labels"])
    for key in sorted(ours.keys() & theirs.keys(), key=str):
        changes.ops.extend(_differences(key, theirs[key], ours[key]))
    for key in sorted(
        _left_behind(changes, context.dialect) & theirs.keys() - ours.keys(), key=str
    ):
        changes.ops.append(DropEnum(key[1], theirs[key], schema=key[0]))
    return PriorityDispatchResult.CONTINUE


def _differences(key: Key, old: list[str], new: list[str]) -> Iterator[Operation]:
    if [label for label in new if label in old] != old:
        yield ChangeEnum(key[1], old, new, schema=key[0])
        return
    for place, label in enumerate(new):
        if label in old:
            continue
        after = new[place - 1] if place else None
        last = not any(other in old for other in new[place:])
        before = None if place else old[0]
        yield AddEnumValue(
            key[1], label, before=before, after=None if last else after, schema=key[0]
        )


def _declared_enums(
    context: AutogenContext, default: str | None
) -> Iterator[tuple[Key, list[str]]]:
    """Yield the enum types of the models with their labels."""
    for table in context.sorted_tables:
        for column in table.columns:
            yield from _enum(column.type, default, context.dialect)


def _left_behind(changes: ops.UpgradeOps, dialect: Dialect) -> set[Key]:
    """Return the enum types of the columns and tables that go: only those can be ours to drop."""
    found: set[Key] = set()
    for change in _leaves(changes):
        if isinstance(change, ops.DropColumnOp):
            found |= {key for key, _ in _enum(change.to_column().type, None, dialect)}
        elif isinstance(change, ops.DropTableOp):
            for column in change.to_table().columns:
                found |= {key for key, _ in _enum(column.type, None, dialect)}
        elif isinstance(change, ops.AlterColumnOp) and change.modify_type is not None:
            found |= {key for key, _ in _enum(change.existing_type, None, dialect)}
    return found


def _leaves(container: ops.OpContainer) -> Iterator[Any]:
    for change in container.ops:
        if isinstance(change, ops.OpContainer):
            yield from _leaves(change)
        else:
            yield change


def _enum(
    type_: TypeEngine[Any] | None, default: str | None, dialect: Dialect
) -> Iterator[tuple[Key, list[str]]]:
    stored: Any = None if type_ is None else stored_type(type_, dialect)
    item = getattr(stored, "item_type", stored)
    item = item if item is None else stored_type(item, dialect)
    if isinstance(item, sa.Enum) and item.native_enum and item.name:
        schema = None if item.schema == default else item.schema
        yield (schema, item.name), list(item.enums)
