"""The one source of configuration: environment variables, then ``.env`` in the project.

A setting of your own is a field here: ``page_size: int = 50`` is read from PAGE_SIZE.
"""

from typing import Literal

from .online.session.base_settings import PROJECT_ROOT as PROJECT_ROOT
from .online.session.base_settings import OnlineSettings


class Settings(OnlineSettings):
    """What the service can be told from outside; every field is an environment variable."""

    environment: Literal["development", "production"] = "development"
