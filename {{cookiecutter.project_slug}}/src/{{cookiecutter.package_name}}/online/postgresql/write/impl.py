"""What Alembic's implementation for PostgreSQL writes into revisions, made to come back as it was."""

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.operations import ops

from ...internals import render_alter_column
from ...operations.texts import KeepsTexts


class OnlineImpl(KeepsTexts, PostgresqlImpl):
    """Takes the place of Alembic's: the last class of a dialect's name counts."""

    __dialect__ = "postgresql"


@renderers.dispatch_for(ops.AlterColumnOp, replace=True)
def _alter_column(context: AutogenContext, operation: ops.AlterColumnOp) -> str:
    """Write USING as well, which Alembic 1.20.1 leaves out."""
    text = render_alter_column(context, operation)
    using = operation.kw.get("postgresql_using")
    if using is None:
        return text
    return f"{text.removesuffix(')')},\n{' ' * 11}postgresql_using={using!r})"
