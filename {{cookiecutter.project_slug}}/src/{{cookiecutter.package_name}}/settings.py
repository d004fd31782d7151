"""The one source of configuration: environment variables, then ``.env`` in the project."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def find_project_root() -> Path | None:
    """Return the checkout this package runs from, or None when it is an installed wheel."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "pyproject.toml").is_file() else None


PROJECT_ROOT = find_project_root()


class Settings(BaseSettings):
    """What the service can be told from outside; every field is an environment variable."""

    model_config = SettingsConfigDict(
        env_file=PROJECT_ROOT / ".env" if PROJECT_ROOT else None,
        extra="ignore",
        # A validation error would otherwise print the password it was given.
        hide_input_in_errors=True,
    )

    environment: Literal["development", "production"] = "development"
    database_url: SecretStr | None = None
    # The password as it is, for platforms that hand it over apart from the URL.
    database_password: SecretStr | None = None
    # How long DATABASE_URL keeps one connection of the server for us: as long as we hold ours, or
    # for one transaction, as PgBouncer in transaction mode does.
    database_pooling: Literal["session", "transaction"] = "session"
    # Migrations need a session of their own: give the direct URL here when
    # DATABASE_URL leads through a pooler in transaction mode.
    migrations_database_url: SecretStr | None = None
    # How long a migration waits: for a strong lock at a time (milliseconds), for such locks in
    # all (seconds), for another process that migrates the same database (seconds).
    migrations_lock_timeout: int = Field(default=200, gt=0)
    migrations_lock_patience: float = Field(default=120.0, gt=0)
    migrations_queue_patience: float = Field(default=600.0, gt=0)
    # A server on which autogenerate may create and drop databases.
    scratch_database_url: SecretStr | None = None
