"""``alembic check``: what differs, or a word on what was not held together."""

import sys

from alembic.operations import ops
from alembic.runtime.migration import MigrationContext

from .reconcile import reconcile
from .sides import sides_of

# What Alembic's own comparison and ours read of a database, where the server cannot be asked.
COMPARED = "tables, columns, types, defaults, keys, rules and indexes by their columns"


def reconcile_check(context: MigrationContext, script: ops.MigrationScript) -> None:
    """Hold the database and the models together; *script* is left with what differs.

    Where the models cannot be read by a server of the same release, the differences stay as they
    are, and stderr says so.
    """
    sides = sides_of(context)
    if sides is None:
        return
    if sides.unknown is None:
        reconcile(context, script, sides)
        return
    sys.stderr.write(
        f"check compared {COMPARED}; not options of indexes and constraints, collations, domains, "
        "sequences, generated columns, storage and comments on constraints: "
        f"{sides.unknown}\n"
    )
