"""Thirty-two processes that migrate one database at once, as replicas that start together do.

Catches a revision that two of them apply, a step that is taken twice, a process that fails because
another was first, and what is left behind: a lock, an INVALID index.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.release import Release, prepared, revisions
from service import PACKAGE, Server

pytestmark = pytest.mark.slow

PROCESSES = 32
# What the server itself has seen: each stamp of a revision, the statements of DDL.
AUDIT = (
    "CREATE SCHEMA audit",
    "CREATE TABLE audit.stamp (revision text)",
    "CREATE TABLE audit.statement (command text)",
    """
    CREATE FUNCTION audit.stamped() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO audit.stamp VALUES (NEW.version_num); RETURN NULL; END $$
    """,
    """
    CREATE TRIGGER audit AFTER INSERT OR UPDATE ON alembic_version
    FOR EACH ROW EXECUTE FUNCTION audit.stamped()
    """,
    # Not the concurrent drop of an index, which must be the first that its transaction does.
    """
    CREATE FUNCTION audit.started() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        IF tg_tag <> 'DROP INDEX' THEN INSERT INTO audit.statement VALUES (current_query()); END IF;
    END $$
    """,
    "CREATE EVENT TRIGGER audit ON ddl_command_start EXECUTE FUNCTION audit.started()",
)
AUDIT_AWAY = (
    "DROP EVENT TRIGGER audit",
    "DROP TRIGGER audit ON alembic_version",
    "DROP SCHEMA audit CASCADE",
)


@pytest.fixture(scope="module")
def release(
    baked: Path, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Release]:
    """An expand and a contract to apply: a concurrent index, backfills, constraints, drops."""
    with prepared(baked, tmp_path_factory.mktemp("many") / "service", server) as release:
        yield release


def test_each_revision_is_applied_once(release: Release) -> None:
    """All end well, and the server has seen each revision and each of its steps once."""
    _, expand, contract = revisions(release.service)
    with release.copied() as service:
        service.execute(*AUDIT)
        command = [str(service.python), "-m", PACKAGE, "db", "upgrade"]
        running = [
            subprocess.Popen(
                command,
                cwd=service.folder,
                env=service.environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(PROCESSES)
        ]
        told = [process.communicate(timeout=300) for process in running]
        assert [process.returncode for process in running] == [0] * PROCESSES, told

        applied = Counter(
            revision for out, _ in told for revision in re.findall(r"^applied (\w+)", out, re.M)
        )
        assert applied == {expand: 1, contract: 1}
        assert sum("nothing to apply" in out for out, _ in told) == PROCESSES - 1
        stamps = service.execute("SELECT revision FROM audit.stamp")
        assert [row["revision"] for row in stamps] == [expand, contract]
        seen = service.execute("SELECT command, count(*) FROM audit.statement GROUP BY 1")
        # A trigger is made anew in the expand, and goes in the contract.
        twice = {
            row["command"]: row["count"]
            for row in seen
            if row["count"] > 1 + row["command"].startswith("DROP TRIGGER IF EXISTS sync_")
        }
        assert twice == {}
        assert any("CREATE INDEX CONCURRENTLY" in row["command"] for row in seen)

        service.execute(*AUDIT_AWAY)
        assert service.execute("SELECT FROM pg_locks WHERE locktype = 'advisory'") == []
        assert service.execute("SELECT FROM pg_index WHERE NOT indisvalid") == []
        assert service.server.dump(service.database) == release.schema
