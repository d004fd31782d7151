"""What every service can be told of its database: where it is, and how long migrations wait."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class CommonDatabaseSettings(BaseSettings):
    """The settings that all databases share; each folder of a database has its own on top."""

    database_url: SecretStr | None = None
    # How long a migration waits: for a strong lock at a time (milliseconds), for such locks in
    # all (seconds), for another process that migrates the same database (seconds).
    migrations_lock_timeout: int = Field(default=200, gt=0)
    migrations_lock_patience: float = Field(default=120.0, gt=0)
    migrations_queue_patience: float = Field(default=600.0, gt=0)
    # How long the database may leave a short question unanswered before it counts as lost (seconds).
    migrations_answer_patience: float = Field(default=60.0, gt=0)
