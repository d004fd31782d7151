"""The first revision, composed from the models alone: no database, no driver, the same bytes.

What autogenerate finds against an empty database is every table and every index; that list goes
through the same pipeline (``directives.py``) that writes all later revisions.
"""

import hashlib
from typing import Any

from alembic.autogenerate import render_python_code
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext

from . import render
from .models import models_of

MESSAGE = "create the first tables"


def compose(context: MigrationContext, _: Any, scripts: list[ops.MigrationScript]) -> None:
    """Fill the script with the creation of every table; its id follows from the content."""
    include_object = context.opts["include_object"]
    operations: list[Any] = []
    for table in models_of(context).tables.values():
        if not include_object(table, table.name, "table", False, None):
            continue
        operations.append(ops.CreateTableOp.from_table(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if include_object(index, index.name, "index", False, None):
                operations.append(ops.CreateIndexOp.from_index(index))
    script = scripts[0]
    upgrade = script.upgrade_ops = ops.UpgradeOps(operations)
    # Rendering refuses a context in --sql mode.
    live = MigrationContext.configure(dialect=context.dialect)
    code = render_python_code(upgrade, render_item=render.render_item, migration_context=live)
    script.rev_id = hashlib.sha256(code.encode()).hexdigest()[:12]
