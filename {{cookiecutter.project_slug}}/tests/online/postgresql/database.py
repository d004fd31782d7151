"""What the tests know of PostgreSQL: its schema, and how to run a script on it."""

import re

from sqlalchemy.ext.asyncio import AsyncConnection

from {{ cookiecutter.package_name }}.online.session.version_table import version_table

from .scratch import scratch_database

__all__ = ["scratch_database"]

# Lets rows of ``book`` be written past the triggers of a rename.
# Whether a CHECK comes, or changes, beside the traffic.
CHECKS_COME_ONLINE = True
PAST_TRIGGERS = ("ALTER TABLE book DISABLE TRIGGER ALL",)
# One line for all that a migration can change, but for the names of NOT NULL constraints, which
# the server gives.
SCHEMA = f"""
WITH ours AS (
    SELECT c.oid, c.relname, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND relkind IN ('r', 'p')
      AND relname NOT IN {version_table().names}
)
SELECT concat_ws(' ', nspname, relname, attname, format_type(atttypid, atttypmod), attnotnull,
                 attidentity, attgenerated, pg_get_expr(adbin, adrelid))
FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = ours.oid AND adnum = attnum
UNION ALL SELECT concat_ws(' ', relname, conname, pg_get_constraintdef(pg_constraint.oid))
FROM ours JOIN pg_constraint ON conrelid = ours.oid AND contype <> 'n'
UNION ALL SELECT pg_get_indexdef(indexrelid) FROM ours JOIN pg_index ON indrelid = ours.oid
UNION ALL SELECT concat_ws(' ', typtype, typname) FROM pg_type JOIN pg_namespace n
ON n.oid = typnamespace AND nspname !~ '^pg_' AND nspname <> 'information_schema'
WHERE typtype IN ('d', 'e')
ORDER BY 1
"""

QUOTED = re.compile(r""" "(?:[^"]|"")*" | '(?:[^']|'')*' """, re.VERBOSE)
# Inside a name, such as u$of$, it is none.
TAG = re.compile(r"(?<![\w$])\$\w*\$")
# As SQLAlchemy calls it.
DIALECT = "postgresql"
# Where scratch databases are made.
SCRATCH_SETTINGS = ("scratch_database_url",)
# Nobody answers there.
UNREACHABLE = "postgresql://nobody:Tr0ub4dor@127.0.0.1:1/none"
# A statement that takes its time.
SLEEP = "SELECT pg_sleep(20)"
# Whether it runs in a session of this database.
SLEEPING = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'"
)
# Takes a second.
SLOW = "SELECT pg_sleep(1)"
# An expression that has another value in each row of ``book``.
PER_ROW = "'No. ' || id"


async def run_script(connection: AsyncConnection, text: str) -> None:
    """Run *text*, many statements, on *connection* in autocommit, one by one as ``psql`` does."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    statement = ""
    for line in text.splitlines():
        if line.startswith("--") or line == ";":
            continue
        statement += f"{line}\n"
        # A body between $tags$ holds statements of its own.
        if line.rstrip().endswith(";") and len(TAG.findall(QUOTED.sub("", statement))) % 2 == 0:
            await driver.execute(statement)
            statement = ""


async def cut(connection: AsyncConnection, *, holds_lock: bool) -> int:
    """End the session that holds the migrators' lock, or the one that migrates; return how many."""
    locked = "EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND locktype = 'advisory')"
    sleeps = "query LIKE 'SELECT pg_sleep%'"
    found = await connection.exec_driver_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity a "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() "
        f"AND {locked if holds_lock else sleeps}"
    )
    return len(found.all())
