"""Engine and sessions of the running service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from .identity import service_name
from .url import database_url, load_settings

# A prepared statement with a name stays on one connection of the server, and the next transaction
# may get another one. Without a name it is parsed again in each transaction.
_NOTHING_OUTLIVES_A_TRANSACTION: dict[str, Any] = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": lambda: "",
}


def create_engine() -> AsyncEngine:
    """Return a pooled engine on the service's database; dispose of it when the service stops.

    With ``DATABASE_POOLING=transaction`` it works through a pooler in transaction mode.
    """
    # By this name the contract phase knows which code is still connected.
    arguments: dict[str, Any] = {"server_settings": {"application_name": service_name()}}
    if load_settings().database_pooling == "transaction":
        arguments |= _NOTHING_OUTLIVES_A_TRANSACTION
    return create_async_engine(database_url(), pool_pre_ping=True, connect_args=arguments)


@asynccontextmanager
async def session_of(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Yield a session whose work is committed at the end, or rolled back by an exception."""
    async with async_sessionmaker(engine, expire_on_commit=False).begin() as session:
        yield session
