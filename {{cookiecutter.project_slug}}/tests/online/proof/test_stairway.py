"""Catches a downgrade that fails, forgets something, or leaves the next upgrade unable to run.

Each revision, oldest first, is applied, taken back and applied again; taken back, the schema
must be what it was. A one-way revision has only to refuse the way back.
"""

import pytest
from alembic import command
from alembic.script import Script
from alembic.util import to_tuple

from {{ cookiecutter.package_name }}.online.session.errors import DatabaseError
from {{ cookiecutter.package_name }}.online.session.scripts import alembic_config, scripts

from ..support import Database, calls


async def test_every_revision_up_down_up(database: Database) -> None:
    config = alembic_config()
    for script in reversed(list(scripts().walk_revisions())):
        before = await database.schema()
        command.upgrade(config, script.revision)
        after = await database.schema()
        if "refuse_downgrade" in calls(script.module.downgrade):
            with pytest.raises(DatabaseError, match="no downgrade"):
                command.downgrade(config, below(script))
            continue
        command.downgrade(config, below(script))
        assert await database.schema() == before, f"{script.path}: downgrade() is incomplete"
        command.upgrade(config, script.revision)
        assert await database.schema() == after, f"{script.path}: upgrade() differs"


def below(script: Script) -> str:
    """Return the target that takes back *script* and nothing else."""
    parents = to_tuple(script.down_revision, default=())
    return parents[0] if parents else f"{script.revision}@base"
