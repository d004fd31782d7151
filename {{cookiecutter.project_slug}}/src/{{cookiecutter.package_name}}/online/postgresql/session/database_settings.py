"""What a service can be told of its PostgreSQL; ``settings.py`` of the service reads it."""

from typing import Literal

from ...servers.database_settings import ServerDatabaseSettings


class DatabaseSettings(ServerDatabaseSettings):
    """As for every server, and what stands between us and it."""

    # How long DATABASE_URL keeps one connection of the server for us: as long as we hold ours, or
    # for one transaction, as PgBouncer in transaction mode does.
    database_pooling: Literal["session", "transaction"] = "session"
