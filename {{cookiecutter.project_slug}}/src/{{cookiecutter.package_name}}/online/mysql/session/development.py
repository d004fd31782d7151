"""The database of development where DATABASE_URL is not set: there is none, and the error says so."""

from sqlalchemy import URL

from ...session.errors import DatabaseError
from .driver import EXAMPLE


def development_url() -> URL:
    """Raise DatabaseError that says how to come by a database."""
    raise DatabaseError(
        f"DATABASE_URL is not set: run docker compose up -d db (see compose.yaml) and set it as "
        f".env.example does, or to a server of your own ({EXAMPLE})"
    )
