"""Primary keys: what our own comparison finds."""

from ....write.change import Change
from ....write.rewriter.refusals import refuse
from ....write.rewriter.writer import Operations, writer
from ...operations.primary_keys import ChangePrimaryKey
from .refusals import PRIMARY_KEY


@writer.makes_safe(ChangePrimaryKey)
def change_primary_key(change: Change, operation: ChangePrimaryKey) -> Operations:
    """Refuse: the key is what other tables, and the rows' own numbers, rest on."""
    kind = f"primary key from {operation.old} to {operation.new}"
    return refuse(change, operation, kind, operation.table_name, PRIMARY_KEY)
