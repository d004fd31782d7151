"""What the author allowed against advice, visible where it happens."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from alembic.operations import Operations

from .foresight.footprint import Footprint
from .operation import Operation

log = logging.getLogger("alembic.runtime.migration")

# Where the next operation finds that it is allowed: among the options of its context.
ALLOWED = "allowed"


@dataclass
class Allowed(Operation):
    """``op.allowed(kind, what, risk)``: the author let the next operation happen as it is."""

    name = "allowed"
    footprint = Footprint("none")
    kind: str
    what: str
    risk: str

    def run(self, operations: Operations) -> None:
        """Say so to the next operation, and in the log to whoever watches the deploy."""
        operations.migration_context.opts[ALLOWED] = True
        log.warning("Allowed by the author: %s of %s: %s", self.kind, self.what, self.risk)
