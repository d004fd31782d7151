"""What the tests know of SQLite: its schema, and how to run a script on it."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from {{ cookiecutter.package_name }}.online.session.version_table import version_table
from {{ cookiecutter.package_name }}.online.sqlite.session.scratch import scratch_database

__all__ = ["scratch_database"]

# Lets rows of ``book`` be written past the triggers of a rename.
# Whether a CHECK comes, or changes, beside the traffic.
CHECKS_COME_ONLINE = True
PAST_TRIGGERS = ("DROP TRIGGER sync_update_book_note_remark",)
# Tables that no migration makes.
NOT_OURS = (*version_table().names, "sqlite_sequence")
# One line for all that a migration can change: the text of each table, index, view and trigger,
# without the quotes and spaces in which two ways to write the same may differ.
SCHEMA = f"""
SELECT type || ' ' || name || ' '
    || replace(replace(replace(replace(sql, '"', ''), char(9), ''), char(10), ''), ' ', '')
FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT IN {NOT_OURS}
ORDER BY 1
"""

# As SQLAlchemy calls it.
DIALECT = "sqlite"
# Scratch databases are files in a folder of the system's: nothing says where.
SCRATCH_SETTINGS: tuple[str, ...] = ()
# There is no such folder.
UNREACHABLE = f"sqlite:///{Path(__file__).parent / 'nowhere' / 'none.sqlite3'}"
# An expression that has another value in each row of ``book``.
PER_ROW = "'No. ' || id"


async def run_script(connection: AsyncConnection, text: str) -> None:
    """Run *text*, many statements, on *connection* in autocommit."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    await driver.executescript(text)
