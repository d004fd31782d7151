"""The order of operations inside a revision: each after what it rests on."""

from alembic.operations import MigrateOperation, ops

from .change import EXPAND
from .operations.backfill import Backfill
from .operations.constraints import (
    CreateCheckConstraintNotValid,
    CreateForeignKeyNotValid,
    DropForeignKey,
    ValidateConstraint,
)
from .operations.enums import AddEnumValue
from .operations.exclusions import CreateExclusion
from .operations.index_swap import SwapIndex
from .operations.indexes import CreateIndexConcurrently, DropIndexConcurrently
from .operations.not_null import SetNotNull
from .operations.types import (
    CreateDomain,
    CreateEnum,
    CreateExtension,
    CreateSchema,
    CreateSequence,
    DropDomain,
    DropEnum,
    DropSchema,
    DropSequence,
)
from .operations.unique import CreateUniqueUsingIndex, ReplacePrimaryKey

# Types before columns, columns before their values, values before the rules on them.
_EXPAND = (
    (CreateSchema,),
    (CreateExtension,),
    (AddEnumValue,),
    (CreateEnum, CreateDomain, CreateSequence),
    (DropForeignKey,),
    (ops.DropConstraintOp,),
    (ops.CreateTableOp,),
    (ops.AlterColumnOp, ops.AddColumnOp),
    (Backfill,),
    (CreateIndexConcurrently,),
    (SwapIndex,),
    (CreateUniqueUsingIndex,),
    (CreateForeignKeyNotValid, CreateCheckConstraintNotValid),
    (ValidateConstraint,),
    (ops.CreateForeignKeyOp,),
)
# The last rows are filled before the rules come; keys go before what they rest on.
_CONTRACT = (
    (Backfill,),
    (SetNotNull,),
    (ops.AlterColumnOp,),
    (DropForeignKey,),
    (ops.DropConstraintOp,),
    (CreateIndexConcurrently,),
    (CreateUniqueUsingIndex, ReplacePrimaryKey, CreateExclusion),
    (CreateForeignKeyNotValid, CreateCheckConstraintNotValid),
    (ValidateConstraint,),
    (SwapIndex, DropIndexConcurrently, ops.DropIndexOp),
    (ops.DropColumnOp,),
    (ops.DropTableOp,),
    (DropEnum, DropDomain, DropSequence),
    (DropSchema,),
)


def in_order(operations: list[MigrateOperation], phase: str) -> list[MigrateOperation]:
    """Return *operations* of one phase in an order that works; equals keep theirs.

    An operation that no rank names stays with the one before it (an index of a new table after
    its table, an override before what it allows).
    """
    ranks = _EXPAND if phase == EXPAND else _CONTRACT
    placed: list[tuple[int, MigrateOperation]] = []
    pending: list[MigrateOperation] = []
    last = 0
    for operation in operations:
        rank = _rank(operation, ranks)
        if rank is None and not _leads(operation):
            placed.append((last, operation))
            continue
        if rank is None:
            pending.append(operation)
            continue
        last = rank
        placed += [(rank, early) for early in pending] + [(rank, operation)]
        pending = []
    return [operation for _, operation in sorted(placed, key=lambda pair: pair[0])]


def _rank(
    operation: MigrateOperation, ranks: tuple[tuple[type[MigrateOperation], ...], ...]
) -> int | None:
    for rank, kinds in enumerate(ranks):
        # The exact class: our concurrent forms are subclasses of the plain ones.
        if type(operation) in kinds:
            return rank
    return None


def _leads(operation: MigrateOperation) -> bool:
    return getattr(operation, "name", "") == "allowed"
