"""What every service can be told, from the environment, then ``.env`` in the project."""

from pathlib import Path

from pydantic_settings import SettingsConfigDict

from ...db.settings import DatabaseSettings


def find_project_root() -> Path | None:
    """Return the checkout this package runs from, or None when it is an installed wheel."""
    root = Path(__file__).resolve().parents[4]
    return root if (root / "pyproject.toml").is_file() else None


PROJECT_ROOT = find_project_root()


class OnlineSettings(DatabaseSettings):
    """Where the settings come from, and those of the service's database and environment."""

    model_config = SettingsConfigDict(
        env_file=PROJECT_ROOT / ".env" if PROJECT_ROOT else None,
        extra="ignore",
        # A validation error would otherwise print the password it was given.
        hide_input_in_errors=True,
    )

    # Only "production" differs from others; which there are, the service's own settings say.
    environment: str = "development"
