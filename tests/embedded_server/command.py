"""A command that uses the embedded server: adds a row, prints what it found as JSON, ends.

Arguments: the data folder, and one of ``run``, ``hold`` (until its stdin is closed), ``fork`` (a
child goes on until then, its parent ends) and ``only`` (no SQL). ``SESSION_FOLDER`` says where the
package lies. With ``EMBEDDED_LIBRARY`` the wheel's own code serves, as it did before.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

sys.path.insert(0, os.environ["SESSION_FOLDER"])

if os.environ.get("EMBEDDED_LIBRARY"):
    from library import EmbeddedServerError, start
else:
    from embedded import EmbeddedServerError, start

TABLE = "CREATE TABLE IF NOT EXISTS seen (id int GENERATED ALWAYS AS IDENTITY, by int)"


async def use(host: str, port: int, user: str) -> dict[str, object]:
    """Add a row and return what the server says."""
    import asyncpg

    connection = await asyncpg.connect(host=host, port=port, user=user, database="postgres")
    try:
        # One at a time: two at once may both find no table.
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(1)")
            await connection.execute(TABLE)
            await connection.execute("INSERT INTO seen (by) VALUES ($1)", os.getpid())
        return {
            "rows": await connection.fetchval("SELECT count(*) FROM seen"),
            "folder": await connection.fetchval("SHOW data_directory"),
            "server": await connection.fetchval("SELECT pg_backend_pid()"),
        }
    finally:
        await connection.close()


def main(data: Path, what: str) -> None:
    """Start the server, use it, and stay as *what* says."""
    address = start(data)
    found: dict[str, object] = {"host": address.host}
    if what != "only":
        found |= asyncio.run(use(address.host, address.port, address.user))
    print(json.dumps(found), flush=True)
    if what == "fork" and os.fork():
        return
    if what in ("hold", "fork"):
        sys.stdin.read()
        if what == "fork":
            print(json.dumps(asyncio.run(use(address.host, address.port, address.user))))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2])
    except EmbeddedServerError as error:
        sys.exit(f"Error: {error}")
