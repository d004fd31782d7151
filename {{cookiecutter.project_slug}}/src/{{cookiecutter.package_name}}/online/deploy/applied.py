"""What was applied to a database, by which service, and from which files: a table of our own.

It lies beside Alembic's (``session/version_table.py``). A row comes and goes in the transaction in
which Alembic notes its own. Who reads it: ``edited.py``, ``strangers.py``.
"""

import functools
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import to_tuple
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

from .. import service
from ..database import driver
from ..session import invocation
from ..session.errors import DatabaseError
from ..session.invocation import CommandFunction
from ..session.url import load_settings
from ..session.version_table import version_table
from . import checksum
from .fingerprint import ancestors

log = logging.getLogger("alembic.runtime.migration")

_COMMANDS = ("upgrade", "downgrade", "stamp")
_DIGEST = 64


class Applied(NamedTuple):
    """A row: the *service* that applied a revision, and the checksums of its file, if known."""

    service: str
    source: str | None
    code: str | None


class Record:
    """The table, for one run of a command; those that change the database keep it."""

    def __init__(self, function: CommandFunction) -> None:
        """Take what the command handed to Alembic."""
        self._is_kept = invocation.name_of(function) in _COMMANDS
        self._is_ready = False

    def around(self, function: CommandFunction) -> CommandFunction:
        """Return *function*, before whose first step the table is made."""

        @functools.wraps(function)
        def prepared(heads: Any, context: MigrationContext) -> Iterator[Any]:
            for step in function(heads, context):
                if self._is_kept and not self._is_ready:
                    self._is_kept = self._is_ready = _prepare(context)
                yield step

        return prepared

    def noting(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return *options* of ``context.configure``, with ours."""
        callbacks = to_tuple(options.get("on_version_apply"), ())
        return {**options, "on_version_apply": [*callbacks, self.note]}

    def note(self, ctx: MigrationContext, step: Any, heads: set[str], **_: Any) -> None:
        """Note what *step* did; *heads* are those after it."""
        if not self._is_ready:
            return
        assert ctx.script is not None
        come, gone = _changed(ctx.script, step, heads)
        table = _table()
        if names := sorted({*come, *gone}):
            ctx.execute(table.delete().where(table.c.version_num.in_(names)))
        for name, path in sorted(come.items()):
            row = Applied(service.SLUG, *_checksums(path))._asdict()
            ctx.execute(table.insert().values(version_num=name, **row))


def read(connection: Connection) -> dict[str, Applied]:
    """Return the rows, by revision; nothing where there is no such table.

    Raises DatabaseError where the role may read Alembic's table alone.
    """
    table = _table()
    if not sa.inspect(connection).has_table(table.name, schema=table.schema):
        return {}
    try:
        return {name: Applied(*row) for name, *row in connection.execute(sa.select(table))}
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        connection.rollback()
        raise DatabaseError(f"{table.fullname} cannot be read: {driver.said(error)}") from error


def _prepare(context: MigrationContext) -> bool:
    """Make the table where it lacks; tell whether it is there to be written."""
    table = _table()
    wanted = load_settings().migrations_checksums
    if context.as_sql:
        if wanted:
            context.execute(CreateTable(table, if_not_exists=True))
        return wanted
    connection = context.connection
    assert connection is not None
    began = connection.in_transaction()
    found = sa.inspect(connection).has_table(table.name, schema=table.schema)
    if not (found or wanted):
        return False
    # Imported late: ``db check`` only reads.
    from ..database import catalog
    from ..interface import Need

    need = Need.FILL if found else Need.CREATE
    lacks = catalog.lacks(connection, need, table.schema, table.name)
    if lacks is not None:
        log.warning(
            "Not noted, so that db check will not tell an edited revision: %s "
            "(MIGRATIONS_CHECKSUMS=false leaves it out)",
            lacks,
        )
    elif not found:
        table.create(connection)
    elif context.opts.get("purge"):
        connection.execute(table.delete())
    if not began:
        # Alembic would take an open transaction for the caller's.
        connection.commit()
    return lacks is None


def _changed(
    script: ScriptDirectory, step: Any, heads: set[str]
) -> tuple[dict[str, Path], set[str]]:
    """Return the revisions that *step* applied, with their files, and those that it took back."""
    if not step.is_stamp:
        name = step.up_revision_id
        if not step.is_upgrade:
            return {}, {name}
        return {name: Path(step.up_revision.path)}, set()
    before = (heads - set(step.destination_revision_ids)) | set(step.source_revision_ids)
    had, has = (dict(ancestors(script, names)) for names in (before, heads))
    return {n: path for n, path in has.items() if n not in had}, had.keys() - has.keys()


def _checksums(path: Path) -> tuple[str | None, str | None]:
    """Return those of the file and of its code; None where only its bytecode was shipped."""
    if path.suffix != ".py":
        return None, None
    source = path.read_bytes()
    return checksum.of_file(source), checksum.of_code(source)


def _table() -> sa.Table:
    place = version_table()
    return sa.Table(
        place.applied,
        sa.MetaData(),
        # As wide as Alembic's own.
        sa.Column("version_num", sa.String(32), primary_key=True),
        sa.Column("service", sa.String(200), nullable=False),
        sa.Column("source", sa.String(_DIGEST)),
        sa.Column("code", sa.String(_DIGEST)),
        schema=place.schema,
    )
