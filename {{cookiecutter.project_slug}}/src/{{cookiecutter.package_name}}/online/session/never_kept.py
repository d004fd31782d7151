"""Scratch databases of a database that keeps none: each command makes its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import Connection

from ..interface import EngineFor


@asynccontextmanager
async def kept_database(
    name: str, is_usable: Callable[[str | None], bool], engine_for: EngineFor | None = None
) -> AsyncIterator[None]:
    """Yield None: there is none."""
    yield None


def read_mark(connection: Connection) -> None:
    """Return None: no database has a mark."""


def write_mark(connection: Connection, mark: str | None) -> None:
    """Do nothing: no database is kept."""
