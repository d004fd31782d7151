"""How a column is numbered, by what the snapshots say of it and of its sequence."""

import re

from ...write.snapshot import Key, Snapshot, owner_of
from ..operations.numbering import SERIAL

_NEXT = re.compile(r"DEFAULT nextval\('(?P<name>.*)'::regclass\)$")
_IDENTITY = re.compile(r"GENERATED (?:ALWAYS|BY DEFAULT) AS IDENTITY")
_OPTION = re.compile(r" (START|MINVALUE|MAXVALUE|INCREMENT|CACHE) (-?\d+)")
_HIGHEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


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
        options = " ".join(filter(None, map(_unusual, own.values())))
        return f"{identity.group()} ({options})" if options else identity.group()
    _, found, default = definition.partition(" DEFAULT ")
    taken = _NEXT.search(definition)
    if taken is not None and taken["name"] in own:
        name = taken["name"]
        return f"{SERIAL}{own[name].partition(' ')[0]} {name.rpartition('.')[2]}"
    return f"DEFAULT {default}" if found else None


def _unusual(sequence: str) -> str:
    """Return those options of a *sequence* that it would not have if nobody said them."""
    text = sequence.partition(" OWNED BY ")[0]
    said = {name: int(number) for name, number in _OPTION.findall(text)}
    highest = _HIGHEST[text.partition(" ")[0]]
    lowest, highest = (-highest - 1, -1) if said["INCREMENT"] < 0 else (1, highest)
    usual = {"MINVALUE": lowest, "MAXVALUE": highest, "INCREMENT": 1, "CACHE": 1}
    usual["START"] = said["MAXVALUE"] if said["INCREMENT"] < 0 else said["MINVALUE"]
    words = [f"{name} {number}" for name, number in said.items() if number != usual[name]]
    return " ".join([*words, *(["CYCLE"] if text.endswith(" CYCLE") else [])])


def is_identity(definition: str | None) -> bool:
    """Tell whether a snapshot's *definition* of a column is that of an identity column."""
    return definition is not None and _IDENTITY.search(definition) is not None
