"""A column's whole definition, for MODIFY: what it leaves out, MySQL would take away."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from ...internals import ddl_compiler

_ASPECTS = {"nullable": "nullable", "type_": "type", "comment": "comment"}
# Of a table that only answers a question: a server may ask every table for a key.
PROBE_KEY = "alembic_probe_key INT DEFAULT 0 PRIMARY KEY"
_LONG = re.compile("TEXT|BLOB|JSON|GEOMETRY|POINT|LINESTRING|POLYGON")


def change_clause(dialect: Dialect, found: dict[str, Any], asked: dict[str, Any]) -> str:
    """Return the clause of ALTER TABLE that makes of the column *found* what is *asked*.

    *found* is SQLAlchemy's reflection of it; *asked* the keywords of ``op.alter_column``.
    """
    default = asked.get("server_default", False)
    others = {name: asked[name] for name in _ASPECTS if not _is_unsaid(name, asked)}
    quoted = dialect.identifier_preparer.quote(found["name"])
    is_plain = not _is_updated(found) and not bears_no_literal(dialect, found["type"])
    if default is None and not others and is_plain:
        # A nullable column without any default has to be named in every INSERT.
        return f"ALTER COLUMN {quoted} " + (
            "SET DEFAULT NULL" if found["nullable"] else "DROP DEFAULT"
        )
    definition = dict(found) | {_ASPECTS[name]: value for name, value in others.items()}
    if default is not False:
        # Text that is asked for is a value; text that was found is SQL.
        value = getattr(default, "arg", default)
        definition["default"] = sa.literal(value) if isinstance(value, str) else value
    return f"MODIFY {specification(dialect, definition)}"


def specification(dialect: Dialect, definition: dict[str, Any]) -> str:
    """Return the column as it stands in CREATE TABLE: name, type, NOT NULL, default, comment."""
    default = definition.get("default")
    if isinstance(default, str):
        default = sa.literal_column(default)
    numbers = bool(definition.get("autoincrement"))
    computed = definition.get("computed")
    column = sa.Column(
        definition["name"],
        definition["type"],
        *([sa.Computed(computed["sqltext"], computed["persisted"])] if computed else []),
        nullable=definition["nullable"],
        server_default=None if computed else default,
        comment=definition.get("comment"),
        primary_key=numbers,
        autoincrement=numbers,
    )
    return of_column(dialect, sa.Table("t", sa.MetaData(), column).columns[definition["name"]])


def of_column(dialect: Dialect, column: sa.Column[Any]) -> str:
    """Return *column*, which is part of a table, as it stands in CREATE TABLE."""
    return str(ddl_compiler(dialect).get_column_specification(column))


def add_index_clause(dialect: Dialect, index: sa.Index) -> str:
    """Return the clause of ALTER TABLE that adds *index*."""
    created = sa.schema.CreateIndex(index).compile(dialect=dialect)
    table = dialect.identifier_preparer.format_table(index.table)  # type: ignore[arg-type]
    kind, _, columns = " ".join(str(created).split()).partition(f" ON {table} ")
    return f"ADD {kind.removeprefix('CREATE ')} {columns}"


def _is_unsaid(name: str, asked: dict[str, Any]) -> bool:
    value = asked.get(name)
    # False is an answer for ``nullable``, None one for ``comment``.
    return value is None if name != "comment" else asked.get(name, False) is False


def bears_no_literal(dialect: Dialect, type_: Any) -> bool:
    """Tell whether the type takes no literal default, NULL included (MySQL's error 1101)."""
    return type_ is not None and bool(_LONG.search(type_.compile(dialect=dialect)))


def _is_updated(found: dict[str, Any]) -> bool:
    return "ON UPDATE" in str(found.get("default") or "").upper()
