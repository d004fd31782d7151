"""A table that a model moves to another schema.

Catches a revision that drops it there and creates it here, without its rows, and a recipe that old
code does not survive.
"""

from pathlib import Path

import pytest
from service import Service
from test_backfills import write_by_hand

MODELS = '''"""Models."""

import sqlalchemy as sa

from .base import Base

sa.Table(
    "line",
    Base.metadata,
    sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    schema="SCHEMA",
    INFO
)
'''
MOVE = """op.execute("CREATE SCHEMA IF NOT EXISTS sales")
op.execute("ALTER TABLE billing.line SET SCHEMA sales")
op.execute("CREATE VIEW billing.line AS SELECT * FROM sales.line")
"""
LEAVE = 'op.execute("DROP VIEW billing.line")\n'


def models(schema: str, info: str = "") -> str:
    """Return the models with the table in *schema*."""
    return MODELS.replace("SCHEMA", schema).replace("INFO", info)


@pytest.fixture
def moved(service: Service) -> Service:
    """A service whose table has a row, and whose model says another schema since."""
    service.use_models(models("billing"))
    service.cli("db", "revision", "--first")
    service.cli("db", "upgrade")
    service.execute("INSERT INTO billing.line (text) VALUES ('early')")
    service.use_models(models("sales"))
    return service


def test_it_is_refused(moved: Service) -> None:
    """With the way to move it, and the word by which it is another table."""
    told = moved.cli("db", "revision", "-m", "move", code=1).err
    assert "line: moved to another schema?" in told
    assert "from billing and comes in sales" in told
    assert len(moved.revisions()) == 1
    moved.use_models(models("sales", "info={'renamed_from': None},"))
    moved.cli("db", "revision", "-m", "another")
    assert "op.drop_table(" in moved.written_for("contract").read_text(encoding="utf-8")


def test_the_recipe(moved: Service) -> None:
    """Old code reads and writes the view; in the end the table is where the model says."""
    write_by_hand(moved, "move", MOVE)
    contract = write_by_hand(moved, "leave", LEAVE)
    in_contract(contract)
    moved.cli("db", "upgrade", "--phase", "expand")
    moved.execute("INSERT INTO billing.line (text) VALUES ('old code')")
    moved.execute("INSERT INTO sales.line (text) VALUES ('new code')")
    moved.cli("db", "upgrade", "--phase", "contract")
    rows = moved.execute("SELECT text FROM sales.line ORDER BY id")
    assert [row["text"] for row in rows] == ["early", "old code", "new code"]
    checked = moved.alembic("check")
    assert "No new upgrade operations detected" in checked.out + checked.err


def in_contract(path: Path) -> None:
    """Put the revision at *path* into the contract phase."""
    text = path.read_text(encoding="utf-8")
    assert 'phase = "expand"' in text
    path.write_text(text.replace('phase = "expand"', 'phase = "contract"'), encoding="utf-8")
