"""Catches a service on SQLite that does not work from its first day on, on each end of Python."""

from pathlib import Path

import pytest
from baking import interpreter
from service import install
from sqlite_service import bake_on_sqlite, copy_of

NUMBER = "    number: Mapped[str] = mapped_column(sa.String(20))\n"


@pytest.mark.slow
@pytest.mark.usefixtures("mypy_cache")
@pytest.mark.parametrize("version", ["3.11", "3.13"])
def test_from_bake_to_contract(version: str, tmp_path: Path) -> None:
    """First migration, upgrade, check, NOT NULL in two steps, back again; then the service's own tests."""
    found = interpreter(version)
    if found is None:
        pytest.skip(f"no Python {version} here")
    baked = bake_on_sqlite(tmp_path / "baked", python_version=version)
    install(baked, "--python", found)
    service = copy_of(baked, tmp_path / "service")
    service.cli("db", "revision", "--first")
    assert "1 revision applied" in service.cli("db", "upgrade").out
    service.alembic("check")
    service.execute("INSERT INTO invoice (name) WITH n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT 'n' || i FROM n")  # fmt: skip
    before = service.schema()

    models = service.folder / "src/invoice_service/db/models.py"
    text = models.read_text(encoding="utf-8")
    models.write_text(text + NUMBER, encoding="utf-8")
    service.alembic("check", code=255)
    service.alembic("revision", "--autogenerate", "-m", "add number")
    expand = service.written_for("expand")
    refused = service.cli("db", "upgrade", code=1)
    assert "invoice has 3000 rows, and nobody has said which value invoice.number gets in them" in refused.err  # fmt: skip
    assert f" {expand}:" in refused.err
    assert service.schema() == before
    source = expand.read_text(encoding="utf-8")
    expand.write_text(source.replace("value=...", "value=\"'N' || id\""), encoding="utf-8")
    service.cli("db", "upgrade", "--phase", "expand")
    service.execute("INSERT INTO invoice (name) VALUES ('of old code')")
    service.cli("db", "upgrade", "--phase", "contract")
    assert service.execute("SELECT count(*) FROM invoice WHERE number = 'N' || id") == [3001]
    service.alembic("check")
    service.alembic("downgrade", "-2")
    assert " ".join(service.schema().replace('"', "").split()) == " ".join(before.split())
    service.cli("db", "upgrade")

    # The HTTP interface knows nothing of a number yet.
    for command in (
        ["pytest", "--ignore=tests/api"],
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["mypy"],
    ):
        service.run("-m", *command)


def test_first_migration_equals_autogenerate_and_create_all(
    baked_on_sqlite: Path, tmp_path: Path
) -> None:
    """The first revision, written without a database, is what autogenerate finds in an empty one."""
    first = copy_of(baked_on_sqlite, tmp_path / "first")
    first.cli("db", "revision", "--first")
    first.cli("db", "upgrade")
    found = copy_of(baked_on_sqlite, tmp_path / "found")
    found.alembic("revision", "--autogenerate", "-m", "create the first tables")
    bodies = [
        path.read_text(encoding="utf-8").partition("def upgrade")[2]
        for service in (first, found)
        for path in service.revisions()
    ]
    assert bodies[0] == bodies[1]
    script = (
        "import sqlalchemy as sa\n"
        "from invoice_service.db.models import Base\n"
        f"Base.metadata.create_all(sa.create_engine('sqlite:///{found.file}'))\n"
    )
    found.run("-c", script)
    assert found.schema() == first.schema()


def test_scratch_files_are_gone_and_no_change_says_so(
    baked_on_sqlite: Path, tmp_path: Path
) -> None:
    """Autogenerate and check work on a file of their own, and leave nothing behind."""
    service = copy_of(baked_on_sqlite, tmp_path / "service")
    service.env |= {"TMPDIR": str(tmp_path), "DATABASE_URL": ""}
    service.cli("db", "revision", "--first")
    before = sorted(tmp_path.rglob("*.sqlite3*"))
    said = service.alembic("revision", "--autogenerate", "-m", "nothing")
    assert "No change between the models and the migrations" in said.out
    service.alembic("check")
    assert sorted(tmp_path.rglob("*.sqlite3*")) == before == []
    assert not list(tmp_path.glob("scratch-*"))
    service.cli("db", "upgrade")
    assert (service.folder / "invoice_service.sqlite3").is_file()
    # Of the file in DATABASE_URL, check tells what it is.
    service.env["DATABASE_URL"] = f"sqlite:///{service.file}"
    assert "Target database is not up to date" in service.alembic("check", code=255).out
