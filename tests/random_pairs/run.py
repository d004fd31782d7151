"""Walk pairs of models there and back, inside a baked service.

``run.py PACKAGE DATABASE FIRST LAST [rows] [KINDS…]``: each seed is one random pair, of the database's
kinds and of the further lists KINDS, if any; with *rows* in its tables where that is said. ``run.py
PACKAGE postgresql release`` walks the release of ``release.py``. The service itself writes the first
models' revision and the change's; the schema that they lead to must be the one that the new models give on an empty
database, and the way back must end where it began. A change that the service refuses by name is
allowed where an author can, else left out of the pair, and counted. Prints one line per pair that
differs and one that counts; exits 1 where any differed. SHOW=1 prints the revisions too.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import io
import logging
import os
import random
import re
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.util.exc import CommandError

sys.path.insert(0, str(Path(__file__).parents[1]))
from random_pairs import dumps, release  # noqa: E402
from random_pairs.compared import compare, compare_start  # noqa: E402
from random_pairs.kinds import Pair, drawn  # noqa: E402
from random_pairs.rows import Kept, Rows  # noqa: E402


class Refused(Exception):
    """The service says that it does not write a change."""


class Walk:
    """One walk from the models *before* to *after*, with revisions in a folder of its own."""

    def __init__(
        self,
        package: str,
        database: str,
        before: sa.MetaData,
        after: sa.MetaData,
        folder: Path,
        rows: Rows | None,
    ) -> None:
        """Take the models of both sides; *folder* takes the revisions."""
        self.rows = rows
        self.package, self.database, self.folder = package, database, folder
        self.before, self.after = before, after
        self.allowed: list[str] = []
        self.kept: Kept = {}

    def module(self, name: str) -> Any:
        """Return a module of the service."""
        return importlib.import_module(f"{self.package}.{name}")

    def config(self, metadata: sa.MetaData) -> Any:
        """Return Alembic's configuration on our folder and *metadata*."""
        config = self.module("online.session.scripts").alembic_config(target_metadata=metadata)
        config.set_main_option("version_locations", str(self.folder))
        config.cmd_opts = argparse.Namespace(
            x=[f"allow={chr(44).join(self.allowed)}"] if self.allowed else []
        )
        config.stdout = io.StringIO()
        return config

    def write(self) -> None:
        """Write both revisions; raises Refused where the second is none."""
        initial = self.module("online.write.initial")
        first = self.config(self.before)
        first.set_main_option("revision_environment", "true")
        command.revision(first, "one", sql=True, process_revision_directives=initial.compose)
        start = set(self.folder.glob("*.py"))
        while True:
            try:
                command.revision(self.config(self.after), "two", autogenerate=True)
            except CommandError as error:
                assert set(self.folder.glob("*.py")) == start, "a broken file stays"
                if "does not arrive" in str(error):
                    # No refusal of the service's, but a fault that its own proof has caught.
                    raise
                new = set(re.findall(r"-x allow=(\S+?),? ", f"{error} ")) - set(self.allowed)
                if not new:
                    raise Refused(str(error)) from error
                self.allowed += sorted(new)
            else:
                self.fill(sorted(set(self.folder.glob("*.py")) - start))
                return

    def fill(self, paths: list[Path]) -> None:
        """Say a value where the service asks its author for one."""
        for path in paths:
            text = path.read_text(encoding="utf-8")
            path.write_text(re.sub(r"value=\.\.\.", 'value="0"', text), encoding="utf-8")

    async def on(self, url: sa.URL, function: Any, *arguments: Any) -> None:
        """Run an Alembic command on *url* with the new models."""
        config = self.config(self.after)
        async with self.module("online.session.connect").connection_to(url) as connection:

            def work(sync: sa.Connection) -> None:
                config.attributes["connection"] = sync
                function(config, *arguments)

            await connection.run_sync(work)

    async def dump(self, url: sa.URL) -> list[str]:
        """Return the schema at *url*."""
        async with self.module("online.session.connect").connection_to(url) as connection:
            found: list[str] = await connection.run_sync(getattr(dumps, self.database))
            return found

    async def walked(self) -> str | None:
        """Return what differs after the upgrade or the way back, or None."""
        scratch = self.module(f"online.{self.database}.session.scratch").scratch_database
        async with scratch() as ours, scratch() as wanted, scratch() as first:
            await self.on(ours, command.upgrade, "+1")
            start = await self.dump(ours)
            await self.create_all(first, self.before)
            if difference := compare(await self.dump(first), start):
                return f"after the first revision:\n{difference}"
            await self.create_all(wanted, self.after)
            end = await self.dump(wanted)
            if self.rows is not None:
                await self.fill_tables(ours, wanted, self.rows)
            await self.on(ours, command.upgrade, "heads")
            await self.on(ours, command.check)
            if difference := compare(end, await self.dump(ours)):
                return f"after upgrade:\n{difference}"
            if difference := await self.lost(ours):
                return f"rows after upgrade:\n{difference}"
            revisions = len(list(self.folder.glob("*.py"))) - 1
            if revisions and not await self.goes_back(ours, f"-{revisions}"):
                return None
            if difference := await self.lost(ours, are_new=False):
                return f"rows after downgrade:\n{difference}"
            if difference := compare_start(start, await self.dump(ours)):
                return f"after downgrade:\n{difference}"
            await self.on(ours, command.upgrade, "heads")
            if difference := compare(end, await self.dump(ours)):
                return f"after the second upgrade:\n{difference}"
            if difference := await self.lost(ours):
                return f"rows after the second upgrade:\n{difference}"
            await self.on(ours, command.downgrade, "base")
            if left := await self.dump(ours):
                return f"left after downgrade to base:\n{left}"
        return None

    async def fill_tables(self, ours: sa.URL, wanted: sa.URL, rows: Rows) -> None:
        """Put rows into the tables at *ours*, such as those at *wanted* take too."""
        connect = self.module("online.session.connect").connection_to
        async with connect(ours) as one, connect(wanted) as other:
            await one.run_sync(lambda sync: rows.make(sync, other.sync_connection))
        self.kept = await self.held(ours, are_new=False)
        if os.environ.get("SHOW"):
            print({table: list(held) for table, held in self.kept.items()})

    async def held(self, url: sa.URL, *, are_new: bool) -> Kept:
        """Return what the tables at *url* hold."""
        assert self.rows is not None
        async with self.module("online.session.connect").connection_to(url) as connection:
            found: Kept = await connection.run_sync(self.rows.kept, are_new=are_new)
            return found

    async def lost(self, url: sa.URL, *, are_new: bool = True) -> str:
        """Return the rows that are not as they were, or that are too many."""
        if self.rows is None:
            return ""
        held = await self.held(url, are_new=are_new)
        lines = [
            f"{table}:\n{compare(list(was.elements()), list(held[table].elements()))}"
            for table, was in self.kept.items()
            if held[table] != was
        ]
        return "\n".join(lines)

    async def goes_back(self, url: sa.URL, steps: str) -> bool:
        """Run the downgrade; tell whether the rows let it: a column that went has no values."""
        try:
            await self.on(url, command.downgrade, steps)
        except self.module("online.session.errors").DatabaseError as error:
            if self.rows is None or not re.search(r"NULL in \d+ rows|\d+ rows", str(error)):
                raise
            return False
        return True

    async def create_all(self, url: sa.URL, metadata: sa.MetaData) -> None:
        """Make what the models say on an empty database."""
        async with self.module("online.session.connect").connection_to(url) as connection:
            for schema in {t.schema for t in metadata.tables.values() if t.schema}:
                await connection.execute(sa.schema.CreateSchema(schema))
            await connection.run_sync(metadata.create_all)
            await connection.commit()


def walk(
    package: str,
    database: str,
    pair: Pair | None,
    folder: Path,
    left_out: Counter[str],
    seed: int | None,
    *,
    with_rows: bool,
) -> str | None:
    """Return what differs on the way of *pair* (None: the release), or None."""
    convention = importlib.import_module(f"{package}.db.base").NAMING_CONVENTION
    while True:
        for path in folder.glob("*.py"):
            path.unlink()
        if pair is None:
            before, after = release.before(convention), release.after(convention)
        else:
            before, after = (pair.metadata(side, convention) for side in (0, 1))
        rows = Rows(before, after, seed) if with_rows and seed is not None else None
        one = Walk(package, database, before, after, folder, rows)
        try:
            one.write()
            return asyncio.run(one.walked())
        except Refused as refused:
            # What an author could allow is no reason to leave a change out.
            firm = [part for part in str(refused).split("\n\n") if "-x allow=" not in part]
            smaller = pair and pair.named_in("\n".join(firm))
            if not smaller:
                return f"refused: {refused}"
            assert pair is not None
            gone = [a.kind.name for a, b in zip(pair.parts, smaller.parts, strict=True) if a != b]
            left_out.update(gone)
            if os.environ.get("SHOW"):
                print(f"left out {gone}: {refused}")
            pair = smaller


def main(
    package: str,
    database: str,
    seeds: list[int | None],
    further: list[str],
    *,
    with_rows: bool,
) -> int:
    """Check the pairs of *seeds* (None: the release); return how many differ."""
    logging.disable()
    known = importlib.import_module(f"random_pairs.{database}_kinds")
    kinds = [kind for name in ("KINDS", *further) for kind in getattr(known, name)]
    bad = 0
    left_out: Counter[str] = Counter()
    for seed in seeds:
        pair = None if seed is None else drawn(random.Random(seed), kinds)
        with tempfile.TemporaryDirectory() as folder:
            try:
                hidden = (
                    contextlib.nullcontext()
                    if os.environ.get("SHOW")
                    else contextlib.redirect_stdout(io.StringIO())
                )
                with hidden:
                    difference = walk(
                        package, database, pair, Path(folder), left_out, seed, with_rows=with_rows
                    )
            except Exception as error:
                difference = "".join(traceback.format_exception_only(error))
                if os.environ.get("SHOW"):
                    traceback.print_exc()
            if difference:
                bad += 1
                print(f"{'release' if seed is None else f'seed {seed}'}: {difference}", flush=True)
            if os.environ.get("SHOW"):
                for path in sorted(Path(folder).glob("*.py")):
                    print(path.read_text(encoding="utf-8"))
    if left_out:
        print(
            "refused by name and left out:",
            ", ".join(f"{n} x {k}" for k, n in sorted(left_out.items())),
        )
    print(f"{len(seeds)} pairs, {bad} differ")
    return bad


if __name__ == "__main__":
    chosen: list[int | None] = (
        [None] if sys.argv[3] == "release" else list(range(int(sys.argv[3]), int(sys.argv[4])))
    )
    lists = [word for word in sys.argv[5:] if word != "rows"]
    rows_said = "rows" in sys.argv[4:]
    sys.exit(1 if main(sys.argv[1], sys.argv[2], chosen, lists, with_rows=rows_said) else 0)
