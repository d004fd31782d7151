"""A disk that is really full: the indexes of a release lie on a file system that has no room.

Catches an upgrade that leaves an INVALID index for good, or goes on beside it. Needs root on Linux,
for mounting; ``test_faults.py`` has the same error, made up, before each statement.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from faults.release import Release, prepared
from service import Server

SIZE = "1M"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=777", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(scope="module")
def release(
    baked: Path, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    """A release to apply, on a database that has rows."""
    with prepared(baked, tmp_path_factory.mktemp("disk") / "service", server) as release:
        yield release


def test_an_index_that_has_no_room(release: Release, small_disk: Path, server: Server) -> None:
    """One sentence; when there is room, the same command goes on, and nothing INVALID is left."""
    with release.copied() as service, tablespace(server, small_disk) as space:
        # New indexes go where this says; the tables stay where they are.
        server.execute(f"ALTER DATABASE {service.database} SET default_tablespace = {space}")
        service.execute(f"INSERT INTO invoice (name, code) SELECT repeat(md5(i::text), 20), '-' FROM generate_series(1, {ROWS}) AS i")
        service.cli("db", "upgrade", "--phase", "expand", code=1)
