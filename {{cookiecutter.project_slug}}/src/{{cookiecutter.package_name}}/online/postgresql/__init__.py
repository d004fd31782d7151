"""PostgreSQL: what ``interface.py`` asks of a database, module by module."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .. import interface
    from .deploy import around, catalog, clients, costs, sampling
    from .operations import backfilling, footprints, not_null, statements, syncing
    from .session import blockers, development, driver, keeping, migrating, scratch
    from .write import differing, environment, prerequisites, probe, ranks, repeatable, snapshot
    from .write.rewriter import column_types, refusals

    # mypy holds each module against its declaration.
    _driver: interface.Driver = driver
    _development: interface.Development = development
    _scratch: interface.Scratch = scratch
    _keeping: interface.Keeping = keeping
    _migrating: interface.Migrating = migrating
    _blockers: interface.Blockers = blockers
    _statements: interface.Statements = statements
    _backfilling: interface.Backfilling = backfilling
    _not_null: interface.NotNull = not_null
    _syncing: interface.Syncing = syncing
    _environment: interface.Environment = environment
    _prerequisites: interface.Prerequisites = prerequisites
    _probe: interface.Probe = probe
    _ranks: interface.Ranks = ranks
    _repeatable: interface.Repeatable = repeatable
    _snapshot: interface.Snapshots = snapshot
    _differing: interface.Differing = differing
    _column_types: interface.ColumnTypes = column_types
    _refusals: interface.Refusals = refusals
    _clients: interface.Clients = clients
    _footprints: interface.Footprints = footprints
    _catalog: interface.Catalog = catalog
    _sampling: interface.Sampling = sampling
    _costs: interface.CostsOfWork = costs
    _around: interface.Around = around
