"""Old code beside a new schema: what the previous release sends must go on working.

The statements are made from the tables as they were, and tried there first; the very same ones
are sent again after the expand, from a session of their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from . import sql
from .catalogue import Table
from .rows import NoRowError, Row, Rows


INSERT = "insert into"


@dataclass(frozen=True)
class OldStatement:
    """A statement of the previous release; *kind* is what it does, in words."""

    kind: str
    table: Table
    text: str


class OldCode:
    """The previous release at work through *connection*, which is in autocommit.

    Several expands may follow each other before the next contract: every shape that a table had
    meanwhile stays in use.
    """

    def __init__(self, connection: AsyncConnection, rows: Rows) -> None:
        """Begin with no table known."""
        self._connection = connection
        self._rows = rows
        self._tables: list[Table] = []
        self._statements: list[OldStatement] = []

    async def prepare(self, tables: Sequence[Table]) -> None:
        """Take up *tables* and make the statements, as far as they work before the revision."""
        known = {(table.oid, table.columns) for table in self._tables}
        self._tables += [table for table in tables if (table.oid, table.columns) not in known]
        self._statements = [
            statement
            for table in self._tables
            for statement in await self._sent_to(table)
            if not await self._try(statement)
        ]

    async def send(self) -> list[str]:
        """Send the statements; return a sentence for each that the server now refuses."""
        refused = {s: message for s in self._statements if (message := await self._try(s))}
        failures = [
            f"The previous release can no longer {s.kind} {s.table.name}: {message}\n"
            f"    {sql.one_line(s.text)}"
            for s, message in refused.items()
        ]
        if not failures:
            await self._leave_rows()
        return failures

    async def _leave_rows(self) -> None:
        """Insert, for the contract to find, a row in the oldest shape of each table."""
        oldest = {s.table.oid: s.table for s in reversed(self._statements) if s.kind == INSERT}
        for table in oldest.values():
            await self._rows.add(table)

    async def _sent_to(self, table: Table) -> list[OldStatement]:
        names = ", ".join(sql.quoted(column.name) for column in table.columns)
        written = [sql.quoted(column.name) for column in table.columns if not column.generated]
        same = ", ".join(f"{name} = {name}" for name in written)
        row = await self._twin(table)
        texts = {
            "read": f"SELECT {names} FROM {table.sql}",
            "update": f"UPDATE {table.sql} SET {same}" if written else None,
            INSERT: None if row is None else sql.insert(table.sql, row),
        }
        return [OldStatement(kind, table, text) for kind, text in texts.items() if text]

    async def _twin(self, table: Table) -> Row | None:
        """Return a row like one that is there, new only where it must be unique.

        So a rule that makes more columns unique meets two equal rows. Columns with a default are
        left out, as code does.
        """
        fresh, guesses = await self._rows.row(table, self._rows.next_number(table))
        names = [c.name for c in table.columns if not (c.generated or c.has_default)]
        selected = ", ".join(f"{sql.quoted(name)}::text" for name in names)
        query = f"SELECT {selected} FROM {table.sql} ORDER BY ctid LIMIT 1"
        first = (await self._connection.exec_driver_sql(query)).first()
        if first is None or guesses:
            return None
        old = dict(zip(names, first, strict=True))
        unique = {name for columns in table.uniques for name in columns}
        return {name: fresh[name] if name in unique & fresh.keys() else old[name] for name in names}

    async def _try(self, statement: OldStatement) -> str | None:
        """Run *statement* and roll it back; return what the server minded."""
        await self._connection.exec_driver_sql("BEGIN")
        try:
            await self._connection.exec_driver_sql(statement.text)
        except DBAPIError as error:
            return sql.server_message(error)
        finally:
            await self._connection.exec_driver_sql("ROLLBACK")
        return None


async def new_code(rows: Rows, before: Sequence[Table], after: Sequence[Table]) -> list[str]:
    """Add a row with all columns to each changed table; return a sentence for each failure."""
    known = {table.oid: table for table in before}
    failures = []
    for table in after:
        if table.oid in known and table.columns != known[table.oid].columns:
            try:
                await rows.add(table)
            except NoRowError as error:
                failures.append(f"The new release cannot insert. {error}")
    return failures


def left_required(before: Sequence[Table], after: Sequence[Table]) -> Iterator[str]:
    """Yield a sentence for each column that a contract drops and that new code had to fill."""
    left = {table.oid: {column.name for column in table.columns} for table in after}
    for table in before:
        for column in table.columns:
            gone = table.oid in left and column.name not in left[table.oid]
            if gone and not (column.nullable or column.has_default or column.generated):
                yield (
                    f"{table.name}.{column.name} is dropped, and was NOT NULL without a default "
                    "until now: the new release, which does not know it, could not insert since "
                    "the expand. Let the expand make it nullable."
                )
