"""The embedded server lets nobody else in, and leaves the machine as it is, also as root.

Each test catches a fault of the handling that comes with the wheel: a socket for everybody where
the path is long, folders of root opened to all, a system user left behind.
"""

import errno
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from embedded_server.commands import (
    OTHER,
    Project,
    finished,
    first_words,
    project,
    runs_commands,
)

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the wheel's own code serves there")
]
as_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root may act as another user"
)
as_other = pytest.mark.skipif(
    not runs_commands(OTHER), reason="only root may, and only with a Python that others may run"
)
# Longer than the path of a socket may be.
LONG = "long" * 25
# A user id without a name, and without anything of its own.
STRANGER = 54321


@pytest.fixture(scope="module")
def template() -> Iterator[Project]:
    """A project whose data are made."""
    with project() as made:
        made.run(what="only")
        yield made


@pytest.fixture(params=[None, pytest.param(OTHER, marks=as_other)], ids=["myself", "other"])
def own(request: pytest.FixtureRequest) -> Iterator[Project]:
    """A project of the user who runs the tests, and one of a user who is not root."""
    with project(request.param) as made:
        yield made


@pytest.fixture(params=["short", LONG], ids=["short", "long"])
def place(request: pytest.FixtureRequest, own: Project, template: Project) -> Project:
    """The same with data, in a short path and in one that is too long for a socket."""
    return placed(own, str(request.param), template)


def placed(owner: Project, name: str, template: Project) -> Project:
    """Return a project in the folder *name* of another one, with a copy of the data."""
    place = Project(owner.folder / name, owner.user)
    place.folder.mkdir()
    template.copy_to(place)
    if owner.user is not None:
        subprocess.run(["chown", "-R", f"{owner.user}:{owner.user}", place.folder], check=True)
    return place


def socket_of(place: Project, found: dict[str, str]) -> Path:
    """Return the server's socket; no word of it is left out by a broken expectation."""
    assert len(found["host"]) < 100
    assert (found["host"] == str(place.data)) == (LONG not in str(place.data))
    return Path(found["host"]) / ".s.PGSQL.5432"


def mode(path: Path) -> int:
    """Return who may do what with *path*."""
    return stat.S_IMODE(path.lstat().st_mode)


def test_socket_and_folder_are_closed(place: Project) -> None:
    """0700, both; and a private folder goes when the server stops."""
    with place.held() as found:
        door = socket_of(place, found)
        assert stat.S_ISSOCK(door.lstat().st_mode)
        assert (mode(door), mode(door.parent)) == (0o700, 0o700)
        assert place.run()["rows"] == 2
    assert place.is_quiet()
    assert door.parent.exists() == (door.parent == place.data)


@as_root
def test_another_user_cannot_connect(place: Project) -> None:
    """The socket is there, and the system refuses: with trust, nothing else would."""
    with place.held() as found:
        door = socket_of(place, found)
        for user in {OTHER, STRANGER} - {place.user}:
            assert knock(door, user) == errno.EACCES
        # And the door is one.
        assert knock(door, 0) == 0


def knock(door: Path, user: int) -> int:
    """Return the number of the error with which *user* cannot connect to *door*, 0 for none."""
    # Without a program: the user may not be able to run this Python.
    child = os.fork()
    if child == 0:
        code = errno.ENOTRECOVERABLE
        try:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
            code = socket.socket(socket.AF_UNIX).connect_ex(str(door))
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("kind", ["link", pytest.param("folder", marks=as_root)])
def test_a_private_folder_that_somebody_else_has_made(kind: str, template: Project) -> None:
    """Whoever is first in the temporary folder does not get our clients: one sentence."""
    with project() as made:
        place = placed(made, LONG, template)
        with place.held() as found:
            private = Path(found["host"])
        assert not private.exists()
        if kind == "link":
            private.symlink_to(made.folder)
        else:
            private.mkdir()
            os.chown(private, STRANGER, STRANGER)
        try:
            told = place.run(code=1)["error"]
            assert told.startswith(f"Error: {private} is the place for the server's socket")
            assert told.count("\n") == 1
        finally:
            private.unlink() if kind == "link" else private.rmdir()
        place.run()


def test_a_place_of_ones_own_for_what_runs(own: Project, template: Project) -> None:
    """XDG_RUNTIME_DIR, where there is one, rather than the temporary folder."""
    if os.geteuid() == 0 and own.user is None:
        pytest.skip("root's server runs as a user who cannot enter root's own")
    place = placed(own, LONG, template)
    runtime = own.folder / "runtime"
    runtime.mkdir()
    os.chown(runtime, *([own.user or -1] * 2))
    place.env = {"XDG_RUNTIME_DIR": str(runtime)}
    assert Path(place.run()["host"]).parent == runtime


@as_root
def test_root_leaves_the_machine_as_it_is() -> None:
    """In a folder that only root may enter: modes stay, no user is made, nobody gets in."""
    with project() as made:
        made.folder.chmod(0o700)
        place = Project(made.folder / "project")
        place.folder.mkdir(0o755)
        before = [(path, mode(path)) for path in place.data.parents]
        users = Path("/etc/passwd").read_bytes()
        assert place.run()["rows"] == 1
        with place.held():
            assert {process.uids().effective for process in place.servers()} == {owner(place.data)}
            assert owner(place.data) != 0
        assert place.is_quiet()
        assert [(path, mode(path)) for path in place.data.parents] == before
        assert Path("/etc/passwd").read_bytes() == users


@as_other
def test_root_in_somebodys_project() -> None:
    """``sudo`` once leaves the data to the project's owner, who goes on without it."""
    with project(OTHER) as theirs:
        for user in (None, OTHER, None, OTHER):
            theirs.user = user
            theirs.run()
        assert theirs.run()["rows"] == 5
        assert owner(theirs.data) == OTHER
        assert theirs.is_quiet()


@as_other
def test_data_of_somebody_else(template: Project) -> None:
    """Root's data, used by another user: one sentence that says how to get them."""
    theirs = Project(template.folder, OTHER)
    told = theirs.run(code=1)["error"]
    assert "sudo chown -R" in told
    assert told.count("\n") == 1


@as_root
def test_a_copy_that_root_has_made(template: Project) -> None:
    """``cp -r`` as root makes all of it root's: the server's user gets it back."""
    with project() as made:
        copy = Project(made.folder)
        template.copy_to(copy, "-r")
        assert owner(copy.data) == 0
        assert copy.run()["rows"] == 1
        assert owner(copy.data) == owner(template.data)


def test_both_of_two_users_of_a_long_path(template: Project) -> None:
    """The second command finds the private folder of the first, and leaves it there."""
    with project() as made:
        place = placed(made, LONG, template)
        first, second = place.begin("hold"), place.begin("hold")
        assert first_words(first)["host"] == first_words(second)["host"]
        finished(first)
        place.run()
        finished(second)
        assert place.is_quiet()


def owner(path: Path) -> int:
    """Return whose *path* is."""
    return path.stat().st_uid
