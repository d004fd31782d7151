"""What the tests share: a database to ask, and a history of revisions to play with."""

import ast
import inspect
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa
from alembic import command
from alembic.config import CommandLine, Config
from alembic.script import Script, ScriptDirectory

from {{ cookiecutter.package_name }}.db.base import NAMING_CONVENTION
from {{ cookiecutter.package_name }}.online.session.connect import connection_to
from {{ cookiecutter.package_name }}.online.session.scripts import alembic_config
from {{ cookiecutter.package_name }}.online.session.version_table import version_table
from {{ cookiecutter.package_name }}.online.write import initial

from .{{ cookiecutter.database }} import database as known

# What the tests know of the service's database.
DATABASE = known
# Where the service notes its revisions: Alembic's table and ours, as SQL has them.
_PLACE = version_table()
NOTED = [".".join(filter(None, (_PLACE.schema, name))) for name in _PLACE.names]
VERSION_TABLE = NOTED[0]


@dataclass(frozen=True)
class Database:
    """A scratch database: run statements, or ask for values."""

    url: sa.URL

    async def execute(self, *statements: str) -> None:
        """Run *statements*, each a transaction of its own."""
        async with connection_to(self.url, autocommit=True) as connection:
            for statement in statements:
                await connection.exec_driver_sql(statement)

    async def run_script(self, text: str) -> None:
        """Run a file of statements as the database's own client would."""
        async with connection_to(self.url, autocommit=True) as connection:
            await DATABASE.run_script(connection, text)

    async def values(self, query: str) -> list[Any]:
        """Return the first column of all rows."""
        async with connection_to(self.url) as connection:
            return list((await connection.exec_driver_sql(query)).scalars())

    async def schema(self) -> list[str]:
        """Return tables, columns, constraints, indexes and types, one line each."""
        return await self.values(DATABASE.SCHEMA)


@dataclass(frozen=True)
class Sandbox:
    """Revisions in a folder of a test's own: the service's are neither read nor written."""

    folder: Path

    def config(self, models: sa.MetaData | None = None, **attributes: Any) -> Config:
        """Return the service's Alembic configuration on this folder and, if given, *models*."""
        if models is not None:
            attributes["target_metadata"] = models
        config = alembic_config(**attributes)
        config.set_main_option("version_locations", str(self.folder).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        return config

    def revise(self, models: sa.MetaData, message: str = "change", **asked: Any) -> list[Script]:
        """Write what differs between *models* and the revisions so far, as autogenerate does."""
        written = command.revision(self.config(models, **asked), message, autogenerate=True)
        scripts = written if isinstance(written, list) else [written]
        return [script for script in scripts if script is not None]

    def revise_first(self, models: sa.MetaData) -> Script:
        """Write the first revision from *models* alone, as ``db revision --first`` does."""
        config = self.config(models)
        config.set_main_option("revision_environment", "true")
        written = command.revision(
            config, initial.MESSAGE, sql=True, process_revision_directives=initial.compose
        )
        assert isinstance(written, Script)
        return written

    def by_hand(self, lines: str, message: str = "by hand", **asked: Any) -> Script:
        """Write a revision whose ``upgrade()`` is the indented *lines*."""
        written = command.revision(self.config(**asked), message)
        assert isinstance(written, Script)
        path = Path(written.path)
        text = path.read_text(encoding="utf-8")
        mark = '"""Apply the change."""\n'
        text = text.replace(mark, f"{mark}{lines.rstrip()}\n", 1)
        imports = "import sqlalchemy as sa\nfrom alembic import op\n\n"
        path.write_text(text.replace("revision =", f"{imports}revision =", 1), encoding="utf-8")
        return written

    def sql(self, revisions: str = "head") -> str:
        """Return what ``alembic upgrade --sql`` writes for *revisions*."""
        config = self.config()
        config.output_buffer = io.StringIO()
        command.upgrade(config, revisions, sql=True)
        return config.output_buffer.getvalue()

    def upgrade(
        self, revision: str = "head", models: sa.MetaData | None = None, **asked: Any
    ) -> None:
        """Apply this folder's revisions to the test's database; names follow *models*."""
        command.upgrade(self.config(models, **asked), revision)

    def downgrade(self, revision: str, **asked: Any) -> None:
        """Take this folder's revisions back."""
        command.downgrade(self.config(**asked), revision)

    def type_command(self, models: sa.MetaData, *words: str) -> None:
        """Do what ``alembic`` does when these *words* are typed after it."""
        line = CommandLine()
        config = self.config(models)
        config.cmd_opts = line.parser.parse_args(words)
        line.run_cmd(config, config.cmd_opts)

    def files(self) -> list[Path]:
        """Return the revisions' files."""
        return sorted(self.folder.glob("*.py"))


@contextmanager
def read_once(known: ScriptDirectory) -> Iterator[None]:
    """Let the commands in the body share a history: each would read every revision again."""
    with mock.patch.object(ScriptDirectory, "from_config", return_value=known):
        yield


def book(*columns: sa.schema.SchemaItem, schema: str | None = None, **options: Any) -> sa.MetaData:
    """Return models of one table, ``book``: a key and *columns*."""
    models = sa.MetaData(naming_convention=NAMING_CONVENTION)
    key = sa.Column("id", sa.Integer, primary_key=True)
    sa.Table("book", models, key, *columns, schema=schema, **options)
    return models


def rows(table: str, first: int, last: int) -> str:
    """Return the statement that inserts rows with the identifiers *first* to *last*."""
    values = ", ".join(f"({number})" for number in range(first, last + 1))
    return f"INSERT INTO {table} (id) VALUES {values}"


def calls(function: Any) -> list[str]:
    """Return the names of the ``op.…`` calls in a revision's *function*, in order."""
    tree = ast.parse(inspect.getsource(function))
    found = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    ours = [f for f in found if isinstance(f, ast.Attribute) and ast.unparse(f.value) == "op"]
    ours.sort(key=lambda f: (f.lineno, f.col_offset))
    return [f.attr for f in ours if f.attr != "f"]


def upgrades(scripts: list[Script]) -> list[str]:
    """Return the names of the ``op.…`` calls in the ``upgrade()`` of all *scripts*."""
    return [name for script in scripts for name in calls(script.module.upgrade)]
