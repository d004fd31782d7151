"""A migration's connections are idle at times, and the role may have a timeout on that."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

# Not asked for when it connects: a server before PostgreSQL 14 has no such setting, and refuses it.
_STAY = sa.text(
    "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'"
)


async def stay_while_idle(connection: AsyncConnection) -> None:
    """Let the server keep *connection* however long nothing is asked on it."""
    await connection.execute(_STAY)
    await connection.commit()
