"""Catches a downgrade that fails, forgets something, or leaves the next upgrade unable to run.

Each revision, oldest first, is applied, taken back and applied again; taken back, the schema
must be what it was. A one-way revision has only to refuse the way back.
"""

import pytest
from alembic import command
from alembic.script import Script, ScriptDirectory
from alembic.util import to_tuple
from sqlalchemy import Connection

from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.session.scripts import alembic_config, scripts

from ..support import DATABASE, Database, calls, read_once


async def test_every_revision_up_down_up(database: Database) -> None:
    async with connection_to(database.url) as connection:
        await connection.run_sync(climb, scripts())


def climb(connection: Connection, known: ScriptDirectory) -> None:
    """Go up the stairs on *connection*, one step back for two steps up."""
    config = alembic_config(connection=connection)
    after = schema(connection)
    with read_once(known):
        for script in reversed(list(known.walk_revisions())):
            before = after
            command.upgrade(config, script.revision)
            after = schema(connection)
            if "refuse_downgrade" in calls(script.module.downgrade):
                with pytest.raises(DatabaseError, match="no downgrade"):
                    command.downgrade(config, below(script))
                continue
            command.downgrade(config, below(script))
            assert schema(connection) == before, f"{script.path}: downgrade() is incomplete"
            command.upgrade(config, script.revision)
            assert schema(connection) == after, f"{script.path}: upgrade() differs"


def schema(connection: Connection) -> list[str]:
    """Return tables, columns, constraints, indexes and types, one line each."""
    lines = list(connection.exec_driver_sql(DATABASE.SCHEMA).scalars())
    # Alembic takes an open transaction for the caller's.
    connection.rollback()
    return lines


def below(script: Script) -> str:
    """Return the target that takes back *script* and nothing else."""
    parents = to_tuple(script.down_revision, default=())
    return parents[0] if parents else f"{script.revision}@base"
