"""Enum labels, primary keys, exclusion constraints: what our own comparisons find."""

from typing import Any

from alembic.operations import MigrateOperation

from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of
from ....write.rewriter.writer import Operations, writer
from ...operations.enums import ChangeEnum
from ...operations.exclusions import CreateExclusion
from ...operations.named_objects import DropEnum
from ...operations.unique import ReplacePrimaryKey
from ..probe import is_partitioned, is_referenced
from .refusals import enum_changed, exclusion_added, key_in_use, on_partitioned


@writer.rewrites(ReplacePrimaryKey)
def replace_primary_key(context: Any, _: Any, operation: ReplacePrimaryKey) -> Operations:
    """Change the key when old code is gone; refuse while foreign keys rest on it."""
    change = Change.current()
    key = key_of(operation)
    if is_partitioned(change.connection, key):
        return on_partitioned(change, operation, operation.constraint_name)
    if operation.old is not None and is_referenced(change.connection, key, operation.old):
        return key_in_use(change, operation)
    return [in_phase(CONTRACT, operation)]


@writer.rewrites(ChangeEnum)
def change_enum(context: Any, _: Any, operation: ChangeEnum) -> list[MigrateOperation]:
    """Refuse: PostgreSQL can only add labels."""
    return enum_changed(Change.current(), operation)


@writer.rewrites(DropEnum)
def drop_enum(context: Any, _: Any, operation: DropEnum) -> Operations:
    """Drop the type after its last column."""
    return [in_phase(CONTRACT, operation)]


@writer.rewrites(CreateExclusion)
def create_exclusion(context: Any, _: Any, operation: CreateExclusion) -> Operations:
    """Refuse on a table in use."""
    change = Change.current()
    if change.on_new_table(operation):
        return [operation]
    return [in_phase(CONTRACT, item) for item in exclusion_added(change, operation)]
