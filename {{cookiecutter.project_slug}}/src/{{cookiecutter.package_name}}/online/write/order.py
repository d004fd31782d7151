"""The order of operations inside a revision: each after what it rests on."""

from alembic.operations import MigrateOperation

from ..database import ranks
from ..operations.allowed import Allowed
from ..operations.operation import Operation
from ..phase import EXPAND, Phase

# After all that has a rank.
_LAST = 1000


def in_order(operations: list[MigrateOperation], phase: Phase) -> list[MigrateOperation]:
    """Return *operations* of one phase in an order that works; equals keep theirs.

    An operation without a rank stays with the one before it (an index of a new table after its
    table), and an override stays before what it allows. What another library brings rests on tables
    and columns: it comes last in an expand, and goes first in a contract.
    """
    placed: list[tuple[int, MigrateOperation]] = []
    pending: list[MigrateOperation] = []
    last = 0
    for operation in operations:
        rank = _rank(operation, phase)
        if rank is None and _is_strange(operation):
            placed.append((_LAST if phase == EXPAND else 0, operation))
            continue
        if rank is None and not isinstance(operation, Allowed):
            placed.append((last, operation))
            continue
        if rank is None:
            pending.append(operation)
            continue
        last = rank
        placed += [(rank, early) for early in pending] + [(rank, operation)]
        pending = []
    return [operation for _, operation in sorted(placed, key=lambda pair: pair[0])]


def _is_strange(operation: MigrateOperation) -> bool:
    known = isinstance(operation, Operation) or type(operation).__module__.startswith("alembic.")
    return not known


def _rank(operation: MigrateOperation, phase: Phase) -> int | None:
    own: dict[Phase, int] | None = getattr(operation, "ranks", None)
    if own is not None:
        return own.get(phase)
    # The exact class: a library's subclass says nothing of what it rests on.
    return (ranks.EXPAND if phase == EXPAND else ranks.CONTRACT).get(type(operation))
