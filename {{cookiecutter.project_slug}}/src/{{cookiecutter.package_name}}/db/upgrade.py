"""The run-time door: bring the database to this build's revisions, or tell what is missing.

Works in code, from any working directory, from an installed wheel, inside a running loop.
"""

from ..online import current, is_current, pending, upgrade

__all__ = ["current", "is_current", "pending", "upgrade"]
