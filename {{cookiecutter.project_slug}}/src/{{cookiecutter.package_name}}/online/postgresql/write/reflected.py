"""What SQLAlchemy reflects otherwise than the server keeps it: texts, and when a rule is looked at.

Seen on SQLAlchemy 2.1.9: a reflected ``CHECK (note <> ':word')`` compiles to ``'NULL'``, and DEFERRABLE
is read of foreign keys alone.
"""

import re
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.sql.elements import TextClause

from ...internals import original_of
from ...operations.colons import with_colons_escaped
from ...write.snapshot import Key, Snapshot

Item = TypeVar("Item")
_PARTED = re.compile(r"PARTITION BY (\w+ \(.*?\))(?= (?:FOR|DEFAULT|INHERITS|WITH) |$)")
_DEFERRED = " DEFERRABLE INITIALLY DEFERRED"


def as_kept(operation: ops.DropColumnOp | ops.DropTableOp, found: Snapshot, key: Key) -> None:
    """Let the way back of *operation*, which drops *key*, mean what the server has *found*."""
    original = original_of(operation)
    if isinstance(operation, ops.DropColumnOp):
        texts_kept(None if original is None else original.column)
        return
    _table_as_kept(operation, found.get(key, ""))
    for table in (original, operation.to_table()):
        for part in getattr(table, "columns", ()):
            texts_kept(part)
            rule = Key("constraint", key.name, str(getattr(part, "name", None)))
            timing_kept(part, found.get(rule, ""))


def _table_as_kept(drop: ops.DropTableOp, definition: str) -> None:
    """Let the table come back as what it is, of which SQLAlchemy reflects nothing."""
    if definition.startswith("UNLOGGED"):
        drop.prefixes = ["UNLOGGED"]
    parted = _PARTED.search(definition)
    if parted is not None:
        drop.table_kw["postgresql_partition_by"] = parted[1]


def texts_kept(item: Item) -> Item:
    """Return the reflected constraint or index *item*, whose texts mean what the server says."""
    if isinstance(item, sa.CheckConstraint):
        item.sqltext = _kept(item.sqltext)
    elif isinstance(item, sa.Index):
        options = item.dialect_options["postgresql"]
        options["where"] = _kept(options["where"])
    elif isinstance(item, sa.Column) and isinstance(item.server_default, sa.DefaultClause):
        item.server_default.arg = _kept(item.server_default.arg)
    return item


def timing_kept(rule: Any, definition: str) -> None:
    """Let the reflected *rule* be looked at when its *definition* on the server says so."""
    if isinstance(rule, sa.UniqueConstraint | sa.PrimaryKeyConstraint):
        rule.initially = "DEFERRED" if definition.endswith(_DEFERRED) else None
        rule.deferrable = rule.initially is not None or definition.endswith(" DEFERRABLE") or None


def _kept(text: Any) -> Any:
    """Return *text*, which may be a string or SQLAlchemy's form of one, as what it says."""
    found = text.text if isinstance(text, TextClause) else text
    return sa.text(with_colons_escaped(found)) if isinstance(found, str) else text
