"""``alembic check``: what differs, or a word on what was not held together."""

import sys

from alembic.operations import ops
from alembic.runtime.migration import MigrationContext

from ..session.errors import DatabaseError
from .both_sides import ModelsRead
from .models import models_of
from .reconcile import reconcile

# What Alembic's own comparison and ours read of a database, where the server cannot be asked.
COMPARED = "tables, columns, types, defaults, keys, rules and indexes by their columns"


def reconcile_check(context: MigrationContext, script: ops.MigrationScript) -> None:
    """Hold the database and the models together; *script* is left with what differs.

    Where the models cannot be read by a server of the same release, the differences stay as they
    are, and stderr says so.
    """
    connection = context.connection
    if connection is None or context.as_sql:
        return
    models = ModelsRead(models_of(context))
    try:
        wanted = models.snapshot()
    except DatabaseError as error:
        _say(str(error))
        return
    release = (connection.dialect.server_version_info or ())[:1]
    if models.version[:1] != release:
        _say(f"the scratch server is of release {models.version[0]}, this one of {release[0]}")
        return
    reconcile(context, script, wanted, live=True)


def _say(reason: str) -> None:
    sys.stderr.write(
        f"check compared {COMPARED}; not options of indexes and constraints, collations, domains, "
        f"sequences, generated columns, storage and comments on constraints: {reason}\n"
    )
