"""What every service can be told: by the environment, ``.env`` in the project, files of secrets."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def find_project_root() -> Path | None:
    """Return the checkout this package runs from, or None when it is an installed wheel."""
    root = Path(__file__).resolve().parents[4]
    return root if (root / "pyproject.toml").is_file() else None


PROJECT_ROOT = find_project_root()
# Where Kubernetes (``deploy/``) and Docker mount secrets: a file for each setting, of its name.
SECRETS = Path("/run/secrets")


def secrets_folder() -> Path | None:
    """Return the folder of secrets where there is one that we may read."""
    return SECRETS if SECRETS.is_dir() and os.access(SECRETS, os.R_OK | os.X_OK) else None


class OnlineSettings(BaseSettings):
    """The settings that all databases share; each folder of a database has its own on top."""

    model_config = SettingsConfigDict(
        env_file=PROJECT_ROOT / ".env" if PROJECT_ROOT else None,
        secrets_dir=secrets_folder(),
        extra="ignore",
        # Of the classes that stand on each other, only the one that is asked is made ready.
        defer_build=True,
        # A validation error would otherwise print the password it was given.
        hide_input_in_errors=True,
    )

    # Only "production" differs from others; which there are, the service's own settings say.
    environment: str = "development"
    database_url: SecretStr | None = None
    # How long a migration waits: for a strong lock at a time (milliseconds), for such locks in
    # all (seconds), for another process that migrates the same database (seconds).
    migrations_lock_timeout: int = Field(default=200, gt=0)
    migrations_lock_patience: float = Field(default=120.0, gt=0)
    migrations_queue_patience: float = Field(default=600.0, gt=0)
    # How long a plan looks at the rows of one table for one rule (seconds).
    migrations_plan_patience: float = Field(default=10.0, gt=0)
    # Whether revisions that are applied are noted with a checksum, and ``db check`` compares them.
    migrations_checksums: bool = True
    # How long the database may leave a short question unanswered before it counts as lost (seconds).
    migrations_answer_patience: float = Field(default=60.0, gt=0)
