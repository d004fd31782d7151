"""A disk that is really full: new indexes go to a file system that has no room for them.

Catches an upgrade that leaves an INVALID index for good, or that goes on beside it. Mounting needs
root on Linux; ``test_faults.py`` has the same error, made up, before each statement.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.release import PHASES, Release, prepared
from service import Server

SPACE = "small"
ROOM = 64 * 1024


@pytest.fixture(scope="module")
def release(
    baked: Path, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    """A release to apply, on a database that has rows."""
    with prepared(baked, tmp_path_factory.mktemp("disk") / "service", server) as release:
        yield release


@pytest.fixture
def disk(server: Server) -> Iterator[Path]:
    """A file system of four megabytes, with a tablespace on it."""
    folder = Path(tempfile.mkdtemp(prefix="disk"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=755", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount).returncode:
        folder.rmdir()
        pytest.skip("only root may mount a small disk")
    try:
        (folder / "data").mkdir()
        subprocess.run(["chown", str(server.postgres.system_user), folder / "data"], check=True)
        server.execute(f"CREATE TABLESPACE {SPACE} LOCATION '{folder / 'data'}'")
        yield folder
        server.execute(f"DROP TABLESPACE {SPACE}")
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


def test_a_disk_without_room(release: Release, disk: Path) -> None:
    """One sentence; when there is room, the same command goes on, and nothing INVALID is left."""
    with release.copied() as service:
        service.execute(f"ALTER DATABASE {service.database} SET default_tablespace = {SPACE}")
        for phase in PHASES:
            filler = fill(disk)
            told = service.cli("db", "upgrade", "--phase", phase, code=1).err
            assert "the server's disk is full" in told
            assert "Traceback" not in told
            filler.unlink()
            service.cli("db", "upgrade", "--phase", phase)
            assert service.execute("SELECT FROM pg_index WHERE NOT indisvalid") == []
        service.execute(f"ALTER INDEX ALL IN TABLESPACE {SPACE} SET TABLESPACE pg_default")
        assert service.server.dump(service.database) == release.schema


def fill(disk: Path) -> Path:
    """Write a file that leaves hardly any room, and return its path."""
    free = os.statvfs(disk)
    filler = disk / "filler"
    filler.write_bytes(bytes(free.f_bavail * free.f_frsize - ROOM))
    return filler
