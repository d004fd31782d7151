"""Values that a release's code would write: right by both the old and the new rules."""

import itertools
import uuid
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

# The labels that may be written, by the name of the enum.
Labels = dict[str, list[str]]

_numbers = itertools.count(1)


def row(table: sa.Table, filled: set[str], labels: Labels) -> dict[str, Any]:
    """Return a row for *table*: what the server fills is left out, and so are parents' keys.

    Columns in *filled* ("table.column") are never NULL, others now and then. Of an enum, only *labels*
    come.
    """
    number = next(_numbers)
    given: dict[str, Any] = {}
    for place, column in enumerate(table.columns):
        if column.identity is not None or column.computed is not None:
            continue
        if parent_of(column) is not None:
            continue
        if column.server_default is not None and number % 2:
            continue
        may_be_null = column.nullable and str(column) not in filled
        given[column.name] = (
            None if may_be_null and (number + place) % 3 == 0 else _value(column, number, labels)
        )
    return given


def parent_of(column: sa.Column[Any]) -> sa.Table | None:
    """Return the table whose key the column holds: ``customer_id`` is a customer's."""
    tables = column.table.metadata.tables
    return tables.get(column.name.removesuffix("_id")) if column.name.endswith("_id") else None


def labels_in(models: sa.MetaData) -> Labels:
    """Return the labels of all enums of *models*."""
    columns = (column for table in models.sorted_tables for column in table.columns)
    return {str(c.type.name): list(c.type.enums) for c in columns if isinstance(c.type, sa.Enum)}


def _value(column: sa.Column[Any], number: int, labels: Labels) -> Any:
    type_ = column.type.data_type if isinstance(column.type, pg.DOMAIN) else column.type
    if isinstance(type_, sa.Enum):
        known = labels[str(type_.name)]
        return known[number % len(known)]
    if isinstance(type_, sa.String):
        text = f"{number:03d}"
        return text[-type_.length :] if type_.length else text
    if isinstance(type_, sa.Boolean):
        return number % 2 == 0
    if isinstance(type_, sa.Uuid):
        return uuid.uuid4()
    if isinstance(type_, sa.DateTime):
        return datetime.now(UTC)
    if isinstance(type_, pg.INT4RANGE):
        return pg.Range(number, number + 1)
    if isinstance(type_, sa.Integer | sa.Numeric):
        return number
    raise ValueError(f"no value is known for {column!r}")
