"""How an operation is refused: with a reason, a recipe, and the way to let it happen all the same."""

from typing import Any

from alembic.operations import MigrateOperation

from ...operations.allowed import Allowed
from ..change import Change, key_of
from .writer import Operations


def refuse(
    change: Change,
    operation: MigrateOperation,
    kind: str,
    what: str,
    *,
    reason: str,
    recipe: str,
    info: Any = None,
) -> Operations:
    """Note a refusal, or return the operation with the author's override in plain sight."""
    if change.allows(kind, what, info):
        return [Allowed(kind, what, reason), operation]
    allow = f"To let it happen as it is: -x allow={kind}:{what}, or info={ {'allow': kind} }."
    change.refuse(f"{what}: {kind}.\n  Why: {reason}.\n  Instead: {recipe}.\n  {allow}")
    return []


def table_info(change: Change, operation: MigrateOperation) -> Any:
    """Return the ``info`` of the model's table, where there is a model."""
    table = change.model(key_of(operation))
    return None if table is None else table.info


def what_of(operation: Any, column: str) -> str:
    """Return the name of a column in a refusal: table.column."""
    return f"{operation.table_name}.{column}"
