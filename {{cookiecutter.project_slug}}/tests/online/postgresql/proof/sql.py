"""Statements as text: every value is a quoted literal, which takes the type of its column."""

from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError

Row = Mapping[str, str | None]

CHECK_VIOLATION, UNIQUE_VIOLATION, EXCLUSION_VIOLATION = "23514", "23505", "23P01"
# The class of values that a type cannot read, or that are out of its range.
DATA_EXCEPTION = "22"
INSUFFICIENT_PRIVILEGE = "42501"


def quoted(name: str) -> str:
    """Return *name* as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """Return *value* as a literal without a type."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def insert(table: str, row: Row) -> str:
    """Return the INSERT of *row*; what it leaves out is the server's to fill."""
    if not row:
        return f"INSERT INTO {table} DEFAULT VALUES"
    columns = ", ".join(quoted(name) for name in row)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join(map(literal, row.values()))})"


def update(table: str, row: Row, where: str) -> str:
    """Return the UPDATE that writes *row*."""
    given = ", ".join(f"{quoted(name)} = {literal(value)}" for name, value in row.items())
    return f"UPDATE {table} SET {given} WHERE {where}"


def sqlstate(error: DBAPIError) -> str:
    """Return the error's SQLSTATE (PostgreSQL docs, appendix A)."""
    return str(getattr(error.orig, "sqlstate", ""))


def server_message(error: DBAPIError) -> str:
    """Return what the server said, with its detail, on one line."""
    return " ".join(str(getattr(error.orig, "__cause__", None) or error.orig).split())


def check_behind(error: DBAPIError) -> str | None:
    """Return the name of the CHECK that was violated, if that is what went wrong."""
    if sqlstate(error) != CHECK_VIOLATION:
        return None
    name: str | None = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)
    return name


def one_line(statement: str) -> str:
    """Return *statement* on one line, its end cut off where it is long."""
    text = " ".join(statement.split())
    return text if len(text) <= 160 else text[:157] + "..."
