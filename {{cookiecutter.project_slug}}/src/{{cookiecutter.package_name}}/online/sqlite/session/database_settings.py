"""What a service can be told of its SQLite; ``settings.py`` of the service reads it."""

from pydantic import Field, SecretStr

from ...session.base_settings import OnlineSettings


class DatabaseSettings(OnlineSettings):
    """Where the file is, and how long its users wait for each other."""

    # How long a statement of the service waits while another process writes (milliseconds).
    database_busy_timeout: int = Field(default=5000, gt=0)
    # A migration waits so long for the file at a time (milliseconds): writers hold it for longer
    # than a server's lock of a row.
    migrations_lock_timeout: int = Field(default=1000, gt=0)

    @property
    def database_password(self) -> SecretStr | None:
        """None: a file has no password."""
        return None

    @property
    def direct_url(self) -> SecretStr | None:
        """None: migrations open the same file as the service."""
        return None
