"""What is a difference: what the server keeps of the migrations and of the models, held together.

Where both sides read alike, nothing is proposed, whatever a comparison of text says. Where they do
not, something is: an operation, or a refusal that names the object.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from alembic.operations import MigrateOperation, ops
from alembic.runtime.migration import MigrationContext

from ..database import differing
from ..operations.operation import Operation
from .change import Change
from .rewriter.writer import writer
from .sides import Sides
from .snapshot import Difference, Key, differences
from .split import flatten

# What belongs to a table, and comes and goes with it.
_PARTS = ("column", "constraint", "index", "comment on table", "comment on column")


@dataclass
class Unwritten(Operation):
    """A difference that no operation is known for: ``alembic check`` tells it, a revision refuses."""

    name = "unwritten"
    what: str
    wanted: str | None
    found: str | None

    def reverse(self) -> NoReturn:
        """Refuse: it is never written."""
        raise TypeError(f"{self.what}: no operation is known, and so no way back")


@writer.makes_safe(Unwritten)
def refuse_unwritten(change: Change, operation: Unwritten) -> list[MigrateOperation]:
    """Refuse what nothing can be made of, with a way to go on."""
    change.refuse(
        f"{operation.what}: changed.",
        why="autogenerate has no operation for it: the models have it as "
        f"{operation.wanted or 'nothing'}, the migrations as {operation.found or 'nothing'}",
        instead=differing.recipe(operation.what),
    )
    return []


def reconcile(context: MigrationContext, script: ops.MigrationScript, sides: Sides) -> None:
    """Leave in *script* what the two *sides* differ in, and add what its comparison did not see."""
    connection = context.connection
    assert connection is not None
    wanted, found = sides.wanted, sides.found
    differs = {difference.key: difference for difference in differences(wanted, found)}
    proposed = [
        operation
        for operation in flatten(script)
        if (keys := list(differing.touched(connection, operation))) == []
        or any(key in differs for key in keys)
    ]
    made = differing.Made(context, proposed, wanted, found)
    seen = {
        key for operation in made.operations for key in differing.touched(connection, operation)
    }
    for difference in _unseen(differs, seen):
        operations = made.of(difference)
        made.operations += (
            [Unwritten(str(difference.key), difference.wanted, difference.found)]
            if operations is None
            else operations
        )
    script.upgrade_ops = ops.UpgradeOps(made.operations)


def _unseen(differs: dict[Key, Difference], seen: set[Key]) -> Iterator[Difference]:
    """Yield what no operation touches, and no table that comes or goes brings with it."""
    for key, difference in differs.items():
        if key in seen or (key.kind in _PARTS and Key("table", "", key.parent) in seen):
            continue
        yield difference
