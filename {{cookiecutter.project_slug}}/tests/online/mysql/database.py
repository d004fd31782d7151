"""What the tests know of MySQL: its schema, and how to run a script on it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from {{ cookiecutter.package_name }}.online.mysql.session.scratch import scratch_database
from {{ cookiecutter.package_name }}.online.session.version_table import version_table

__all__ = ["scratch_database"]

# Lets rows of ``book`` be written past the triggers of a rename.
# Whether a CHECK comes, or changes, beside the traffic.
CHECKS_COME_ONLINE = False
PAST_TRIGGERS = ("DROP TRIGGER sync_u_book_note_remark",)
# One line for all that a migration can change.
SCHEMA = f"""
SELECT CONCAT_WS(' ', table_name, column_name, column_type, collation_name, is_nullable,
                 column_default, extra, generation_expression, column_comment) AS line
FROM information_schema.columns
WHERE table_schema = DATABASE() AND table_name NOT IN {version_table().names}
UNION ALL SELECT CONCAT_WS(' ', table_name, index_name, seq_in_index, column_name, collation,
                           sub_part, non_unique, index_type)
FROM information_schema.statistics
WHERE table_schema = DATABASE() AND table_name NOT IN {version_table().names}
UNION ALL SELECT CONCAT_WS(' ', table_name, constraint_name, constraint_type)
FROM information_schema.table_constraints
WHERE table_schema = DATABASE() AND table_name NOT IN {version_table().names}
UNION ALL SELECT CONCAT_WS(' ', constraint_name, check_clause)
FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()
UNION ALL SELECT CONCAT_WS(' ', table_name, constraint_name, referenced_table_name,
                           update_rule, delete_rule)
FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()
UNION ALL SELECT CONCAT_WS(' ', table_name, engine, table_collation, table_comment)
FROM information_schema.tables
WHERE table_schema = DATABASE() AND table_name NOT IN {version_table().names}
ORDER BY 1
"""

# As SQLAlchemy calls it.
DIALECT = "mysql"
# Where scratch databases are made.
SCRATCH_SETTINGS = ("scratch_database_url",)
# Nobody answers there.
UNREACHABLE = "mysql://nobody:Tr0ub4dor@127.0.0.1:1/none"
# A statement that takes its time.
SLEEP = "SELECT SLEEP(20)"
# Whether it runs in a session of this database.
SLEEPING = (
    "SELECT count(*) FROM information_schema.processlist "
    "WHERE db = DATABASE() AND info LIKE 'SELECT SLEEP%%'"
)
# Takes a second.
SLOW = "SELECT SLEEP(1) FROM (SELECT 1) AS one"
# An expression that has another value in each row of ``book``.
PER_ROW = "CONCAT('No. ', id)"


async def run_script(connection: AsyncConnection, text: str) -> None:
    """Run *text*, many statements, on *connection* in autocommit, as the client ``mysql`` does."""
    delimiter, statement = ";", ""
    for line in text.splitlines():
        if line.startswith("DELIMITER "):
            delimiter = line.split()[1]
            continue
        statement += f"{line}\n"
        if line.rstrip().endswith(delimiter):
            await connection.exec_driver_sql(
                statement.rstrip().removesuffix(delimiter),
                # Percent signs stand for themselves.
                execution_options={"no_parameters": True},
            )
            statement = ""


async def cut(connection: AsyncConnection, *, holds_lock: bool) -> int:
    """End the session that holds the migrators' lock, or the one that migrates; return how many."""
    which = "info IS NULL" if holds_lock else "info LIKE 'SELECT SLEEP%%'"
    found = await connection.exec_driver_sql(
        "SELECT id FROM information_schema.processlist "
        f"WHERE db = DATABASE() AND id <> CONNECTION_ID() AND {which}"
    )
    sessions = list(found.scalars())
    for session in sessions:
        await connection.exec_driver_sql(f"KILL {session}")
    return len(sessions)
