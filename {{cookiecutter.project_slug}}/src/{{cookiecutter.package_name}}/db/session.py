"""Engine and sessions of the running service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from ..online import database_url, engine_options


def create_engine() -> AsyncEngine:
    """Return a pooled engine on the service's database; dispose of it when the service stops."""
    return create_async_engine(
        database_url(),
        pool_pre_ping=True,
        # By this name the contract phase knows which code is still connected.
        **engine_options(),
    )


@asynccontextmanager
async def session_of(engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
    """Yield a session whose work is committed at the end, or rolled back by an exception."""
    async with async_sessionmaker(engine, expire_on_commit=False).begin() as session:
        yield session
