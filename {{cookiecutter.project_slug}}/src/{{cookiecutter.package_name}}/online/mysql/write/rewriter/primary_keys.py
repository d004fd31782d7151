"""Primary keys, which our own comparison finds."""

from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of
from ....write.rewriter.refusals import refuse
from ....write.rewriter.writer import Operations, writer
from ...operations.primary_keys import ReplacePrimaryKey
from ..probe import is_referenced
from .refusals import KEY_IN_USE


@writer.makes_safe(ReplacePrimaryKey)
def replace_primary_key(change: Change, operation: ReplacePrimaryKey) -> Operations:
    """Change the key when old code is gone; refuse while foreign keys rest on it."""
    if is_referenced(change.connection, key_of(operation), "PRIMARY"):
        kind = f"primary key from {operation.old_columns} to {operation.columns}"
        return refuse(change, operation, kind, operation.table_name, KEY_IN_USE)
    return [in_phase(CONTRACT, operation)]
