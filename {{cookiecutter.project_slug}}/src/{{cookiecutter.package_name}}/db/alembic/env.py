"""How Alembic reaches a database: every way in meets in one ``context.configure``.

The ways in: Alembic's command line, code inside or outside a running event loop, a connection
that a caller hands over in ``config.attributes["connection"]``, and offline (``--sql``). What each
name does is in ``online/``; what is yours to say, in ``db/rules.py`` and ``db/ownership.py``.
"""

from alembic import context
from sqlalchemy import Connection

from {{ cookiecutter.package_name }}.online.deploy import console
from {{ cookiecutter.package_name }}.online.session import invocation

# What the command does; ``context.configure`` replaces it.
command = invocation.function()


def migrate(connection: Connection | None, function: invocation.CommandFunction = command) -> None:
    """Run Alembic's command, or *function*, on *connection*; None writes SQL out (offline)."""
    # Imported late: a command that has nothing to do needs none of it.
    from {{ cookiecutter.package_name }}.db import rules
    from {{ cookiecutter.package_name }}.db.models import Base
    from {{ cookiecutter.package_name }}.online.database import environment
    from {{ cookiecutter.package_name }}.online.deploy import applied, guard
    from {{ cookiecutter.package_name }}.online.session import version_table
    from {{ cookiecutter.package_name }}.online.write import directives, filters, render
    from {{ cookiecutter.package_name }}.online.write.rewriter import writer

    console.started()
    # The models to compare with; a test hands over models of its own.
    metadata = context.config.attributes.get("target_metadata", Base.metadata)
    # Your rewrites run before and after those that make each operation safe under live traffic.
    rewriter = rules.before.chain(writer).chain(rules.after)
    ours = filters.Filters(metadata, connection, context.script)
    record = applied.Record(function)
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=ours.include_name,
        include_object=ours.include_object,
        process_revision_directives=directives.through(rewriter),
        compare_type=True,
        compare_server_default=True,
        render_item=render.render_item,
        literal_binds=connection is None,
        fn=record.around(guard.with_check(function)),
        **version_table.options(),
        **record.noting(environment.OPTIONS),
    )
    with environment.around_migrations(connection), context.begin_transaction():
        context.run_migrations()


if context.config.cmd_opts is not None:
    console.prepare()
if context.is_offline_mode():
    migrate(None)
elif (handed_over := context.config.attributes.get("connection")) is not None:
    migrate(handed_over)
else:
    from {{ cookiecutter.package_name }}.online.deploy import alone, idle
    from {{ cookiecutter.package_name }}.online.session.connect import async_engine

    if invocation.name_of(command) == "revision" and context.config.cmd_opts is not None:
        alone.write_alone(context.script)
    with console.ending_process():
        if not idle.answered(async_engine):
            from {{ cookiecutter.package_name }}.online.deploy import target

            target.run(migrate, async_engine)
