"""Indexes by their names, and those that foreign keys bring with them.

A key needs an index that begins with its columns. Where there is none, the server makes one, called
like the key; it takes that away when another serves, or when the key goes.
"""

from collections.abc import Iterator

from alembic.operations import ops

from ...write.snapshot import Key, Snapshot


def comes_with_key(key: Key, wanted: Snapshot, found: Snapshot) -> bool:
    """Tell whether the index *key* comes or goes with the foreign key that has its name."""
    rule = Key("constraint", *key[1:])
    return (rule in wanted) != (rule in found)


def renamed(wanted: Snapshot, found: Snapshot) -> Iterator[tuple[Key, Key]]:
    """Yield the old and the new key of each index that differs in its name alone."""
    gone: dict[tuple[str, str], list[Key]] = {}
    for key in _only_in(found, wanted):
        if not comes_with_key(key, wanted, found):
            gone.setdefault((key.parent, found[key]), []).append(key)
    for key in _only_in(wanted, found):
        olds = gone.get((key.parent, wanted[key]))
        if olds and not comes_with_key(key, wanted, found):
            yield olds.pop(0), key


def of_new_keys(wanted: Snapshot, found: Snapshot) -> Iterator[ops.CreateIndexOp]:
    """Yield the own index of each foreign key that comes and would take one that is to go."""
    going = [(key.parent, found[key].removeprefix("UNIQUE ")) for key in _only_in(found, wanted)]
    for key in _only_in(wanted, found):
        text = wanted[key]
        serves = any(parent == key.parent and old.startswith(text) for parent, old in going)
        if serves and comes_with_key(key, wanted, found):
            columns = text.partition(": ")[2].split(", ")
            yield ops.CreateIndexOp(key.name, key.parent, columns)


def _only_in(one: Snapshot, other: Snapshot) -> list[Key]:
    return sorted(key for key in one.keys() - other.keys() if key.kind == "index")
