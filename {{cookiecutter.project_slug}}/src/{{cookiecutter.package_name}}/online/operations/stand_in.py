"""Operations of ours that stand in for one of Alembic's: the same arguments, done another way.

They hold Alembic's operation instead of inheriting from its class: a Rewriter of somebody else's
that rewrites the plain form would otherwise take ours for it, and lose what ours is there for.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Generic, Self, TypeVar

from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from .foresight.of_alembic import rules_of
from .foresight.rules import Rule
from .operation import Operation

Plain = TypeVar("Plain", bound=MigrateOperation)


class StandIn(Operation, Generic[Plain]):
    """``op.<name>(…)`` with the arguments of ``op.<plain_name>(…)``."""

    # Alembic's class, the name of its call, and how it is rendered.
    plain_class: ClassVar[type[Any]]
    plain_name: ClassVar[str]
    plain_render: ClassVar[Callable[[AutogenContext, Any], str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the arguments of Alembic's operation."""
        self.plain: Plain = self.plain_class(*args, **kwargs)

    @classmethod
    def like(cls, operation: Plain, **changes: Any) -> Self:
        """Return the stand-in for *operation*, with some of its attributes changed."""
        made = cls.__new__(cls)
        made.plain = copy.copy(operation)
        for name, value in changes.items():
            setattr(made.plain, name, value)
        return made

    def __getattr__(self, name: str) -> Any:
        """Return what the operation it stands for has: its table, its schema, its columns."""
        if name.startswith("_") or name == "plain":
            raise AttributeError(name)
        return getattr(self.plain, name)

    def rules(self, context: MigrationContext, connection: Connection) -> Iterable[Rule]:
        """Return the rules that the operation it stands for brings."""
        return rules_of(self.plain, context)

    def render(self, context: AutogenContext) -> str:
        """Return the call as it stands in a revision."""
        text = type(self).plain_render(context, self.plain)
        return text.replace(f"op.{self.plain_name}(", f"op.{self.name}(", 1)

    def to_diff_tuple(self) -> tuple[Any, ...]:
        """Return what ``alembic check`` prints."""
        return (self.name, *self.plain.to_diff_tuple()[1:])
