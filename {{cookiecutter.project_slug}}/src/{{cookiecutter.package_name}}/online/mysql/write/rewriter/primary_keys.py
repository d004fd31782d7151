"""Primary keys, which our own comparison finds."""

from typing import Any

from ....phase import CONTRACT, in_phase
from ....write.change import Change, key_of
from ....write.rewriter.writer import Operations, writer
from ...operations.primary_keys import ReplacePrimaryKey
from ..probe import is_referenced
from .refusals import key_in_use


@writer.rewrites(ReplacePrimaryKey)
def replace_primary_key(context: Any, _: Any, operation: ReplacePrimaryKey) -> Operations:
    """Change the key when old code is gone; refuse while foreign keys rest on it."""
    change = Change.current()
    if is_referenced(change.connection, key_of(operation), "PRIMARY"):
        return key_in_use(change, operation)
    return [in_phase(CONTRACT, operation)]
