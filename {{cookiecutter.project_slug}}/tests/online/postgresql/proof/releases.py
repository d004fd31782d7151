"""Old code beside a new schema: what the previous release sends must go on working.

The statements are made from the tables as they were, and tried there first; the very same ones
are sent again after the expand, from a session of their own.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from . import sql
from .rows import NoRowError, Rows
from .schema import Column, Table
from .sent import Statement, statements_to


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
        self._sent: dict[tuple[int, tuple[Column, ...]], tuple[Table, list[Statement] | None]] = {}

    async def prepare(self, tables: Sequence[Table]) -> None:
        """Take up *tables* and make the statements, as far as they work before the revision."""
        for table in tables:
            self._sent.setdefault((table.oid, table.columns), (table, None))
        for shape, (table, statements) in self._sent.items():
            if statements is None:
                made = await statements_to(self._connection, self._rows.maker, table)
                working = [(kind, text) for kind, text in made if not await self._refused(text)]
                self._sent[shape] = table, working

    async def send(self, concerned: set[int]) -> list[str]:
        """Send what goes to the tables *concerned*; return a sentence for each refusal."""
        failures = []
        for shape in [shape for shape in self._sent if shape[0] in concerned]:
            table, statements = self._sent[shape]
            told = [
                f"The previous release can no longer {kind} {table.name}: {message}\n"
                f"    {sql.one_line(text)}"
                for kind, text in statements or ()
                if (message := await self._refused(text))
            ]
            failures += told
            self._sent[shape] = table, None
            if told:  # once is enough
                del self._sent[shape]
        if not failures:
            await self._leave_rows(concerned)
        return failures

    def forget(self, concerned: set[int]) -> None:
        """Take leave of the shapes that the tables *concerned* had: a contract ended them."""
        self._sent = {
            shape: sent for shape, sent in self._sent.items() if shape[0] not in concerned
        }

    async def _leave_rows(self, concerned: set[int]) -> None:
        """Insert, for the contract to find, a row in the oldest shape of each table."""
        shapes = [table for table, _ in self._sent.values() if table.oid in concerned]
        for table in {table.oid: table for table in reversed(shapes)}.values():
            await self._rows.add(table)

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
