"""How a column is numbered, by what the snapshots say of it and of its sequence."""

import re

from ...write.snapshot import Key, Snapshot, owner_of
from ..operations.numbering import SERIAL

_NEXT = re.compile(r"DEFAULT nextval\('(?P<name>.*)'::regclass\)$")
_IDENTITY = re.compile(r"GENERATED (?:ALWAYS|BY DEFAULT) AS IDENTITY")
# What a sequence has where nobody says otherwise, type by type.
_USUAL = re.compile(
    r"^\w+| (?:START|MINVALUE|INCREMENT|CACHE) 1(?= |$)"
    r"| MAXVALUE (?:32767|2147483647|9223372036854775807)(?= |$)| OWNED BY .*$"
)


def numbering(side: Snapshot, column: Key) -> str | None:
    """Return how *column* is numbered on one *side*, as ``op.set_numbering`` takes it.

    None where it has neither identity, nor a default.
    """
    definition = side.get(column, "")
    own = {
        key.name: text
        for key, text in side.items()
        if key.kind == "sequence" and owner_of(text) == (column.parent, column.name)
    }
    identity = _IDENTITY.search(definition)
    if identity is not None:
        options = "".join(_USUAL.sub("", text) for text in own.values()).strip()
        return f"{identity.group()} ({options})" if options else identity.group()
    _, found, default = definition.partition(" DEFAULT ")
    taken = _NEXT.search(definition)
    if taken is not None and taken["name"] in own:
        name = taken["name"]
        return f"{SERIAL}{own[name].partition(' ')[0]} {name.rpartition('.')[2]}"
    return f"DEFAULT {default}" if found else None


def is_identity(definition: str | None) -> bool:
    """Tell whether a snapshot's *definition* of a column is that of an identity column."""
    return definition is not None and _IDENTITY.search(definition) is not None
