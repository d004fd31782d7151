"""Catches a contract that runs beside code of an earlier release."""

import pytest
from sqlite_service import SQLiteService

SERVE = """
import asyncio
import sqlalchemy as sa
from invoice_service.db.session import create_engine

async def main():
    engine = create_engine()
    async with engine.connect() as connection:
        await connection.execute(sa.text("SELECT 1"))
    print("serving", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize("code", ["old", "new"])
def test_contract_waits_for_old_code_alone(code: str, on_sqlite: SQLiteService) -> None:
    on_sqlite.cli("db", "revision", "--first")
    on_sqlite.cli("db", "upgrade")
    models = on_sqlite.folder / "src/invoice_service/db/models.py"
    column = "    number: Mapped[str] = mapped_column(sa.String(20), info={'backfill': 'id'})\n"
    models.write_text(models.read_text(encoding="utf-8") + column, encoding="utf-8")
    serving = on_sqlite.start("-c", SERVE) if code == "old" else None
    if serving is not None:
        assert serving.stdout is not None
        assert serving.stdout.readline() == "serving\n"
    on_sqlite.alembic("revision", "--autogenerate", "-m", "add number")
    on_sqlite.cli("db", "upgrade", "--phase", "expand")
    if serving is None:
        serving = on_sqlite.start("-c", SERVE)
        assert serving.stdout is not None
        assert serving.stdout.readline() == "serving\n"
    try:
        done = on_sqlite.cli("db", "upgrade", "--phase", "contract", code=int(code == "old"))
        if code == "old":
            assert f"pid {serving.pid}, built with" in done.err
            on_sqlite.cli("db", "upgrade", "--phase", "contract", "--force")
            on_sqlite.alembic("downgrade", "-1")
    finally:
        serving.kill()
        serving.communicate()
    on_sqlite.cli("db", "upgrade", "--phase", "contract")
    # What the killed process left behind is gone.
    assert not list(on_sqlite.file.parent.glob("*.serving/*")) or code == "new"


def test_a_service_makes_no_file(on_sqlite: SQLiteService) -> None:
    said = on_sqlite.run("-c", SERVE, code=1).err
    assert "unable to open database file" in said
    assert not on_sqlite.file.exists()
