"""The moments of a release: before each of its statements, where a gate holds the command."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from killing import GATES, GATES_AWAY, HELD
from service import Service

from .commands import Command

# A gate before each batch of a backfill too, and one that can break what it holds.
MORE_GATES = (
    "ALTER TABLE gate.closed ADD COLUMN error text",
    """
    CREATE OR REPLACE FUNCTION gate.wait() RETURNS void LANGUAGE plpgsql AS $$
    DECLARE broken text;
    BEGIN
        WHILE EXISTS (SELECT FROM gate.closed WHERE current_query() LIKE pattern) LOOP
            SELECT error INTO broken FROM gate.closed;
            IF broken IS NOT NULL THEN
                RAISE EXCEPTION 'could not extend file' USING ERRCODE = broken;
            END IF;
            PERFORM pg_sleep(0.005);
        END LOOP;
    END $$
    """,
    """
    CREATE TRIGGER gate BEFORE UPDATE ON invoice EXECUTE FUNCTION gate.before_stamp()
    """,
)
# The body of a function has semicolons of its own.
_STATEMENT = re.compile(r"(?:\$(\w*)\$.*?\$\1\$|;(?!\n)|[^;$])+", re.DOTALL)
BREAK = "UPDATE gate.closed SET error = '{}'"


@contextmanager
def gates(service: Service) -> Iterator[None]:
    """Have gates in the service's database, all of them open."""
    service.execute(*GATES, *MORE_GATES)
    try:
        yield
    finally:
        # Where a test has failed, a command may still wait at one.
        open_again(service)
        service.execute("DROP TRIGGER gate ON invoice", *GATES_AWAY)


def close(service: Service, statement: str) -> None:
    """Let nothing like *statement* pass, until the gates are open again."""
    service.execute(f"INSERT INTO gate.closed VALUES ($like${statement}$like$)")


def open_again(service: Service, statement: str = "") -> None:
    """Let what is like *statement* pass, or everything."""
    chosen = f" WHERE pattern = $like${statement}$like$" if statement else ""
    service.execute(f"DELETE FROM gate.closed{chosen}")


def wait_at_gate(service: Service, command: Command, statement: str) -> None:
    """Return when the *command* waits before a *statement* that a closed gate holds."""
    command.until(lambda: service.execute(f"{HELD} AND query LIKE $like${statement}$like$"))


def statements(service: Service, span: str) -> list[str]:
    """Return what the revisions of *span* (``from:to``) run, as patterns, in order.

    That is: DDL, the batches of backfills, and the stamps. Taken from the offline output, without
    what stands there because it cannot look: a DROP before each ADD CONSTRAINT, a DO block around
    another.
    """
    written = service.alembic("upgrade", span, "--sql").out
    written = re.sub(r"^--.*", "", written, flags=re.M)
    written = re.sub(
        r"^DO \$unique\$.* THEN (.*); END IF; END \$unique\$", r"\1", written, flags=re.M
    )
    written = re.sub(
        r"^DO \$backfill\$.*?(UPDATE \w+ SET \w+) = .*?\$backfill\$;$",
        r"\1;",
        written,
        flags=re.M | re.S,
    )
    parts = [part.group().strip() for part in _STATEMENT.finditer(written)]
    # Live, the table of what was applied is there already.
    ours = [
        part
        for part in parts
        if part.startswith(("ALTER", "CREATE", "DROP", "UPDATE")) and "version_applied" not in part
    ]
    return [
        re.sub("[%_]", r"\\\g<0>", " ".join(part.split()[:4]) if "UPDATE" in part[:6] else part)
        + ("%" if part.startswith("UPDATE") else "")
        for part, following in zip(ours, [*ours[1:], ""], strict=True)
        if not ("DROP CONSTRAINT" in part and "ADD CONSTRAINT" in following)
    ]
