"""Where the database's revisions are noted: two tables, named once, in ``db/ownership.py``.

One is Alembic's own; it holds the heads. The other is ours, beside it: what was applied, by which
service, and the checksums of the files (``deploy/applied.py``).
"""

from typing import Any, NamedTuple

import sqlalchemy as sa

from ..database import driver
from ..service import ownership
from .errors import DatabaseError

# Where the owner's file is older than the setting, or says nothing.
_DEFAULT = "alembic_version"
_OURS = "_applied"


class VersionTable(NamedTuple):
    """Alembic's table; *schema* is None for the connection's own."""

    schema: str | None
    name: str

    @property
    def applied(self) -> str:
        """The name of the table beside it."""
        return f"{self.name}{_OURS}"

    @property
    def names(self) -> tuple[str, str]:
        """The names of both."""
        return self.name, self.applied


def version_table() -> VersionTable:
    """Return what ``VERSION_TABLE`` says; raises DatabaseError where it cannot be used."""
    said = getattr(ownership, "VERSION_TABLE", _DEFAULT)
    schema, dot, name = said.rpartition(".") if isinstance(said, str) else ("", "", "")
    longest = driver.LONGEST_NAME
    if not name or bool(dot) != bool(schema) or "." in schema:
        fault = 'it is a text: "name"' + (' or "schema.name"' if driver.HAS_SCHEMAS else "")
    elif schema and not driver.HAS_SCHEMAS:
        fault = f'a table of {driver.NAME} is in no schema: write "{name}"'
    elif longest is not None and len(name.encode()) > longest - len(_OURS):
        fault = f"its name may have {longest - len(_OURS)} bytes"
    else:
        return VersionTable(schema or None, name)
    raise DatabaseError(f"VERSION_TABLE in db/ownership.py cannot be {said!r}: {fault}")


def options() -> dict[str, Any]:
    """Return the arguments by which Alembic finds its table."""
    table = version_table()
    return {"version_table": table.name, "version_table_schema": table.schema}


def heads() -> sa.Select[Any]:
    """Return the query for the database's heads."""
    table = version_table()
    column = sa.column("version_num", sa.String)
    return sa.select(sa.table(table.name, column, schema=table.schema).c.version_num)
