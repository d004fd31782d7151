"""Which objects an operation changes on MySQL: a unique rule is an index, a foreign key brings one."""

from collections.abc import Iterator

from alembic.operations import MigrateOperation
from sqlalchemy import Connection

from ...write.change import key_of
from ...write.places import place_of
from ...write.snapshot import Key
from ...write.touched import touched as alembics
from ..operations import enforcing, primary_keys, renames


def touched(connection: Connection, operation: MigrateOperation) -> Iterator[Key]:
    """Yield the objects that *operation* changes; none for one that is not known."""
    for key in alembics(connection, operation):
        yield key
        if key.kind == "constraint":
            yield Key("index", key.parent, key.name)
    place = place_of(*key_of(operation), connection.dialect.default_schema_name)
    if isinstance(operation, primary_keys.ReplacePrimaryKey):
        yield Key("constraint", place, "PRIMARY")
    elif isinstance(operation, enforcing.EnforceCheck):
        yield Key("constraint", place, operation.check_name)
    elif isinstance(operation, renames.RenameIndex):
        yield Key("index", place, operation.old_name)
        yield Key("index", place, operation.new_name)
