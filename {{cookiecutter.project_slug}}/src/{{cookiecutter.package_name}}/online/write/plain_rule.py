"""A rule that comes with a type, such as an enum's labels, as one that stands by itself."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import conv

from ..operations.colons import with_colons_escaped
from ..operations.percents import single


def plain_rule(constraint: Any, name: str, dialect: Dialect) -> Any:
    """Return *constraint*, a CHECK under its whole *name* and of a table that has nothing else."""
    if not isinstance(constraint, sa.CheckConstraint):
        return constraint
    bare = sa.Table(constraint.table.name, sa.MetaData(), schema=constraint.table.schema)
    # As text: SQLAlchemy adds a rule that holds a column to that column's table, the model's own.
    rule = constraint.sqltext.compile(
        dialect=dialect, compile_kwargs={"literal_binds": True, "include_table": False}
    )
    text = with_colons_escaped(single(str(rule), dialect))
    return sa.CheckConstraint(text, name=conv(name), table=bare)
