"""Catches an embedded server that does not start, says nothing of why, or loses data."""

import errno
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import URL

from {{ cookiecutter.package_name }}.online.postgresql.session import embedded
from {{ cookiecutter.package_name }}.online.postgresql.session.driver import DRIVER
from {{ cookiecutter.package_name }}.online.session.connect import connection_to

if sys.platform == "win32":
    pytest.skip("there the wheel's own code serves", allow_module_level=True)

from {{ cookiecutter.package_name }}.online.postgresql.session.embedded import (
    account,
    errors,
    launch,
    locks,
    log,
    postmaster,
    processes,
    server,
    sockets,
)


@pytest.fixture(scope="module", autouse=True)
def stopped_by_the_tests() -> Iterator[None]:
    """Leave nothing to do at the end of the process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "atexit", SimpleNamespace(register=lambda *_: None))
        yield


@pytest.fixture(scope="module")
def made(stopped_by_the_tests: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make data once; their server rests before each test and after it."""
    data = tmp_path_factory.mktemp("embedded") / "data"
    embedded.start(data)
    server._leave(data)
    yield data
    assert postmaster.running(data) is None


@pytest.fixture
def data(made: Path) -> Iterator[Path]:
    """Let a test start the server; it is stopped afterwards."""
    yield made
    if made in server._used:
        server._leave(made)


async def answer(address: embedded.Address) -> object:
    """Return what the server at *address* says of its folder."""
    place = {"host": address.host, "port": str(address.port)}
    url = URL.create(DRIVER, username=address.user, database="postgres", query=place)
    async with connection_to(url) as connection:
        return (await connection.exec_driver_sql("SHOW data_directory")).scalar()


async def test_it_starts_once_and_stops(data: Path) -> None:
    first = embedded.start(data)
    assert embedded.start(data) == first
    assert await answer(first) == str(data)
    server._leave(data)
    assert postmaster.running(data) is None


async def test_it_is_mended_after_a_crash(data: Path) -> None:
    embedded.start(data)
    running = postmaster.running(data)
    assert running is not None
    processes.send(running.pid, data, signal.SIGKILL)
    assert processes.wait(running.pid, data, 10)
    assert await answer(embedded.start(data)) == str(data)


async def test_a_server_that_no_file_tells_of(data: Path) -> None:
    embedded.start(data)
    (data / postmaster.FILE).write_text("", encoding="utf-8")
    assert await answer(embedded.start(data)) == str(data)


@pytest.mark.parametrize("text", ["", "0\n", f"{os.getpid()}\n/x\n1\n5432\n/x\n\n0\nready\n"])
async def test_a_stale_file(text: str, data: Path) -> None:
    (data / postmaster.FILE).write_text(text, encoding="utf-8")
    assert await answer(embedded.start(data)) == str(data)


async def test_a_stop_that_was_cut(data: Path) -> None:
    embedded.start(data)
    (data / launch.STOPPING).touch()
    assert await answer(embedded.start(data)) == str(data)
    assert not (data / launch.STOPPING).exists()


async def test_data_that_a_cut_left_half(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("base/1", ".making-0"):
        (data / name).mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n", encoding="utf-8")
    (data / "mine").write_text("kept", encoding="utf-8")
    try:
        assert await answer(embedded.start(data)) == str(data)
        assert (data / "mine").read_text(encoding="utf-8") == "kept"
        assert not (data / ".making-0").exists()
    finally:
        server._leave(data)


@pytest.mark.parametrize(
    ("version", "told"),
    [("9\n", r"were made by PostgreSQL 9, and PostgreSQL \d+ is installed"), (None, "no file")],
)
def test_data_that_cannot_be_used_are_kept(version: str | None, told: str, data: Path) -> None:
    file, other = data / "PG_VERSION", data / "base" / "16384"
    right = file.read_text(encoding="utf-8")
    other.mkdir()
    try:
        file.unlink() if version is None else file.write_text(version, encoding="utf-8")
        with pytest.raises(embedded.EmbeddedServerError, match=told):
            embedded.start(data)
    finally:
        file.write_text(right, encoding="utf-8")
        other.rmdir()
    assert data not in server._used


def test_a_path_that_it_cannot_work_in(tmp_path: Path) -> None:
    with pytest.raises(embedded.EmbeddedServerError, match="no line break"):
        embedded.start(tmp_path / "line\nbreak")
    with pytest.raises(embedded.EmbeddedServerError, match="cannot use .*local disk"):
        embedded.start(tmp_path / "no" / "such" / "folder")


def test_a_log_without_end(tmp_path: Path) -> None:
    file = tmp_path / log.FILE
    log.cut(tmp_path)
    file.write_text("a line\n" * 200_000, encoding="utf-8")
    log.cut(tmp_path)
    assert file.stat().st_size < 1024 * 1024
    assert file.read_text(encoding="utf-8").startswith("a line\n")


def test_the_place_of_the_socket(tmp_path: Path) -> None:
    ours = account.of(tmp_path)
    short = Path("/tmp/short")
    assert sockets.folder(short, ours) == short
    private = sockets.folder(tmp_path / ("long" * 30), ours)
    assert private.stat().st_mode & 0o777 == 0o700
    private.rmdir()
    private.touch()
    with pytest.raises(embedded.EmbeddedServerError, match="not a folder of this user"):
        sockets.folder(tmp_path / ("long" * 30), ours)
    private.unlink()


def test_who_is_the_last(tmp_path: Path) -> None:
    with locks.gate(tmp_path):
        one, other = locks.use(tmp_path), locks.use(tmp_path)
        assert not locks.leave(tmp_path, one)
        assert locks.leave(tmp_path, other)
        held = locks.server(tmp_path)
        assert held is not None
        assert locks.server(tmp_path) is None
        held.close()
        gone = locks.use(tmp_path)
        shutil.rmtree(tmp_path / locks.FOLDER)
        assert not locks.leave(tmp_path, gone)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "The disk of .* is full"),
        (errno.EACCES, "may not use .*chown"),
        (errno.EROFS, "needs a local disk that can be written"),
    ],
)
def test_what_the_system_refuses(number: int, told: str, tmp_path: Path) -> None:
    with pytest.raises(embedded.EmbeddedServerError, match=told), errors.told(tmp_path):
        raise OSError(number, os.strerror(number), str(tmp_path))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("could not resize shared memory segment: No space left on device", "too little shared"),
        ("could not write: No space left on device", "is full"),
        ("initdb: error: could not look up effective user ID 7: no such user", "has no name"),
        ("PANIC:  could not locate a valid checkpoint record", "are damaged"),
        ("FATAL:  something else", r"did not start \(something else\)"),
        ("nothing of use", r"did not start \(it gave no reason\)"),
    ],
)
def test_what_postgresql_says(said: str, told: str, tmp_path: Path) -> None:
    assert told.replace("\\", "") in str(errors.explained(said, tmp_path))


def test_nobody_else_gets_a_signal(tmp_path: Path) -> None:
    assert not processes.serves(os.getpid(), tmp_path)
    processes.send(os.getpid(), tmp_path, signal.SIGKILL)
    processes.send(2**22 - 1, tmp_path, signal.SIGKILL)
