"""The release that is deployed under fault: one change of the models makes every kind of step.

A new column with a value per row, a NOT NULL, indexes, a unique constraint, a foreign key, a check,
a column that goes, and one that is renamed, whose two names triggers keep alike from the expand to
the contract; on tables that have rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from service import Server, Service, copy

from .commands import Commands, ready
from .moments import statements

ROWS = 3_000
CUSTOMERS = 10
PHASES = ("expand", "contract")
MODELS = '''"""Models."""

import sqlalchemy as sa

from .base import Base

sa.Table("customer", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))
sa.Table(
    "invoice",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    {columns}
)
'''
BEFORE = """
    sa.Column("note", sa.Text),
    sa.Column("number", sa.Integer),
    sa.Column("customer_id", sa.Integer),
    sa.Column("code", sa.Text, nullable=False, index=True),
    sa.Column("memo", sa.Text),
"""
AFTER = """
    sa.Column("note", sa.Text, nullable=False, info={"backfill": "'-'"}),
    sa.Column("number", sa.Integer, unique=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id")),
    sa.Column("slug", sa.Text, nullable=False, info={"backfill": "lower(name)"}),
    sa.Column("remark", sa.Text, info={"renamed_from": "memo"}),
    sa.CheckConstraint("number > 0", name="number"),
    sa.Index(None, "name"),
"""
SEED = (
    f"INSERT INTO customer SELECT generate_series(1, {CUSTOMERS})",
    f"""
    INSERT INTO invoice (name, number, customer_id, code, memo)
    SELECT 'Name ' || i, i, 1 + i % {CUSTOMERS}, 'c' || i, 'No. ' || i
    FROM generate_series(1, {ROWS}) AS i
    """,
)


@dataclass
class Release:
    """A service with an expand and a contract to apply, and what they are meant to lead to.

    *database* is where it starts from, *before* its dump, *schema* the dump of where it ends,
    *moments* are the statements of each phase in order, as patterns.
    """

    service: Service
    commands: Commands
    database: str
    before: str
    schema: str
    moments: dict[str, list[str]]

    @contextmanager
    def copied(self) -> Iterator[Service]:
        """Lend the service with a fresh copy of the database."""
        server = self.service.server
        name = f"{self.database}_copy"
        server.execute(f"CREATE DATABASE {name} TEMPLATE {self.database}")
        self.service.database = name
        try:
            yield self.service
        finally:
            self.service.database = self.database
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def prepared(baked: Path, folder: Path, server: Server) -> Iterator[Release]:
    """Write the release into a copy of the *baked* service in *folder*."""
    with server.database() as database:
        service = copy(baked, folder, server, database)
        service.use_models(MODELS.format(columns=BEFORE))
        service.cli("db", "revision", "--first")
        service.cli("db", "upgrade")
        service.execute(*SEED)
        service.use_models(MODELS.format(columns=AFTER))
        service.alembic("revision", "--autogenerate", "-m", "the next release")
        with server.database() as other, ready(service) as commands:
            service.database = other
            service.cli("db", "upgrade")
            service.database = database
            first, expand, contract = revisions(service)
            moments = {
                "expand": statements(service, f"{first}:{expand}"),
                "contract": statements(service, f"{expand}:{contract}"),
            }
            dumps = server.dump(database), server.dump(other)
            yield Release(service, commands, database, *dumps, moments)


def revisions(service: Service) -> list[str]:
    """Return the identifiers of the service's revisions, oldest first."""
    told = service.alembic("history").out.splitlines()
    return [line.split(" -> ")[1].split()[0].rstrip(",") for line in told][::-1]
