"""A service as the template writes it: its revisions for each change, and its ``alembic``."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .changes import MODELS, Change

TEMPLATE = Path(__file__).parents[2]
PACKAGE = "invoice_service"

BY_HAND = '''"""In one transaction."""

from alembic import op

revision = "by_hand"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
{statements}
'''


@dataclass(frozen=True)
class Ran:
    """One command: when it began and ended (``time.monotonic``), its peak memory in bytes."""

    began: float
    ended: float
    memory: int


class Service:
    """A service in *folder*, with its own environment."""

    def __init__(self, folder: Path, scratch: str) -> None:
        """Write the service, install it, and give it the benchmark's models.

        *scratch* is the URL of a server on which autogenerate makes its databases.
        """
        self._scratch = scratch
        bake = [sys.executable, "-m", "cookiecutter", str(TEMPLATE), "--no-input"]
        _run([*bake, "--accept-hooks", "no", "-o", str(folder)], folder)
        self.folder = folder / "invoice-service"
        # As a deploy does: starting up must not compile every module again.
        _run(["uv", "sync", "--quiet", "--compile-bytecode"], self.folder)
        self._models.write_text(MODELS, encoding="utf-8")
        self._typed("python", "-m", PACKAGE, "db", "revision", "--first")

    @property
    def _models(self) -> Path:
        return self.folder / "src" / PACKAGE / "db" / "models.py"

    @property
    def _versions(self) -> Path:
        return self.folder / "src" / PACKAGE / "db" / "alembic" / "versions"

    def write_ours(self, change: Change) -> list[Path]:
        """Return the revisions that autogenerate writes, expand first, put aside."""
        return self._autogenerate(change)

    def write_other(self, change: Change) -> list[Path]:
        """Return what ours is measured against: written by hand, or stock Alembic's."""
        if not change.statements:
            return self._autogenerate(change, "-x", "plain")
        (first,) = self._versions.glob("*.py")
        lines = (f"    op.execute({statement!r})" for statement in change.statements)
        before = first.stem.rpartition("_")[2]
        aside = self._aside() / "by_hand.py"
        aside.write_text(BY_HAND.format(before=before, statements="\n".join(lines)), "utf-8")
        return [aside]

    def upgrade(self, url: str, *revisions: Path) -> Ran:
        """Run ``alembic upgrade head`` in a process of its own, where *revisions* are the newest."""
        for path in revisions:
            shutil.copy(path, self._versions)
        program = Path(__file__).with_name("migrate.py")
        try:
            output = self._typed("python", str(program), DATABASE_URL=url)
        finally:
            for path in revisions:
                (self._versions / path.name).unlink()
        return Ran(*json.loads(output.splitlines()[-1]))

    def _autogenerate(self, change: Change, *options: str) -> list[Path]:
        before = set(self._versions.glob("*.py"))
        self._models.write_text(change.models, encoding="utf-8")
        try:
            self._typed("alembic", *options, "revision", "--autogenerate", "-m", change.name)
        finally:
            self._models.write_text(MODELS, encoding="utf-8")
        written = set(self._versions.glob("*.py")) - before
        aside = self._aside()
        # The contract names the expand as the revision before it.
        in_order = sorted(written, key=lambda path: 'phase = "contract"' in path.read_text("utf-8"))
        return [Path(shutil.move(path, aside)) for path in in_order]

    def _aside(self) -> Path:
        folder = self.folder / "measured"
        folder.mkdir(exist_ok=True)
        number = len(list(folder.iterdir()))
        (folder / str(number)).mkdir()
        return folder / str(number)

    def _typed(self, tool: str, *arguments: str, **environment: str) -> str:
        environment["SCRATCH_DATABASE_URL"] = self._scratch
        path = self.folder / ".venv" / "bin" / tool
        return _run([str(path), *arguments], self.folder, **environment)


def _run(command: list[str], folder: Path, **environment: str) -> str:
    """Run *command*; raises RuntimeError with its output where it fails."""
    # cookiecutter and uv may be installed beside this Python alone.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ours = {
        name: value
        for name, value in os.environ.items()
        if name not in ("VIRTUAL_ENV", "ENVIRONMENT") and not name.endswith("DATABASE_URL")
    } | {"PATH": path}
    done = subprocess.run(
        command, cwd=folder, env=ours | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout
