"""What a database keeps of a schema, as plain data: the same server writes down both sides.

Two definitions that one server wrote down alike are the same; two that differ are different, however
the models or the revisions say it. The readers are in the folders of the databases.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Key(NamedTuple):
    """Which object: its kind, the table or type that it belongs to ("" for none), its name."""

    kind: str
    parent: str
    name: str

    def __str__(self) -> str:
        """Return the object as a message names it."""
        return (
            f"{self.kind} {self.parent}.{self.name}" if self.parent else f"{self.kind} {self.name}"
        )


# Each object's definition, as the server writes it down.
Snapshot = Mapping[Key, str]
# Whether a table is looked at, by its name.
Reads = Callable[[str], bool]


def every(_: str) -> bool:
    """Look at every table."""
    return True


class Difference(NamedTuple):
    """An object that two snapshots do not have alike; None where one does not have it."""

    key: Key
    wanted: str | None
    found: str | None

    def __str__(self) -> str:
        """Return the difference in one or two lines."""
        if self.wanted is None:
            return f"{self.key}: there, and not wanted: {self.found}"
        if self.found is None:
            return f"{self.key}: missing: {self.wanted}"
        return f"{self.key}:\n    wanted: {self.wanted}\n    found:  {self.found}"


def differences(wanted: Snapshot, found: Snapshot) -> list[Difference]:
    """Return what differs, sorted by object."""
    return [
        Difference(key, wanted.get(key), found.get(key))
        for key in sorted(wanted.keys() | found.keys())
        if wanted.get(key) != found.get(key)
    ]


def only(found: Snapshot, reads: Reads) -> Snapshot:
    """Return *found* with those tables alone that *reads* names, and all that belongs to none."""
    tables = {key.name for key in found if key.kind == "table"}
    left_out = {table for table in tables if not reads(table)}
    return {
        key: text
        for key, text in found.items()
        if (key.name if key.kind == "table" else key.parent) not in left_out
    }


def without(found: Snapshot, *tables: str) -> Snapshot:
    """Return *found* without *tables*, such as those in which revisions are noted."""
    return {key: text for key, text in found.items() if {key.parent, key.name}.isdisjoint(tables)}


def owner_of(definition: str) -> tuple[str, str]:
    """Return the table and the column that a sequence belongs to, by what a snapshot says of it."""
    owner = definition.partition(" OWNED BY ")[2].replace('"', "")
    table, _, column = owner.rpartition(".")
    return table, column
