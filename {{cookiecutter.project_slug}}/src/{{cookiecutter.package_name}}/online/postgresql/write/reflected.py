"""Texts of reflected rules and indexes: SQLAlchemy reads ``:word`` in them as a parameter.

Seen on SQLAlchemy 2.1.9: a reflected ``CHECK (note <> ':word')`` compiles to ``'NULL'``.
"""

from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.sql.elements import TextClause

from ...operations.colons import with_colons_escaped

Item = TypeVar("Item")


def texts_kept(item: Item) -> Item:
    """Return the reflected constraint or index *item*, whose texts mean what the server says."""
    if isinstance(item, sa.CheckConstraint):
        item.sqltext = _kept(item.sqltext)
    elif isinstance(item, sa.Index):
        options = item.dialect_options["postgresql"]
        options["where"] = _kept(options["where"])
    elif isinstance(item, sa.Column) and isinstance(item.server_default, sa.DefaultClause):
        item.server_default.arg = _kept(item.server_default.arg)
    return item


def _kept(text: Any) -> Any:
    """Return *text*, which may be a string or SQLAlchemy's form of one, as what it says."""
    found = text.text if isinstance(text, TextClause) else text
    return sa.text(with_colons_escaped(found)) if isinstance(found, str) else text
