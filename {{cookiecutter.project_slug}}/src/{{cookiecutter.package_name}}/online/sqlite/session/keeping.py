"""Scratch databases of SQLite's are not kept from one command to the next."""

from ...session.never_kept import kept_database, read_mark, write_mark

__all__ = ["kept_database", "read_mark", "write_mark"]
