"""Proven at birth: what was written is run at once, on the scratch database, before it is a file.

The expand and the contract must end where the models are; the way back must end where it began; and
the upgrade must run again after it.
"""

import importlib.util
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ..database import environment, snapshot
from ..internals import run_as_step, write_revision_file
from ..operations.downgrade import RefuseDowngrade
from ..session.errors import DatabaseError
from ..session.kept import Changed, changing
from ..session.quiet import quiet
from .sides import Sides
from .snapshot import Difference, differences

RUNNER = "alembic.runtime.migration"


class Written(NamedTuple):
    """A revision that is not yet among the others."""

    revision: str
    path: str
    module: ModuleType


def sentence_of(error: Exception) -> str:
    """Return what a revision that runs said, without the layers in between."""
    if isinstance(error, DatabaseError):
        return str(error)
    if isinstance(error, DBAPIError):
        said = str(error.orig).rpartition(">: ")[2]
        return f"{said}\n    in: {' '.join((error.statement or '').split())}"
    return f"{type(error).__name__}: {error}"


class Proof:
    """One proof of *scripts*, which the hook is about to hand over."""

    def __init__(
        self, context: MigrationContext, scripts: Sequence[ops.MigrationScript], sides: Sides
    ) -> None:
        """Take the *scripts*, the context of the scratch database at head, and the two *sides*."""
        assert context.connection is not None
        self._context = context
        self._connection: Connection = context.connection
        self._scripts = scripts
        self._sides = sides

    def fault(self) -> str | None:
        """Return what went wrong, in words; None where all is as it should be."""
        with tempfile.TemporaryDirectory(prefix="unwritten-") as folder, quiet(RUNNER):
            try:
                written = [self._file(script, Path(folder)) for script in self._scripts]
            except SyntaxError as error:
                return f"what was written cannot be read: {error.msg}: {error.text}"
            except Exception as error:
                return f"what was written cannot be imported: {error}"
            with self._known(written), changing(self._connection) as changed:
                return self._walk(written, changed)

    def _walk(self, written: list[Written], changed: Changed) -> str | None:
        up = [(one.revision, "upgrade", one.module.upgrade) for one in written]
        down = [(one.revision, "downgrade", one.module.downgrade) for one in reversed(written)]
        fault = self._run(up) or self._compared("the upgrade")
        if fault or not self._goes_back():
            return fault
        fault = self._run(down)
        if fault:
            return fault
        left = differences(self._sides.found, self._sides.read())
        stays = [found for found in left if not snapshot.may_stay(found)]
        if stays:
            return _told("the downgrade does not end where the upgrade began", stays)
        fault = self._run(up) or self._compared("the upgrade after the downgrade")
        if not fault and changed.is_kept and not left and not self._run(down):
            changed.is_as_before = self._sides.read() == self._sides.found
        return fault

    def _run(self, steps: list[tuple[str, str, Callable[[], None]]]) -> str | None:
        for revision, name, function in steps:
            try:
                run_as_step(self._context, partial(self._step, function))
            except Exception as error:
                return f"{name}() of {revision}: {sentence_of(error)}"
        return None

    def _step(self, function: Callable[[], None]) -> None:
        """Run *function*, and what a database looks at before each commit."""
        function()
        look = environment.OPTIONS.get("on_version_apply")
        if look is not None:
            look(ctx=self._context)

    def _compared(self, what: str) -> str | None:
        found = differences(self._sides.wanted, self._sides.read())
        return _told(f"{what} does not end where the models are", found) if found else None

    def _goes_back(self) -> bool:
        """Tell whether every one of the scripts promises a way back."""
        return not any(
            isinstance(operation, RefuseDowngrade)
            for script in self._scripts
            for container in script.downgrade_ops_list
            for operation in container.ops
        )

    def _file(self, script: ops.MigrationScript, folder: Path) -> Written:
        path = folder / f"{script.rev_id}.py"
        write_revision_file(self._context, script, path)
        spec = importlib.util.spec_from_file_location(f"unwritten_{script.rev_id}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return Written(str(script.rev_id), str(path), module)

    @contextmanager
    def _known(self, written: list[Written]) -> Iterator[None]:
        """Let operations find *written* among the revisions: a contract takes a value of its expand."""
        known = self._context.script
        self._context.script = _Known(known, written)  # type: ignore[assignment]
        try:
            yield
        finally:
            self._context.script = known
            if self._connection.in_transaction():
                self._connection.rollback()


class _Known:
    """The revisions that there are, and those that are not yet files."""

    def __init__(self, known: Any, written: list[Written]) -> None:
        self._known = known
        self._written = {one.revision: one for one in written}

    def get_revision(self, revision: str) -> Any:
        """Return the revision; raises as Alembic does."""
        return self._written.get(revision) or self._known.get_revision(revision)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._known, name)


def _told(what: str, found: list[Difference]) -> str:
    return "\n".join([f"{what}:", *(f"  {difference}" for difference in found)])
