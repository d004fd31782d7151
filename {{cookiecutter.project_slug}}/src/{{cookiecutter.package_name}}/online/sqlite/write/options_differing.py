"""From a difference in what stands after a table's parentheses, or after its key, to operations."""

from alembic.operations import MigrateOperation

from ...write.snapshot import Difference
from ..operations.numbering import SetAutoincrement
from ..operations.table_options import SetRowid, SetStrict


def options_of_table(difference: Difference) -> list[MigrateOperation] | None:
    """Return what changes the options of a table that both sides have."""
    if difference.wanted is None or difference.found is None:
        return None
    wanted, found = (
        {word.strip() for word in text.split(",")} - {""}
        for text in (difference.wanted, difference.found)
    )
    changed, name = wanted ^ found, difference.key.name
    made: list[MigrateOperation] = []
    if "strict" in changed:
        made.append(SetStrict(name, "strict" in wanted))
    if "without rowid" in changed:
        made.append(SetRowid(name, "without rowid" in found))
    return made if changed <= {"strict", "without rowid"} else None


def numbering_of(difference: Difference) -> list[MigrateOperation] | None:
    """Return the change of a key that differs in the word AUTOINCREMENT alone."""
    wanted, found = difference.wanted or "", difference.found or ""
    word = " autoincrement"
    if wanted.removesuffix(word) != found.removesuffix(word):
        return None
    return [SetAutoincrement(difference.key.parent, wanted.endswith(word))]
