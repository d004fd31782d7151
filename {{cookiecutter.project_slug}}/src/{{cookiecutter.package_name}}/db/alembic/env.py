"""How Alembic reaches a database: every way in meets in one ``context.configure``.

The ways in: Alembic's command line, code inside or outside a running event loop, a connection
that a caller hands over in ``config.attributes["connection"]``, and offline (``--sql``).
"""

from alembic import context
from sqlalchemy import Connection

from {{ cookiecutter.package_name }}.db.alembic import (
    commands,
    console,
    dialect,
    directives,
    filters,
    guard,
    render,
    target,
)
from {{ cookiecutter.package_name }}.db.models import Base

command = commands.steps()
# The models to compare with; a test hands over models of its own.
metadata = context.config.attributes.get("target_metadata", Base.metadata)


def migrate(connection: Connection | None, steps: guard.Steps = command) -> None:
    """Run Alembic's command, or *steps*, on *connection*; None writes SQL out (offline)."""
    ours = filters.Filters(metadata, connection, context.script)
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=ours.include_name,
        include_object=ours.include_object,
        process_revision_directives=directives.process,
        compare_type=True,
        compare_server_default=True,
        render_item=render.render_item,
        literal_binds=connection is None,
        fn=guard.guarded(steps),
        **dialect.OPTIONS,
    )
    with dialect.around_migrations(connection), context.begin_transaction():
        context.run_migrations()


if context.config.cmd_opts is not None:
    console.prepare()
if context.is_offline_mode():
    migrate(None)
elif (handed_over := context.config.attributes.get("connection")) is not None:
    migrate(handed_over)
else:
    with console.ending_process():
        target.run(migrate, commands.name_of(command))
