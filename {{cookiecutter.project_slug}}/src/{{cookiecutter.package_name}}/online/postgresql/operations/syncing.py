"""Two columns kept equal by one trigger, which fires before a row is written.

It changes the row at hand and nothing else, so that it cannot call itself; a replica that applies
what its publisher sends passes it by (``session_replication_role``), for both columns come along.
"""

from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy import Connection

from ...operations.naming import identifier, shortened
from ...operations.statements import outside_transaction
from .blocks import in_dollars
from .statements import run_briefly

COMMITS = True
LOCK = "ACCESS EXCLUSIVE, for an instant"


def begin(operations: Operations, sync: Any) -> None:
    """Make the function and the trigger of *sync*, in one short transaction."""
    table, trigger, function = _names(operations, sync)
    with outside_transaction(operations) as context:
        run_briefly(
            context,
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"{in_dollars(_body(operations, sync, table))}",
            f"DROP TRIGGER IF EXISTS {trigger} ON {table}",
            f"CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION {function}()",
        )


def end(operations: Operations, sync: Any) -> None:
    """Drop both, where they are."""
    table, trigger, function = _names(operations, sync)
    with outside_transaction(operations) as context:
        run_briefly(
            context,
            f"DROP TRIGGER IF EXISTS {trigger} ON {table}",
            f"DROP FUNCTION IF EXISTS {function}()",
        )


def differ(one: str, other: str) -> str:
    """Return SQL that is true where the columns differ; of types that know no equality, too."""
    # As records; two rows that are spelled out would be compared column by column.
    return f"ROW({one})::record *<> ROW({other})::record"


def is_begun(connection: Connection, sync: Any) -> bool:
    """Tell whether the trigger is there."""
    quote = connection.dialect.identifier_preparer.quote
    table = ".".join(quote(part) for part in (sync.schema, sync.table_name) if part)
    query = "SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(:table) AND tgname = :name"
    return bool(connection.scalar(sa.text(query), {"table": table, "name": _name(sync)}))


def _names(operations: Operations, sync: Any) -> tuple[str, str, str]:
    """Return the table, the trigger and the function as SQL."""
    name = _name(sync)
    table = identifier(operations, sync.table_name, sync.schema)
    return table, identifier(operations, name), identifier(operations, name, sync.schema)


def _name(sync: Any) -> str:
    return shortened(f"sync_{sync.table_name}_{sync.old_name}_{sync.column_name}")


def _body(operations: Operations, sync: Any, table: str) -> str:
    new, old = (f"NEW.{identifier(operations, n)}" for n in (sync.column_name, sync.old_name))
    was_new, was_old = (f"OLD.{name.removeprefix('NEW.')}" for name in (new, old))
    usual = f"usual {table}.{new.removeprefix('NEW.')}%TYPE := {sync.default or 'NULL'};"
    given = "ELSE" if sync.old_default else f"ELSIF {old} IS NOT NULL THEN"
    nobody = "" if sync.old_default else f"ELSE {old} := {new};"
    return f"""
DECLARE
    {usual}
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF {differ(new, "usual")} THEN {old} := {new};
        {given} {new} := {old};
        {nobody}
        END IF;
    ELSIF {differ(new, was_new)} THEN {old} := {new};
    ELSIF {differ(old, was_old)} THEN {new} := {old};
    END IF;
    RETURN NEW;
END
"""
