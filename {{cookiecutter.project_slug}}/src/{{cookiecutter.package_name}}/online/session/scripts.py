"""Alembic's configuration in code, and the revisions that this build ships.

The configuration is that of ``pyproject.toml`` in the project; an installed wheel has none.
"""

import functools
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory

from ..service import PROJECT_ROOT, SCRIPT_LOCATION


def alembic_config(**attributes: Any) -> Config:
    """Return a configuration that works from any working directory and from a wheel.

    *attributes* reach the environment as ``config.attributes``: ``connection``, ``one_way``, …
    """
    toml = PROJECT_ROOT / "pyproject.toml" if PROJECT_ROOT else None
    config = Config(toml_file=toml, attributes=attributes)
    # ConfigParser expands "%", which may well stand in a path.
    config.set_main_option("script_location", str(SCRIPT_LOCATION).replace("%", "%%"))
    return config


def scripts() -> ScriptDirectory:
    """Return the revisions that this build ships, read anew from their files."""
    return ScriptDirectory.from_config(alembic_config())


@functools.cache
def shipped() -> ScriptDirectory:
    """Return the same for a running service, whose files stay as they are: read once, when asked."""
    return scripts()
