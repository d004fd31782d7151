"""Primary keys, which our own comparison finds."""

from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of
from ....write.rewriter.refusals import refuse, refuse_on_table
from ....write.rewriter.writer import Operations, writer
from ...operations.unique import ReplacePrimaryKey
from ..probe import is_partitioned, is_referenced
from . import comments, refusals


@writer.makes_safe(ReplacePrimaryKey)
def replace_primary_key(change: Change, operation: ReplacePrimaryKey) -> Operations:
    """Change the key when old code is gone; refuse while foreign keys rest on it."""
    key = key_of(operation)
    if is_partitioned(change.connection, key):
        name = operation.constraint_name
        return refuse_on_table(change, operation, "partitioned", name, refusals.PARTITIONED)
    leaving = [
        name
        for name in operation.old_columns or ()
        if (key, name) in change.removed and name not in operation.columns
    ]
    if leaving:
        change.refuse(
            f"{operation.table_name}: {', '.join(leaving)} leaves the primary key and the table.",
            why="until the contract it is part of the key, so new code cannot insert without it",
            instead="make it two releases: first take it out of the key in the model, and give it "
            "a server_default; then remove the column",
        )
        return []
    if operation.old is not None and is_referenced(
        change.connection, key, operation.old, but_for=change.references_gone
    ):
        kind = f"primary key from {operation.old_columns} to {operation.columns}"
        return refuse(change, operation, kind, operation.table_name, refusals.KEY_IN_USE)
    comments.with_comments_back(change, operation, str(operation.old))
    return [in_phase(CONTRACT, operation)]
