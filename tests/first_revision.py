"""What is asked of a first revision, whatever the models."""

import re

from service import Service

CREATE_ALL = """
import asyncio, sys
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from {package}.db import ownership
from {package}.online.session import url
from {package}.db.models import Base

def create(connection):
    for extension in {{*ownership.EXTENSIONS, *sys.argv[2].split()}}:
        connection.execute(sa.text(f"CREATE EXTENSION IF NOT EXISTS {{extension}}"))
    named = [*Base.metadata.tables.values(), *Base.metadata._sequences.values()]
    for schema in sorted({{thing.schema for thing in named if thing.schema}} | {{*sys.argv[3].split()}}):
        connection.execute(sa.schema.CreateSchema(schema, if_not_exists=True))
    Base.metadata.create_all(connection)

async def main():
    engine = create_async_engine(url.parse(sys.argv[1]))
    async with engine.begin() as connection:
        await connection.run_sync(create)
    await engine.dispose()

asyncio.run(main())
"""


def body(service: Service) -> str:
    """Return the only revision's text from its first import on, without its own name."""
    (path,) = service.revisions()
    text = path.read_text(encoding="utf-8").split('"""', 2)[2]
    return re.sub(r'^revision = "\w+"$', "", text, flags=re.M)


def write_by_autogenerate(service: Service) -> str:
    """Let stock ``alembic revision --autogenerate`` compare with an empty database."""
    service.alembic("revision", "--autogenerate", "-m", "create the first tables")
    return body(service)


def assert_creates_and_removes(service: Service, extensions: str = "", schemas: str = "") -> None:
    """The revision's way up, down and up again leaves exactly what it should.

    *extensions* and *schemas* are what ``create_all`` needs to be made by hand before it.
    """
    server, database = service.server, service.database
    with server.database() as empty, server.database() as other:
        script = CREATE_ALL.format(package=service.package.name)
        service.run("-c", script, server.url(other), extensions, schemas)
        service.alembic("upgrade", "head")
        assert server.dump(database) == server.dump(other)
        checked = service.alembic("check")
        assert "No new upgrade operations detected" in checked.out + checked.err
        service.alembic("downgrade", "base")
        assert _without_extensions(server.dump(database)) == server.dump(empty)
        service.alembic("upgrade", "head")
        assert server.dump(database) == server.dump(other)


def _without_extensions(dump: str) -> str:
    """Leave out extensions, which stay: others in the database may have come to use them."""
    pattern = r"--\n-- Name: (EXTENSION )?\w+; Type: (EXTENSION|COMMENT);.*?(?=--\n-- )"
    return re.sub(pattern, "", dump, flags=re.S)
