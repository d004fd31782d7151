"""The operations of a revision, gathered by running its function with no database behind it."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from types import SimpleNamespace
from typing import Any, NamedTuple

from alembic.operations import BatchOperations, MigrateOperation, Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Dialect


class Recorded(NamedTuple):
    """An operation, and the line of the revision's file that calls it."""

    operation: MigrateOperation
    line: int | None


class Recording(NamedTuple):
    """What a function of a revision calls; *stopped* says why no more of it is known."""

    context: MigrationContext
    operations: list[Recorded]
    stopped: str | None


class Nobody:
    """What a revision gets from ``op.get_bind()``: its dialect, and no more."""

    def __init__(self, dialect: Dialect) -> None:
        """Take the *dialect*, which revisions branch on."""
        self.dialect = dialect

    @property
    def engine(self) -> "Nobody":
        """Return itself, which has the dialect too."""
        return self

    def __getattr__(self, name: str) -> Any:
        """Stop the revision: nobody answers here."""
        raise AsksTheDatabase(f"it calls {name} on its connection")


class AsksTheDatabase(Exception):
    """A revision goes past ``op``: what it does depends on what it finds, or is not to be seen."""


def record(function: Callable[..., None], path: str, migration: MigrationContext) -> Recording:
    """Run *function* of the revision at *path* so that its operations are noted, and not done.

    As for SQL that is written out (``--sql``) there is no connection: a revision that asks the
    database is known up to that line.
    """
    options = migration.opts | {"as_sql": True, "output_buffer": io.StringIO()}
    context = MigrationContext.configure(dialect=migration.dialect, opts=options)
    # In the place of one that would write statements out: what is sent past ``op`` is not seen.
    context.impl.connection = Nobody(migration.dialect)  # type: ignore[assignment]
    found: list[Recorded] = []
    stopped = None
    with Operations.context(context) as operations, redirect_stdout(io.StringIO()):
        # ``alembic.op`` passes each call on to this one object.
        vars(operations).update(_noting(context, found, path))
        try:
            function()
        except Exception as error:
            at = f" (line {line})" if (line := _line_of(error, path)) else ""
            said = error if isinstance(error, AsksTheDatabase) else repr(error)
            stopped = f"{said}{at}"
    return Recording(context, found, stopped)


def _noting(context: MigrationContext, found: list[Recorded], path: str) -> dict[str, Any]:
    def invoke(operation: MigrateOperation) -> Any:
        found.append(Recorded(operation, _calling_line(path)))
        # A revision may fill the table that it has created.
        if isinstance(operation, ops.CreateTableOp):
            return operation.to_table(context)
        return None

    @contextmanager
    def batch_alter_table(
        table_name: str, schema: str | None = None, *_: Any, **__: Any
    ) -> Iterator[BatchOperations]:
        impl: Any = SimpleNamespace(table_name=table_name, schema=schema)
        batch = BatchOperations(context, impl=impl)
        vars(batch).update(invoke=invoke)
        yield batch

    return {"invoke": invoke, "batch_alter_table": batch_alter_table}


def _calling_line(path: str) -> int | None:
    """Return the line of the file at *path* that is being run."""
    frame = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename == path:
            return frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return None


def _line_of(error: BaseException, path: str) -> int | None:
    traceback, line = error.__traceback__, None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == path:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
