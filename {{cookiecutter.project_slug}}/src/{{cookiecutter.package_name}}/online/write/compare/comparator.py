"""Our comparisons in Alembic's form, as one plugin: for what stock autogenerate lacks or gets wrong."""

from collections.abc import Callable
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Column, Table

from ...database import driver

Comparator = Callable[..., PriorityDispatchResult]

_PLUGIN = "service.compare"
# Named in ``autogenerate_plugins``, beside Alembic's own.
PLUGINS = ["alembic.autogenerate.*", _PLUGIN]
# Its moment: when a database's ``compare`` is imported. ``env.py`` runs once a command, and a plugin
# may be registered only once.
_plugin = Plugin(_PLUGIN)


def register(
    target: str,
    subject: str,
    comparator: Comparator,
    priority: DispatchPriority = DispatchPriority.MEDIUM,
) -> None:
    """Let *comparator* compare the *subject* of each *target* ("column", "table", "schema")."""
    _plugin.add_autogenerate_comparator(
        comparator, target, subject, qualifier=driver.DIALECT, priority=priority
    )


def compares_tables(
    compare: Callable[[AutogenContext, ops.ModifyTableOps, Table, Table], None],
) -> Comparator:
    """Return *compare* as a comparator of the tables that stand in the database and in the models.

    It adds what differs to the changes; Alembic's own comparison goes on.
    """

    def comparator(
        context: AutogenContext,
        changes: ops.ModifyTableOps,
        schema: str | None,
        name: str,
        inspected: Table | None,
        table: Table | None,
    ) -> PriorityDispatchResult:
        if inspected is not None and table is not None:
            compare(context, changes, inspected, table)
        return PriorityDispatchResult.CONTINUE

    return comparator


def compares_columns(
    compare: Callable[[AutogenContext, ops.AlterColumnOp, Column[Any], Column[Any]], bool],
) -> Comparator:
    """Return *compare* as a comparator of columns.

    It notes what differs in the operation, and returns False where Alembic's own comparison shall
    answer instead.
    """

    def comparator(
        context: AutogenContext,
        alter: ops.AlterColumnOp,
        schema: str | None,
        table_name: str,
        name: str,
        inspected: Column[Any],
        column: Column[Any],
    ) -> PriorityDispatchResult:
        answered = compare(context, alter, inspected, column)
        return PriorityDispatchResult.STOP if answered else PriorityDispatchResult.CONTINUE

    return comparator
