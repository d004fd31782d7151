"""Deploying on MariaDB: others hold the table, others migrate, old code is connected, errors.

Catches a migration that gives up at once or hides who is in the way, a contract that runs beside
old code, and an error that is no sentence or holds a password.
"""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pymysql
import pytest
from mysql_service import MariaDB, MySQLService, running_mariadb
from pymysql.cursors import DictCursor
from service import PACKAGE

NUMBER = (
    "    number: Mapped[str] = "
    'mapped_column(sa.String(20), info={"backfill": "CONCAT(\'N\', id)"})\n'
)
# A replica: it holds a connection of the service's pool until its input ends.
REPLICA = f"""
import asyncio, sys
from {PACKAGE}.db.session import create_engine
async def main():
    engine = create_engine()
    async with engine.connect():
        print("connected", flush=True)
        await asyncio.to_thread(sys.stdin.read)
    await engine.dispose()
asyncio.run(main())
"""
WAITING = """
    SELECT 1 FROM information_schema.processlist
    WHERE db = DATABASE() AND state LIKE '%metadata lock%'
    UNION ALL SELECT 1 FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'
"""
HARD = "p@a/b#c:d?e%'\"\\ü"


@pytest.fixture
def behind(mysql: MySQLService) -> MySQLService:
    """A service with rows in its table and two revisions to apply."""
    mysql.cli("db", "revision", "--first")
    mysql.cli("db", "upgrade")
    mysql.execute("INSERT INTO invoice (name) SELECT CONCAT('n', seq) FROM seq_1_to_100")
    mysql.add_to_model(NUMBER)
    mysql.alembic("revision", "--autogenerate", "-m", "add number")
    return mysql


@contextmanager
def held(service: MySQLService, statement: str) -> Iterator["pymysql.Connection[DictCursor]"]:
    """Keep a transaction open that has run *statement*."""
    connection = service.server.connect(service.database)
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(statement)
        yield connection
    finally:
        connection.close()


@contextmanager
def let_go_when_waited_for(
    service: MySQLService, holder: "pymysql.Connection[DictCursor]"
) -> Iterator[None]:
    """End the transaction of *holder* when others have waited for it long enough to look who it is."""
    done = threading.Event()

    def watch() -> None:
        seen = 0
        while seen < 20 and not done.wait(0.05):
            seen += bool(service.execute(WAITING))
        holder.rollback()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def id_of(connection: Any) -> int:
    """Return the id by which the server knows *connection*."""
    return int(connection.thread_id())


@contextmanager
def replica(service: MySQLService) -> Iterator[None]:
    """Run code of the service as it is now, with an open connection."""
    process = subprocess.Popen(
        [service.python, "-c", REPLICA],
        cwd=service.folder,
        env=service.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "connected\n"
        yield
    finally:
        process.communicate()


def test_it_waits_for_a_transaction_and_names_it(behind: MySQLService) -> None:
    """The upgrade finishes when the holder ends; its values are not in the log."""
    reading = "SELECT * FROM invoice WHERE name = 'secret'"
    with held(behind, reading) as holder, let_go_when_waited_for(behind, holder):
        finished = behind.cli("db", "upgrade")
    assert "2 revisions applied" in finished.out
    assert f"Waiting for connection {id_of(holder)}" in finished.err
    assert "in a transaction for" in finished.err
    assert "secret" not in finished.err


def test_with_performance_schema_only_the_holder_is_named(
    behind: MySQLService,
) -> None:
    """Where the server knows who holds the very lock, no other transaction is suspected."""
    instrument = "--performance-schema-instrument=wait/lock/metadata/sql/mdl=ON"
    with running_mariadb("--performance-schema=ON", instrument) as server:
        behind.server, behind.database = server, "app"
        server.execute("CREATE DATABASE app")
        behind.alembic("upgrade", behind.revisions()[0].stem.split("_")[-1])
        behind.execute("INSERT INTO invoice (name) VALUES ('n')", "CREATE TABLE other (id INT)")
        with (
            held(behind, "SELECT * FROM invoice") as holder,
            held(behind, "SELECT * FROM other") as other,
            let_go_when_waited_for(behind, holder),
        ):
            finished = behind.cli("db", "upgrade")
        assert f"Waiting for connection {id_of(holder)} " in finished.err
        assert f"connection {id_of(other)} " not in finished.err


def test_patience_has_an_end(behind: MySQLService) -> None:
    """One sentence, nothing changed, and the same command works later."""
    behind.env |= {"MIGRATIONS_LOCK_PATIENCE": "1"}
    with held(behind, "SELECT * FROM invoice"):
        finished = behind.cli("db", "upgrade", code=1)
    assert "A lock was not granted within 1 s" in finished.err
    assert "Traceback" not in finished.err
    assert "2 revisions applied" in behind.cli("db", "upgrade").out


def test_writers_pass_while_it_waits(behind: MySQLService) -> None:
    """A writer that comes while the upgrade waits for its lock gets through within two seconds."""
    worst = 0.0
    with held(behind, "SELECT * FROM invoice") as holder:
        upgrade = threading.Thread(target=behind.cli, args=("db", "upgrade"))
        upgrade.start()
        end = time.monotonic() + 6
        while time.monotonic() < end:
            began = time.monotonic()
            behind.execute("UPDATE invoice SET name = CONCAT('x', id)")
            worst = max(worst, time.monotonic() - began)
        assert upgrade.is_alive()
        holder.rollback()
        upgrade.join()
    assert worst < 2
    [row] = behind.execute("SELECT SUM(number = CONCAT('N', id)) AS n FROM invoice")
    assert row["n"] == 100


def test_a_backfill_waits_for_locked_rows(behind: MySQLService) -> None:
    """Rows that others hold are tried again, and the holder is named."""
    behind.cli("db", "upgrade", "--phase", "expand")
    behind.execute("UPDATE invoice SET number = NULL")
    writing = "UPDATE invoice SET name = 'held' WHERE id = 50"
    with held(behind, writing) as holder, let_go_when_waited_for(behind, holder):
        finished = behind.cli("db", "upgrade", "--phase", "contract")
    assert "1 revision applied" in finished.out
    assert f"Waiting for connection {id_of(holder)} " in finished.err


def test_a_migrator_that_never_ends_is_named(behind: MySQLService) -> None:
    """Waiting in the queue is bounded, and the message says who is first."""
    behind.env |= {"MIGRATIONS_QUEUE_PATIENCE": "1"}
    name = behind.run("-c", _LOCK_NAME.format(database=behind.database)).out.strip()
    with held(behind, f"SELECT GET_LOCK('{name}', 0)") as holder:
        finished = behind.cli("db", "upgrade", code=1)
    assert "Another migration has been running for more than 1 s" in finished.err
    assert f"connection {id_of(holder)} (user root" in finished.err


def test_two_databases_do_not_wait_for_each_other(behind: MySQLService) -> None:
    """The server's locks know no databases; ours do."""
    behind.env |= {"MIGRATIONS_QUEUE_PATIENCE": "1"}
    name = behind.run("-c", _LOCK_NAME.format(database="another")).out.strip()
    with held(behind, f"SELECT GET_LOCK('{name}', 0)"):
        assert "2 revisions applied" in behind.cli("db", "upgrade").out


def test_no_contract_beside_old_code(behind: MySQLService) -> None:
    """Refused with the connection's id and revision; new code, and --force, pass."""
    newer = behind.revisions()[1:]
    texts = [path.read_text(encoding="utf-8") for path in newer]
    for path in newer:
        path.unlink()
    old = behind.revisions()[0].stem.split("_")[-1]
    with replica(behind):
        for path, text in zip(newer, texts, strict=True):
            path.write_text(text, encoding="utf-8")
        behind.cli("db", "upgrade", "--phase", "expand")
        with replica(behind):
            refused = behind.cli("db", "upgrade", "--phase", "contract", code=1)
        assert f"invoice-service/{old}) of root" in refused.err
        assert refused.err.count("connection ") == 1
        behind.cli("db", "upgrade", "--phase", "contract", "--force")
        behind.alembic("downgrade", "-1")
    with replica(behind):
        assert "1 revision applied" in behind.cli("db", "upgrade", "--phase", "contract").out


def test_the_gate_says_when_it_cannot_see(behind: MySQLService) -> None:
    """Another user who migrates needs the right PROCESS; the refusal says so."""
    server, database = behind.server, behind.database
    server.execute(
        "CREATE OR REPLACE USER migrator@localhost",
        f"GRANT ALL ON {database}.* TO migrator@localhost",
    )
    behind.env |= {"MIGRATIONS_DATABASE_URL": server.url(database, "migrator")}
    behind.cli("db", "upgrade", "--phase", "expand")
    refused = behind.cli("db", "upgrade", "--phase", "contract", code=1)
    assert "the user migrator cannot see" in refused.err
    assert "PROCESS" in refused.err
    server.execute("GRANT PROCESS ON *.* TO migrator@localhost")
    behind.cli("db", "upgrade", "--phase", "contract")


@pytest.fixture
def user(mariadb: MariaDB) -> Iterator[str]:
    """A user with a hard password and no rights."""
    mariadb.execute("CREATE OR REPLACE USER somebody@localhost")
    with mariadb.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET PASSWORD FOR somebody@localhost = PASSWORD(%s)", (HARD,))
    yield "somebody"
    mariadb.execute("DROP USER somebody@localhost")


def test_a_hard_password_works_and_faults_are_sentences(mysql: MySQLService, user: str) -> None:
    """Wrong password, unknown database, no right to it, no right to a table: one line each."""
    mysql.cli("db", "revision", "--first")
    server, database = mysql.server, mysql.database

    def told(url: str, *more: str) -> str:
        mysql.env |= {"DATABASE_URL": url}
        said = mysql.cli("db", "upgrade", *more, code=1).err
        assert "Traceback" not in said
        assert said.count("\n") == 1
        assert HARD not in said
        return said

    good = server.url(database, user, quote(HARD, safe=""))
    assert "the user name or the password is wrong" in told(server.url(database, user, "Tr0ub4dor"))
    assert "no right to this database" in told(good)
    server.execute(f"GRANT SELECT ON {database}.* TO somebody@localhost")
    assert "the user lacks a right" in told(good, "--no-preflight")
    assert "lacks the right CREATE on invoice" in mysql.cli("db", "upgrade", code=1).err
    assert "the database does not exist" in told(server.url("nowhere"))
    assert "nobody answers there" in told(f"mysql://root@localhost/{database}?unix_socket=/none")
    server.execute(f"GRANT ALL ON {database}.* TO somebody@localhost")
    mysql.env |= {"DATABASE_URL": good}
    assert "1 revision applied" in mysql.cli("db", "upgrade").out
    mysql.env |= {
        "DATABASE_URL": server.url(database, user),
        "DATABASE_PASSWORD": HARD,
    }
    assert "the database is current" in mysql.cli("db", "check").out


def test_sessions_are_strict_and_in_utc(mysql: MySQLService) -> None:
    """Whatever the server's defaults are: a value that does not fit is an error, times are UTC."""
    ask = (
        "import asyncio, sqlalchemy as sa\n"
        f"from {PACKAGE}.db.session import create_engine\n"
        "async def main():\n"
        "    e = create_engine()\n"
        "    async with e.connect() as c:\n"
        "        q = 'SELECT @@sql_mode, @@time_zone, @@character_set_client, @@autocommit'\n"
        "        print(*(await c.execute(sa.text(q))).one())\n"
        "    await e.dispose()\n"
        "asyncio.run(main())\n"
    )
    mysql.server.execute("SET GLOBAL sql_mode = ''", "SET GLOBAL time_zone = '+05:00'")
    try:
        said = mysql.run("-c", ask).out
    finally:
        mysql.server.execute("SET GLOBAL sql_mode = DEFAULT", "SET GLOBAL time_zone = DEFAULT")
    assert "STRICT_TRANS_TABLES" in said
    assert "+00:00 utf8mb4 0" in said


_LOCK_NAME = (
    "import hashlib; from " + PACKAGE + " import SLUG;"
    "print('migrations ' + hashlib.sha256(f'{{SLUG}} {database} command'.encode()).hexdigest()[:40])"
)
