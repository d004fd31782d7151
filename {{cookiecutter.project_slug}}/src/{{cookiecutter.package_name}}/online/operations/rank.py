"""Where an operation stands in a revision: after what it rests on.

Each operation carries its own ``ranks``, one for each phase that it may be in; Alembic's have
theirs in ``ranks.py`` of the database. The numbers lie ten apart, so that an operation of your own
finds room between two. One without a rank stays with the one before it.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import TypeVar

from alembic.operations import MigrateOperation

from ..phase import Phase

T = TypeVar("T", bound=MigrateOperation)


class Expand(IntEnum):
    """Types before columns, columns before their values, values before the rules on them."""

    SCHEMAS = 10
    EXTENSIONS = 20
    LABELS = 30
    TYPES = 40
    DROP_FOREIGN_KEYS = 50
    DROP_RULES = 60
    TABLES = 70
    COLUMNS = 80
    VALUES = 90
    INDEXES = 100
    SWAPS = 110
    UNIQUE = 120
    CHECKS = 130
    VALIDATION = 140
    FOREIGN_KEYS = 150


class Contract(IntEnum):
    """The last rows are filled before the rules come; keys go before what they rest on."""

    VALUES = 10
    NOT_NULL = 20
    COLUMNS = 30
    DROP_FOREIGN_KEYS = 40
    DROP_RULES = 50
    INDEXES = 60
    UNIQUE = 70
    CHECKS = 80
    VALIDATION = 90
    FOREIGN_KEYS = 100
    DROP_INDEXES = 110
    DROP_COLUMNS = 120
    DROP_TABLES = 130
    DROP_TYPES = 140
    DROP_SCHEMAS = 150


def with_ranks(operation: T, ranks: Mapping[Phase, int]) -> T:
    """Give one of Alembic's operations ranks of its own, and return it."""
    operation.ranks = ranks  # type: ignore[attr-defined]
    return operation
