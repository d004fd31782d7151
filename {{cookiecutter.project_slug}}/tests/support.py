"""What your tests may use of the machinery's: a database to ask, and revisions to play with."""

from .online.support import Database, Sandbox, book, calls, rows, upgrades

__all__ = ["Database", "Sandbox", "book", "calls", "rows", "upgrades"]
