"""Comments on rules that two snapshots do not have alike, and those of rules that are made anew."""

from collections.abc import Callable, Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from ...phase import CONTRACT, in_phase
from ...write.snapshot import Key, Snapshot
from ..operations.comments import CommentOnConstraint

Place = tuple[str | None, str]


def said_of_rules(
    connection: Connection,
    wanted: Snapshot,
    found: Snapshot,
    renamed: Mapping[Key, Key],
    place_of: Callable[[str], Place],
) -> Iterator[CommentOnConstraint]:
    """Yield what is to be said of the rules of the models; *renamed* leads to their old names.

    *place_of* leads from what snapshots call a table to its schema and name.
    """
    for rule, definition in wanted.items():
        if rule.kind != "constraint":
            continue
        before = renamed.get(rule, rule)
        comments = wanted.get(_of(rule)), found.get(_of(before))
        is_other = found.get(before) not in (None, definition)
        if comments[0] == comments[1] and not (is_other and comments[0]):
            continue
        new, old = (_unquoted(connection, text) for text in comments)
        schema, table = place_of(rule.parent)
        said = CommentOnConstraint(rule.name, table, new, old=old, schema=schema)
        comes = found.get(before) != definition and Key("table", "", rule.parent) in found
        # When its rule is there.
        yield in_phase(CONTRACT, said) if comes else said


def _of(rule: Key) -> Key:
    return Key("comment on constraint", rule.parent, rule.name)


def _unquoted(connection: Connection, text: str | None) -> str | None:
    return None if text is None else connection.scalar(sa.select(sa.literal_column(text)))
