"""What SQLite keeps of a schema: the statements of its catalogue, taken apart so that form does not count.

White space, quotes, comments, the order of clauses, and whether a rule stands in its column or
after all columns mean nothing. One query, however many tables.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import Connection

from ...session.errors import DatabaseError
from ...write.snapshot import Difference, Key, Reads, Snapshot, every, only
from ..operations.affinity import affinity
from ..operations.definition import Clause, Column, Definition
from ..operations.tokens import plain, unqualify
from .compare.defaults import default_of

_SCHEMA = """
SELECT type, name, tbl_name, sql FROM sqlite_schema
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
"""
# Clauses that say something of the column itself; the others are rules of the table.
_OF_COLUMN = frozenset({"NOT NULL", "COLLATE"})


def read(connection: Connection, reads: Reads = every) -> Snapshot:
    """Return what the database keeps of the tables that *reads* names, each object by its key."""
    return only(dict(_found(connection)), reads)


def create(connection: Connection, metadata: sa.MetaData) -> None:
    """Create what *metadata* describes on an empty database; raises DatabaseError for a schema."""
    for table in metadata.tables.values():
        if table.schema is not None:
            raise DatabaseError(
                f"{table.schema}.{table.name}: schema. SQLite knows no schemas. Instead: leave the schema out "
                f"of the model, and let the table's name say it: {table.schema}_{table.name}"
            )
    metadata.create_all(connection)


def may_stay(_: Difference) -> bool:
    """Tell whether a downgrade may leave this difference: none here."""
    return False


def _found(connection: Connection) -> Iterator[tuple[Key, str]]:
    for kind, name, table, sql in connection.exec_driver_sql(_SCHEMA).all():
        if kind != "table":
            yield Key(kind, table if kind in ("index", "trigger") else "", name), plain(sql)
        elif sql.split()[1].upper() == "VIRTUAL":
            yield Key("table", "", name), plain(sql)
        else:
            yield from _of_table(name, Definition.of(unqualify(sql, name)))


def _of_table(name: str, table: Definition) -> Iterator[tuple[Key, str]]:
    options = sorted(plain(option) for option in table.options.split(","))
    yield Key("table", "", name), ", ".join(option for option in options if option)
    is_strict = "strict" in [plain(option) for option in table.options.split(",")]
    for column in table.columns:
        is_kept = is_strict or table.is_row_number(column)
        type_ = _word(column.type) if is_kept else affinity(column.type)
        yield Key("column", name, column.name), _column(column, type_.lower())
    rules = [(rule.name, _bare(rule)) for rule in table.rules]
    rules += [
        (clause.name, _as_rule(column, clause))
        for column in table.columns
        for clause in column.clauses
        if clause.kind in ("PRIMARY", "UNIQUE", "CHECK", "REFERENCES")
    ]
    for rule_name, text in rules:
        # The key has one name at most that matters: there is one a table.
        called = "PRIMARY KEY" if text.startswith("primary key") else rule_name or text
        yield Key("constraint", name, called), text


def _word(declared: str) -> str:
    """Return a type that counts by its word; INT is INTEGER, but for the row's number."""
    return {"int": "integer"}.get(plain(declared), plain(declared))


def _column(column: Column, type_: str) -> str:
    said = [plain(clause.text) for clause in column.clauses if clause.kind in _OF_COLUMN]
    said = [text for text in said if text != "collate binary"]
    default = default_of(column)
    if default is not None:
        said.append(f"default {default}")
    for clause in column.clauses:
        if clause.kind == "GENERATED":
            said.append(_generated(plain(clause.text)))
    return " ".join([type_, *sorted(said)])


def _generated(text: str) -> str:
    """Return the clause in its long form; VIRTUAL is what SQLite takes where none is said."""
    text = text.removeprefix("generated always ")
    return text if text.endswith((" stored", " virtual")) else f"{text} virtual"


def _as_rule(column: Column, clause: Clause) -> str:
    """Return a *clause* that stands in its *column* as it would stand after the columns."""
    text = _bare(clause)
    name = column.name.lower()
    if clause.kind == "PRIMARY":
        return text.replace("primary key", f"primary key ( {name} )", 1)
    if clause.kind == "UNIQUE":
        return text.replace("unique", f"unique ( {name} )", 1)
    return f"foreign key ( {name} ) {text}" if clause.kind == "REFERENCES" else text


def _bare(rule: Clause) -> str:
    """Return the rule without its name."""
    return plain(rule.text).removeprefix(f"constraint {(rule.name or '').lower()} ")
