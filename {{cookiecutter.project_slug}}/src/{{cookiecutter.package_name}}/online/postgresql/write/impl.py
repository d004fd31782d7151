"""What Alembic's implementation for PostgreSQL writes into revisions, made to come back as it was."""

from typing import Any

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.operations import ops

from ...internals import render_alter_column
from ...operations.colons import with_colons_escaped


class OnlineImpl(PostgresqlImpl):
    """Expressions keep their colons: ``sa.text`` takes ``:word`` for a parameter (Alembic 1.20.1)."""

    __dialect__ = "postgresql"

    def render_ddl_sql_expr(
        self,
        expr: Any,
        is_server_default: bool = False,
        is_index: bool = False,
        **options: Any,
    ) -> str:
        """Return *expr* as the text that ``sa.text`` turns into it again."""
        text = super().render_ddl_sql_expr(
            expr, is_server_default=is_server_default, is_index=is_index, **options
        )
        # A part of an index is written as ``literal_column``, which takes it as it is.
        return text if is_index else with_colons_escaped(text)


@renderers.dispatch_for(ops.AlterColumnOp, replace=True)
def _alter_column(context: AutogenContext, operation: ops.AlterColumnOp) -> str:
    """Write USING as well, which Alembic 1.20.1 leaves out."""
    text = render_alter_column(context, operation)
    using = operation.kw.get("postgresql_using")
    if using is None:
        return text
    return f"{text.removesuffix(')')},\n{' ' * 11}postgresql_using={using!r})"
