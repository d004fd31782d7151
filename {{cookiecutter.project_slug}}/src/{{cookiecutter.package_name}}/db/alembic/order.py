"""The order of operations inside a revision: each after what it rests on."""

from alembic.operations import MigrateOperation

from .change import EXPAND
from .ranks import CONTRACT as CONTRACT_RANKS
from .ranks import EXPAND as EXPAND_RANKS


def in_order(operations: list[MigrateOperation], phase: str) -> list[MigrateOperation]:
    """Return *operations* of one phase in an order that works; equals keep theirs.

    An operation that no rank names stays with the one before it (an index of a new table after
    its table, an override before what it allows).
    """
    ranks = EXPAND_RANKS if phase == EXPAND else CONTRACT_RANKS
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
