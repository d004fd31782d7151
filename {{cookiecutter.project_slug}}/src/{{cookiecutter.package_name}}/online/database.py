"""The database behind this service: the one place that loads the modules of its folder.

All that is shared imports them from here (``from ..database import driver``), and so says nothing
of any one database. Which folder it is says ``DATABASE`` of the service; what it has to offer is
declared in ``interface.py``. A module is loaded when it is first asked for.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from . import service

if TYPE_CHECKING:
    from . import interface

    driver: interface.Driver
    development: interface.Development
    scratch: interface.Scratch
    keeping: interface.Keeping
    migrating: interface.Migrating
    blockers: interface.Blockers
    statements: interface.Statements
    backfilling: interface.Backfilling
    not_null: interface.NotNull
    syncing: interface.Syncing
    footprints: interface.Footprints
    environment: interface.Environment
    prerequisites: interface.Prerequisites
    probe: interface.Probe
    ranks: interface.Ranks
    repeatable: interface.Repeatable
    snapshot: interface.Snapshots
    differing: interface.Differing
    # Loading it lets each operation be rewritten.
    rewriter: ModuleType
    column_types: interface.ColumnTypes
    refusals: interface.Refusals
    clients: interface.Clients
    catalog: interface.Catalog
    sampling: interface.Sampling
    costs: interface.CostsOfWork
    around: interface.Around

# Where in its folder each module lies.
PLACES = {
    "session": ("driver", "development", "scratch", "keeping", "migrating", "blockers"),
    "operations": ("statements", "backfilling", "not_null", "syncing", "footprints"),
    "write": (
        *("environment", "prerequisites", "probe", "ranks", "repeatable", "rewriter", "snapshot"),
        "differing",
    ),
    "write.rewriter": ("column_types", "refusals"),
    "deploy": ("clients", "catalog", "sampling", "costs", "around"),
}


def __getattr__(name: str) -> ModuleType:
    """Load the module *name* of this service's database."""
    for place, names in PLACES.items():
        if name in names:
            return import_module(f".{service.DATABASE}.{place}.{name}", __package__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
