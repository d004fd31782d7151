"""From a difference between two snapshots to an operation: none is made here so far, each is told."""

from ...write.made import Made
from ...write.touched import touched

__all__ = ["Made", "recipe", "touched"]


def recipe(what: str) -> str:
    """Return how to go on by hand with the object *what*."""
    return f"write a revision by hand that gives {what} as the models have it (op.execute)"
