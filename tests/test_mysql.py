"""A MySQL service as its author gets it, on a MariaDB: from the bake to the two-step column.

Catches code or words of another database in it, and a first migration, a check, a backfill or
a downgrade that fails there.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from baking import interpreter, run, text_files
from mysql_service import MariaDB, MySQLService, bake_mysql, copy_mysql

NUMBER = (
    "    number: Mapped[str] = "
    'mapped_column(sa.String(20), info={"backfill": "CONCAT(\'N\', id)"})\n'
)
# Drivers, tools and dialects of other databases; "mysql" itself is the word for ours.
FOREIGN = re.compile(
    r"asyncpg|postgres|psycopg|\bpg_|pgbouncer|squawk|sqlite|embedded|regclass|plpgsql"
    r"|(?-i:VALIDATE CONSTRAINT|CONCURRENTLY|NOT VALID|ACCESS EXCLUSIVE|PRAGMA)",
    re.I,
)


@pytest.fixture(params=["3.11", "3.13"])
def on_python(
    request: pytest.FixtureRequest, mariadb: MariaDB, mysql_baked: Path, tmp_path: Path
) -> Iterator[MySQLService]:
    """A MySQL service whose environment has this Python."""
    python = interpreter(request.param)
    if python is None:
        pytest.skip(f"there is no Python {request.param}")
    # Without the web: what it accepts would have to change with the model.
    answers = {"python_version": request.param, "web": "none"}
    baked = bake_mysql(tmp_path / "baked", python=python, **answers)
    with mariadb.database() as database:
        yield copy_mysql(baked, tmp_path / "service", mariadb, database)


@pytest.mark.slow
@pytest.mark.usefixtures("mypy_cache")
def test_from_the_first_migration_to_the_second_release(on_python: MySQLService) -> None:
    """A NOT NULL column on a table with rows, in two steps, and the way back; tests, style, types."""
    service = on_python
    service.cli("db", "revision", "--first")
    assert "1 revision applied" in service.cli("db", "upgrade").out
    assert "No new upgrade operations" in service.alembic("check").out
    service.execute("INSERT INTO invoice (name) SELECT CONCAT('n', seq) FROM seq_1_to_5000")
    before = service.server.schema(service.database)

    service.add_to_model(NUMBER)
    service.alembic("revision", "--autogenerate", "-m", "add number")
    assert "1 revision applied" in service.cli("db", "upgrade", "--phase", "expand").out
    service.execute("INSERT INTO invoice (name) VALUES ('by old code')")
    assert "1 revision applied" in service.cli("db", "upgrade", "--phase", "contract").out
    assert "No new upgrade operations" in service.alembic("check").out
    [row] = service.execute("SELECT COUNT(*) AS n FROM invoice WHERE number = CONCAT('N', id)")
    assert row["n"] == 5001
    assert "`number` varchar(20) NOT NULL" in service.server.schema(service.database)["invoice"]

    service.alembic("downgrade", "-2")
    assert service.server.schema(service.database) == before
    service.alembic("upgrade", "head")
    service.run("-m", "pytest", "-x")
    service.run("-m", "ruff", "check")
    service.run("-m", "ruff", "format", "--check")
    service.run("-m", "mypy")


def test_the_scratch_server_goes_with_its_process(mysql: MySQLService) -> None:
    """Autogenerate needs no running server where one is installed, and leaves nothing behind."""
    mysql.env |= {"SCRATCH_DATABASE_URL": "", "DATABASE_URL": ""}
    mysql.cli("db", "revision", "--first")
    ask = (
        "from invoice_service.online.mysql.session import temporary_server as p; u = p.server_url();"
        "print(u.query['unix_socket'], flush=True); import os; os.kill(os.getpid(), 9)"
    )
    folder = Path(mysql.run("-c", ask, code=-9).out.strip()).parent
    run(
        "sh",
        "-c",
        f"for i in $(seq 600); do test -e {folder} || exit 0; sleep 0.1; done; exit 1",
        cwd=mysql.folder,
    )
    assert "No new upgrade operations" in mysql.alembic("check").out


def test_without_a_database_the_error_says_how_to_come_by_one(mysql: MySQLService) -> None:
    """One sentence that names compose.yaml and the variable."""
    mysql.env |= {"SCRATCH_DATABASE_URL": "", "DATABASE_URL": "", "PATH": "/nowhere"}
    told = mysql.cli("db", "upgrade", code=1).err
    assert "compose.yaml" in told
    assert "DATABASE_URL" in told
    assert "Traceback" not in told


def test_no_word_of_another_database(mysql: MySQLService) -> None:
    """Neither code, nor dependency, nor document of another database."""
    mysql.cli("db", "revision", "--first")
    found = [
        f"{path.relative_to(mysql.folder)}:{number}: {line.strip()}"
        for path in text_files(mysql.folder)
        if path.name != "uv.lock"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if FOREIGN.search(line)
    ]
    assert not found
