"""What all our operations share: a dataclass is the call, its fields are the arguments."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.types import TypeEngine

from ..internals import render_type
from ..phase import Phase
from .foresight.footprint import Footprint
from .foresight.rules import Rule


class Operation(MigrateOperation):
    """An operation of ours or of the service's; a subclass is a dataclass with ``name`` and ``run``.

    Fields without ``kw_only`` render as positional arguments, the others as keywords when they
    differ from their default.
    """

    name: ClassVar[str]
    # Where it stands in a revision of each phase that it may be in (see ``rank.py``).
    ranks: ClassVar[Mapping[Phase, int]] = {}
    # Commits what stands before it, and each of its own steps.
    commits: ClassVar[bool] = False
    # What it locks and scans; None where only who wrote it knows (see ``foresight/``).
    footprint: ClassVar[Footprint | None] = None

    def __init_subclass__(cls) -> None:
        """Register the subclass as ``op.<name>``."""
        super().__init_subclass__()
        if "name" in cls.__dict__:
            Operations.register_operation(cls.name, "invoke")(cls)

    @classmethod
    def invoke(cls, operations: Operations, *args: Any, **kwargs: Any) -> None:
        """Run the operation with the arguments of its fields."""
        operations.invoke(cls(*args, **kwargs))

    def run(self, operations: Operations) -> None:
        """Do the work, on a live connection or into the offline output."""
        raise TypeError(f"{type(self).__name__} has no run()")

    def reverse(self) -> MigrateOperation | None:  # type: ignore[override]
        """Return what undoes this operation; None where there is nothing to undo."""
        return None

    def rules(self, context: MigrationContext, connection: Connection) -> Iterable[Rule]:
        """Return the rules that rows may break when it runs; *connection* is for questions."""
        return ()

    def hindrances(self, connection: Connection) -> Iterable[str]:
        """Return what else of the database on *connection* would stop it, a sentence each."""
        return ()

    def render(self, context: AutogenContext) -> str:
        """Return the call as it stands in a revision."""
        arguments = []
        for field in _fields(self):
            value = getattr(self, field.name)
            if not field.kw_only:
                arguments.append(_literal(value, context))
            elif value != field.default:
                arguments.append(f"{field.name}={_literal(value, context)}")
        note = getattr(self, "note", None)
        if note:
            return f"op.{self.name}(\n" + ",\n".join(arguments) + f",  # {note}\n)"
        return f"op.{self.name}({', '.join(arguments)})"

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what ``alembic check`` prints."""
        return (self.name, *(getattr(self, f.name) for f in _fields(self)))

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some arguments changed; it keeps phase and mark."""
        changed = copy.copy(self)
        for name, value in changes.items():
            setattr(changed, name, value)
        return changed


@Operations.implementation_for(Operation)
def _run(operations: Operations, operation: Operation) -> None:
    operation.run(operations)


@renderers.dispatch_for(Operation)
def _render(context: AutogenContext, operation: Operation) -> str:
    return operation.render(context)


def _literal(value: Any, context: AutogenContext) -> str:
    if value is ...:
        return "..."
    if isinstance(value, TypeEngine):
        return render_type(value, context)
    return repr(value)


def _fields(operation: Operation) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(operation)  # type: ignore[arg-type]
