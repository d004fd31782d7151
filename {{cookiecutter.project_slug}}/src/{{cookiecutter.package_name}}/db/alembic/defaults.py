"""A column's server default as SQL text."""

from typing import Any

from sqlalchemy import Connection


def default_text(connection: Connection, default: Any) -> str | None:
    """Return a DefaultClause as SQL text; a plain string stands for a literal."""
    if default is None:
        return None
    if isinstance(default.arg, str):
        return "'" + default.arg.replace("'", "''") + "'"
    compiled = default.arg.compile(
        dialect=connection.dialect, compile_kwargs={"literal_binds": True}
    )
    return str(compiled)
