"""Wrong configuration, through every command line: ours and Alembic's own.

Catches a traceback, a password in a message, a wrong setting that a command passes over, and an
error that looks like success.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from faults.commands import Commands, ready
from faults.passwords import free_port, start, stop
from service import PACKAGE, Service, copy, running_server

# Each reads the database, or the server for scratch databases.
READS = {
    "db upgrade": (PACKAGE, "db", "upgrade"),
    "db check": (PACKAGE, "db", "check"),
    "db current": (PACKAGE, "db", "current"),
    "alembic upgrade": ("alembic", "upgrade", "heads"),
    "alembic current": ("alembic", "current"),
    "alembic check": ("alembic", "check"),
}
COMPARES = {
    "db revision": (PACKAGE, "db", "revision", "-m", "change"),
    "alembic revision": ("alembic", "revision", "--autogenerate", "-m", "change"),
}
COMMANDS = READS | COMPARES


@dataclass(frozen=True)
class Place:
    """A service with a history, and a server that asks for the password ``s3cret``."""

    service: Service
    commands: Commands
    port: int

    def url(self, user: str = "app", password: str = "s3cret", database: str = "app") -> str:
        """Return a URL on the server."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"


@pytest.fixture(scope="module")
def place(
    baked: Path, tmp_path_factory: pytest.TempPathFactory, _environment: None
) -> Iterator[Place]:
    """A service with two heads, and a server for it."""
    with running_server() as server:
        stop(server)
        port = free_port()
        start(server, port)
        server.execute(
            "CREATE ROLE app LOGIN CREATEDB PASSWORD 's3cret'",
            "CREATE ROLE limited LOGIN PASSWORD 's3cret'",
            "CREATE DATABASE app OWNER app",
        )
        service = copy(baked, tmp_path_factory.mktemp("configuration") / "service", server, "app")
        service.cli("db", "revision", "--first")
        service.cli("db", "upgrade")
        with ready(service) as commands:
            yield Place(service, commands, port)


def refused(place: Place, command: str, **environment: str) -> str:
    """Run *command*, which must fail in one sentence; return that."""
    return refused_line(place, *COMMANDS[command], **environment)


def refused_line(place: Place, module: str, *arguments: str, **environment: str) -> str:
    """Run *module* with *arguments*, which must fail in one sentence; return that."""
    without = [name for name, value in environment.items() if not value]
    running = place.commands.start(*arguments, module=module, without=without, **environment)
    assert running.wait() in (1, 255), running.said()
    said = running.said()
    assert "Traceback" not in said
    assert "s3cret" not in said
    # What a comparison has found is progress, and no error.
    sentences = [line for line in said.splitlines() if not line.startswith("Detected")]
    assert len(sentences) == 1, said
    return sentences[0]


def wrong_url(place: Place, command: str, url: str) -> str:
    """Run *command* with *url* where it looks for its database."""
    name = "SCRATCH_DATABASE_URL" if command in COMPARES else "DATABASE_URL"
    return refused(place, command, **{name: url})


@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_urls(place: Place, command: str) -> None:
    """What cannot be read, what nobody answers, and what the server refuses."""
    assert "cannot be read" in wrong_url(place, command, "nonsense s3cret")
    assert "runs on PostgreSQL" in wrong_url(place, command, "mysql://a:s3cret@h/d")
    nobody = f"postgresql://app:s3cret@127.0.0.1:{free_port()}/app"
    assert "Cannot connect" in wrong_url(place, command, nobody)
    wrong = place.url(password="wrong-s3cret")
    assert "the user name or the password is wrong" in wrong_url(place, command, wrong)
    right = place.url(user="limited")
    assert "the role lacks a right" in wrong_url(place, command, right)
    missing = place.url(database="missing")
    assert "the database does not exist" in wrong_url(place, command, missing)


@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_settings(place: Place, command: str) -> None:
    """Each names the variable."""
    assert "ENVIRONMENT" in refused(place, command, ENVIRONMENT="staging")
    assert "MIGRATIONS_ANSWER_PATIENCE" in refused(
        place, command, MIGRATIONS_ANSWER_PATIENCE="soon"
    )
    unset = {"DATABASE_URL": "", "SCRATCH_DATABASE_URL": "", "ENVIRONMENT": "production"}
    if command not in COMPARES and command != "alembic check":
        assert "DATABASE_URL is not set" in refused(place, command, **unset)


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unreadable_file_of_settings(place: Place, command: str) -> None:
    """It is named, and not passed over."""
    file = place.service.folder / ".env"
    file.write_bytes(b"DATABASE_PASSWORD=s3cret\xff")
    try:
        assert ".env cannot be read: it is not UTF-8" in refused(place, command)
        file.chmod(0)
        if not os.access(file, os.R_OK):  # root reads everything
            assert ".env cannot be read: Permission denied" in refused(place, command)
    finally:
        file.unlink()


@pytest.mark.parametrize("line", [(PACKAGE, "db", "upgrade"), ("alembic", "upgrade")])
def test_revisions_that_cannot_be_found(place: Place, line: tuple[str, ...]) -> None:
    """One that does not exist, and one that two might be."""
    assert "nowhere" in refused_line(place, *line, "nowhere")
    with two_heads(place.service):
        assert "Multiple head revisions" in refused_line(place, *line, "head")


@pytest.mark.parametrize("command", COMPARES)
def test_comparing_with_two_heads(place: Place, command: str) -> None:
    """A change that there is has to come after one of them."""
    with two_heads(place.service), another_column(place.service):
        assert "Multiple heads are present" in refused(place, command)


@contextmanager
def another_column(service: Service) -> Iterator[None]:
    """Let the models of *service* have one more column."""
    models = service.package / "db" / "models.py"
    text = models.read_text(encoding="utf-8")
    column = "    note: Mapped[str | None] = mapped_column(sa.Text)\n"
    models.write_text(text + column, encoding="utf-8")
    try:
        yield
    finally:
        models.write_text(text, encoding="utf-8")


@contextmanager
def two_heads(service: Service) -> Iterator[None]:
    """Give the history of *service* another head, and take it away again."""
    known = set(service.revisions())
    service.alembic("revision", "-m", "another", "--head=base", "--splice")
    try:
        yield
    finally:
        for path in set(service.revisions()) - known:
            path.unlink()


def test_a_phase_that_does_not_exist(place: Place) -> None:
    """Nothing is written: a contract with a slip of the pen must not become an expand."""
    known = place.service.revisions()
    line = ("alembic", "-x", "phase=contarct", "revision", "-m", "wrong")
    assert "There is no phase 'contarct'" in refused_line(place, *line, "--autogenerate")
    said = place.service.alembic(*line[1:], code=255)
    assert "There is no phase 'contarct'" in said.out + said.err
    assert "Traceback" not in said.out + said.err
    assert place.service.revisions() == known
