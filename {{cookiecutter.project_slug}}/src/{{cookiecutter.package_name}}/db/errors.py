"""Errors that are told in one sentence, by our command line and by Alembic's."""

from alembic.util import CommandError


class DatabaseError(CommandError):
    """The database cannot be used as asked; the message says why and what helps."""
