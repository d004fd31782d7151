"""Comments on rules: each goes with its rule and comes back with it, and a swap carries it along."""

from typing import TypeVar

import sqlalchemy as sa
from alembic.operations import MigrateOperation

from ....write.change import Change, key_of, undone_also_by
from ....write.rewriter import changed_checks
from ....write.rewriter.writer import Operations, writer
from ...operations.comments import CommentOnConstraint
from ...operations.exclusions import DropExclusion
from . import replaced

Drop = TypeVar("Drop", bound=MigrateOperation)

_SAID = sa.text(
    "SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint "
    "WHERE conrelid = to_regclass(:table) AND obj_description(oid, 'pg_constraint') IS NOT NULL"
)


@writer.makes_safe(CommentOnConstraint)
def comment_on_constraint(change: Change, operation: CommentOnConstraint) -> Operations:
    """Say it; one that stays as it is needs no word where a swap keeps it."""
    stays = operation.comment == operation.old
    return [] if stays and _is_swapped(change, operation) else [operation]


@writer.makes_safe(DropExclusion)
def drop_exclusion(change: Change, operation: DropExclusion) -> Operations:
    """Let its comment come back with it."""
    return [with_comments_back(change, operation, operation.constraint_name)]


def with_comments_back(change: Change, drop: Drop, *rules: str) -> Drop:
    """Let the way back of *drop* say again what is said of the *rules* that go with it."""
    assert change.connection is not None
    schema, table = key_of(drop)
    quote = change.connection.dialect.identifier_preparer.quote
    name = ".".join(quote(part) for part in (schema, table) if part)
    said = {str(row[0]): row[1] for row in change.connection.execute(_SAID, {"table": name})}
    return undone_also_by(
        drop,
        *(
            CommentOnConstraint(rule, table, said[rule], schema=schema)
            for rule in sorted(rules)
            if rule in said
        ),
    )


def _is_swapped(change: Change, operation: CommentOnConstraint) -> bool:
    return any(
        replaced.is_replaced(change, drop) or changed_checks.is_replaced(change, drop)
        for drop in change.rules_gone
        if key_of(drop) == key_of(operation)
        and str(drop.constraint_name) == operation.constraint_name
    )
