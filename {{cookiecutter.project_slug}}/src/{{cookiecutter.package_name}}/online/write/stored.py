"""A column's type and default as the database has them: nothing of the application's own."""

import importlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from ..internals import variant_for


def stored_type(type_: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    """Return the type that the database knows: no variants, no type of the application's own."""
    type_ = variant_for(type_, dialect.name)
    while isinstance(type_, sa.types.TypeDecorator):
        if isinstance(type_, sa.Interval):
            # A decorator in name only: the server may have a type of its own for it.
            return type_ if type(type_) is sa.Interval else type_.adapt(sa.Interval)
        type_ = _public(type_.load_dialect_impl(dialect), dialect)
    return type_


def _public(type_: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    """Return a driver's private subclass of a type as the public type that it derives from."""
    public = (sa, importlib.import_module(f"sqlalchemy.dialects.{dialect.name}"))
    for base in type(type_).__mro__:
        if base in (getattr(module, base.__name__, None) for module in public):
            return type_ if base is type(type_) else type_.adapt(base)
        if not base.__module__.startswith("sqlalchemy."):
            break
    return type_


def default_text(connection: Connection, default: Any) -> str | None:
    """Return a DefaultClause as SQL text; a plain string stands for a literal."""
    if not isinstance(default, sa.DefaultClause):
        return None  # None, or a FetchedValue: the server's own affair.
    if isinstance(default.arg, str):
        return "'" + default.arg.replace("'", "''") + "'"
    compiled = default.arg.compile(
        dialect=connection.dialect, compile_kwargs={"literal_binds": True}
    )
    return str(compiled)
