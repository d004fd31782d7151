"""The Rewriter that the catalogue's functions join."""

from alembic.autogenerate.rewriter import Rewriter
from alembic.operations import MigrateOperation

writer = Rewriter()
Operations = list[MigrateOperation]
