"""The database of development: a file in the project's folder, ignored by git."""

from sqlalchemy import URL

from ...service import PACKAGE, PROJECT_ROOT
from ...session.errors import DatabaseError
from .driver import DRIVER

FILE = f"{PACKAGE}.sqlite3"


def development_url() -> URL:
    """Return the URL of the database that stands in where DATABASE_URL is not set.

    Raises DatabaseError outside the project's folder.
    """
    if PROJECT_ROOT is None:
        raise DatabaseError(
            "DATABASE_URL is not set (a file in the project's folder stands in for it, and this "
            "is an installed package)"
        )
    return URL.create(DRIVER, database=str(PROJECT_ROOT / FILE))
