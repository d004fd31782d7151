"""Another primary key: found by our comparison, and refused by the rewriter."""

from __future__ import annotations

from dataclasses import dataclass

from ...operations.operation import Operation


@dataclass
class ChangePrimaryKey(Operation):
    """What ``alembic check`` shows; no revision holds it."""

    name = "change_primary_key"
    table_name: str
    old: list[str]
    new: list[str]
