"""Primary keys: what our own comparison finds."""

from typing import Any

from ....write.change import Change
from ....write.rewriter.writer import Operations, writer
from ...operations.primary_keys import ChangePrimaryKey
from .refusals import key_changed


@writer.rewrites(ChangePrimaryKey)
def change_primary_key(context: Any, _: Any, operation: ChangePrimaryKey) -> Operations:
    """Refuse: the key is what other tables, and the rows' own numbers, rest on."""
    return key_changed(Change.current(), operation)
