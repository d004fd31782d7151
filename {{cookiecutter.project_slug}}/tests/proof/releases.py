"""Old code beside a new schema: what the previous release sends must go on working.

The statements are made from the tables as they were, and tried there first; the very same ones
are sent again after the expand, from a session of their own.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from . import sql
from .catalogue import Column, Table
from .rows import NoRowError, Row, Rows

# What is sent to one table: what it does, in words, and the SQL.
Statements = dict[str, str]


class OldCode:
    """The previous release at work through *connection*, which is in autocommit.

    Several expands may follow each other before the next contract: every shape that a table had
    meanwhile stays in use.
    """

    def __init__(self, connection: AsyncConnection, rows: Rows) -> None:
        """Begin with no table known."""
        self._connection = connection
        self._rows = rows
        # By table and shape, the oldest first; None is to be made before the next revision.
        self._sent: dict[tuple[int, tuple[Column, ...]], tuple[Table, Statements | None]] = {}

    async def prepare(self, tables: Sequence[Table]) -> None:
        """Take up *tables* and make the statements, as far as they work before the revision."""
        for table in tables:
            self._sent.setdefault((table.oid, table.columns), (table, None))
        for shape, (table, statements) in self._sent.items():
            if statements is None:
                made = await self._sent_to(table)
                working = {
                    kind: text for kind, text in made.items() if not await self._refused(text)
                }
                self._sent[shape] = table, working

    async def send(self, concerned: set[int]) -> list[str]:
        """Send what goes to the tables *concerned*; return a sentence for each refusal."""
        failures = []
        for table, statements in self._of(concerned):
            for kind, text in (statements or {}).items():
                if message := await self._refused(text):
                    failures.append(
                        f"The previous release can no longer {kind} {table.name}: {message}\n"
                        f"    {sql.one_line(text)}"
                    )
        if not failures:
            await self._leave_rows(concerned)
        return failures

    def forget(self, concerned: set[int]) -> None:
        """Take leave of the shapes that the tables *concerned* had: a contract ended them."""
        self._sent = {
            shape: sent for shape, sent in self._sent.items() if shape[0] not in concerned
        }

    def _of(self, concerned: set[int]) -> list[tuple[Table, Statements | None]]:
        return [sent for (oid, _), sent in self._sent.items() if oid in concerned]

    async def _leave_rows(self, concerned: set[int]) -> None:
        """Insert, for the contract to find, a row in the oldest shape of each table."""
        oldest = {table.oid: table for table, _ in reversed(self._of(concerned))}
        for table in oldest.values():
            await self._rows.add(table)
        for shape, (table, _) in self._sent.items():
            self._sent[shape] = table, None if table.oid in concerned else self._sent[shape][1]

    async def _sent_to(self, table: Table) -> Statements:
        names = ", ".join(sql.quoted(column.name) for column in table.columns)
        written = [sql.quoted(column.name) for column in table.columns if not column.generated]
        same = ", ".join(f"{name} = {name}" for name in written)
        row = await self._twin(table)
        texts = {
            "read": f"SELECT {names} FROM {table.sql}",
            "update": f"UPDATE {table.sql} SET {same}" if written else None,
            "insert into": None if row is None else sql.insert(table.sql, row),
        }
        return {kind: text for kind, text in texts.items() if text}

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

    async def _refused(self, statement: str) -> str | None:
        """Run *statement* and roll it back; return what the server minded, if it did."""
        await self._connection.exec_driver_sql("BEGIN")
        try:
            await self._connection.exec_driver_sql(statement)
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
