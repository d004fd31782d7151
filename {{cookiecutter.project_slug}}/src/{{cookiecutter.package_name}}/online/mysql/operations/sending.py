"""How a statement of a migration is sent: in the lightest way, patiently, and only once.

Each change of a table asks for INSTANT, else for INPLACE with LOCK=NONE, and is refused where the
server can do neither, unless ``op.allowed(…)`` stands before it, or the table has no rows.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.ddl.mysql import MySQLImpl
from sqlalchemy import Connection, schema
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import ExecutableDDLElement

from ...internals import SendingMixin, index_name, name_by_convention
from ...operations.allowed import ALLOWED
from ...operations.texts import KeepsTexts
from ...session.errors import DatabaseError
from ..session.driver import message, number
from . import algorithms
from .information_schema import InformationSchema
from .statements import patiently

# A statement of a client that was killed may end while ours waits: then it is there (or gone).
# Of a table, a column, an index, a key, a rule, that is there or is not (MySQL manual, Error Message
# Reference).
_DONE_MEANWHILE = (1050, 1051, 1060, 1061, 1091, 1826, 3822, 3940)
# What rows, or a foreign key, forbid.
_DUPLICATE = 1062
_NULLS = (1138, 1265)
_SERVES_A_KEY = 1553


class SendingImpl(KeepsTexts, SendingMixin, MySQLImpl):
    """Sends what Alembic's operations come to."""

    def change(self, table: str, schema_name: str | None, what: str) -> None:
        """Run ALTER TABLE *table* *what*, online."""
        name = self.dialect.identifier_preparer.format_table(sa.table(table, schema=schema_name))
        self._online(f"ALTER TABLE {name} {what}", table, name)

    def send(self, construct: Any, *arguments: Any, **options: Any) -> Any:
        """Send a construct of SQLAlchemy's or Alembic's; changes of tables go online."""
        if not isinstance(construct, ExecutableDDLElement):
            return super().send(construct, *arguments, **options)
        statement = " ".join(str(construct.compile(dialect=self.dialect)).split("\n")).strip()
        table = getattr(construct, "element", construct)
        table = getattr(table, "table", table)
        if isinstance(construct, schema.CreateTable | schema.DropTable) or _renames(construct):
            self.send_plainly(statement)
        else:
            name = getattr(table, "table_name", None) or str(getattr(table, "name", ""))
            of = sa.table(name, schema=getattr(table, "schema", None))
            self._online(statement, name, self.dialect.identifier_preparer.format_table(of))
        return None

    def _online(self, statement: str, table: str, quoted: str) -> None:
        """Run *statement* in the lightest way; raises DatabaseError where it would stop writers."""
        allowed = self.context_opts.pop(ALLOWED, False)
        if self.as_sql or allowed:
            self.send_plainly(statement if allowed else algorithms.offline(statement))
            return
        try:
            refused = algorithms.run_lightly(statement, self.send_plainly)
        except DBAPIError as error:
            raise _explain(error, table, statement) from error
        if refused is None:
            return
        if not self._has_rows(quoted):
            self.send_plainly(statement)  # An empty table is copied in an instant.
            return
        raise DatabaseError(
            f"{table} was not changed: the server cannot do this beside the traffic "
            f"({message(refused)}): {statement}. Do it with pt-online-schema-change or gh-ost, or "
            "let it copy the table, which keeps writers out, in a quiet hour: write "
            f'op.allowed("copy", "{table}", "…why…") on the line before. Then run the same '
            "command again"
        ) from refused

    def _once(self, done: Callable[[InformationSchema], bool], step: Callable[[], object]) -> None:
        """Take *step*, unless the information schema says that it is *done*."""
        if self.as_sql:
            step()
            return
        look = InformationSchema(self._live)
        if done(look):
            self.context_opts.pop(ALLOWED, None)
            return
        try:
            step()
        except DBAPIError as error:
            if number(error) not in _DONE_MEANWHILE or not done(look):
                raise

    def send_plainly(self, statement: str) -> None:
        """Send *statement* as it stands, patiently."""
        if self.as_sql:
            self.static_output(statement + self.command_terminator)
        else:
            patiently(self._live, statement)

    def _has_rows(self, quoted: str) -> bool:
        return self._live.exec_driver_sql(f"SELECT 1 FROM {quoted} LIMIT 1").first() is not None

    def _stored_name(self, item: Any) -> str:
        """Return the name of a constraint or an index as the database keeps it."""
        if isinstance(item, sa.Index):
            return index_name(self.dialect, item.name or "")
        return str(name_by_convention(self.dialect, item))

    @property
    def _live(self) -> Connection:
        assert self.connection is not None
        return self.connection


def _renames(construct: Any) -> bool:
    return type(construct).__name__ == "RenameTable"


def _explain(error: DBAPIError, table: str, statement: str) -> BaseException:
    """Return *error* as a sentence where rows stand in the way; no value of theirs is in it."""
    if number(error) == _DUPLICATE:
        return DatabaseError(
            f"{table} holds rows that are alike in what is to be unique: {statement}. Correct "
            "them, then run the same command again"
        )
    if number(error) in _NULLS:
        return DatabaseError(
            f"{table} holds NULL in a column that is to be NOT NULL: {statement}. Fill it "
            "(op.backfill) or correct what writes it, then run the same command again"
        )
    if number(error) == _SERVES_A_KEY:
        return DatabaseError(
            f"{table} was not changed: a foreign key needs this index: {statement}. Leave it in "
            "the model, or drop the key with it"
        )
    return error
