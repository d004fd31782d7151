"""Percent signs in compiled SQL: SQLAlchemy doubles them for drivers that replace ``%s``."""

from sqlalchemy.engine import Dialect


def single(text: str, dialect: Dialect) -> str:
    """Return compiled *text* as the server shall read it, where no parameters are replaced in it."""
    doubles = dialect.paramstyle in ("format", "pyformat")
    return text.replace("%%", "%") if doubles else text
