"""ALGORITHM and LOCK: the ways in which the server changes a table, the lightest first.

The server itself is asked: it refuses a clause that it cannot follow (errors 1845 and 1846) before
it touches anything. What it can do in which way differs between MySQL and MariaDB, and between
their versions.
"""

from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from ..session.driver import number

INSTANT = "ALGORITHM=INSTANT"
INPLACE = "ALGORITHM=INPLACE, LOCK=NONE"
# Offline nobody can be asked: the server chooses, or fails where it would keep writers out.
OFFLINE = "LOCK=NONE"
# Not supported; not supported, with a reason; more instant columns than a table may have.
_CANNOT = (1845, 1846, 4092)


def ways(statement: str) -> list[str]:
    """Return *statement* (ALTER TABLE …) with each clause that may follow, the lightest first."""
    return [f"{statement}, {INSTANT}", f"{statement}, {INPLACE}"]


def offline(statement: str) -> str:
    """Return *statement* (ALTER TABLE …) with the clause for SQL that is written out."""
    return f"{statement}, {OFFLINE}"


def run_lightly(statement: str, execute: Callable[[str], object]) -> DBAPIError | None:
    """Run *statement* in the lightest way; return the server's last refusal where there is none."""
    refused: DBAPIError | None = None
    for way in ways(statement):
        try:
            execute(way)
        except DBAPIError as error:
            if number(error) not in _CANNOT:
                raise
            refused = error
        else:
            return None
    return refused
