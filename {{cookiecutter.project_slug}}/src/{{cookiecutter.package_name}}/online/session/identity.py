"""Who a connection belongs to: the name that it gives itself.

A running service says which revisions it was built with, so that the contract phase can tell
whether old code is still there. Migrations carry a name that no service has.
"""

import functools

from ..database import driver
from ..service import SLUG
from .scripts import shipped

MIGRATIONS = f"{SLUG}:migrations"


@functools.cache
def service_name() -> str:
    """Return ``<slug>/<head revision>`` of this build; several heads are joined by "+".

    Heads that the server would cut off are left out: such a connection then counts as older than
    it is.
    """
    heads = sorted(shipped().get_heads())
    longest = driver.LONGEST_CLIENT_NAME
    if longest is None:
        return named(heads)
    kept = [head for at, head in enumerate(heads) if len(named(heads[: at + 1])) <= longest]
    return named(kept)


def named(heads: list[str]) -> str:
    """Return the name of a service that was built with *heads*."""
    return f"{SLUG}/{'+'.join(heads)}"


def heads_of(name: str) -> list[str] | None:
    """Return the heads in the *name* of a connection of this service; None for anybody else's."""
    owner, slash, heads = name.rpartition("/")
    if owner != SLUG or not slash:
        return None
    return [head for head in heads.split("+") if head]
