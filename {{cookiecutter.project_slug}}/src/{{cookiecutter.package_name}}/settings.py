"""The one source of configuration: environment variables, then ``.env`` in the project.

A setting of your own is a field here: ``page_size: int = 50`` is read from PAGE_SIZE.
"""

from typing import Literal

from .online.{{ cookiecutter.database }}.session.database_settings import DatabaseSettings


class Settings(DatabaseSettings):
    """What the service can be told from outside; every field is an environment variable."""

    environment: Literal["development", "production"] = "development"
