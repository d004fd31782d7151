"""Server defaults of a column: those that are ours to compare, and how a difference is noted."""

from typing import Any

from alembic.operations.ops import AlterColumnOp
from sqlalchemy import Column, DefaultClause


def are_plain(inspected: Column[Any], column: Column[Any]) -> bool:
    """Tell whether neither side is generated: identity and computed columns are Alembic's."""
    return all(isinstance(c.server_default, DefaultClause | None) for c in (inspected, column))


def note(
    alter: AlterColumnOp, inspected: Column[Any], column: Column[Any], *, differ: bool
) -> None:
    """Note in *alter* the default that is there, and the model's where they *differ*."""
    alter.existing_server_default = inspected.server_default
    if differ:
        alter.modify_server_default = column.server_default
