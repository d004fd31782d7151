"""The models of a migration context: one MetaData, or several that are taken together."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from ..internals import together
from ..session.errors import DatabaseError


def models_of(context: MigrationContext) -> sa.MetaData:
    """Return the models; ``target_metadata`` may be a sequence of MetaData, as Alembic has it."""
    return as_one(context.opts["target_metadata"])


def as_one(given: sa.MetaData | Sequence[sa.MetaData]) -> sa.MetaData:
    """Return the models *given* as one; raises DatabaseError where two have the same table."""
    if isinstance(given, sa.MetaData):
        return given
    names = [name for models in given for name in models.tables]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DatabaseError(f"target_metadata has more than one table {', '.join(twice)}")
    return together(given)
