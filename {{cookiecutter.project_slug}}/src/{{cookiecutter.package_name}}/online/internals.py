"""What we use of Alembic and SQLAlchemy that they keep to themselves: all of it, and nowhere else.

A name with an underscore, or one that their documentation does not mention, may go in any release.
So they meet here under names of ours, ``tests/online/test_internals.py`` tries each by itself, and
``pyproject.toml`` keeps both libraries below the first release that was not tried.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import alembic.context
import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import _add_check_constraint as render_check
from alembic.autogenerate.render import _add_fk_constraint as render_foreign_key
from alembic.autogenerate.render import _add_index as render_create_index
from alembic.autogenerate.render import _alter_column as render_alter_column
from alembic.autogenerate.render import _drop_index as render_drop_index
from alembic.autogenerate.render import _render_python_into_templatevars, render_op
from alembic.autogenerate.render import _repr_type as render_type
from alembic.ddl.impl import DefaultImpl
from alembic.operations.batch import ApplyBatchImpl, BatchOperationsImpl
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import Script, ScriptDirectory
from alembic.util import format_as_comma, template_to_file, to_tuple
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import await_only
from sqlalchemy.util import greenlet_spawn as in_greenlet

__all__ = [
    "render_alter_column",
    "ApplyBatchImpl",
    "BatchOperationsImpl",
    "await_only",
    "in_greenlet",
    "render_check",
    "render_create_index",
    "render_drop_index",
    "render_foreign_key",
    "render_op",
    "render_type",
]


# --- Alembic -----------------------------------------------------------------------------------


def function_of_command() -> Any:
    """Return the function that the running command handed to its EnvironmentContext."""
    # ``alembic.context`` proxies methods only; the options behind them are not public.
    return alembic.context._proxy.context_opts.get("fn")  # type: ignore[attr-defined]


def running_command() -> Any:
    """Return the EnvironmentContext of the command that runs ``env.py``."""
    return alembic.context._proxy  # type: ignore[attr-defined]


@contextmanager
def not_mutating() -> Iterator[None]:
    """Let the running command make no version table while the body runs, as ``current`` makes none."""
    options = alembic.context._proxy.context_opts  # type: ignore[attr-defined]
    options["dont_mutate"] = True
    try:
        yield
    finally:
        del options["dont_mutate"]


def version_folders(script: ScriptDirectory) -> list[Path]:
    """Return the folders in which *script* looks for revisions."""
    return list(script._version_locations)


def is_comparison(context: MigrationContext) -> bool:
    """Tell whether the running command is ``revision --autogenerate``."""
    revision_context = context.opts.get("revision_context")
    return bool(revision_context and revision_context.command_args["autogenerate"])


def predecessors(script: Script) -> tuple[str, ...]:
    """Return the revisions that stand right before *script* in its line."""
    return tuple(to_tuple(script.down_revision, ()))


def parents_of(script: Script) -> set[str]:
    """Return the revisions that must be applied before *script*, by line or by dependency."""
    return {*predecessors(script), *to_tuple(script._resolved_dependencies, ())}


def upgrade_steps(script: ScriptDirectory, target: str, current: Any) -> Iterable[Any]:
    """Return the steps from the heads *current* to *target*, as ``alembic upgrade`` takes them."""
    return script._upgrade_revs(target, current)


def downgrade_steps(script: ScriptDirectory, target: str, current: Any) -> Iterable[Any]:
    """Return the steps from the heads *current* back to *target*, as ``alembic downgrade`` takes them."""
    return script._downgrade_revs(target, current)


def upgraded_revision(step: Any) -> Script | None:
    """Return the revision that *step* applies; None where it takes one back, or only stamps."""
    if isinstance(step, RevisionStep) and step.is_upgrade:
        return step.revision
    return None


def revision_of(step: Any) -> Script | None:
    """Return the revision that *step* applies or takes back; None where it only stamps."""
    return step.revision if isinstance(step, RevisionStep) else None


def is_in_callers_transaction(context: MigrationContext) -> bool:
    """Tell whether the connection was handed over inside a transaction of the caller's."""
    return context._transaction is None and context._in_connection_transaction()


def within_batch(context: AutogenContext) -> AbstractContextManager[None]:
    """Return the context in which operations are rendered as ``batch_op.…``."""
    return context._within_batch()


def take_calls(batch: BatchOperationsImpl) -> list[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    """Return the calls that *batch* has gathered, as (name, arguments, options), and empty it."""
    calls, batch.batch = batch.batch, []
    return calls


def is_given_table_only(batch: BatchOperationsImpl) -> bool:
    """Tell whether ``batch_alter_table`` had no argument that says what to make of the table."""
    return not (batch.table_args or batch.table_kwargs or batch.schema)


def original_of(operation: Any) -> Any:
    """Return the operation that a drop was made as the reverse of, or None where it is unknown."""
    return getattr(operation, "_reverse", None)


def run_as_step(context: MigrationContext, function: Callable[[], None]) -> None:
    """Run *function* of a revision as Alembic runs a step: in a transaction of its own."""
    connection = context.connection
    assert connection is not None
    if connection.in_transaction():
        connection.rollback()
    with context.begin_transaction(_per_migration=True):
        function()


def write_revision_file(context: MigrationContext, script: Any, path: Path) -> None:
    """Write to *path* what Alembic will write for *script*, without its post-write hooks."""
    revisions = context.opts["revision_context"]
    arguments = revisions.template_args.copy()
    autogen = revisions._last_autogen_context
    autogen.imports = set(script.imports or ())
    _render_python_into_templatevars(autogen, script, arguments)
    folder = revisions.script_directory
    template_to_file(
        Path(folder.dir, "script.py.mako"),
        path,
        folder.output_encoding,
        up_revision=str(script.rev_id),
        down_revision=None,
        branch_labels=None,
        depends_on=None,
        create_date=None,
        comma=format_as_comma,
        message=script.message or "",
        **arguments,
    )


class SendingMixin(DefaultImpl):
    """For an implementation of a dialect that sends statements in its own way: see ``send``."""

    def send(self, construct: Any, *arguments: Any, **options: Any) -> Any:
        """Send a construct of SQLAlchemy's or Alembic's."""
        return super()._exec(construct, *arguments, **options)

    def _exec(self, construct: Any, *arguments: Any, **options: Any) -> Any:
        return self.send(construct, *arguments, **options)


# --- SQLAlchemy --------------------------------------------------------------------------------


def ddl_compiler(dialect: Dialect) -> Any:
    """Return what makes SQL of parts of a CREATE TABLE, without a statement around them."""
    return dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type]


def index_on_text(name: str, text: str, table: sa.Table | None, **options: Any) -> sa.Index:
    """Return an index of *table* over what SQL *text* says."""
    return sa.Index(name, sa.text(text), _table=table, **options)


def copy_of_column(column: sa.Column[Any]) -> sa.Column[Any]:
    """Return a copy of *column* that belongs to no table; ``Column.copy`` is gone since 2.0."""
    return column._copy()


def numbered_column(table: sa.Table | None) -> sa.Column[Any] | None:
    """Return the column of *table* that the server numbers by itself, if there is one."""
    return None if table is None else table._autoincrement_column


def together(several: Iterable[sa.MetaData]) -> sa.MetaData:
    """Return *several* models as one: their tables stay what they are, in their own MetaData."""
    whole = sa.MetaData()
    for models in several:
        # Not ``to_metadata``: that copies, and the author's objects are what we look at.
        dict.update(whole.tables, models.tables)
        whole._sequences.update(models._sequences)
        whole.dispatch._update(models.dispatch, only_propagate=False)
    return whole


def sequences_of(metadata: sa.MetaData) -> list[sa.Sequence]:
    """Return the sequences that the models declare."""
    return list(metadata._sequences.values())


def is_created(constraint: Any, compiler: Any) -> bool:
    """Tell whether *constraint* is SQL here, for a DDL *compiler* or an implementation of Alembic's.

    One that comes with a type may not be.
    """
    rule = constraint._create_rule
    return rule is None or bool(rule(compiler))


def comes_with_type(constraint: Any) -> bool:
    """Tell whether the rule is an enum's or a boolean's without a type of the server's."""
    return bool(getattr(constraint, "_type_bound", False))


def variant_for(type_: TypeEngine[Any], dialect: str) -> TypeEngine[Any]:
    """Return what ``with_variant`` says of *type_* for *dialect*, or *type_* itself."""
    variants: dict[str, TypeEngine[Any]] = getattr(type_, "_variant_mapping", {})
    return variants.get(dialect, type_)


def constraint_name(dialect: Dialect, name: Any) -> str:
    """Return *name* of a constraint as *dialect* sends it, unquoted."""
    preparer = dialect.identifier_preparer
    return str(preparer.truncate_and_render_constraint_name(name, _alembic_quote=False))


def index_name(dialect: Dialect, name: Any) -> str:
    """Return *name* of an index as *dialect* sends it, unquoted."""
    preparer = dialect.identifier_preparer
    return str(preparer.truncate_and_render_index_name(name, _alembic_quote=False))


def name_by_convention(dialect: Dialect, constraint: Any) -> str | None:
    """Return the name of *constraint*, by convention too, as *dialect* sends it, unquoted."""
    if constraint.name is None:
        return None  # Neither the models nor their convention name it.
    return dialect.identifier_preparer.format_constraint(constraint, _alembic_quote=False)
