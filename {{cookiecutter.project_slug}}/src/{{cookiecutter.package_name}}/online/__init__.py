"""The machinery: migrations that are safe under live traffic. The template's own; see README.md.

What a service uses of it by name stands here, and is loaded when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .deploy.upgrade import current, is_current, pending, upgrade
    from .operations.operation import Operation
    from .operations.rank import Contract, Expand
    from .phase import CONTRACT, EXPAND, Phase, in_phase
    from .session.connect import engine_options
    from .session.errors import DatabaseError
    from .session.url import database_url
    from .write.rewriter.writer import writer

__all__ = [
    "CONTRACT",
    "EXPAND",
    "Contract",
    "DatabaseError",
    "Expand",
    "Operation",
    "Phase",
    "current",
    "database_url",
    "engine_options",
    "in_phase",
    "is_current",
    "pending",
    "upgrade",
    "writer",
]

_PLACES = {
    "deploy.upgrade": ("current", "is_current", "pending", "upgrade"),
    "operations.operation": ("Operation",),
    "operations.rank": ("Contract", "Expand"),
    "phase": ("CONTRACT", "EXPAND", "Phase", "in_phase"),
    "session.connect": ("engine_options",),
    "session.errors": ("DatabaseError",),
    "session.url": ("database_url",),
    "write.rewriter.writer": ("writer",),
}


def __getattr__(name: str) -> Any:
    """Load the public name *name*."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f".{place}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
