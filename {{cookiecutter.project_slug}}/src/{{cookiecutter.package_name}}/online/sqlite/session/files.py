"""Where the database's file is, and the files that lie beside it."""

from pathlib import Path

from sqlalchemy import URL

from ...service import PROJECT_ROOT
from ...session.errors import DatabaseError
from .driver import EXAMPLE


def path_of(url: URL) -> Path:
    """Return the absolute path of the database's file; a relative one begins at the project.

    Raises DatabaseError where *url* leads to no file of its own.
    """
    name = url.database or ""
    if url.host or url.query:
        raise DatabaseError(
            f"The database URL holds more than a path: it should look like {EXAMPLE}"
        )
    if name in ("", ":memory:") or name.startswith("file:"):
        raise DatabaseError(
            "The database URL leads to no file, and a database in memory is gone with each "
            f"connection: it should look like {EXAMPLE}"
        )
    path = Path(name)
    if path.is_absolute():
        return path
    if PROJECT_ROOT is None:
        raise DatabaseError(
            f"The database URL holds the relative path {name}, and an installed service has no "
            f"folder of its own: it should look like {EXAMPLE}"
        )
    return PROJECT_ROOT / path


def beside(path: Path, purpose: str) -> Path:
    """Return the path of a file for *purpose* beside the database's, as SQLite names its own."""
    return path.with_name(f"{path.name}-{purpose}")
