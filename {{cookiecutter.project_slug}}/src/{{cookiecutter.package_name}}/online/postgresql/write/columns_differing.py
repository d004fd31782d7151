"""A column that two snapshots do not have alike: which of its aspects the models want otherwise."""

import re
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic.operations import MigrateOperation, ops
from sqlalchemy import Connection

from ...operations.colons import with_colons_escaped
from ...write.snapshot import Difference

_PARTS = re.compile(
    r'^(?P<type>.*?)(?: COLLATE (?P<collation>"(?:[^"]|"")*"|\S+))?(?P<not_null> NOT NULL)?'
    r"(?P<identity> GENERATED (?:ALWAYS|BY DEFAULT) AS IDENTITY)?"
    r"(?: (?P<computed>GENERATED ALWAYS AS \(.*\) (?:STORED|VIRTUAL))| DEFAULT (?P<default>.*))?$",
    re.DOTALL,
)


class Aspects(NamedTuple):
    """What the snapshot says of a column."""

    type: str | None
    collation: str | None
    not_null: str | None
    identity: str | None
    computed: str | None
    default: str | None


def aspects(definition: str) -> Aspects:
    """Return the aspects of a column's *definition* in a snapshot."""
    found = _PARTS.match(definition)
    assert found is not None
    return Aspects(*(found[name] for name in Aspects._fields))


def altered(
    connection: Connection, table: sa.Table, difference: Difference
) -> list[MigrateOperation] | None:
    """Return the change of the column; None where no ALTER COLUMN makes it."""
    column = table.columns.get(difference.key.name)
    if column is None or difference.wanted is None or difference.found is None:
        return None
    new, old = aspects(difference.wanted), aspects(difference.found)
    if new.computed != old.computed:
        return None
    reflected = next(
        found
        for found in sa.inspect(connection).get_columns(table.name, table.schema)
        if found["name"] == difference.key.name
    )
    existing: Any = reflected["type"]
    if old.collation is not None and isinstance(existing, sa.String):
        existing.collation = old.collation.strip('"')
    changes: dict[str, Any] = {}
    if new[:2] != old[:2]:
        changes["modify_type"] = column.type
    # How it is numbered is another operation's.
    becomes_serial = old.default is None and column.server_default is None
    if new.default != old.default and not (new.identity or old.identity or becomes_serial):
        said = column.server_default
        # What SQLAlchemy only knows of (FetchedValue) is nothing that can be set.
        changes["modify_server_default"] = said if isinstance(said, sa.DefaultClause) else None
    if new.not_null != old.not_null:
        changes["modify_nullable"] = new.not_null is None
    default = reflected["default"]
    if not changes:
        return []
    return [
        ops.AlterColumnOp(
            table.name,
            column.name,
            schema=table.schema,
            existing_type=existing,
            existing_nullable=old.not_null is None,
            existing_server_default=default
            and sa.DefaultClause(sa.text(with_colons_escaped(default))),
            **changes,
        )
    ]
