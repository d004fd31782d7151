"""Marks on the service's connections, for the gate of the contract phase to see on every server.

Each connection of a running service holds named locks (GET_LOCK): one says whose it is, and one
for each head revision says which code it belongs to. Their names hold the connection's id, so
that nobody ever waits for them. Whoever knows an id can ask for its marks (IS_USED_LOCK): that
needs no right and no performance_schema, which MariaDB leaves off. Marks go with the connection.
"""

import hashlib

from ...service import SLUG


def mark_of_service() -> str:
    """Return the beginning of the mark that every connection of this service holds."""
    return _mark(SLUG)


def mark_of_head(revision: str) -> str:
    """Return the beginning of the mark of code that was built with the head *revision*."""
    return _mark(f"{SLUG}/{revision}")


def take_marks(application_name: str) -> list[str]:
    """Return the parts of a SET statement that take the marks of *application_name*.

    A name that is no service's (see ``identity.py``) has none.
    """
    owner, slash, heads = application_name.rpartition("/")
    if owner != SLUG or not slash:
        return []
    marks = [mark_of_service(), *(mark_of_head(head) for head in heads.split("+") if head)]
    return [
        f"@mark{number} = GET_LOCK(CONCAT('{mark}', CONNECTION_ID()), 0)"
        for number, mark in enumerate(marks)
    ]


def _mark(text: str) -> str:
    # A lock's name has at most 64 characters, and an id up to 20 (MySQL manual, 14.14).
    return hashlib.sha256(text.encode()).hexdigest()[:40] + "#"
