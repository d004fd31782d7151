"""What a service can be told of its MySQL; ``settings.py`` of the service reads it."""

from pydantic import Field

from ...servers.database_settings import ServerDatabaseSettings


class DatabaseSettings(ServerDatabaseSettings):
    """As for every server, but for one default."""

    # In steps of 1000: the server counts whole seconds.
    migrations_lock_timeout: int = Field(default=1000, gt=0)
