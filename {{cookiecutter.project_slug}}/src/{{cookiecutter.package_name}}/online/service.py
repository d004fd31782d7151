"""What the service says of itself to the machinery: the only file here that imports from outside.

All else in this package knows the service through these names.
"""

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from .. import DATABASE, SLUG
from ..db import ownership
from ..settings import Settings
from .session.base_settings import PROJECT_ROOT

if TYPE_CHECKING:
    from sqlalchemy import MetaData

__all__ = [
    "DATABASE",
    "PACKAGE",
    "PROJECT_ROOT",
    "SCRIPT_LOCATION",
    "SLUG",
    "Settings",
    "models",
    "ownership",
    "rules",
]

# The service's package, as Python imports it.
PACKAGE = __name__.partition(".")[0]
# Where ``env.py`` and the revisions are.
SCRIPT_LOCATION = Path(__file__).parents[1] / "db" / "alembic"


def models() -> "list[MetaData]":
    """Return the models of the service."""
    # Imported late: most commands need none of them.
    from ..db.models import Base

    return [Base.metadata]


def rules() -> ModuleType:
    """Return ``db/rules.py``: the owner's say in what is written."""
    # Imported late: it uses this package in turn.
    from ..db import rules

    return rules
